import numpy as np
from sklearn.datasets import load_digits

from benchmark_utils.checks import integer, one_of
from benchmark_utils.crowds.dataset import QUERIED, TRAINED, CrowdDataset
from benchmark_utils.crowds.simulation import (
    confusion_with_diagonal,
    draw_pairs,
    draw_votes,
    perfect_worker,
    votes_per_task_value,
)
from benchmark_utils.draws import draw_labels
from benchmark_utils.papers import papers
from benchmark_utils.training.recipes import recipe_value
from benchmark_utils.votes import Votes

K, N_IMAGES = 10, 1797
N_GOOD, N_CONFUSED, N_SPAMMERS = 6, 8, 6
ACCURACY, CONFUSED_SHARE = .85, .8
EXPERT_PRICE = 10.0  # of a true label, in prices of a vote
PAIRS, WITHIN = [(7, 1), (9, 4), (8, 3), (6, 5), (2, 0)], .8
# {truth: the digit that a confused worker mistakes it for}
CONFUSED_WITH = {7: 1, 9: 4, 8: 3, 6: 5, 0: 6, 2: 7}


class Dataset(CrowdDataset):
    """Real 8 x 8 images of digits, three votes each from a simulated crowd.

    ``workers``: ``simulated``, of which 6 of 20 are right with probability
    .85, 8 are the same but mistake most 7 for 1, 9 for 4, 8 for 3, 6 for 5,
    0 for 6 and 2 for 7, and 6 are spammers (the shares hold for other
    numbers); ``families``, workers of accuracy .75 on average, who confuse
    the digits of pairs, one digit more often than the other; ``uniform``, the
    same workers with errors spread evenly; ``truth``, one perfect worker, the
    upper bound. The images without votes are the test set. ``mode``:
    ``offline``, or ``online``, with a query budget of ``votes_per_task``
    votes per task. ``n_ambiguous`` tasks show the mean of two digits of a
    pair of ``PAIRS``; each vote is for one of the two, and the truth is
    unknown. ``n_gold`` further images with known classes are the validation
    set (X_gold), offline only.
    The images are part of scikit-learn.
    """
    name = "Digits"
    facts = {
        "id": "digits",
        "title": "Digits",
        "kind": "simulated",
        "shows":
            "networks trained on votes of spammers and of workers who confuse "
            "certain digits",
        "truth": "the digits that people wrote",
        "inputs": "images",
    }
    references = papers("alpaydin1998")
    parameters = {"n_tasks": [1200], "n_workers": [20], "votes_per_task": [3],
                  "workers": ["simulated"], "mode": ["offline"],
                  "classifier": ["mlp"], "n_ambiguous": [0], "n_gold": [100]}
    test_parameters = {"n_tasks": [100],
                       "classifier": [dict(base="mlp", epochs=2)]}
    accepts = {"n_tasks": integer(1, N_IMAGES - 1),
               "n_workers": integer(1, 10**4),
               "votes_per_task": votes_per_task_value,
               "workers": one_of("simulated", "families", "uniform", "truth"),
               "mode": one_of("offline", "online"),
               "classifier": recipe_value, "n_ambiguous": integer(0),
               "n_gold": integer(0)}

    def check_together(self):
        integer(0, N_IMAGES - self.n_tasks - 1)(
            f"{self.name}[n_tasks={self.n_tasks}]", "n_gold", self.n_gold)
        integer(0, self.n_tasks)(self.name, "n_ambiguous", self.n_ambiguous)
        if type(self.votes_per_task) is int and self.workers != "truth":
            integer(1, self.n_workers)(
                self.name, "votes_per_task", self.votes_per_task)
        if self.mode == "online":
            integer(1)(f"{self.name}[mode=online]", "votes_per_task",
                       self.votes_per_task)
        if self.n_ambiguous:
            owner = f"{self.name} with n_ambiguous"
            one_of("offline")(owner, "mode", self.mode)
            one_of("simulated", "families", "uniform")(
                owner, "workers", self.workers)

    def get_data(self):
        rng, digits = self.rng(), load_digits()
        n_gold = self.n_gold if self.mode == "offline" else 0
        train, gold, test = np.split(
            rng.permutation(N_IMAGES), [self.n_tasks, self.n_tasks + n_gold])
        X = (digits.images / 16).astype(np.float32)[:, None]  # (n, 1, 8, 8)
        y = digits.target.astype(int)
        data = dict(ground_truth=y[train], X=X[train], X_test=X[test],
                    y_test=y[test], classifier=self.classifier,
                    task_ids=train, repetitions=TRAINED)
        if n_gold:
            data.update(X_gold=X[gold], y_gold=y[gold])
        if self.workers == "truth":
            return dict(data, votes=perfect_worker(y[train], K))
        if self.workers == "simulated":
            confusion, spammer = crowd(self.n_workers)
        else:
            confusion, spammer = families(
                rng, self.n_workers, uniform=self.workers == "uniform"), None
        data.update(worker_confusion=confusion, spammer=spammer)
        if self.mode == "online":
            return dict(data, repetitions=QUERIED, oracle=dict(
                confusion=confusion, expert_price=EXPERT_PRICE,
                budget=self.votes_per_task * len(train)))
        if self.n_ambiguous:
            return self.blend(rng, data, confusion)
        return dict(data, votes=draw_votes(
            rng, y[train], confusion, self.votes_per_task))

    def blend(self, rng, data, confusion):
        """Replace some tasks by the mean of two images, and draw their votes
        from a mixture."""
        truth, X = data["ground_truth"], data["X"]
        partner = np.arange(K)
        for first, second in PAIRS:
            partner[[first, second]] = second, first
        # (n_tasks, n_tasks): may the row's image be mixed with the column's?
        possible = truth == partner[truth][:, None]
        blended = rng.permutation(np.flatnonzero(possible.any(axis=1)))[
            :self.n_ambiguous]
        ambiguous = np.zeros(self.n_tasks, bool)
        ambiguous[blended] = True
        X_blended = X.copy()
        for i in blended:
            other = rng.choice(np.flatnonzero(possible[i]))
            X_blended[i] = (X[i] + X[other]) / 2
        task, worker = draw_pairs(rng, self.n_tasks, self.n_workers,
                                  self.votes_per_task)
        taken_for = np.where(
            ambiguous[task] & (rng.random(len(task)) < .5),
            partner[truth[task]], truth[task])
        votes = Votes(task, worker, draw_labels(
            rng, confusion, worker, taken_for), self.n_tasks, self.n_workers,
            K)
        return dict(data, X=X_blended, votes=votes, ambiguous=ambiguous,
                    ground_truth=np.where(ambiguous, -1, truth))


def crowd(n_workers):
    """Confusion matrices (n_workers, K, K) and the spammers, (n_workers,)."""
    good = confusion_with_diagonal(ACCURACY, K)
    confused = good.copy()
    for truth, other in CONFUSED_WITH.items():
        moved = CONFUSED_SHARE * ACCURACY
        confused[truth, truth] -= moved
        confused[truth, other] += moved
    share = n_workers / (N_GOOD + N_CONFUSED + N_SPAMMERS)
    n_good, n_confused = round(N_GOOD * share), round(N_CONFUSED * share)
    n_spammers = n_workers - n_good - n_confused
    matrices = np.stack([good, confused, np.full((K, K), 1 / K)])
    kind = np.repeat([0, 1, 2], [n_good, n_confused, n_spammers])
    return matrices[kind], kind == 2


def families(rng, n_workers, uniform=False):
    """Confusion matrices of workers who err within pairs, (n_workers, K, K).

    Error rates have a Beta distribution with mean .4 for the first digit of
    each pair and .1 for the second. A share ``WITHIN`` of the errors goes to
    the other digit of the pair, the rest evenly to the other eight; with
    ``uniform``, all errors go evenly to the other nine.
    """
    error = np.empty((n_workers, K))
    for (first, second) in PAIRS:
        error[:, first] = rng.beta(4, 6, size=n_workers)
        error[:, second] = rng.beta(1, 9, size=n_workers)
    if uniform:
        return confusion_with_diagonal(1 - error)
    spread = np.full((K, K), (1 - WITHIN) / (K - 2))
    for first, second in PAIRS:
        spread[first, second] = spread[second, first] = WITHIN
    confusion = error[:, :, None] * spread
    confusion[:, np.arange(K), np.arange(K)] = 1 - error
    return confusion
