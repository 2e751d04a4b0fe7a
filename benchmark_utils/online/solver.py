"""The online loop: a policy chooses which votes to query."""
import numpy as np
from threadpoolctl import threadpool_limits

from benchmark_utils.checks import integer, number, one_of
from benchmark_utils.harness.stopping import UntilTheSolverEnds
from benchmark_utils.online.assignment import best_tasks
from benchmark_utils.online.belief import online_em
from benchmark_utils.online.expected_accuracy import mean_gain
from benchmark_utils.online.learners import Examples, NoLearner
from benchmark_utils.online.linear import LinearLearner
from benchmark_utils.online.networks import MixMatch, SemiSupervised
from benchmark_utils.online.priors import (
    given_prior,
    gold_prior,
    identity_prior,
)
from benchmark_utils.solver import CrowdSolver
from benchmark_utils.votes import TIE

POINTS = 21  # of a learning curve, from no vote to the whole budget
LEARNERS = {"none": NoLearner, "linear": LinearLearner,
            "semisupervised": SemiSupervised, "mixmatch": MixMatch}


class OnlineSolver(CrowdSolver):
    """Base of the policies that choose which votes to query.

    A child gives ``query(belief, candidates, n)``: the n pairs to query next,
    arrays task and worker. ``belief`` is a `belief.Belief`; ``candidates``
    (n_tasks, n_workers) bool marks the available pairs of unfinished tasks;
    ``self.rng``, ``self.model`` and ``self.oracle`` may be used. Nothing else
    differs between policies.

    Each step queries ``batch_size`` votes, runs EM with the learner's
    prediction as prior, and updates the learner. A task is finished when 1 -
    max posterior falls below ``risk``. The loop ends when all tasks are
    finished or no pair is left. Liao, Kar, Fidler. Towards good practices for
    efficiently annotating large-scale image classification datasets. CVPR
    2021.

    ``learner``: ``none`` (online Dawid-Skene), ``linear`` (softmax
    regression), ``semisupervised`` (the recipe's network with pseudo-labels)
    or ``mixmatch``, all cross-fitted and calibrated; without inputs, ``none``.
    ``prior_strength``: pseudo-votes in each row of a worker's prior.
    ``worker_prior``: ``none``, or estimated from ``n_gold`` gold tasks that
    every worker answers at the price of votes: one matrix for all workers
    (``class``), one accuracy per worker (``worker``) or both (``both``).

    Two rules stop the queries before the budget is spent. ``patience``: steps
    without further finished tasks, once some are finished; 0 = never.
    ``min_gain``: expected number of corrected labels per unit of cost; 0 =
    never. ``expert_share``: share of the budget for an expert, who labels the
    unfinished tasks at the end, those with the highest risk first.
    """
    setting = "active"
    sampling_strategy = "callback"
    stopping_criterion = UntilTheSolverEnds()
    parameters = {"learner": ["linear"], "risk": [.1], "batch_size": [25],
                  "worker_prior": ["none"], "n_gold": [10],
                  "prior_strength": [10.0], "patience": [0],
                  "min_gain": [0.0], "expert_share": [0.0]}
    # With more than 1e6 pseudo-counts the prior dominates.
    accepts = {"learner": one_of(*LEARNERS), "risk": number(0, 1),
               "batch_size": integer(1, 10 ** 6),
               "worker_prior": one_of("none", "class", "worker", "both"),
               "n_gold": integer(1, 10 ** 6),
               "prior_strength": number(1e-6, 1e6),
               "patience": integer(0, 10 ** 6), "min_gain": number(0, 1e6),
               "expert_share": number(0, 1)}
    defaults_from = {
        "learner": "Branson et al. 2017",
        "risk": "Liao et al. 2021",
        "batch_size": "our choice: a twentieth of the tasks of FiveGaussians",
        "worker_prior": "our choice: no gold tasks",
        "n_gold": "our choice",
        "prior_strength": "Liao et al. 2021",
        "patience": "0: no early stop",
        "min_gain": "0: no stop by expected gain",
        "expert_share": "0: no expert"}
    test_config = {"dataset": {"name": "FiveGaussians"}}

    def query(self, belief, candidates, n):
        raise NotImplementedError

    def get_next(self, stop_val):
        return stop_val + 1

    def skip(self, oracle=None, worker_skills=None, **_):
        if oracle is None:
            return True, "queries votes: needs an online dataset"
        if self.worker_prior != "none" and not oracle.has_gold:
            return True, (f"worker_prior={self.worker_prior}: the dataset "
                          "has no gold tasks")
        if self.worker_prior != "none" and worker_skills is None:
            for what, per_task, left in (
                    ("cost", oracle.cost, oracle.left),
                    ("take", oracle.latency, oracle.seconds_budget)):
                total = self.n_gold * per_task.sum()
                if total > left:
                    return True, (f"n_gold={self.n_gold}: the gold tasks "
                                  f"{what} {total:g}, {left:g} is left")
        if self.expert_share and not oracle.has_expert:
            return True, (f"expert_share={self.expert_share}: the dataset "
                          "has no expert")
        return False, None

    def first_votes(self):
        return None  # `run` queries all votes

    def set_objective(self, **given):
        super().set_objective(**given)
        self.finished = False

    # --- the loop -----------------------------------------------------------
    def run(self, cb):
        # The matrices are small: one thread is fastest.
        with threadpool_limits(1, user_api="blas"):
            self._start()
            grid = np.linspace(0, self.oracle.budget, POINTS)[1:]
            while cb() and not self.finished:
                ahead = grid[grid > self.oracle.spent + TIE]
                goal = min([*ahead[:1], self.vote_budget])
                self._step()
                while not self.finished and self.oracle.spent < goal - TIE:
                    self._step()

    def _start(self):
        oracle = self.oracle
        self.rng = np.random.default_rng(self.seed)
        learner = LEARNERS["none" if self.X is None else self.learner]
        self.model = learner(Examples(
            self.X, self.X_test, self.recipe, oracle.n_tasks,
            oracle.n_classes, self.seed))
        self.worker_dirichlet = (
            identity_prior(oracle.n_workers, oracle.n_classes,
                           self.prior_strength)
            if self.worker_skills is None else
            given_prior(self.worker_skills))
        # Log-likelihoods of the expert's labels.
        self.log_expert = np.zeros((oracle.n_tasks, oracle.n_classes))
        self.vote_budget = (1 - self.expert_share) * oracle.budget
        self.gold_due = (self.worker_prior != "none"
                         and self.worker_skills is None)
        self.most_finished = self.stale_steps = 0
        self.belief = None
        self._update_belief()

    def _step(self):
        """Query gold tasks or a batch of votes and update the belief; at the
        end, query the expert."""
        if self.gold_due:
            self._ask_gold()
            return
        task, worker = self._next_votes()
        if len(task):
            self.oracle.ask(task, worker)
            self._learn()
        if not len(task) or self.oracle.spent >= self.vote_budget - TIE:
            self._ask_expert()
            self.finished = True

    def _next_votes(self):
        """The pairs to query; none if no pair is left or a rule stops."""
        nothing = np.zeros((2, 0), int)
        room = self.vote_budget - self.oracle.spent
        candidates = self.oracle.candidates() & self.unfinished()[:, None]
        candidates[:, self.oracle.cost > room + TIE] = False
        if not candidates.any() or self._out_of_patience():
            return nothing
        n = min(self.batch_size, int(candidates.sum()))
        task, worker = self.query(self.belief, candidates, n)
        paid = self.oracle.affordable(worker) & (
            np.cumsum(self.oracle.cost[worker]) <= room + TIE)
        task, worker = task[paid], worker[paid]
        if not len(task):
            raise RuntimeError(
                f"{self.name} queries no available vote, although there are "
                f"{candidates.sum()}: the loop would never end")
        if self.min_gain and self._gain_per_cost(task, worker) < self.min_gain:
            return nothing
        return task, worker

    def _learn(self):
        self._update_belief()
        self.model.update(
            self.belief, self.oracle.votes().per_task > 0, self.risk)
        self._update_belief()

    def _update_belief(self):
        self.belief = online_em(
            self.oracle.votes(), self.worker_dirichlet,
            self.model.log_prior + self.log_expert,
            None if self.belief is None else self.belief.label_posterior)

    # --- when to stop -------------------------------------------------------
    def unfinished(self):
        """Tasks with a risk at or above the threshold, (n_tasks,) bool."""
        return self.belief.risk >= self.risk

    def _out_of_patience(self):
        """Has the number of finished tasks not grown for long?"""
        n_finished = int((~self.unfinished()).sum())
        self.stale_steps = (0 if n_finished > self.most_finished
                            else self.stale_steps + 1)
        self.most_finished = max(n_finished, self.most_finished)
        return (self.patience > 0 and self.most_finished > 0
                and self.stale_steps > self.patience)

    def _gain_per_cost(self, task, worker):
        """Expected number of corrected labels per unit of cost."""
        belief = self.belief
        gain = mean_gain(belief.label_posterior[task],
                         belief.mean_confusion[worker])
        return gain.sum() / self.oracle.cost[worker].sum()

    # --- gold tasks and the expert ------------------------------------------
    def _ask_gold(self):
        self.worker_dirichlet = gold_prior(
            self.worker_prior, self.oracle.ask_gold(self.n_gold),
            self.prior_strength)
        self.gold_due = False
        self._update_belief()

    def _ask_expert(self):
        """Label unfinished tasks, by falling risk, within the budget."""
        if not self.expert_share:
            return
        oracle, tasks = self.oracle, np.flatnonzero(self.unfinished())
        n = int((oracle.left + TIE) / oracle.expert_price)
        tasks = best_tasks(self.rng, self.belief.risk[tasks], tasks, n)
        self.log_expert[tasks] = -np.inf
        self.log_expert[tasks, oracle.ask_expert(tasks)] = 0
        self._update_belief()

    def get_result(self):
        belief = self.belief
        accuracy = belief.mean_confusion.diagonal(axis1=1, axis2=2)
        return dict(
            soft_labels=belief.label_posterior,
            test_probabilities=self.model.test_probabilities(),
            worker_score=accuracy.mean(axis=1), task_score=-belief.risk,
            finished_tasks=~self.unfinished(), final=self.finished)
