"""The loop of online labelling; a policy says which votes to buy."""
import numpy as np
from benchopt.stopping_criterion import NoCriterion
from threadpoolctl import threadpool_limits

from benchmark_utils.checks import check_choice, check_range
from benchmark_utils.online.belief import (
    gold_prior,
    identity_prior,
    online_em,
)
from benchmark_utils.online.learners import NoLearner, Problem
from benchmark_utils.online.linear import LinearLearner
from benchmark_utils.online.networks import MixMatch, SemiSupervised
from benchmark_utils.solver import CrowdSolver

POINTS = 21  # of a curve, from no vote to the whole budget
LEARNERS = {"none": NoLearner, "linear": LinearLearner,
            "semisupervised": SemiSupervised, "mixmatch": MixMatch}
SURE = -50.0  # log-likelihood of a label that the expert ruled out
PRIORS = ["none", "class", "worker", "both"]


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

    Each step: buy ``batch_size`` votes, EM with the learner's prediction as prior,
    update the learner. A task is finished when 1 - max label_posterior falls below
    ``risk``; the loop ends when all are, or nothing can be bought. Liao, Kar,
    Fidler. Towards good practices for efficiently annotating large-scale
    image classification datasets. CVPR 2021.

    ``learner``: ``none`` (online Dawid-Skene), ``linear`` (softmax regression),
    ``semisupervised`` (the recipe's network with pseudo-labels) or
    ``mixmatch``, all cross-fitted and calibrated; without inputs, ``none``.
    ``prior_strength``: pseudo-votes in each row of a worker's prior, 70% of them
    right. ``worker_prior``: ``none``, or what ``n_gold`` questions of known truth, put
    to every worker at the price of votes, say of the classes (``class``), of
    each worker (``worker``) or of each worker in each class (``both``).
    ``patience``: steps without more finished tasks, some being finished,
    after which no more votes are bought; 0 = no early stop. ``expert_share``: share
    of the budget kept for an expert, who labels the unfinished tasks, the
    riskiest first, once the votes are bought.
    """
    sampling_strategy = "callback"
    stopping_criterion = EveryPoint()
    parameters = {"learner": ["linear"], "risk": [.1], "batch_size": [25],
                  "worker_prior": ["none"], "n_gold": [10],
                  "prior_strength": [10.0], "patience": [0],
                  "expert_share": [0.0]}
    test_config = {"dataset": {"name": "FiveGaussians"}}

    def choose(self, belief, free, n):
        raise NotImplementedError

    def get_next(self, stop_val):
        return stop_val + 1

    def skip(self, oracle=None, **_):
        if oracle is None:
            return True, "buys votes: needs an online dataset"
        if self.worker_prior != "none" and not oracle.has_gold:
            return True, (f"worker_prior={self.worker_prior}: no gold "
                          "questions to ask")
        if self.expert_share and not oracle.has_expert:
            return True, (f"expert_share={self.expert_share}: no expert to "
                          "ask")
        return False, None

    def first_votes(self):
        return None  # all are asked for in `run`

    def set_objective(self, **given):
        super().set_objective(**given)
        check_choice(self.name, "learner", self.learner, LEARNERS)
        check_range(self.name, "risk", self.risk, 0, 1)
        check_range(self.name, "batch_size", self.batch_size, 1, whole=True)
        check_range(self.name, "prior_strength", self.prior_strength, 1e-6)
        check_choice(self.name, "worker_prior", self.worker_prior, PRIORS)
        check_range(self.name, "n_gold", self.n_gold, 1, whole=True)
        check_range(self.name, "patience", self.patience, 0, whole=True)
        check_range(self.name, "expert_share", self.expert_share, 0, 1)
        self.finished = False

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
        self.dirichlet_prior = self._worker_prior()
        # What is known of tasks for sure, as log-likelihoods.
        self.known = np.zeros((n_tasks, K))
        self._em()
        self._most_finished = self._stale = 0
        for_votes = (1 - self.expert_share) * oracle.budget
        grid = np.linspace(0, oracle.budget, POINTS)[1:]
        grid = iter(grid[grid > oracle.spent + 1e-9])
        while cb() and not self.finished:
            target = min(next(grid, oracle.budget), for_votes)
            bought = True
            while bought and oracle.spent < target - 1e-9:
                bought = self._step()
            if not bought or oracle.spent >= for_votes - 1e-9:
                self._ask_expert()
                self.finished = True

    def _worker_prior(self):
        oracle = self.oracle
        if self.worker_skills is not None:
            # Known at the start, they weigh more than any vote.
            return 1e4 * np.maximum(self.worker_skills, 1e-6)
        if self.worker_prior == "none":
            return identity_prior(oracle.n_workers, oracle.n_classes,
                                  self.prior_strength)
        return gold_prior(self.worker_prior, oracle.ask_gold(self.n_gold),
                          self.prior_strength)

    def _em(self, **options):
        self.belief = online_em(
            self.oracle.votes(), self.dirichlet_prior,
            self.model.log_prior + self.known, **options)

    def _step(self):
        """Buy votes and learn from them; False when there is nothing left
        to buy."""
        oracle = self.oracle
        free = oracle.free() & self.unfinished()[:, None]
        if not free.any() or self._given_up():
            return False
        n = min(self.batch_size, int(free.sum()))
        task, worker = self.choose(self.belief, free, n)
        paid = oracle.affordable(worker)
        oracle.ask(task[paid], worker[paid])
        self._em(start=self.belief.label_posterior)
        self.model.update(self.belief, oracle.votes().per_task > 0, self.risk)
        self._em(start=self.belief.label_posterior)
        return True

    def _given_up(self):
        """Early stop: the finished set exists and has stopped growing."""
        finished = int((~self.unfinished()).sum())
        self._stale = 0 if finished > self._most_finished else self._stale + 1
        self._most_finished = max(finished, self._most_finished)
        return (self.patience > 0 and self._most_finished > 0
                and self._stale > self.patience)

    def _ask_expert(self):
        """The unfinished tasks, the riskiest first, as far as money goes."""
        if not self.expert_share:
            return
        oracle = self.oracle
        risk = 1 - self.belief.label_posterior.max(axis=1)
        task = np.flatnonzero(self.unfinished())
        task = task[np.argsort(-risk[task], kind="stable")]
        task = task[:int((oracle.left + 1e-9) / oracle.expert_price)]
        label = oracle.ask_expert(task)
        self.known[task] = SURE
        self.known[task, label] = 0
        self._em(start=self.belief.label_posterior)

    def unfinished(self):
        """Tasks whose risk 1 - max label_posterior is not below the threshold."""
        return 1 - self.belief.label_posterior.max(axis=1) >= self.risk

    def get_result(self):
        mean_confusion = self.belief.mean_confusion
        return dict(
            soft_labels=self.belief.label_posterior,
            test_probabilities=self.model.test_probabilities(),
            worker_score=mean_confusion.diagonal(axis1=1, axis2=2).mean(axis=1),
            task_score=self.belief.label_posterior.max(axis=1),
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
