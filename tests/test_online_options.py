"""Options of the online loop: priors, early stop, expert, prices, time."""
import numpy as np
import pytest
from benchopt_internals import solver_classes
from numpy.testing import assert_allclose
from online_runs import SMALL, handed_to, run_through

from benchmark_utils.contract.problem import Problem
from benchmark_utils.online.expected_accuracy import mean_gain
from benchmark_utils.online.priors import gold_prior, identity_prior
from benchmark_utils.online.solver import OnlineSolver
from benchmark_utils.scoring.network import worker_importance


# --- priors ---------------------------------------------------------------
def test_gold_priors_by_hand():
    """Two workers, two classes. Worker 0: both correct twice; worker 1: class
    0 correct once of twice, class 1 always wrong."""
    gold = np.array([[[2, 0], [0, 2]], [[1, 1], [2, 0]]], float)
    # Before them, 8 of 10 pseudo-votes are correct for two classes.
    pooled = np.array([[8 + 3, 2 + 1], [2 + 2, 8 + 2]]) * 10 / 14
    assert_allclose(gold_prior("class", gold), [pooled, pooled])
    by_others = np.array([[[8 + 1, 2 + 1], [2 + 2, 8]],
                          [[8 + 2, 2], [2, 8 + 2]]]) * 10 / 12
    assert_allclose(gold_prior("both", gold), by_others + gold)
    accuracy = np.array([(8 + 4) / 14, (8 + 1) / 14])
    assert_allclose(gold_prior("worker", gold), [
        [[10 * a, 10 - 10 * a], [10 - 10 * a, 10 * a]] for a in accuracy])


def test_without_answers_all_priors_are_equal():
    for kind in ("class", "worker", "both"):
        assert_allclose(gold_prior(kind, np.zeros((3, 4, 4)), 5.0),
                        identity_prior(3, 4, 5.0))


def test_gold_tasks_are_charged_to_the_budget(curve):
    """The curve starts at cost 0 with a guess. Its next point is at the price
    of the gold tasks, 75: they label no task of the dataset."""
    points, oracle, solver = curve(
        "RandomAssign", dataset_options=dict(n_tasks=200),
        solver_options=dict(worker_prior="both", n_gold=10, risk=0.0))
    assert [point["cost"] for point in points[:2]] == [0, 150]
    for point in points[:2]:
        assert point["label_recovery"] == pytest.approx(1 / 5)
    assert points[1]["n_votes"] == 15 * 10
    assert oracle.n_votes == 600 and len(oracle.votes()) == 600 - 150
    right = solver.worker_dirichlet.trace(axis1=1, axis2=2)
    assert right.std() > .5  # it differs between workers


def test_workers_with_revealed_skills_get_no_gold_tasks(curve):
    points, oracle, solver = curve(
        "RandomAssign", dataset_options=dict(SMALL, skills="known"),
        solver_options=dict(worker_prior="both", risk=0.0))
    assert len(oracle.votes()) == oracle.n_votes == 160
    mean = solver.worker_dirichlet / solver.worker_dirichlet.sum(
        axis=2, keepdims=True)
    assert_allclose(mean, solver.worker_skills, atol=1e-5)


def test_recorded_votes_have_no_gold_tasks_and_no_expert(real_data, curve):
    for options, message in ((dict(worker_prior="class"), "no gold"),
                             (dict(expert_share=.5), "no expert")):
        with pytest.raises(AssertionError, match=message):
            curve("RandomAssign", dataset="Bluebirds",
                  dataset_options=dict(mode="online"),
                  solver_options=options)


def test_gold_tasks_beyond_the_budget_are_a_reason_to_skip(curve):
    """15 workers, 10 gold tasks: 150 votes at 10 seconds each."""
    for options, message in (
            (dict(n_tasks=70, votes_per_task=2),
             "n_gold=10: the gold tasks cost 150, 140 is left"),
            (dict(n_tasks=100, votes_per_task=2, seconds_per_task=1),
             "n_gold=10: the gold tasks take 1500, 100 is left")):
        with pytest.raises(AssertionError, match=message):
            curve("RandomAssign", dataset_options=options,
                  solver_options=dict(worker_prior="both"))


@pytest.mark.parametrize("options, message", [
    (dict(worker_prior="gold"), "one of none, class, worker, both"),
    (dict(n_gold=0), "'n_gold' .*got 0"),
    (dict(risk=np.nan), "'risk' .*got nan"),
    (dict(expert_share=2.0), "'expert_share' .*got 2.0"),
    (dict(batch_size=0), "'batch_size' .*an integer .*got 0"),
    (dict(min_gain=-.1), "'min_gain' .*got -0.1"),
    (dict(cap=1.5), "'cap' .*got 1.5"),
    (dict(patience=.5), "'patience' .*an integer .*got 0.5")])
def test_wrong_options_are_reported(benchmark, options, message):
    with pytest.raises(ValueError, match=message):
        solver_classes(benchmark)["GreedyAssign"].get_instance(**options)


# --- early stop and the expert --------------------------------------------
def test_early_stop_needs_a_finished_task(curve):
    """With risk 0 no task is ever finished, so the loop does not stop early.
    """
    options = dict(dataset_options=SMALL)
    _, oracle, _ = curve("RandomAssign", **options,
                         solver_options=dict(risk=0.0, patience=1))
    assert oracle.n_votes == 160
    _, oracle, solver = curve("RandomAssign", **options, solver_options=dict(
        risk=.02, patience=1, batch_size=5))
    assert 0 < oracle.n_votes < 160 and solver.unfinished().any()


def test_queries_stop_when_the_gain_per_cost_is_too_small(
        curve, monkeypatch):
    """The rule applies to the policy's next batch: queried batches have at
    least this gain per cost, the first batch below it is not queried."""
    Base = OnlineSolver
    gains = []
    own = Base._gain_per_cost

    def noted(self, task, worker):
        gain = mean_gain(self.belief.label_posterior[task],
                         self.belief.mean_confusion[worker])
        expected = gain.sum() / self.oracle.cost[worker].sum()
        assert own(self, task, worker) == pytest.approx(expected)
        gains.append(expected)
        return expected

    monkeypatch.setattr(Base, "_gain_per_cost", noted)
    points, oracle, solver = curve(
        "GreedyAssign", dataset_options=dict(n_tasks=100, prices="skill"),
        solver_options=dict(risk=0.0, min_gain=.1))
    assert 50 < oracle.spent < 250 and solver.finished
    assert min(gains[:-1]) >= .1 > gains[-1]
    gains.clear()
    _, all_of_it, _ = curve("GreedyAssign", dataset_options=dict(
        n_tasks=100, prices="skill"), solver_options=dict(risk=0.0))
    assert not gains and all_of_it.spent > 290


def test_the_expert_labels_the_riskiest_tasks(curve):
    points, oracle, solver = curve(
        "RandomAssign", dataset_options=SMALL,
        solver_options=dict(expert_share=.5, risk=.05))
    before, last = points[-2], points[-1]
    assert 70 < before["cost"] <= 80 < last["cost"] <= 160
    assert last["expert_share"] == oracle.n_expert / 80 > .05
    assert last["label_recovery"] > before["label_recovery"]
    labelled = np.isinf(solver.log_expert).any(axis=1)
    assert labelled.sum() == oracle.n_expert
    assert_allclose(solver.belief.risk[labelled], 0)
    # the rest of the budget is not spent
    assert oracle.left < 10 or not solver.unfinished().any()


def test_votes_leave_the_experts_share_of_the_budget(benchmark):
    """With prices that do not sum to the share and batches that would exceed
    it, the votes stay below it."""
    problem = Problem(ground_truth=np.arange(30) % 2, oracle=dict(
        confusion=np.tile(np.full((2, 2), .5), (4, 1, 1)), budget=40,
        cost=np.array([3, 3, 3, 7.0]), expert_price=4.0))
    solver = handed_to(solver_classes(benchmark)["RandomAssign"].get_instance(
        expert_share=.5, risk=0.0, batch_size=9), problem, seed=0)
    spent = run_through(solver)
    by_votes = solver.oracle.cost @ solver.oracle.per_worker
    assert 17 < by_votes <= 20 and spent[-1] - by_votes == 20 // 4 * 4


def test_an_expert_overrules_any_votes(benchmark):
    """Even of workers with 10,000 pseudo-votes, all of them wrong."""
    wrong = np.tile(1 - np.eye(2), (4, 1, 1))
    problem = Problem(ground_truth=np.zeros(3, int), oracle=dict(
        confusion=wrong, budget=24, expert_price=4.0),
        worker_skills=np.tile(np.eye(2), (4, 1, 1)))
    solver = handed_to(solver_classes(benchmark)["RandomAssign"].get_instance(
        expert_share=.5, risk=0.0), problem, seed=0)
    run_through(solver)
    assert len(solver.oracle.votes()) == 12
    assert_allclose(solver.belief.label_posterior, [[1, 0]] * 3)


# --- prices and time ------------------------------------------------------
def test_policies_run_with_prices_by_skill(curve):
    points, oracle, _ = curve(
        "QASCA", dataset_options=dict(n_tasks=100, prices="skill"),
        solver_options=dict(risk=0.0))
    assert_allclose(oracle.cost.mean(), 1)
    assert oracle.cost.max() > 1.3 and oracle.cost.min() < .5
    assert_allclose(oracle.spent, oracle.cost @ oracle.per_worker)
    assert 300 - oracle.cost.max() <= points[-1]["cost"] <= 300


def test_queries_end_when_time_runs_out(curve):
    points, oracle, solver = curve(
        "RandomAssign", dataset_options=dict(
            n_tasks=100, seconds_per_task=12.0),
        solver_options=dict(risk=0.0))
    assert solver.finished and oracle.left > 100
    assert 1200 - oracle.latency.min() <= points[-1]["worker_seconds"] <= 1200


# --- from which workers votes were queried --------------------------------
def test_worker_importance_by_hand():
    """The classifier has accuracy 1 on class 0 and 1/4 on class 1, which
    counts four times as much."""
    p = np.eye(2)[[0, 0, 1, 0, 0, 0]]
    y = np.array([0, 0, 1, 1, 1, 1])
    confusion = np.array([[[.9, .1], [.5, .5]], [[.6, .4], [.2, .8]]])
    assert_allclose(worker_importance(confusion, p, y),
                    [.2 * .9 + .8 * .5, .2 * .6 + .8 * .8])


def test_a_class_that_is_always_wrong_counts_as_half_an_example():
    """Class 0: 1 of 2 correct; class 1: 0 of 3, which counts as 1/2 of 3;
    class 2 does not occur. The weights are 2 and 6."""
    p = np.eye(3)[[0, 1, 0, 2, 0]]
    confusion = np.zeros((2, 3, 3))
    confusion[:, range(3), range(3)] = [[.9, .1, 1], [.5, .7, 0]]
    assert_allclose(worker_importance(confusion, p, np.array([0, 0, 1, 1, 1])),
                    [(2 * .9 + 6 * .1) / 8, (2 * .5 + 6 * .7) / 8])
