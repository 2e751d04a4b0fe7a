"""Scores of small answers, computed by hand."""
import numpy as np
import pytest
from numpy.testing import assert_allclose

from benchmark_utils.aggregation.held_out import held_out, hold_out
from benchmark_utils.contract.answer import Answer
from benchmark_utils.contract.problem import Problem
from benchmark_utils.scoring import all_scores
from benchmark_utils.scoring.labels import macro_f1
from benchmark_utils.scoring.network import worker_importance
from benchmark_utils.votes import UNVOTED, Votes

N = np.nan


def test_f1_of_ties_by_hand():
    """A tie of m classes is 1/m of a prediction of each, an abstention 1/K.
    Class 0: hit .5, predicted .5 + 1/3; class 1: hit 1, predicted .5 + 1 +
    1/3; class 2: hit 1/3, predicted 1/3; each is one task's truth."""
    soft = np.array([[.4, .4, .2], [0, 1, 0], [N, N, N], [1, 0, 0]])
    truth = np.array([0, 1, 2, -1])
    expected = np.mean([1 / (1 + 5 / 6), 2 / (1 + 11 / 6),
                        2 / 3 / (1 + 1 / 3)])
    assert_allclose(macro_f1(soft, truth), expected)
    # The order of the classes does not break ties.
    assert_allclose(macro_f1(soft[:, ::-1], np.array([2, 1, 0, -1])),
                    expected)


def test_f1_counts_a_class_without_votes():
    soft = np.array([[1., 0], [0, 1]])
    # Class 0: hit 1, predicted 1, true 1; class 1: no hit; and the other.
    assert_allclose(macro_f1(soft, np.array([0, UNVOTED])), 1 / 3)


def test_importance_of_workers_by_hand():
    """Class 0 is wrong in all 4 examples, which counts as half a correct one.
    Class 1 is correct in both of its 2; class 2 is not in the test set."""
    y = np.array([0, 0, 0, 0, 1, 1])
    p = np.tile([.1, .8, .1], (6, 1))
    confusion = np.array([np.diag([.9, .3, 0]), np.diag([.2, 1, 1])])
    weight = np.array([4 / .5, 2 / 2])
    weight = weight / weight.sum()
    assert_allclose(worker_importance(confusion, p, y),
                    [.9 * weight[0] + .3 * weight[1],
                     .2 * weight[0] + weight[1]])


def queried(finished):
    """Four tasks; worker 1 costs 2 and takes 7 seconds, the expert costs 5.
    Two votes, one expert label and a gold task for each of two workers."""
    truth = np.array([0, 1, 1, 0])
    problem = Problem(ground_truth=truth, oracle=dict(
        confusion=np.tile(np.eye(2), (2, 1, 1)), cost=np.array([1., 2]),
        latency=np.array([3., 7]), budget=20, expert_price=5))
    oracle = problem.handed_out(0)["oracle"]
    oracle.ask([0, 1], [0, 1])
    oracle.ask_expert([2])
    oracle.ask_gold(1)
    soft = np.array([[1, 0], [0, 1], [1, 0], [.5, .5]])
    return all_scores(problem, Answer(
        problem=problem, soft_labels=soft, oracle=oracle,
        finished_tasks=finished))


def test_query_costs_by_hand():
    scores = queried(np.array([True, False, True, True]))
    expected = dict(
        n_votes=4, votes_per_task=1, cost=3 + 5 + 3, cost_per_task=11 / 4,
        worker_seconds=10 + 10, budget=20, expert_share=1 / 4,
        finished_share=3 / 4, finished_precision=(1 + 0 + .5) / 3)
    assert {name: scores[name] for name in expected} == pytest.approx(
        expected)
    scores = queried(None)
    assert np.isnan(scores["finished_share"])
    assert np.isnan(scores["finished_precision"])


def test_given_votes_cost_nothing():
    votes = Votes([0, 0, 1], [0, 1, 0], [0, 0, 1], 2, 2, 2)
    problem = Problem(votes=votes, ground_truth=np.array([0, 1]))
    scores = all_scores(problem, Answer(
        problem=problem, soft_labels=votes.shares()))
    assert scores["n_votes"] == 3 and scores["votes_per_task"] == 1.5
    assert np.isnan(scores["cost_per_task"]) and np.isnan(scores["budget"])


def test_a_repeated_vote_counts_once():
    """In the number of votes, their agreement and the likelihood of hidden
    ones; labels and label accuracy are the method's own."""
    task, worker, label = [0, 0, 1, 1, 0], [0, 1, 0, 1, 0], [0, 1, 1, 1, 0]
    every = Votes(task, worker, label, 2, 2, 2)
    once = every.select(np.arange(4))
    folds = [np.array([[.9, .1], [.2, .8]])] * 5

    def scores(votes):
        problem = Problem(votes=votes, ground_truth=np.array([0, 1]))
        return all_scores(problem, Answer(
            problem=problem, soft_labels=votes.shares()))
    found = scores(every)
    assert found["n_votes"] == 4 and found["votes_per_task"] == 2
    assert found["n_repeated"] == 1 and found["label_recovery"] == 1
    assert scores(once)["label_recovery"] == .75
    assert found["krippendorff_alpha"] == scores(once)["krippendorff_alpha"]
    fold = hold_out(every)
    hidden = held_out(every, dict(enumerate(folds)), fold)
    assert sorted(hidden.vote) == [0, 1, 2, 3]


def test_label_sets_by_hand():
    """The expert labels two of four tasks; three label sets are queried."""
    truth = np.array([[1, 1, 0], [1, 0, 0], [0, 0, 1], [0, 1, 0]], bool)
    problem = Problem(
        votes=Votes([0], [0], [0], 4, 1, 3), ground_truth=np.zeros(4, int),
        truth_sets=truth, label_set_oracle=dict(
            visibility=np.ones((4, 3)), annotators=np.ones((2, 2)),
            expert=(1., 1.), budget=5))
    oracle = problem.handed_out(0)["label_set_oracle"]
    oracle.ask([0, 0, 1], [0, 1, 0], np.ones((3, 3), bool))
    oracle.ask_expert([2, 3])
    sets = np.array([[1, 0, 0], [1, 1, 0], [1, 1, 0], [0, 1, 0]], bool)
    scores = all_scores(problem, Answer(
        problem=problem, soft_labels=sets / sets.sum(axis=1, keepdims=True),
        label_sets=sets, label_set_oracle=oracle,
        task_score=np.array([.1, .2, .3, .4])))
    expected = dict(set_quality=(1 / 2 + 1 / 2 + 0 + 1) / 4, manual_quality=1,
                    multi_label_share=1 / 2, labels_saved=1 / 2,
                    sets_per_task=3 / 4,
                    task_auc=1)  # the only right set has the highest score
    assert {name: scores[name] for name in expected} == pytest.approx(
        expected)


def test_a_network_by_hand():
    """Three classes. The first two predictions are correct, the truth of the
    third is its second class, that of the fourth its last; the prediction of
    the fourth is another of its labels."""
    p = np.array([[.8, .1, .1], [.2, .7, .1], [.5, .3, .2], [.6, .3, .1]])
    y = np.array([0, 1, 1, 2])
    problem = Problem(
        votes=Votes([0], [0], [0], 1, 1, 3), ground_truth=np.array([0]),
        X=np.zeros((1, 2)), X_test=np.zeros((4, 2)), y_test=y,
        classifier="mlp", test_sets=np.array(
            [[1, 0, 0], [0, 1, 0], [0, 1, 1], [1, 0, 1]], bool))
    scores = all_scores(problem, Answer(
        problem=problem, soft_labels=np.eye(3)[:1], test_probabilities=p))
    expected = dict(test_accuracy=1 / 2, test_top2=3 / 4,
                    relabelled_accuracy=3 / 4,
                    test_nll=-np.log([.8, .7, .3, .1]).mean())
    assert {name: scores[name] for name in expected} == pytest.approx(
        expected)


def test_spammers_and_ambiguous_tasks_by_hand():
    """One of four pairs of a spammer and another worker is in the wrong
    order; of the tasks, the ambiguous one scores lowest."""
    votes = Votes([0, 1, 2, 2], [0, 1, 2, 3], [0, 0, 1, 1], 3, 4, 2)
    problem = Problem(votes=votes, ground_truth=np.array([1, 0, 1]),
                      spammer=np.array([True, True, False, False]),
                      ambiguous=np.array([False, True, False]))
    scores = all_scores(problem, Answer(
        problem=problem, soft_labels=votes.shares(),
        worker_score=np.array([.1, .5, .3, .9]),
        task_score=np.array([.3, .1, .2])))
    assert scores["worker_auc"] == 3 / 4
    assert scores["task_auc"] == 1
