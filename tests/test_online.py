"""The online loop: queries, end and cost."""
import numpy as np
import pytest
from benchopt_internals import (
    connect,
    new_objective,
    objective_of,
    solver_classes,
)
from conftest import random_votes
from online_runs import POLICIES, SMALL, area, handed_to, run_through

from benchmark_utils.contract.problem import Problem
from benchmark_utils.crowds.dataset import CrowdDataset
from benchmark_utils.online.label_sets import RefineSolver
from benchmark_utils.online.solver import OnlineSolver
from benchmark_utils.oracles.vote_oracle import OracleError


@pytest.mark.parametrize("policy", POLICIES)
def test_curves(curve, policy):
    points, oracle, solver = curve(policy, dataset_options=SMALL)
    n_votes = [point["n_votes"] for point in points]
    assert n_votes[0] == 0 and 3 <= len(points) <= 21
    assert n_votes == sorted(n_votes) and n_votes[-1] == oracle.n_votes <= 160
    assert points[0]["label_recovery"] == pytest.approx(.2)  # chance
    # By then IEThresh has queried nearly all 15 workers on a dozen tasks.
    enough = policy != "IEThresh"
    assert points[-1]["label_recovery"] > (.5 if enough else .25)
    assert points[-1]["test_accuracy"] > (.5 if enough else .15)
    assert solver.finished
    votes = oracle.votes()
    pairs = votes.task * votes.n_workers + votes.worker
    assert len(np.unique(pairs)) == len(pairs)  # no pair is queried twice
    assert 0 < area(points) < 1
    assert points[-1]["cost"] == oracle.spent


@pytest.mark.parametrize("policy", POLICIES)
def test_same_seed_same_queries(curve, policy):
    (first, a, _), (again, b, _), (other, c, _) = (
        curve(policy, r, dataset_options=SMALL) for r in (0, 0, 1))
    np.testing.assert_equal(first, again)
    np.testing.assert_array_equal(a.votes().worker, b.votes().worker)
    assert not np.array_equal(a.votes().label[:50], c.votes().label[:50])


def test_finished_tasks_get_no_more_votes(curve):
    """With risk 1 every task is finished at the start, with risk 0 none ever
    is."""
    points, oracle, _ = curve("RandomAssign", dataset_options=SMALL,
                              solver_options=dict(risk=1.0))
    assert oracle.n_votes == 0 and points[-1]["finished_share"] == 1
    points, oracle, _ = curve("RandomAssign", dataset_options=SMALL,
                              solver_options=dict(risk=0.0))
    assert oracle.n_votes == 160 and points[-1]["finished_share"] == 0
    assert np.isnan(points[-1]["finished_precision"])


# --- policies cannot bypass the oracle or run forever -----------------------
def broken(benchmark, query):
    """RandomAssign with another query."""
    cls = type("Broken", (solver_classes(benchmark)["RandomAssign"],), dict(
        query=query, name="Broken"))
    problem = Problem(ground_truth=np.arange(20) % 2, oracle=dict(
        confusion=np.tile(np.full((2, 2), .5), (4, 1, 1)), budget=30))
    return handed_to(cls.get_instance(), problem, seed=0)


@pytest.mark.parametrize("query, message", [
    (lambda *_: (np.zeros(2, int), np.zeros(2, int)), "was asked before"),
    (lambda *_: (np.array([99]), np.array([0])), "= 99 is outside 0..19"),
    (lambda *_: (np.array([.5]), np.array([0])), "task has dtype float64"),
])
def test_a_refused_query_ends_the_run(benchmark, query, message):
    solver = broken(benchmark, query)
    with pytest.raises(OracleError, match=message):
        run_through(solver)


def test_queries_beyond_the_budget_are_cut(
        benchmark):
    everything = broken(benchmark, lambda self, belief, candidates, n: (
        np.nonzero(candidates)))
    run_through(everything)
    assert everything.oracle.spent == 30 == everything.oracle.n_votes


@pytest.mark.parametrize("query", [
    lambda *_: np.zeros((2, 0), int), lambda *_: ([], [])])
def test_a_policy_without_available_queries_is_reported(
        benchmark, query):
    def arrays(self, *arguments):
        task, worker = query(self, *arguments)
        return np.asarray(task, int), np.asarray(worker, int)

    solver = broken(benchmark, arrays)
    with pytest.raises(RuntimeError, match="Broken queries no available "
                                           "vote, although there are 80"):
        run_through(solver)


@pytest.mark.parametrize("policy", ["BALD", "LabelInfo", "QASCA", "OptKG"])
def test_nan_scores_end_the_run(benchmark, policy):
    """Such as those of an infinite prior, which is refused as a parameter."""
    solvers = solver_classes(benchmark)
    for strength in (np.inf, np.nan, 0.0, -1.0):
        with pytest.raises(ValueError, match="'prior_strength' .*got"):
            solvers[policy].get_instance(prior_strength=strength)
    solver = solvers[policy].get_instance()
    problem = Problem(ground_truth=np.arange(20) % 2, oracle=dict(
        confusion=np.tile(np.full((2, 2), .5), (4, 1, 1)), budget=30))
    with np.errstate(invalid="ignore"):
        handed_to(solver, problem, seed=0)
        solver.prior_strength = np.inf  # after the check
        with pytest.raises(RuntimeError, match=f"{policy} queries no av"):
            run_through(solver)


def test_queries_outside_the_loop_are_counted(curve):
    """A result cannot state a cost: such a key is refused."""
    _, oracle, solver = curve("RandomAssign", dataset_options=SMALL,
                              solver_options=dict(risk=.5))
    objective, before = objective_of(solver), oracle.n_votes
    task, worker = np.argwhere(oracle.candidates())[0]
    oracle.ask(task, worker)
    result = solver.get_result()
    assert objective.evaluate_result(**result)["n_votes"] == before + 1
    with pytest.raises(ValueError, match="no other keys than"):
        objective.evaluate_result(n_votes=1, **result)


# --- which solvers run on which data ----------------------------------------
def test_offline_methods_spend_the_same_budget(solve):
    _, _, scores = solve("FiveGaussians", "MV", dataset_options=SMALL)
    assert scores["n_votes"] == 160 == scores["cost"]
    assert scores["test_accuracy"] > .5


def test_policies_skip_datasets_without_oracle(benchmark):
    solver = solver_classes(benchmark)["BALD"]
    skip, reason = solver.get_instance().skip(votes=random_votes(0)[0])
    assert skip and "needs an online dataset" in reason


def test_unknown_learners_list_the_choices(benchmark):
    with pytest.raises(ValueError, match="one of none, linear, semi"):
        solver_classes(benchmark)["BALD"].get_instance(learner="deep")


class Everything(CrowdDataset):
    """All kinds of data: an oracle, a validation set, label sets."""
    name = "Everything"

    def get_data(self):
        rng = np.random.default_rng(self.get_seed(use_repetition=True))
        n, K = 60, 3
        y = rng.integers(K, size=2 * n)
        X = (np.eye(K)[y] * 3 + rng.normal(size=(2 * n, K))).astype("f4")
        confusion = np.tile(.6 * np.eye(K) + .4 / K, (5, 1, 1))
        return dict(
            ground_truth=y[:n], X=X[:n], X_test=X[n:], y_test=y[n:],
            X_gold=X[-20:], y_gold=y[-20:], truth_sets=np.eye(K)[y[:n]] > 0,
            classifier=dict(base="mlp30", epochs=2),
            worker_confusion=confusion, spammer=np.zeros(5, bool),
            oracle=dict(confusion=confusion, budget=2 * n, expert_price=5.0),
            label_set_oracle=dict(
                visibility=np.ones((n, K)), expert=(.99, .99), budget=n,
                annotators=np.full((3, 2), .9)))


def asks(cls):
    return (issubclass(cls, OnlineSolver | RefineSolver)
            or cls.name in ("Influence", "VoteCount"))


def test_every_policy_runs_on_a_dataset_with_all_kinds_of_data(benchmark):
    ran = []
    for name, cls in solver_classes(benchmark).items():
        if not asks(cls):
            continue
        objective, solver = new_objective(benchmark), cls.get_instance()
        skip, reason = connect(objective, Everything.get_instance(), solver)
        assert not skip, (name, reason)
        if isinstance(solver, OnlineSolver):
            run_through(solver)
        else:
            solver.run_once()
        scores = objective.evaluate_result(**solver.get_result())
        assert scores["label_recovery"] > .5, name
        assert 0 < scores["n_votes"] <= 120, name
        ran.append(name)
    assert {*POLICIES, "Refine", "RandomRefine", "Influence",
            "VoteCount"} <= set(ran)
