"""Rows for voters of two kinds: weights, and pairs of votes."""
import numpy as np
import pytest
from benchopt_internals import solver_classes
from numpy.testing import assert_allclose, assert_array_equal
from worked_panel import KIND, TRUTH, VOTES

from benchmark_utils.aggregation.dawid_skene import dawid_skene
from benchmark_utils.aggregation.panel_votes import other_vote, panel_weights
from benchmark_utils.scoring.labels import label_recovery
from benchmark_utils.votes import Votes


def labels(benchmark, name, votes=VOTES, kind=KIND, **parameters):
    solver = solver_classes(benchmark)[name].get_instance(**parameters)
    solver.set_objective(votes=votes, worker_kind=kind, seed=0)
    assert not solver.skip(votes=votes, worker_kind=kind)[0]
    solver.run(None)
    return solver.get_result()["soft_labels"]


@pytest.mark.parametrize("name, parameters, of_class_1", [
    ("NS", {}, [.1429, .5714, .2857, .2857, .8571, .4286, .7143, .5714]),
    ("PanelVote", {}, [.25, .25, .3125, .3125, .75, .75, .6875, .625]),
    ("DiscountedDS", dict(weight=1.0), [0, 1, 0, 0, 1, 0, 1, 0]),
    ("DS", dict(max_iter=10), [0, 1, 0, 0, 1, 0, 1, 0]),
    ("DiscountedDS", dict(weight=.3),
     [.1172, .9328, .9141, .1159, .9352, .1211, .9359, .0540])])
def test_worked_example(benchmark, name, parameters, of_class_1):
    T = labels(benchmark, name, **parameters)
    assert_allclose(T[:, 1], of_class_1, atol=5e-5)
    assert_allclose(T.sum(axis=1), 1)


def test_isp_on_the_worked_example(benchmark):
    Q, n = other_vote(VOTES), VOTES.counts()
    assert_allclose(Q, [[.5515, .4485], [.4817, .5183]], atol=5e-5)
    score = n[:2] @ (np.eye(2) - Q)
    assert_allclose(score, [[2.2091, -2.2091], [-.5814, .5814]], atol=5e-5)
    T = labels(benchmark, "ISP")
    assert_array_equal(T[:2], [[1, 0], [0, 1]])


def test_isp_prefers_the_rare_class(benchmark):
    """Nine tasks with votes 0 and 0, one with 0 and 1: by hand Q_01 = 1.05 /
    20 and Q_11 = .05 / 2, so the tie goes to class 1, by twice .9225."""
    label = np.zeros(20, int)
    label[-1] = 1
    votes = Votes(np.repeat(np.arange(10), 2), np.arange(20) % 2, label, 10,
                  2, 2)
    solver = solver_classes(benchmark)["ISP"].get_instance()
    solver.set_objective(votes=votes, seed=0)
    solver.run(None)
    assert_array_equal(solver.soft_labels[:, 1], [0] * 9 + [1])
    assert solver.task_score[-1] == pytest.approx(2 * (1 - .0525 - .025))


def test_the_defaults_are_those_of_the_source(benchmark):
    chosen = solver_classes(benchmark)["DiscountedDS"].get_instance()
    assert chosen.weight == .2 and chosen.max_iter == 10
    assert_allclose(labels(benchmark, "DiscountedDS"),
                    dawid_skene(VOTES, 10, vote_weight=panel_weights(
                        VOTES, KIND, .2)).T)


def test_weights():
    """Repeated votes count in n; people alone, models alone; one model."""
    votes = Votes([0, 0, 0, 0, 1, 1, 2, 3, 3, 4, 4, 4],
                  [0, 1, 1, 2, 1, 2, 0, 0, 2, 0, 1, 2], [0] * 12, 6, 3, 2)
    kind = np.array([0, 1, 1])
    third = 1 / 3
    for least, small in ((0, third), (.2, third), (.4, .4)):
        assert_allclose(panel_weights(votes, kind, least), [
            1, small, small, small, 1, 1, 1, 1, 1, 1, .5, .5])
    assert_array_equal(panel_weights(votes, np.zeros(3, int), .2), 1)


def test_a_task_of_models_alone_is_not_decided_by_the_prevalence():
    """Seven of ten models vote 1, the prevalence of class 0 is .9. With 9 of
    10 votes right the log odds are 4 log 9 - log 9; models that together
    counted as one vote would lose against the prevalence."""
    rng = np.random.default_rng(0)
    truth = (np.arange(200) % 10 == 0).astype(int)
    task, worker = np.indices((200, 13)).reshape(2, -1)
    label = np.where(rng.random(len(task)) < .9, truth[task], 1 - truth[task])
    label = np.where(task % 20 == 0, worker > 5, label).astype(int)
    keep = (worker > 2) | (task % 20 != 0)
    votes = Votes(task[keep], worker[keep], label[keep], 200, 13, 2)
    kind = np.repeat([0, 1], [3, 10])
    weight = panel_weights(votes, kind, .1)
    alone = votes.task % 20 == 0
    assert (weight[alone] == 1).all()
    assert_allclose(weight[~alone & (votes.worker > 2)], .1)
    T = dawid_skene(votes, 10, vote_weight=weight).T
    assert T[::20, 1].min() > .95
    weight[alone] = .1
    assert dawid_skene(votes, 10, vote_weight=weight).T[::20, 1].max() < .3


def test_weights_are_powers_of_the_likelihood():
    """One E step by hand: w copies of a vote, where w is an integer; and the
    M step counts each vote once."""
    from benchmark_utils.aggregation.confusion import ConfusionModel
    votes = Votes([0, 0, 1, 1], [0, 1, 0, 1], [0, 1, 1, 1], 2, 2, 2)
    model = ConfusionModel(votes)
    T = np.array([[.75, .25], [.25, .75]])
    log_pi = model.m_step(T)  # answers (0, 0), (0, 1), (1, 1)
    assert_allclose(np.exp(log_pi), [[.75, .25], [.25, .75], [1, 1]])
    found, total = model.e_step(log_pi, np.log([.5, .5]),
                                np.array([2., 1, 1, 3]))
    joint = .5 * np.array([[.75 ** 2, .25 ** 2], [.25, .75]])
    assert_allclose(found, joint / joint.sum(axis=1, keepdims=True))
    assert total == pytest.approx(np.log(joint.sum(axis=1)).sum())


def test_one_class_no_votes_and_a_class_without_votes(benchmark):
    one = Votes(VOTES.task, VOTES.worker, VOTES.label * 0, 9, 7, 1)
    three = Votes(VOTES.task, VOTES.worker, VOTES.label, 9, 7, 3)
    none = VOTES.select(np.zeros(len(VOTES), bool))
    for name in ("ISP", "PanelVote", "DiscountedDS"):
        T = labels(benchmark, name, one)
        assert_array_equal(T[:8], 1)
        assert np.isnan(T[8]).all()
        T = labels(benchmark, name, three)
        assert_allclose(T[:8, :2], labels(benchmark, name), atol=1e-9)
        assert np.isnan(labels(benchmark, name, none)).all()
    Q = other_vote(three)
    assert_allclose(Q[2], [.5179, .4821, 0], atol=5e-5)  # shares of all votes
    assert_allclose(Q[:2, :2], other_vote(VOTES))
    assert_array_equal(other_vote(none), .5)


@pytest.mark.parametrize("kind", [None, np.zeros(7, int), np.ones(7, int)])
def test_one_kind_is_skipped_with_the_reason(benchmark, kind):
    for name in ("DiscountedDS", "PanelVote"):
        solver = solver_classes(benchmark)[name].get_instance()
        assert solver.skip(votes=VOTES, worker_kind=kind) == (
            True, f"{name} needs votes of people and of models")
    assert labels(benchmark, "ISP", kind=kind).shape == (8, 2)


def test_known_truths_are_used(benchmark):
    solver = solver_classes(benchmark)["DiscountedDS"].get_instance()
    solver.set_objective(votes=VOTES, worker_kind=KIND, seed=0,
                         known_truth=np.where(TRUTH == 1, 1, -1))
    solver.run(None)
    assert label_recovery(solver.soft_labels[4:], TRUTH[4:]) == 1
