"""The loop of online labelling; a policy says which votes to buy."""
import numpy as np
from benchopt.stopping_criterion import NoCriterion
from threadpoolctl import threadpool_limits

from benchmark_utils.base import CrowdSolver
from benchmark_utils.online.learners import LEARNERS, Problem
from benchmark_utils.online.state import identity_prior, online_em
from benchmark_utils.parameters import check_choice, check_range

POINTS = 21  # of a curve, from no vote to the whole budget


class EveryPoint(NoCriterion):
    """Ends with the solver: --max-runs and --timeout would cut curves short
    and report them done."""

    def get_runner_instance(self, max_runs=1, timeout=None, **options):
        return super().get_runner_instance(
            max_runs=10 ** 9, timeout=None, **options)


class OnlineSolver(CrowdSolver):
    """Base of the policies that buy votes at an oracle.

    A child gives ``choose(belief, free, n)``: which n pairs to buy next,
    arrays task and worker. ``belief`` is a `state.Belief`; ``free`` (n_tasks,
    n_workers) bool marks the pairs for sale on unfinished tasks; ``self.rng``
    and ``self.learner`` may be used. Nothing else differs between policies.

    Each step: buy ``batch`` votes, EM with the learner's prediction as prior,
    update the learner. A task is finished when 1 - max ybar falls below
    ``risk``; the loop ends when all are, or nothing can be bought. Liao, Kar,
    Fidler. Towards good practices for efficiently annotating large-scale
    image classification datasets. CVPR 2021.

    ``learner``: ``none`` (online Dawid-Skene), ``lean`` (softmax regression)
    or ``semisupervised`` (the recipe's network with pseudo-labels), both
    cross-fitted and calibrated; without inputs, ``none``. ``strength``:
    pseudo-votes in each row of a worker's prior, 70% of them right.
    """
    sampling_strategy = "callback"
    stopping_criterion = EveryPoint()
    parameters = {"learner": ["lean"], "risk": [.1], "batch": [25],
                  "strength": [10.0]}
    test_config = {"dataset": {"name": "FiveGaussians"}}

    def choose(self, belief, free, n):
        raise NotImplementedError

    def get_next(self, stop_val):
        return stop_val + 1

    def skip(self, votes, oracle=None, **_):
        if oracle is None:
            return True, "buys votes: needs an online dataset"
        return False, None

    def set_objective(self, votes, oracle, skills=None, X=None, X_test=None,
                      recipe=None, seed=0):
        super().set_objective(None, X, X_test, recipe, seed)
        check_choice(self.name, "learner", self.learner, LEARNERS)
        check_range(self.name, "risk", self.risk, 0, 1)
        check_range(self.name, "batch", self.batch, 1, whole=True)
        check_range(self.name, "strength", self.strength, 1e-6)
        self.oracle, self.finished, self._skills = oracle, False, skills

    def learner_name(self):
        return self.learner if self.X is not None else "none"

    def run(self, cb):
        # Its matrices are small: more threads would wait for each other.
        with threadpool_limits(1, user_api="blas"):
            self._run(cb)

    def _run(self, cb):
        oracle = self.oracle
        n_tasks, K = oracle.n_tasks, oracle.n_classes
        self.rng = np.random.default_rng(self.seed)
        self.model = LEARNERS[self.learner_name()](Problem(
            self.X, self.X_test, self.recipe, n_tasks, K, self.seed))
        # Skills known at the start weigh more than any vote.
        self.prior = (identity_prior(oracle.n_workers, K, self.strength)
                      if self._skills is None
                      else 1e4 * np.maximum(self._skills, 1e-6))
        self.belief = online_em(oracle.votes(), self.prior,
                                self.model.log_prior)
        grid = iter(np.linspace(0, oracle.budget, POINTS)[1:])
        while cb() and not self.finished:
            target = next(grid, oracle.budget)
            while oracle.spent < target - 1e-9 and not self.finished:
                self._step()
            self.finished = self.finished or not oracle.free().any()

    def _step(self):
        oracle = self.oracle
        free = oracle.free() & self.unfinished()[:, None]
        if not free.any():
            self.finished = True
            return
        n = min(self.batch, int(free.sum()))
        task, worker = self.choose(self.belief, free, n)
        paid = np.cumsum(oracle.cost[worker]) <= oracle.left + 1e-9
        oracle.ask(task[paid], worker[paid])
        votes = oracle.votes()
        self.belief = online_em(votes, self.prior, self.model.log_prior,
                                start=self.belief.ybar)
        self.model.update(self.belief, votes.per_task > 0, self.risk)
        self.belief = online_em(votes, self.prior, self.model.log_prior,
                                start=self.belief.ybar)

    def unfinished(self):
        """Tasks whose risk 1 - max ybar is not below the threshold."""
        return 1 - self.belief.ybar.max(axis=1) >= self.risk

    def get_result(self):
        wbar = self.belief.wbar
        return dict(
            soft_labels=self.belief.ybar,
            test_probabilities=self.model.test_probabilities(),
            worker_score=wbar.diagonal(axis1=1, axis2=2).mean(axis=1),
            task_score=self.belief.ybar.max(axis=1),
            finished_tasks=~self.unfinished(), final=self.finished)


def best_pairs(score, free, n):
    """The n free pairs of highest score, at most one per task; where there
    are fewer such tasks, that many. Returns task, worker."""
    score = np.where(free, score, -np.inf)
    worker = score.argmax(axis=1)
    best = score[np.arange(len(score)), worker]
    task = np.argsort(-best, kind="stable")[:n]
    task = task[np.isfinite(best[task])]
    return task, worker[task]


def random_tasks(rng, free, n):
    """n random tasks that have a free pair, or all of them if fewer."""
    tasks = np.flatnonzero(free.any(axis=1))
    return rng.permutation(tasks)[:n]
