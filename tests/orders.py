"""One crowd of each kind in any order, what a solver makes of it, and the test
whether it makes the same of it in two orders.

The order of the crowds tells all that an order can tell: tasks are sorted by
class, workers by accuracy, votes by task and worker.
"""
from functools import cache, partial

import numpy as np
from scipy.stats import mannwhitneyu

from benchmark_utils.contract.problem import Problem
from benchmark_utils.votes import Votes

N, W, N_SEEDS = 24, 6, 12
ACCURACY = np.array([.95, .85, .7, .5, .4, .4])
# In how many runs of all comparisons together one may be wrong by chance.
FAMILY_ERROR = 1e-3
TINY = dict(base="mlp", epochs=2, hidden=(16,), batch_size=16, lr=.01)


# --- crowds ------------------------------------------------------------------
@cache
def everything(K):
    """{name: array} of a crowd with inputs, gold, and known authors; the last
    two tasks have no vote, some workers vote twice on a task."""
    rng = np.random.default_rng(K)
    truth = np.sort(np.arange(N) % K)
    centre = 2 * rng.normal(size=(K, 4))
    answers = rng.integers(K, size=(N, W))
    right = rng.random((N, W)) < ACCURACY
    answers[right] = np.broadcast_to(truth[:, None], (N, W))[right]
    task, worker = np.nonzero(rng.random((N - 2, W)) < .6)
    label = answers[task, worker]
    twice = rng.random(len(task)) < .15
    task, worker = (np.r_[ids, ids[twice]] for ids in (task, worker))
    # crowd-kit's KOS, for two classes, fails where a worker's votes cancel.
    again = label[twice] if K == 2 else rng.integers(K, size=twice.sum())
    label = np.r_[label, again]
    others = {name: np.arange(12) % K for name in ("y_test", "y_gold")}
    inputs = {f"X{name[1:]}": centre[y] + rng.normal(size=(12, 4))
              for name, y in others.items()}
    return dict(
        others, **inputs, X=centre[truth] + rng.normal(size=(N, 4)),
        truth=truth, answers=answers, task=task, worker=worker, label=label,
        author=np.arange(N) % (W + 1) - 1,
        second=(truth + 1 + np.arange(N) % (K - 1)) % K)


def in_order(K, tasks, workers):
    """`Votes` and the other public fields where task ``tasks[i]`` is number
    i and worker ``workers[j]`` number j; votes by task, then worker."""
    crowd = everything(K)
    new_task, new_worker = np.argsort(tasks), np.argsort(workers)
    task, worker = new_task[crowd["task"]], new_worker[crowd["worker"]]
    first = np.lexsort((crowd["label"], worker, task))
    votes = Votes(task[first], worker[first], crowd["label"][first], N, W, K)
    author = crowd["author"][tasks]
    return dict(
        votes=votes, ground_truth=crowd["truth"][tasks], X=crowd["X"][tasks],
        author=np.where(author < 0, -1, new_worker[author]), classifier=TINY,
        worker_kind=workers % 2,
        **{name: crowd[name] for name in (
            "X_test", "y_test", "X_gold", "y_gold")})


def votes_there(K, tasks, workers):
    """All votes are handed out."""
    return in_order(K, tasks, workers)


def votes_for_sale(K, tasks, workers):
    """Every worker would vote on every task; for a quarter of the votes there
    is money. (No inputs: a policy's ties are what an order could break.)"""
    crowd = everything(K)
    task, worker = np.divmod(np.arange(N * W), W)
    label = crowd["answers"][tasks][:, workers].ravel()
    return dict(ground_truth=crowd["truth"][tasks], oracle=dict(
        recorded=Votes(task, worker, label, N, W, K), budget=N * W / 4))


def label_sets_for_sale(K, tasks, workers):
    """Annotators and an expert say which labels a task has."""
    crowd = everything(K)
    sets = (np.eye(K)[crowd["truth"]] + np.eye(K)[crowd["second"]]) > 0
    return dict(
        in_order(K, tasks, workers), truth_sets=sets[tasks],
        label_set_oracle=dict(
            visibility=np.where(sets, .9, 1)[tasks], expert=(.97, .99),
            annotators=np.array([(.9, .95), (.8, .9), (.6, .8)]),
            budget=2 * N))


# A solver gets the first one that it does not skip.
CROWDS = [partial(votes_there, 3), partial(votes_for_sale, 3),
          partial(label_sets_for_sale, 3), partial(votes_there, 2)]


# --- solvers -----------------------------------------------------------------
def maker(cls, **options):
    """A function that makes solvers. They buy votes for a few tasks at a
    time: a choice of all tasks is none."""
    if "batch_size" in cls.parameters:
        options = dict(batch_size=8, **options)
    return partial(cls.get_instance, **options)


def crowd_for(make):
    """The first crowd that the solver of ``make()`` runs on, None if it skips
    them all."""
    solver = make()
    for crowd in CROWDS:
        problem = Problem.of(crowd(np.arange(N), np.arange(W)))
        if not solver.skip(**problem.handed_out(0))[0]:
            return crowd
    return None


def run(solver):
    """Its result on what it was handed, its purchases among it."""
    solver.run(lambda: True)
    solver.votes_only = False  # no need of its runs on parts of the votes
    result = solver.get_result()
    if solver.oracle is not None:
        bought = solver.oracle.votes()
        early = bought.select(np.arange(len(bought)) < N // 2)
        for name, votes in (("bought", bought), ("early", early)):
            result |= {f"{name}_of_task": votes.per_task,
                       f"{name}_of_worker": votes.per_worker}
    return result


BY_TASK = ("soft_labels", "train_mask", "task_score", "label_sets",
           "finished_tasks", "bought_of_task", "early_of_task")
BY_WORKER = ("worker_score", "bought_of_worker", "early_of_worker")


def on(make, crowd, tasks, workers, seed):
    """{name: array} of the result on the crowd in an order, put back into the
    crowd's own: handed over directly, not by the objective, which permutes.
    """
    solver = make()
    solver.set_objective(
        **Problem.of(crowd(tasks, workers)).handed_out(seed))
    return put_back(run(solver), tasks, workers)


def put_back(result, tasks, workers):
    """{name: array} of the result on a crowd in this order, in its own."""
    back = {**dict.fromkeys(BY_TASK, np.argsort(tasks)),
            **dict.fromkeys(BY_WORKER, np.argsort(workers)),
            "test_probabilities": slice(None)}
    return {name: np.asarray(value, float)[back[name]]
            for name, value in result.items()
            if name in back and value is not None}


# --- the same in two orders --------------------------------------------------
def alike(one, two):
    return one.keys() == two.keys() and all(np.allclose(
        one[name], two[name], rtol=1e-9, atol=1e-9, equal_nan=True)
        for name in one)


def statistics(result, truth):
    """{name: number} that an order would change: how good the labels are, and
    how much is made of the first half of the tasks and of the workers."""
    soft = np.nan_to_num(result["soft_labels"], nan=1 / (truth.max() + 1))
    numbers = dict(
        recovery=soft[np.arange(len(truth)), truth].mean(),
        hard=(soft.argmax(axis=1) == truth).mean())
    for name in (*BY_TASK[1:], *BY_WORKER):
        if name in result:
            values = np.nan_to_num(result[name])
            half = len(values) // 2
            numbers[name] = values[:half].mean() - values[half:].mean()
    return {name: round(float(x), 9) for name, x in numbers.items()}


def p_value(one, two, rng):
    """Mann-Whitney's exact test of two samples, ties broken at random: that
    leaves its level exact."""
    both = np.r_[one, two]
    rank = np.empty(len(both))
    rank[np.lexsort((rng.random(len(both)), both))] = np.arange(len(both))
    return mannwhitneyu(rank[:len(one)], rank[len(one):],
                        method="exact").pvalue


def what_tells_orders_apart(forward, backward, n_comparisons):
    """Names of the statistics whose distributions differ, of two lists of
    `statistics`. By chance some are named for one of ``n_comparisons``
    solvers in at most FAMILY_ERROR of all runs (Bonferroni)."""
    level = FAMILY_ERROR / n_comparisons / len(forward[0])
    rng = np.random.default_rng(0)
    return [name for name in forward[0] if p_value(
        *([numbers[name] for numbers in sample]
          for sample in (forward, backward)), rng) < level]


def check_order(make, n_comparisons, n_seeds=N_SEEDS):
    """Assert that the order of tasks, workers and votes changes nothing: to
    1e-9 where the seed changes nothing either, else in distribution. Returns
    which of the two it was."""
    crowd = crowd_for(make)
    at = partial(on, make, crowd)
    rng = np.random.default_rng(1)
    same, turned = ((np.arange(N)[::step], np.arange(W)[::step])
                    for step in (1, -1))
    mixed = rng.permutation(N), rng.permutation(W)
    first = at(*same, 0)
    if all(alike(first, at(*order, 0)) for order in (turned, mixed)):
        return "exactly"
    assert not alike(first, at(*same, 1)), (
        "the order changes the result, the seed does not")
    truth = everything(first["soft_labels"].shape[1])["truth"]
    forward, backward = ([statistics(at(*order, seed), truth)
                          for seed in range(start, start + n_seeds)]
                         for order, start in ((same, 0), (turned, n_seeds)))
    told = what_tells_orders_apart(forward, backward, n_comparisons)
    assert not told, f"the order changes {told}"
    return "in distribution"
