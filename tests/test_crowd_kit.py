"""Methods of the package crowd-kit, and ours compared with them."""
import builtins

import numpy as np
import pandas as pd
import pytest
from benchopt_internals import solver_classes
from conftest import random_votes
from numpy.testing import assert_allclose

from benchmark_utils.aggregation.crowd_kit import (
    METHODS,
    _with_evidence,
    crowd_kit,
)
from benchmark_utils.aggregation.dawid_skene import dawid_skene
from benchmark_utils.aggregation.glad import glad
from benchmark_utils.votes import Votes

# Warnings of newer pandas about the package's code.
pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore")]


@pytest.fixture(scope="module", autouse=True)
def aggregation():
    """The package; it takes seconds to import, so not with this file."""
    return pytest.importorskip("crowdkit.aggregation")


def crowd(seed, n_classes=3, n_tasks=40):
    """Every worker votes once on every task; no ties of weighted votes; all
    classes occur."""
    rng = np.random.default_rng(seed)
    truth = rng.integers(n_classes, size=n_tasks)
    task, worker = np.nonzero(rng.random((n_tasks, 9)) < .7)
    accuracy = rng.uniform(.4, .95, size=9)
    label = np.where(rng.random(len(task)) < accuracy[worker], truth[task],
                     rng.integers(n_classes, size=len(task)))
    return Votes(task, worker, label, n_tasks, 9, n_classes)


def table(votes):
    return pd.DataFrame(dict(task=votes.task, worker=votes.worker,
                             label=votes.label))


def probabilities(fit, votes):
    return fit.probas_.reindex(range(votes.n_tasks))[
        list(range(votes.n_classes))].to_numpy()


@pytest.mark.parametrize("n_iter", [1, 4, 10])
def test_dawid_skene_is_theirs_after_each_iteration(aggregation, n_iter):
    votes = crowd(0)
    theirs = aggregation.DawidSkene(n_iter=n_iter, tol=-1).fit(table(votes))
    ours = dawid_skene(votes, max_iter=n_iter, tol=-1).T
    assert_allclose(ours, probabilities(theirs, votes), atol=1e-7)


def test_known_truths_are_used_as_theirs_are(aggregation):
    votes = crowd(1)
    known = np.full(votes.n_tasks, -1)
    known[:15] = (np.nan_to_num(votes.majority()).argmax(axis=1)[:15] + 1) % 3
    theirs = aggregation.DawidSkene(n_iter=6, tol=-1).fit(
        table(votes), true_labels=pd.Series(known[:15], range(15)))
    ours = dawid_skene(votes, max_iter=6, tol=-1, known_truth=known).T
    assert_allclose(ours, probabilities(theirs, votes), atol=1e-7)
    without = dawid_skene(votes, max_iter=6, tol=-1).T
    assert np.abs(without - ours)[15:].max() > .01


@pytest.mark.slow
def test_glad_is_theirs_at_convergence(aggregation):
    votes = crowd(2, n_tasks=15)
    theirs = aggregation.GLAD(n_iter=8, tol=-1, m_step_tol=1e-10).fit(
        table(votes))
    ours = glad(votes, max_iter=5000, tol=0)
    assert_allclose(ours.T, probabilities(theirs, votes), atol=1e-4)
    assert_allclose(ours.worker_score, theirs.alphas_.sort_index(), atol=1e-3)


def test_wawa_weighs_workers_as_theirs_without_ties(aggregation, benchmark):
    votes = crowd(3, n_tasks=200)
    counts = np.sort(votes.counts(), axis=1)
    tied = counts[:, -1] == counts[:, -2]
    votes = votes.of_tasks(np.flatnonzero(~tied))
    theirs = aggregation.Wawa().fit(table(votes))
    solver = solver_classes(benchmark)["Wawa"].get_instance()
    solver.set_objective(votes=votes)
    solver.run(None)
    assert_allclose(solver.worker_score, theirs.skills_.sort_index())


@pytest.mark.parametrize("method", METHODS)
def test_rows_are_the_packages_results(aggregation, benchmark, method):
    votes = crowd(4, n_classes=2 if method == "KOS" else 3)
    solver = solver_classes(benchmark)["CrowdKit"].get_instance(method=method)
    assert solver.skip(votes=votes) == (False, None)
    solver.set_objective(votes=votes, seed=0)
    state = np.random.get_state()[1].copy()
    solver.run(None)
    np.testing.assert_array_equal(np.random.get_state()[1], state)
    solver.votes_only = False
    result = solver.get_result()
    assert_allclose(result["soft_labels"].sum(axis=1), 1)
    theirs = getattr(aggregation, method)()
    theirs.fit(table(votes))
    if method == "MMSR":
        np.testing.assert_array_equal(
            result["soft_labels"].argmax(axis=1),
            theirs.predict(table(votes)).sort_index())
        assert_allclose(result["worker_score"], theirs.skills_.sort_index())
    else:
        # The seed draws messages in the order of rows: the same here.
        np.testing.assert_array_equal(result["soft_labels"].argmax(axis=1),
                                      theirs.labels_.sort_index())


def test_ties_are_broken_at_random(aggregation, monkeypatch):
    """A method that takes the first class of its order takes either of two
    with equal probability, and the label is mapped back."""
    class First:
        def fit(self, data):
            self.labels_ = data.groupby("task")["label"].min()

        def predict(self, data):
            return self.labels_

    monkeypatch.setattr(aggregation, "MMSR", First)
    votes = Votes([0, 0, 1], [0, 1, 0], [1, 3, 2], 2, 2, 4)
    soft = np.array([crowd_kit(votes, "MMSR", seed)[0]
                     for seed in range(200)])
    assert_allclose(soft.mean(axis=0)[0], [0, .5, 0, .5], atol=.15)
    assert_allclose(soft[:, 1], np.tile([0, 0, 1, 0], (200, 1)))


@pytest.mark.parametrize("method", METHODS)
def test_absent_tasks_workers_and_votes(method):
    votes, _ = random_votes(0, n_classes=2)
    T, _ = crowd_kit(votes, method)
    assert np.isnan(T[votes.per_task == 0]).all()
    assert_allclose(T[votes.per_task > 0].sum(axis=1), 1)
    nobody = Votes([], [], [], 2, 3, 2)
    assert np.isnan(crowd_kit(nobody, method)[0]).all()


def test_kos_abstains_where_its_messages_are_0(aggregation):
    """Four workers vote on tasks 0 to 4; worker 4 votes on task 5 alone, and
    worker 0 alone on task 6."""
    rng = np.random.default_rng(0)
    task = np.append(np.repeat(np.arange(5), 4), [5, 6])
    worker = np.append(np.tile(np.arange(4), 5), [4, 0])
    votes = Votes(task, worker, rng.integers(2, size=22), 7, 5, 2)
    np.testing.assert_array_equal(_with_evidence(votes), task != 5)
    T, _ = crowd_kit(votes, "KOS")
    assert np.isnan(T[5]).all() and not np.isnan(T[[0, 1, 2, 3, 4, 6]]).any()
    with pytest.raises(KeyError):  # what the package itself does
        aggregation.KOS().fit(table(votes))


def test_kos_labels_where_all_votes_agree(aggregation):
    votes = Votes([0, 0, 1, 1], [0, 1, 0, 1], [1, 1, 1, 1], 3, 2, 2)
    np.testing.assert_array_equal(
        crowd_kit(votes, "KOS")[0], [[0, 1], [0, 1], [np.nan, np.nan]])
    with pytest.raises(ValueError, match="binary"):  # the package itself
        aggregation.KOS().fit(table(votes))


def test_kos_says_which_votes_it_cannot_label():
    """Both workers voted for both classes on task 0."""
    votes = Votes([0, 0, 1, 1, 0, 0], [0, 1, 0, 1, 0, 1], [0, 0, 1, 1, 1, 1],
                  2, 2, 2)
    with pytest.raises(ValueError, match="KOS.: the messages of a task's"):
        crowd_kit(votes, "KOS")


def test_reasons_to_skip(benchmark, monkeypatch):
    get = solver_classes(benchmark)["CrowdKit"].get_instance
    assert "two classes" in get(method="KOS").skip(votes=crowd(0))[1]
    wide = Votes([0], [0], [0], 1, 121, 2)
    assert "at most 120" in get(method="MMSR").skip(votes=wide)[1]
    assert get(method="KOS").skip()[0]
    assert "choose a method" in get().skip(votes=crowd(0))[1]
    with pytest.raises(ValueError, match="one of none, MMSR, KOS"):
        get(method="Wawa")
    found = builtins.__import__

    def missing(name, *arguments, **options):
        if name.startswith("crowdkit"):
            raise ImportError(name)
        return found(name, *arguments, **options)

    monkeypatch.setattr(builtins, "__import__", missing)
    skip, reason = get(method="MMSR").skip(votes=crowd(0))
    assert skip and "pip install crowd-kit" in reason and "\n" not in reason
