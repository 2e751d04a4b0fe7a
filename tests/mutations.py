"""Mutations: one small wrong edit each, and the tests that must notice it.

A table is a module ``mutations_*.py`` beside this one with a list
``MUTATIONS``; test_mutations.py finds it by its name.
"""
from dataclasses import dataclass


@dataclass(frozen=True)
class Mutation:
    """``old``, which occurs once in ``file``, becomes ``new``.

    name : what the edit breaks, in words; the test's id
    file : path from the root of the benchmark
    old, new : text; enough of it that ``old`` occurs exactly once
    tests : names of tests, such as ``"test_em.py"`` or
        ``"test_em.py::test_smoothing_is_pseudo_votes"``, separated by blanks;
        each of them must fail, in a clone without any data file
    """
    name: str
    file: str
    old: str
    new: str
    tests: str
