"""Shuffling keeps the data of each task and worker together."""
from dataclasses import fields

import numpy as np
import pytest
from conftest import random_votes
from numpy.testing import assert_array_equal

from benchmark_utils.contract.fingerprint import data_version
from benchmark_utils.contract.problem import Problem

N, W, K = 30, 9, 4  # tasks, workers and classes of `random_votes`


def numbered(*shape):
    """An array of distinct shares, which identify their places."""
    size = int(np.prod(shape))
    return (np.arange(1, size + 1) / (size + 1)).reshape(shape)


def matrices():
    rows = numbered(W, K, K)
    return rows / rows.sum(axis=2, keepdims=True)


def everything(**instead_of_votes):
    votes, truth = random_votes(0)
    author = np.arange(N) % (W + 1) - 1  # -1 = none
    return Problem(**{"votes": votes, **instead_of_votes},
                   ground_truth=truth, X=numbered(N, 5),
                   known_truth=np.where(np.arange(N) < 7, truth, -1),
                   classifier=dict(base="mlp", n_train=20),
                   worker_skills=matrices(), worker_confusion=matrices(),
                   spammer=np.arange(W) % 2 == 0, author=author,
                   worker_kind=np.arange(W) // 5,
                   ambiguous=np.arange(N) % 3 == 0, task_ids=list(range(N)),
                   truth_sets=np.eye(K)[truth] > 0,
                   worker_ids=[f"w{j}" for j in range(W)],
                   label_set_oracle=dict(
                       visibility=numbered(N, K), annotators=numbered(3, 2),
                       expert=(.97, .99), budget=40))


def triples(votes, task=None, worker=None):
    """Sorted (task, worker, label), renamed by the arrays."""
    return sorted(zip(
        votes.task if task is None else task[votes.task],
        votes.worker if worker is None else worker[votes.worker],
        votes.label))


def test_every_row_keeps_its_task_or_worker():
    """Row i is that of task ``task_order[i]``, or of worker
    ``worker_order[i]``, in every field with one row per task or worker."""
    problem = everything()
    new = problem.shuffled(3)
    order = dict(task=new.task_order, worker=new.worker_order)
    for name, n in (("task", N), ("worker", W)):
        assert sorted(order[name]) == list(range(n))
        assert not np.array_equal(order[name], np.arange(n))
    checked = set()
    for part in fields(Problem):
        rows, value = part.metadata["rows"], getattr(problem, part.name)
        if rows not in order or value is None or part.metadata["ids"]:
            continue
        checked.add(part.name)
        assert_array_equal(np.array(getattr(new, part.name)),
                           np.array(value)[order[rows]])
    assert {"ground_truth", "X", "known_truth", "spammer", "ambiguous",
            "truth_sets", "worker_skills", "worker_confusion",
            "worker_kind", "task_ids", "worker_ids"} <= checked
    assert triples(new.votes, **order) == triples(problem.votes)
    assert_array_equal(new.trainable, new.task_order < 20)
    assert new.original is problem


def test_kinds_of_workers_are_public_and_change_the_data():
    """Solvers get them in the order of the workers. Data without kinds keep
    their fingerprint."""
    votes, truth = random_votes(0)
    alike = Problem(votes=votes, ground_truth=truth)
    mixed = Problem(votes=votes, ground_truth=truth,
                    worker_kind=np.arange(W) // 5)
    assert "worker_kind" not in alike.present()
    assert alike.handed_out(0)["worker_kind"] is None
    assert data_version(mixed) != data_version(alike)
    new = mixed.shuffled(3)
    assert_array_equal(new.handed_out(0)["worker_kind"],
                       mixed.worker_kind[new.worker_order])


def test_authors_are_renumbered_as_workers_are():
    problem = everything()
    new = problem.shuffled(3)
    assert_array_equal(new.author < 0, problem.author[new.task_order] < 0)
    written = new.author >= 0
    assert_array_equal(new.worker_order[new.author[written]],
                       problem.author[new.task_order[written]])


def test_votes_come_in_another_order():
    problem = everything()
    new = problem.shuffled(3)
    same_place = new.task_order[new.votes.task] == problem.votes.task
    assert same_place.mean() < .5


@pytest.mark.parametrize("kind", ["confusion", "recorded"])
def test_an_oracle_keeps_its_workers(kind):
    votes, _ = random_votes(0)
    spec = dict(budget=50, cost=numbered(W), latency=numbered(W) * 60,
                **{kind: matrices() if kind == "confusion" else votes})
    problem = everything(votes=None, oracle=spec)
    new = problem.shuffled(3)
    workers = new.worker_order
    assert_array_equal(new.oracle["cost"], spec["cost"][workers])
    assert_array_equal(new.oracle["latency"], spec["latency"][workers])
    if kind == "confusion":
        assert_array_equal(new.oracle[kind], spec[kind][workers])
    else:
        assert triples(new.oracle[kind], new.task_order, workers
                       ) == triples(votes)
    assert_array_equal(problem.oracle["cost"], spec["cost"])  # as it was
    oracle = new.handed_out(0)["oracle"]
    assert_array_equal(oracle.cost, spec["cost"][workers])
    assert_array_equal(oracle.latency, spec["latency"][workers])


def test_label_sets_keep_their_tasks():
    problem = everything()
    new, spec = problem.shuffled(3), problem.label_set_oracle
    assert_array_equal(new.label_set_oracle["visibility"],
                       spec["visibility"][new.task_order])
    assert (sorted(map(tuple, new.label_set_oracle["annotators"]))
            == sorted(map(tuple, spec["annotators"])))
    oracle = new.handed_out(0)["label_set_oracle"]
    assert (oracle.budget, oracle.expert_budget) == (40, N)


def test_another_seed_is_another_order():
    problem = everything()
    first, again, other = (problem.shuffled(seed) for seed in (3, 3, 4))
    for name in ("task_order", "worker_order"):
        assert_array_equal(getattr(first, name), getattr(again, name))
        assert not np.array_equal(getattr(first, name), getattr(other, name))
    # The order is independent of the votes that an oracle draws.
    assert_array_equal(first.votes.label, again.votes.label)
