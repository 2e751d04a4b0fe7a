"""Mutations: small wrong edits, each with the tests that must fail on it.

A table is a module ``mutations_*.py`` in this folder with a list
``MUTATIONS``; test_mutations.py finds it by its name.
"""
from dataclasses import dataclass


@dataclass(frozen=True)
class Mutation:
    """``old``, which occurs once in ``file``, becomes ``new``.

    name : what the edit breaks, in words; the id of its test
    file : path from the root of the benchmark
    old, new : text; ``old`` must occur exactly once in the file
    tests : names of tests, such as ``"test_em.py"`` or
        ``"test_em.py::test_smoothing_is_pseudo_votes"``, separated by blanks;
        each of them must fail, in a clone without data files
    """
    name: str
    file: str
    old: str
    new: str
    tests: str
