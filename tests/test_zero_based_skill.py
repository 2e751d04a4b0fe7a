"""ZeroBasedSkill by hand, against loops and against the package crowd-kit."""
import numpy as np
import pandas as pd
import pytest
from benchopt_internals import solver_classes
from conftest import random_votes
from numpy.testing import assert_allclose
from recorded import recorded_crowd

from benchmark_utils.votes import Votes


def solve(benchmark, votes, seed=0, **options):
    solver = solver_classes(benchmark)["ZeroBasedSkill"].get_instance(
        **options)
    solver.set_objective(votes=votes, seed=seed)
    solver.run(None)
    return solver


def naive_skills(votes, order, n_rounds):
    """One loop for each index; ties go to the first class of ``order``."""
    skill = [1 / len(set(votes.label)) + 1e-5] * votes.n_workers
    rate, cast = 1.0, list(zip(votes.task, votes.worker, votes.label))
    for turn in range(1, n_rounds + 1):
        rate /= 2 if turn % 20 == 0 else 1
        label = {}
        for i in set(votes.task):
            total = {}
            for task, j, vote in cast:
                if task == i:
                    total[vote] = total.get(vote, 0) + skill[j]
            label[i] = max(total, key=lambda k: (total[k], -order[k]))
        for j in set(votes.worker):
            own = [vote == label[i] for i, k, vote in set(cast) if k == j]
            skill[j] += rate * (np.mean(own) - skill[j])
    return skill


@pytest.mark.parametrize("n_rounds", [1, 3, 25])
@pytest.mark.parametrize("seed", range(3))
def test_agrees_with_the_naive_twin(benchmark, seed, n_rounds):
    votes, _ = random_votes(seed, n_votes=90)
    solver = solve(benchmark, votes, seed, max_iter=n_rounds)
    order = np.random.default_rng(seed).permutation(votes.n_classes)
    skill = np.array(naive_skills(votes, order, n_rounds))
    voted = votes.per_worker > 0
    assert_allclose(solver.worker_score[voted], skill[voted], rtol=1e-12)
    assert np.isnan(solver.worker_score[~voted]).all()
    assert_allclose(solver.soft_labels, votes.shares(skill[votes.worker]))


def test_by_hand(benchmark):
    """Labels 0, 1: worker 0 agrees with both, 1 and 2 with one each."""
    votes = Votes([0, 0, 0, 1, 1, 1], [0, 1, 2, 0, 1, 2], [0, 0, 1, 1, 0, 1],
                  2, 3, 2)
    solver = solve(benchmark, votes)
    assert_allclose(solver.worker_score, [1, .5, .5])
    assert_allclose(solver.soft_labels, [[.75, .25], [.25, .75]])


def test_a_round_that_changes_nothing_is_the_last(benchmark):
    """The skills after 100 rounds are those after 1,000."""
    votes, _ = random_votes(1, n_votes=150)
    many, more = (solve(benchmark, votes, max_iter=n).worker_score
                  for n in (100, 1000))
    np.testing.assert_array_equal(many, more)


def test_no_votes(benchmark):
    solver = solve(benchmark, Votes([], [], [], 2, 3, 2))
    assert np.isnan(solver.soft_labels).all()
    assert np.isnan(solver.worker_score).all()


def test_ties_are_broken_at_random(benchmark):
    """Two workers who always disagree: the winner has skill 1. Of 40 fair
    draws, fewer than 9 or more than 31 are one side in 4 of 10,000 cases."""
    votes = Votes([0, 0], [0, 1], [0, 1], 1, 2, 2)
    first = [solve(benchmark, votes, seed).worker_score[0]
             for seed in range(40)]
    assert 8 < np.sum(first) < 32 and set(np.round(first)) == {0, 1}


def labelme(folder):
    answers = np.loadtxt(folder / "labelme" / "LabelMe" / "answers.txt", int)
    task, worker = np.nonzero(answers >= 0)
    return Votes(task, worker, answers[task, worker], *answers.shape, 8)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")  # of newer pandas about the package
@pytest.mark.parametrize("crowd", ["rte", "web", "trec", "labelme"])
def test_equals_the_package(real_data, benchmark, crowd):
    """To the last bit, if both break ties by the same order of classes."""
    theirs = pytest.importorskip("crowdkit.aggregation").ZeroBasedSkill()
    votes = labelme(real_data) if crowd == "labelme" else recorded_crowd(
        real_data, crowd)[0]
    order = np.random.default_rng(3).permutation(votes.n_classes)
    theirs.fit(pd.DataFrame(dict(task=votes.task, worker=votes.worker,
                                 label=order[votes.label])))
    score = solve(benchmark, votes, 3).worker_score
    np.testing.assert_array_equal(
        score, theirs.skills_.reindex(range(votes.n_workers)).to_numpy(float))
