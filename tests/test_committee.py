import numpy as np
import pytest
from benchopt_internals import solver_classes
from conftest import random_votes
from numpy.testing import assert_allclose

from benchmark_utils.aggregation.bwa import bwa
from benchmark_utils.aggregation.committee import (
    committee,
    label_entropy,
    not_collapsed,
)
from benchmark_utils.aggregation.dawid_skene import dawid_skene
from benchmark_utils.aggregation.mace import mace
from benchmark_utils.votes import Votes


def labels(*best):
    return np.eye(3)[list(best)]


def test_label_entropy_by_hand():
    assert_allclose(label_entropy(labels(0, 1, 2, 1)),
                    -.5 * np.log(.25) - .5 * np.log(.5))
    # A tie is half a label of each class; tasks without votes do not count.
    T = np.array([[.4, .4, .2], [.1, .8, .1], [np.nan] * 3])
    assert_allclose(label_entropy(T), -.25 * np.log(.25) - .75 * np.log(.75))
    assert label_entropy(labels(1, 1)) == 0
    assert label_entropy(np.full((2, 3), np.nan)) == 0


def test_members_below_half_of_the_majoritys_entropy_are_dropped():
    majority = labels(0, 0, 1, 1)  # log 2
    members = dict(even=labels(0, 1, 0, 1), one=labels(0, 0, 0, 0),
                   few=labels(*[0] * 9, 1),  # .325 < .347 nats
                   some=labels(*[0] * 8, 1, 1))  # .5 nats
    assert not_collapsed(members, majority) == ("even", "some")
    # Half exactly is enough: two of four classes instead of four.
    members = dict(two=np.eye(4)[[0, 1, 0, 1]])
    assert not_collapsed(members, np.eye(4)) == ("two",)


def test_if_all_collapse_the_least_collapsed_is_kept():
    members = dict(a=labels(0, 0, 0, 0, 0, 0, 0, 0),
                   b=labels(0, 0, 0, 0, 0, 0, 0, 1))
    assert not_collapsed(members, labels(0, 1, 2, 0, 1, 2, 0, 1)) == ("b",)


@pytest.mark.parametrize("seed", range(3))
def test_mean_of_the_members_kept(seed):
    votes, _ = random_votes(seed)
    fit = committee(votes)
    expected = [dawid_skene(votes, max_iter=10).T, mace(votes).T,
                bwa(votes).T]
    for T, member in zip(expected, ("DS", "MACE", "BWA"), strict=True):
        np.testing.assert_array_equal(fit.members[member], T)
    assert fit.kept == ("DS", "MACE", "BWA")
    assert_allclose(fit.T, np.mean(expected, axis=0))


def lazy_crowd(accuracy):
    """Of 20 workers who vote on 300 tasks of 4 classes, 8 always vote 0; the
    others know ``accuracy`` of the answers and guess the rest."""
    rng = np.random.default_rng(0)
    truth = rng.integers(4, size=300)
    task, worker = np.repeat(np.arange(300), 20), np.tile(np.arange(20), 300)
    label = np.where(rng.random(6000) < accuracy, truth[task],
                     rng.integers(4, size=6000))
    return Votes(task, worker, np.where(worker < 8, 0, label), 300, 20,
                 4), truth


@pytest.mark.parametrize("accuracy, kept", [
    (.6, ("DS", "MACE")), (.4, ("DS",))])
def test_members_that_collapse_are_dropped(accuracy, kept):
    """To BWA, and to MACE if the others are weak, those who always agree are
    the precise ones: all tasks become 0. The mean of all three would be
    wrong where the guarded one is right."""
    votes, truth = lazy_crowd(accuracy)
    fit = committee(votes)
    assert fit.kept == kept
    for name, T in fit.members.items():
        share = (T.argmax(axis=1) == 0).mean()
        assert share < .4 if name in kept else share > .99
    right = [(T.argmax(axis=1) == truth).mean() for T in (
        fit.T, fit.members["BWA"], votes.majority())]
    assert right[0] > .8 and right[1] < .3 and right[2] < .6
    assert_allclose(fit.T, np.mean([fit.members[name] for name in kept],
                                   axis=0))


# --- the solver and its guard -----------------------------------------------
@pytest.fixture
def solved(benchmark):
    """solved(votes, guard, data of the dataset): the solver's soft labels."""
    def run(votes, guard="on", **given):
        solver = solver_classes(benchmark)["Committee"].get_instance(
            guard=guard)
        solver.set_objective(votes=votes, **given)
        solver.run(None)
        return solver.soft_labels
    return run


def few_shared():
    """Three votes on one task and a tie on another, by workers who share
    nothing else: nobody is known."""
    return Votes([0, 0, 0, 1, 1], [0, 1, 2, 3, 4], [0, 1, 1, 0, 1], 3, 5, 2)


def test_with_few_shared_votes_the_majority_decides(solved):
    votes = few_shared()
    T = committee(votes).T
    assert_allclose(solved(votes, guard="off"), T)
    score = np.array([[0, 1], [1, 1]]) + T[:2] / 2
    assert_allclose(solved(votes)[:2], score / score.sum(axis=1)[:, None])
    assert np.isnan(solved(votes)[2]).all()


def test_repeats_do_not_make_a_worker_known(solved):
    """Both workers have twelve votes on a shared task, which is one each,
    far from the ten that count half, and differ on it."""
    task, worker = [0] * 24 + [1, 2, 2], [0] * 12 + [1] * 12 + [0, 1, 0]
    votes = Votes(task, worker, [0] * 12 + [1] * 12 + [0, 1, 1], 3, 2, 2)
    safe = solved(votes, guard="always")
    assert abs(safe - committee(votes).T).max() > .01
    assert_allclose(solved(votes), safe)


def test_a_rare_class_is_guarded_among_people_only(solved):
    """Everybody has voted 0 on 19 of 20 tasks, and 2 of 3 on the last."""
    task = np.repeat(np.arange(20), 3)
    label = np.zeros(60, int)
    label[-3:-1] = 1
    votes = Votes(task, np.tile(np.arange(3), 20), label, 20, 3, 2)
    T, safe = committee(votes).T, solved(votes, guard="always")
    assert abs(T - safe).max() > .01
    people, models = np.zeros(3, int), np.ones(3, int)
    assert_allclose(solved(votes, worker_kind=people), safe)
    for kind in (None, models, np.array([0, 0, 1])):
        assert_allclose(solved(votes, worker_kind=kind), T)
    assert_allclose(solved(votes, worker_kind=people, guard="off"), T)


@pytest.mark.parametrize("seed", range(3))
def test_the_safe_labels_are_of_the_most_voted(solved, seed):
    votes, _ = random_votes(seed)
    soft, counts = solved(votes, guard="always"), votes.counts()
    best = soft[:28].argmax(axis=1)
    assert (counts[np.arange(28), best] == counts[:28].max(axis=1)).all()
