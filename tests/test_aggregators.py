"""Properties of every method that labels from votes alone."""
import numpy as np
import pytest
from benchopt_internals import solver_classes
from conftest import random_votes
from numpy.testing import assert_allclose

from benchmark_utils.catalogue import catalogue
from benchmark_utils.scoring.workers import auc
from benchmark_utils.votes import Votes

# PlantNet counts classes and draws ties; it has tests of its own.
AGGREGATORS = sorted(
    name for name, entry in catalogue("solvers").items()
    if entry.says.get("votes_only") and name != "PlantNet")
# Variants with code of their own; EBCC with one subtype is deterministic.
VARIANTS = [*[(name, {}) for name in AGGREGATORS
              if name not in ("Consensus", "EBCC")],
            ("EBCC", dict(subtypes=1)), ("OneCoin", dict(errors="pooled")),
            ("BWA", dict(repeated="once")), ("DS", dict(max_iter=10)),
            ("DS", dict(smoothing=.5)), ("DS", dict(spammer_threshold=.3))]
# Methods may ignore known truths; these keep and use them.
USES_KNOWN_TRUTH = [(name, options) for name, options in VARIANTS if name in (
    "BWA", "Committee", "DS", "DiscountedDS", "EBCC", "GLAD", "HierDS", "IBCC",
    "MACE", "OneCoin", "PTBCC")]


@pytest.fixture
def aggregate(benchmark):
    """aggregate(votes, name, options, seed, known_truth): the result."""
    classes = solver_classes(benchmark)

    def run(votes, name, options=(), seed=0, known_truth=None, kind=None):
        solver = classes[name].get_instance(**dict(options))
        solver.set_objective(
            votes=votes, seed=seed, known_truth=known_truth,
            worker_kind=np.arange(votes.n_workers) % 2 if kind is None
            else kind)
        solver.run(None)
        solver.votes_only = False  # no runs on parts of the votes
        return solver.get_result()
    return run


def renamed(votes, seed):
    """The same votes in another order, with renamed ids: task ``i`` is now
    ``tasks[i]``, ..."""
    rng = np.random.default_rng(seed)
    tasks, workers, classes, order = (rng.permutation(size) for size in (
        votes.n_tasks, votes.n_workers, votes.n_classes, len(votes)))
    return Votes(tasks[votes.task][order], workers[votes.worker][order],
                 classes[votes.label][order], votes.n_tasks, votes.n_workers,
                 votes.n_classes), tasks, workers, classes


def test_the_list_is_complete():
    assert {"MV", "NS", "DS", "GLAD", "WDS", "OneCoin", "Wawa", "HierDS",
            "IBCC", "EBCC", "BWA", "MACE", "PTBCC", "Committee"} <= set(
                AGGREGATORS)


@pytest.mark.parametrize("name, options", VARIANTS)
def test_names_and_order_do_not_matter(aggregate, name, options):
    for seed in range(3):
        votes, _ = random_votes(seed)
        other, tasks, workers, classes = renamed(votes, seed)
        result, again = (aggregate(v, name, options, kind=kind)
                         for v, kind in ((votes, np.arange(9) % 2), (
                             other, np.argsort(workers) % 2)))
        assert_allclose(again["soft_labels"][tasks][:, classes],
                        result["soft_labels"], atol=1e-9)
        assert_allclose(again["worker_score"][workers],
                        result["worker_score"], rtol=1e-9, atol=1e-9)
        assert_allclose(again["task_score"][tasks], result["task_score"],
                        rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("name, options, n_seeds", [
    ("Consensus", {}, 300), ("EBCC", dict(subtypes=2, restarts=1), 60)])
def test_names_and_order_do_not_matter_in_distribution(aggregate, name,
                                                      options, n_seeds):
    """Means of the soft labels over seeds agree within their noise."""
    votes, _ = random_votes(5, n_tasks=12, n_votes=60)
    other, tasks, _, classes = renamed(votes, 5)

    def sample(votes, first_seed):
        return np.array([np.nan_to_num(aggregate(
            votes, name, options, seed)["soft_labels"])
            for seed in range(first_seed, first_seed + n_seeds)])

    a, b = sample(votes, 0), sample(other, n_seeds)[:, tasks][:, :, classes]
    error = np.sqrt((a.var(axis=0) + b.var(axis=0)) / n_seeds)
    assert error.max() > 1e-4  # the seed matters
    off = np.abs(a.mean(axis=0) - b.mean(axis=0))
    assert (off <= 4.5 * error + 1e-6).all()


@pytest.mark.parametrize("name", AGGREGATORS)
def test_same_seed_same_result(aggregate, name):
    votes, _ = random_votes(1)
    first, again = (aggregate(votes, name, seed=3) for _ in range(2))
    for key in ("soft_labels", "worker_score", "task_score"):
        np.testing.assert_array_equal(first[key], again[key])


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("name", AGGREGATORS)
@pytest.mark.parametrize("votes", [
    Votes([], [], [], 2, 3, 2),
    Votes([0, 1], [0, 0], [0, 0], 3, 1, 1),  # one class, one worker
    Votes([0, 2, 2], [0, 0, 0], [1, 0, 0], 3, 1, 3),  # one worker, repeated
    Votes([0, 0], [0, 1], [1, 0], 1, 2, 2),  # nothing but a tie
    Votes([0, 0, 1, 1], [0, 1, 0, 1], [2, 2, 2, 2], 2, 2, 4),  # unanimous
], ids=["no votes", "one class", "one worker", "tie", "unanimous"])
def test_smallest_crowds(aggregate, name, votes):
    result = aggregate(votes, name)
    soft = result["soft_labels"]
    voted = votes.per_task >= (2 if name == "Consensus" else 1)
    assert np.isnan(soft[votes.per_task == 0]).all()
    assert_allclose(soft[voted & ~np.isnan(soft[:, 0])].sum(axis=1), 1)
    assert name == "Consensus" or not np.isnan(soft[voted]).any()
    assert np.isnan(result["worker_score"][votes.per_worker == 0]).all()
    if len(votes) == 2 and votes.n_tasks == 1 and name not in (
            "Consensus", "ZeroBasedSkill"):  # they draw
        assert_allclose(soft, [[.5, .5]], atol=1e-9)
    if votes.n_classes == 4:
        assert (soft.argmax(axis=1) == 2).all()


@pytest.mark.parametrize("name", AGGREGATORS)
def test_workers_without_votes_and_classes_without_tasks(aggregate, name):
    """They have no score and do not change the labels."""
    votes, _ = random_votes(2)
    wide = Votes(votes.task + 2, votes.worker + 3, votes.label,
                 votes.n_tasks + 2, votes.n_workers + 5, votes.n_classes)
    result, wider = (aggregate(v, name, kind=(np.arange(v.n_workers) - shift)
                               % 2) for v, shift in ((votes, 0), (wide, 3)))
    assert np.isnan(wider["soft_labels"][:2]).all()
    assert np.isnan(wider["worker_score"][[0, 1, 2, -1, -2]]).all()
    if name != "EBCC":  # its random starts are drawn for all tasks
        assert_allclose(wider["soft_labels"][2:], result["soft_labels"],
                        atol=1e-9)


@pytest.mark.parametrize("name", AGGREGATORS)
@pytest.mark.parametrize("n_workers", [600, 30])
def test_many_votes_on_a_task(aggregate, name, n_workers):
    """.6^600 underflows; each of 30 workers votes 20 times on a task."""
    rng = np.random.default_rng(0)
    truth = np.array([0, 1, 2, 0, 1, 2, 2, 0])
    task = np.repeat(np.arange(8), 600)
    worker = np.tile(np.arange(600) % n_workers, 8)
    label = np.where(rng.random(len(task)) < .6, truth[task],
                     rng.integers(3, size=len(task)))
    soft = aggregate(Votes(task, worker, label, 8, n_workers, 3), name)[
        "soft_labels"]
    assert np.isfinite(soft).all()
    if name != "Consensus":
        np.testing.assert_array_equal(soft.argmax(axis=1), truth)


@pytest.mark.parametrize("name, options", USES_KNOWN_TRUTH)
def test_known_truths_are_kept_and_used(aggregate, name, options):
    """Two groups of workers disagree on all tasks; only the known truths show
    which group is right."""
    rng = np.random.default_rng(0)
    truth = rng.integers(2, size=60)
    task, worker = np.repeat(np.arange(60), 8), np.tile(np.arange(8), 60)
    right = rng.random(len(task)) < np.where(worker < 4, .95, .05)
    votes = Votes(task, worker, np.where(right, truth[task],
                                         1 - truth[task]), 62, 9, 2)
    known = np.full(62, -1)
    known[:30] = truth[:30]
    known[60] = 1  # without votes
    soft = aggregate(votes, name, options, known_truth=known)["soft_labels"]
    np.testing.assert_array_equal(soft[:30], np.eye(2)[truth[:30]])
    np.testing.assert_array_equal(soft[60], [0, 1])
    assert np.isnan(soft[61]).all()
    if name not in ("BWA", "MACE"):  # a precision is never negative
        assert (soft[30:60].argmax(axis=1) == truth[30:]).mean() > .9
    unknown = np.full(62, -1)
    for key, value in aggregate(votes, name, options).items():
        np.testing.assert_array_equal(
            value, aggregate(votes, name, options, known_truth=unknown)[key])


@pytest.mark.parametrize("name", AGGREGATORS)
def test_a_spammer_has_the_lowest_score(aggregate, name):
    """Eleven workers of accuracy .8 and one who votes at random, on 300
    tasks, enough for every method."""
    rng = np.random.default_rng(1)
    truth = rng.integers(3, size=300)
    task, worker = np.repeat(np.arange(300), 12), np.tile(np.arange(12), 300)
    knows = (worker != 7) & (rng.random(3600) < .7)
    label = np.where(knows, truth[task], rng.integers(3, size=3600))
    result = aggregate(Votes(task, worker, label, 300, 12, 3), name)
    assert result["worker_score"].argmin() == 7


@pytest.mark.parametrize("name", AGGREGATORS)
def test_task_scores_find_the_hopeless_tasks(aggregate, name):
    """On the first 30 of 300 tasks, votes are uniform."""
    rng = np.random.default_rng(2)
    truth = rng.integers(3, size=300)
    task, worker = np.repeat(np.arange(300), 9), np.tile(np.arange(9), 300)
    knows = (task >= 30) & (rng.random(2700) < .7)
    label = np.where(knows, truth[task], rng.integers(3, size=2700))
    score = aggregate(Votes(task, worker, label, 300, 9, 3), name)[
        "task_score"]
    assert auc(score, np.arange(300) >= 30) > (
        .5 if name == "Consensus" else .8)
