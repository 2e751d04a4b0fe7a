"""Label sets by a model, several annotators, and an expert for conflicts."""
import numpy as np

from benchmark_utils.aggregation.label_sets import set_posterior
from benchmark_utils.checks import integer, number
from benchmark_utils.oracles.design import random_workers
from benchmark_utils.training.engine import Training
from benchmark_utils.training.losses import SoftLabels
from benchmark_utils.training.solver import NetworkSolver

FOLDS = 3  # as `learners.CrossFitted` has
BINS = 6  # of the network's probability, a few hundred classes in each
MANY = 3  # votes for a class; further votes are not counted


class RefineSolver(NetworkSolver):
    """Base of the four stages; a child selects the tasks for the expert.

    1. The recipe's network, cross-fitted on the first votes, proposes its
       ``proposals`` most probable classes of each task, besides those voted.
    2. Annotators confirm or reject these classes.
    3. EM gives each class of each task a probability, see `set_posterior`.
    4. ``share`` of the tasks go to the expert, in ``rounds``: the network is
       retrained on the current probabilities, ``query(expected_errors, n)``
       selects among the remaining tasks, and the expert's answers are added
       to those of the annotators.

    The final network is trained on the label sets, in which a class weighs
    one plus its number of first votes.
    """
    setting = "label_sets"
    parameters = {"share": [.3], "proposals": [8], "rounds": [2]}
    accepts = {"share": number(0, 1), "proposals": integer(1, 10 ** 6),
               "rounds": integer(1, 1000)}
    defaults_from = {
        "share": "our choice",
        "proposals": "Beyer et al. 2020 propose about eight",
        "rounds": "our choice"}
    test_config = {"dataset": {"name": "DigitPairs"}}

    def skip(self, label_set_oracle=None, **problem):
        if label_set_oracle is None:
            return True, "queries label sets: needs annotators and an expert"
        return super().skip(**problem)

    def query(self, expected_errors, n):
        raise NotImplementedError

    def run(self, _):
        self.rng = np.random.default_rng(self.seed)
        oracle = self.label_set_oracle
        p = self.predictions(self.votes.shares())
        rank = (-p).argsort(axis=1, kind="stable").argsort(axis=1)
        asked = (rank < self.proposals) | (self.votes.counts() > 0)
        answers = [self.ask_annotators(asked)]
        q = set_posterior(answers, self.groups(p, asked), oracle.n_annotators)
        n = round(self.share * oracle.n_tasks)
        unseen = np.ones(oracle.n_tasks, bool)
        for part in np.diff(np.linspace(0, n, self.rounds + 1).astype(int)):
            # A network trained on second labels finds more missing ones.
            p = self.predictions(q / q.sum(axis=1, keepdims=True))
            group = self.groups(p, asked)
            q = set_posterior(answers, group, oracle.n_annotators)
            tasks = np.flatnonzero(unseen)
            errors = np.minimum(q, 1 - q).sum(axis=1)
            task = tasks[self.query(errors[tasks], part)]
            unseen[task] = False
            answers.append((task, np.full(part, oracle.n_annotators),
                            np.ones((part, oracle.n_classes), bool),
                            oracle.ask_expert(task)))
            q = set_posterior(answers, group, oracle.n_annotators)
        self.label_sets = q > .5
        # Every image has a label.
        empty = ~self.label_sets.any(axis=1)
        self.label_sets[empty, q[empty].argmax(axis=1)] = True
        # The main label of a set is the one with the most first votes.
        weight = self.label_sets * (self.votes.counts() + 1)
        self.soft_labels = weight / weight.sum(axis=1, keepdims=True)
        self.task_score = -np.minimum(q, 1 - q).sum(axis=1)

    def groups(self, p, asked):
        """The prior evidence for a class: the network's probability in
        ``BINS`` bins and the number of votes. (n_tasks, K) ints, 0 where
        annotators are not asked about the class."""
        edges = np.quantile(p[asked], np.linspace(0, 1, BINS + 1)[1:-1])
        votes = np.minimum(self.votes.counts(), MANY)
        return np.where(
            asked, 1 + np.searchsorted(edges, p) * (MANY + 1) + votes, 0)

    def predictions(self, shares):
        """Of networks trained on the ``shares`` (n_tasks, K) of other tasks.
        """
        voted = ~np.isnan(shares).any(axis=1)
        fold = self.rng.permutation(len(shares)) % FOLDS
        p = np.empty_like(shares)
        for held_out in range(FOLDS):
            learnt = voted & (fold != held_out)
            training = Training(self.recipe, self.X[learnt],
                                self.votes.n_classes, self.seed + held_out)
            training.fit(SoftLabels(shares[learnt]))
            p[fold == held_out] = training.probabilities(
                self.X[fold == held_out])
        return p

    def ask_annotators(self, asked):
        """Spend the annotators' budget: every task in turn is put to a random
        annotator."""
        oracle = self.label_set_oracle
        free = np.ones((oracle.n_tasks, oracle.n_annotators), bool)
        left, tasks, annotators = oracle.budget, [], []
        while left > 0 and free.any():
            task = self.rng.permutation(oracle.n_tasks)[:left]
            annotator = random_workers(self.rng, free, task)
            free[task, annotator] = False
            tasks.append(task)
            annotators.append(annotator)
            left -= len(task)
        task, annotator = map(np.concatenate, (tasks, annotators))
        return (task, annotator, asked[task],
                oracle.ask(task, annotator, asked[task]))
