"""The order of tasks, workers and votes changes no result, of any solver; and
what would profit from an order is given none by the objective."""
from copy import deepcopy

import numpy as np
import pytest
from benchopt import BaseDataset
from benchopt_internals import connect, new_objective, solver_classes
from numpy.testing import assert_allclose
from orders import (
    ACCURACY,
    CROWDS,
    N_SEEDS,
    N,
    W,
    check_order,
    crowd_for,
    everything,
    maker,
    on,
    p_value,
    put_back,
    run,
    statistics,
    what_tells_orders_apart,
)

from benchmark_utils.catalogue import catalogue
from benchmark_utils.contract.answer import Answer
from benchmark_utils.contract.problem import Problem
from benchmark_utils.harness.parameters import accepted
from benchmark_utils.online.assignment import random_tasks
from benchmark_utils.online.solver import OnlineSolver
from benchmark_utils.oracles.design import random_workers
from benchmark_utils.scoring import workers
from benchmark_utils.scoring.workers import leave_one_out_values
from benchmark_utils.solver import CrowdSolver

ENTRIES = catalogue("solvers")
SOLVERS = sorted(ENTRIES)
# What draws nothing at random must be the same to 1e-9.
EXACT = ["BWA", "Committee", "DS", "GLAD", "HierDS", "IBCC", "MACE", "MV",
         "NS", "OneCoin", "PTBCC", "WDS", "Wawa"]

MANY_NETWORKS = "CROWDLAB", "RandomRefine", "Refine"  # 5 to 9 a run


def mark(name):
    """What a solver's runs over all seeds cost."""
    if name in MANY_NETWORKS:
        return pytest.mark.exhaustive
    if name == "CrowdKit" or "NetworkSolver" in ENTRIES[name].says["bases"]:
        return pytest.mark.slow
    return ()


def made(benchmark, name, **options):
    """A function that makes a solver, and a skip if its package is missing.
    """
    if name == "CrowdKit":
        pytest.importorskip("crowdkit.aggregation")
        options = {"method": "MMSR", **options}  # the default is none
    return maker(solver_classes(benchmark)[name], **options)


@pytest.mark.filterwarnings("ignore")  # crowd-kit's, of newer pandas
@pytest.mark.parametrize("name", [
    pytest.param(name, marks=mark(name)) for name in SOLVERS])
def test_order_changes_nothing(benchmark, name):
    """As it is handed a crowd in two orders, without the objective."""
    make = made(benchmark, name)
    assert crowd_for(make) is not None, f"a crowd for {name} is needed"
    how = check_order(make, len(SOLVERS))
    assert how == "exactly" or name not in EXACT


def variants(benchmark):
    """(solver, {parameter: value}) of all choices that differ in words from
    the default; numbers change no code."""
    for name in SOLVERS:
        cls = solver_classes(benchmark)[name]
        for parameter, check in accepted(cls).items():
            for value in getattr(check, "keywords", {}).get("choices", ()):
                yield name, {parameter: value}


@pytest.mark.exhaustive
@pytest.mark.filterwarnings("ignore")
def test_order_changes_nothing_in_any_variant(benchmark):
    """With three times the seeds: half of the shifts of a statistic by one
    standard deviation are seen, of two with the seeds above."""
    cases = [*((name, {}) for name in SOLVERS), *variants(benchmark)]
    for name, options in cases:
        make = made(benchmark, name, **options)
        if crowd_for(make) is None:  # what needs gold questions, or inputs
            assert options, name
            continue
        check_order(make, len(cases), 3 * N_SEEDS)


# --- what must be noticed ----------------------------------------------------
class TrustsTheFirst(CrowdSolver):
    """The label of a task is the vote of its worker of the lowest number."""
    name = "TrustsTheFirst"

    def run(self, _):
        votes = self.votes
        order = np.lexsort((votes.label, votes.worker, votes.task))
        voted, first = np.unique(votes.task[order], return_index=True)
        self.soft_labels = np.full((votes.n_tasks, votes.n_classes), np.nan)
        self.soft_labels[voted] = np.eye(votes.n_classes)[
            votes.label[order][first]]


class TrustsTheFirstAndDraws(TrustsTheFirst):
    """The same, but one task at random has no label."""
    name = "TrustsTheFirstAndDraws"

    def run(self, _):
        super().run(None)
        rng = np.random.default_rng(self.seed)
        self.soft_labels[rng.integers(self.votes.n_tasks - 2)] = np.nan


class LowestWorker(OnlineSolver):
    """Greedy assignment whose ties go to the lowest number."""
    name = "LowestWorker"

    def query(self, belief, candidates, n):
        accuracy = belief.mean_confusion.diagonal(axis1=1, axis2=2)
        score = belief.label_posterior @ accuracy.T
        score[~candidates] = -1
        task = random_tasks(self.rng, candidates, n)
        return task, score.round(6)[task].argmax(axis=1)


class LowestTask(OnlineSolver):
    """The first unfinished tasks, to random workers."""
    name = "LowestTask"

    def query(self, belief, candidates, n):
        task = np.flatnonzero(candidates.any(axis=1))[:n]
        return task, random_workers(self.rng, candidates, task)


BIASED = [TrustsTheFirst, TrustsTheFirstAndDraws, LowestWorker, LowestTask]


@pytest.mark.parametrize("toy", BIASED)
def test_a_biased_solver_is_noticed(toy):
    with pytest.raises(AssertionError, match="the order changes"):
        check_order(maker(toy), len(SOLVERS))


class Sorted(BaseDataset):
    """A crowd of `orders`, forwards or backwards."""
    name = "Sorted"
    crowd = step = None

    def get_data(self):
        return self.crowd(np.arange(N)[::self.step], np.arange(W)[::self.step])


def through_the_objective(benchmark, toy, step, repetition):
    """`statistics` of a solver on a sorted dataset, as benchopt runs it."""
    dataset, make = Sorted.get_instance(), maker(toy)
    dataset.crowd, dataset.step, solver = crowd_for(make), step, make()
    objective = new_objective(benchmark)
    skipped, reason = connect(objective, dataset, solver, repetition)
    assert not skipped, reason
    problem = objective.problem
    result = put_back(run(solver), np.arange(N)[::step][problem.task_order],
                      np.arange(W)[::step][problem.worker_order])
    return statistics(result, everything(problem.n_classes)["truth"])


@pytest.mark.parametrize("toy", BIASED)
def test_the_objective_gives_it_no_order_to_profit_from(benchmark, toy):
    """Best workers and class 0 first, or last: the same to the same solver."""
    forward, backward = ([through_the_objective(
        benchmark, toy, step, start + repetition)
        for repetition in range(N_SEEDS)]
        for step, start in ((1, 0), (-1, N_SEEDS)))
    assert not what_tells_orders_apart(forward, backward, len(BIASED))


def test_trust_in_numbers_is_trust_in_anybody(benchmark):
    """Alone with the order it gains .08 on the mean over a task's votes;
    behind the objective nothing."""
    make, as_is = maker(TrustsTheFirst), (np.arange(N), np.arange(W))
    crowd, truth = crowd_for(make), everything(3)["truth"]
    alone = statistics(on(make, crowd, *as_is, 0), truth)["recovery"]
    behind = np.array([through_the_objective(
        benchmark, TrustsTheFirst, 1, repetition)["recovery"]
        for repetition in range(20)])
    votes = crowd(*as_is)["votes"]
    right = votes.label == truth[votes.task]
    anybody = np.bincount(votes.task, right / votes.per_task[votes.task])
    expected = (anybody.sum() + 2 / 3) / N  # two tasks without votes
    assert alone > expected + .05
    assert abs(behind.mean() - expected) < 4 * behind.std() / 20 ** .5


def test_what_is_kept_of_a_dataset_follows_its_workers():
    """Leave-one-out values are computed once, in the dataset's order: two
    shuffles of it, and the dataset turned round, give each worker the same.
    """
    crowd, values = CROWDS[0], []
    for step in (1, -1):
        given = Problem.of(crowd(np.arange(N)[::step], np.arange(W)[::step]))
        for problem in (given, given.shuffled(1), given.shuffled(2)):
            kept = leave_one_out_values(problem)
            values.append(kept[np.argsort(problem.worker_order)][::step])
    assert np.ptp(values[0]) > 0
    for others in values[1:]:
        assert_allclose(others, values[0], rtol=1e-4, atol=1e-6)


def test_the_worker_artefact_is_in_the_order_of_the_dataset():
    """Whatever the order of the objective, entry j is worker j's."""
    given = Problem.of(CROWDS[0](np.arange(N), np.arange(W)))
    kept = []
    for problem in (given, given.shuffled(1), given.shuffled(2)):
        answer = Answer(problem=problem, soft_labels=problem.votes.shares(),
                        worker_score=problem.worker_order / 10)
        kept.append(workers.artefacts(problem, answer)["worker_values"])
    assert kept[0]["score"] == [0, .1, .2, .3, .4, .5]
    assert kept[0]["n_votes"] == list(given.votes.per_worker)
    assert kept[1:] == [kept[0]] * 2


def test_what_is_kept_is_of_this_dataset(monkeypatch):
    """Another test set is another dataset; a copy is the same one."""
    fitted = []
    monkeypatch.setattr(workers, "_VALUES", {})
    monkeypatch.setattr(
        workers.Pipeline, "leave_one_out",
        lambda self, X, y: fitted.append(y) or np.arange(W) * len(fitted))
    data = CROWDS[0](np.arange(N), np.arange(W))
    other = dict(data, y_test=(data["y_test"] + 1) % 3)
    kept = [leave_one_out_values(Problem.of(deepcopy(given)))[1]
            for given in (data, data, other, data)]
    assert kept == [1, 1, 2, 1]


# --- the harness -------------------------------------------------------------
def test_crowds_are_as_telling_as_they_are_said_to_be():
    assert (np.diff(ACCURACY) <= 0).all()
    for crowd in CROWDS:
        data = crowd(np.arange(N), np.arange(W))
        assert (np.diff(data["ground_truth"]) >= 0).all()
    votes = CROWDS[0](np.arange(N), np.arange(W))["votes"]
    pair = votes.task * W + votes.worker
    assert len(np.unique(pair)) < len(pair)  # repeated votes
    assert (votes.per_task[-2:] == 0).all()  # tasks without
    assert (np.nan_to_num(votes.majority()).max(axis=1) == .5).any()  # ties


def test_the_level_of_the_test_of_two_samples():
    """Of values with many ties, .05 is at most as likely as it says; two
    samples of N_SEEDS that do not overlap are told."""
    rng = np.random.default_rng(0)
    small = [p_value(*rng.integers(3, size=(2, N_SEEDS)), rng) <= .05
             for _ in range(200)]
    assert np.mean(small) <= .05 + 4 * (.05 * .95 / 200) ** .5
    level = 1e-3 / len(SOLVERS) / 10
    assert p_value(range(N_SEEDS), range(20, 20 + N_SEEDS), rng) < level


def test_every_kind_of_solver_is_among_them(benchmark):
    settings = {cls.setting
                for name, cls in solver_classes(benchmark).items()}
    assert settings == {"aggregation", "inputs", "active", "label_sets"}
