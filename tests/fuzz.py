"""Hostile parameter values must be refused with our messages or give plausible
scores.

A `Verdict` is ``refused`` (when the value is selected), ``skipped`` (by a
check when the cell is set up), ``missing`` (a file), ``ran``, ``long`` (a
value that needs much work), or a fault: ``cryptic``, ``nonsense`` or ``hang``.
Cells run in a child process, which is killed if it does not answer.
"""
import multiprocessing
import os
import resource
import signal
import time
import traceback
import warnings
from numbers import Integral
from pathlib import Path
from typing import NamedTuple

import numpy as np
import psutil
from fuzz_cases import ROOT, Classes, parameters

SECONDS = 20  # of the child's processor, for one case
PATIENCE = 3  # seconds for a case that asks for much work
ASLEEP = 600  # seconds on the clock
MEMORY = 12 << 30  # bytes of address space of the child
FAULTS = "cryptic", "nonsense", "hang"
MUCH = 100  # a whole number from here on may ask for much work
# The crowds that solvers are tried on: the first that they work with.
SMALL_CROWDS = (
    ("HammerSpammer", dict(n_tasks=12, n_workers=6, n_classes=3,
                           votes_per_task=4)),
    ("Digits", dict(n_tasks=30, n_gold=20, classifier=dict(
        base="mlp", epochs=2))),
    ("FiveGaussians", dict(n_tasks=12, n_workers=5, votes_per_task=5)),
    ("DigitPairs", dict(n_tasks=12, classifier=dict(base="mlp", epochs=2))))
# What makes a simulated crowd small, where a case does not say otherwise.
SMALL = dict(n_tasks=20, n_workers=6, n_classes=3, votes_per_task=2,
             n_gold=10, n_hammers=2)
JUDGES = "MV", "RandomAssign", "RandomRefine"
SIZES = "n_tasks", "n_workers", "n_classes"


class Verdict(NamedTuple):
    what: str
    said: str = ""


def judge(classes, case):
    """The verdict on a case; in the child process."""
    import click

    from benchmark_utils.training.engine import TrainingError
    cls = classes.of[case.kind][case.name]
    selected = cls.parameters.copy()
    try:
        selected.update({name: [value]
                         for name, value in case.values.items()})
    except click.BadParameter as error:
        return _refused("refused", case, error.message)
    except Exception:
        return Verdict("cryptic", traceback.format_exc(limit=-3))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return _run(classes, cls, case)
    except (ValueError, TrainingError) as error:
        frames = traceback.extract_tb(error.__traceback__)
        if not Path(frames[-1].filename).is_relative_to(ROOT):
            return Verdict("cryptic", traceback.format_exc(limit=-4))
        return _refused("skipped", case, str(error))
    except Exception:
        return Verdict("cryptic", traceback.format_exc(limit=-4))


def asks_for_much(case):
    """Integers above `MUCH`, such as numbers of iterations, and other recipes
    on ten thousand photographs."""
    return (case.name == "CIFAR-10H" and "classifier" in case.values
            or any(isinstance(value, Integral) and value > MUCH
                   for _, value in _named(case.values)))


def _named(values):
    """(name, value) pairs, also those within a recipe."""
    for name, value in values.items():
        yield name, value
        if isinstance(value, dict):
            yield from value.items()


def _refused(what, case, message):
    """Does the message name the parameter and its value? It may also be one
    of `SMALL`."""
    named = any(str(name) in message and (str(value)[:40] in message
                                          or repr(value)[:40] in message)
                for name, value in [*SMALL.items(), *_named(case.values)])
    if not named or len(message.strip().splitlines()) > 1:
        return Verdict("cryptic", f"says {message!r}")
    return Verdict(what, message)


def _run(classes, cls, case):
    if case.kind == "solver":
        return _solver(classes, cls, case)
    small = {name: value for name, value in SMALL.items()
             if name in parameters(cls)}
    tests = {name: values[0] for name, values in getattr(
        cls, "test_parameters", {}).items()}
    return _dataset(classes, cls, {**tests, **small, **case.values}, case)


def _dataset(classes, cls, options, case):
    import benchopt_internals as internals
    dataset = cls.get_instance(**options)
    objective = internals.new_objective(classes.benchmark)
    for name in JUDGES:
        solver = classes.of["solver"][name].get_instance()
        skip, reason = internals.connect(objective, dataset, solver)
        data = internals.get_data(dataset)
        if "missing" in data:
            return Verdict("missing", data["missing"])
        if not skip:
            break
    else:
        return _refused("skipped", case, str(reason))
    problem = objective.problem
    wanted = {name: value for name, value in case.values.items()
              if name in SIZES}
    if case.values.get("workers") == "truth":  # one perfect worker
        wanted.pop("n_workers", None)
    wrong = [f"{name} is {getattr(problem, name)}, not {value}"
             for name, value in wanted.items()
             if getattr(problem, name) != value]
    return _score(objective, solver, wrong)


def _solver(classes, cls, case):
    import benchopt_internals as internals
    for crowd, changes in SMALL_CROWDS:
        dataset = classes.of["dataset"][crowd].get_instance(**changes)
        objective = internals.new_objective(classes.benchmark)
        solver = cls.get_instance(**case.values)
        skip, reason = internals.connect(objective, dataset, solver)
        if not skip:
            return _score(objective, solver, [])
        if any(name in reason for name in case.values):
            break
    return _refused("skipped", case, str(reason))


def _score(objective, solver, wrong):
    if solver.sampling_strategy == "callback":
        points = []

        def callback():
            points.append(solver.get_result())
            return True
        solver.run(callback)
    else:
        solver.run(None)
    result = solver.get_result()
    scores = objective.evaluate_result(**result)
    wrong = [*wrong, *_implausible(objective.problem, scores)]
    return Verdict("nonsense", "; ".join(wrong)) if wrong else Verdict("ran")


def _implausible(problem, scores):
    """Scores outside their range, and missing scores."""
    from benchmark_utils.scoring import METRICS
    for metric in METRICS:
        value = scores.get(metric.name, np.nan)
        low, high = metric.range
        if metric.curve is None and not (
                np.isnan(value) or low - 1e-9 <= value <= high + 1e-9
                and np.isfinite(value)):
            yield f"{metric.name} = {value}"
    if (problem.ground_truth >= 0).any() and not np.isfinite(
            scores["label_recovery"]):
        yield "label_recovery is not known"


# --- the child process -------------------------------------------------------

def _child(pipe):
    os.environ.update(BENCHOPT_DEBUG="1", OMP_NUM_THREADS="1")
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    signal.signal(signal.SIGALRM, _end)
    classes = Classes()
    cases = list(classes.cases())
    pipe.send([(str(case), asks_for_much(case)) for case in cases])
    while (index := pipe.recv()) is not None:
        if asks_for_much(cases[index]):  # again, should the case catch it
            signal.setitimer(signal.ITIMER_REAL, PATIENCE, PATIENCE)
        try:
            verdict = judge(classes, cases[index])
        except TooLong:
            verdict = Verdict("long", f"more than {PATIENCE} seconds")
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
        pipe.send(verdict)


class TooLong(BaseException):
    """A case took longer than `PATIENCE`."""


def _end(*_):
    raise TooLong


class Fuzz:
    """A child process that judges cases by their number.

    cases : what they are, in words
    """
    def __init__(self):
        self.context = multiprocessing.get_context("spawn")
        self._start()

    def _start(self):
        self.pipe, other = self.context.Pipe()
        self.process = self.context.Process(
            target=_child, args=(other,), daemon=True)
        self.process.start()
        other.close()
        answers = self.pipe.recv()
        self.cases, self.much = zip(*answers)

    def run(self, index):
        """The verdict on a case."""
        try:
            start, used = time.monotonic(), self.used()
            self.pipe.send(index)
            # Of its own processor time: others use this machine as well.
            while (self.used() - used < SECONDS
                   and time.monotonic() - start < ASLEEP):
                if self.pipe.poll(.1):
                    return self.pipe.recv()
            # Code that does not return from C ignores the alarm.
            verdict = Verdict("long" if self.much[index] else "hang",
                              f"more than {SECONDS} seconds")
        except (EOFError, psutil.Error):
            verdict = Verdict("hang", "the process ended")
        self.process.kill()
        self.process.join()
        self._start()
        return verdict

    def used(self):
        """Processor seconds of the child."""
        times = psutil.Process(self.process.pid).cpu_times()
        return times.user + times.system

    def close(self):
        self.pipe.send(None)
        self.process.join(SECONDS)
        self.process.kill()
