"""Areas under the margin of votes: how a network takes to each of them."""
import numpy as np
import torch

from benchmark_utils.training.engine import Shuffled, Training
from benchmark_utils.training.ensemble import (
    PerWorkerVotes,
    ShuffledEach,
    Stack,
    check_stackable,
)
from benchmark_utils.training.losses import SoftLabels, StackedVotes

MODES = ["stacked", "sharedforward", "perworker"]
MARGINS = ["second", "other"]
# Parameters of the networks that are trained side by side.
STACK_PARAMETERS = 20_000_000


class Areas:
    """Sums the margins of votes over epochs, and keeps the last epoch's
    probabilities in the form that the trust needs.

    margin : ``second``, p[label] - the second largest p; ``other``, p[label]
    - the largest p of another class.
    accuracy : (n_workers, K), pi^j_kk; trust of a vote = <pi^j, sigma_T(x)>.
    """
    def __init__(self, votes, accuracy, epochs, margin, device):
        self.epochs, self.margin = epochs, margin
        self.worker, self.label = (
            torch.as_tensor(np.array(ids), device=device)
            for ids in (votes.worker, votes.label))
        self.accuracy = torch.tensor(
            accuracy, device=device, dtype=torch.get_default_dtype())
        self.sums = torch.zeros(len(votes), device=device)
        self.trust = torch.zeros(len(votes), device=device)

    def add(self, epoch, vote, p):
        """Margins of the votes ``vote`` (n,) under probabilities p (n, K)."""
        label = self.label[vote]
        of_label = p.gather(1, label[:, None])[:, 0]
        top = p.topk(min(2, p.shape[1]), dim=1).values
        other = top[:, -1]
        if self.margin == "other":
            other = torch.where(of_label >= top[:, 0], top[:, -1], top[:, 0])
        self.sums[vote] += of_label - other
        if epoch == self.epochs - 1:
            self.trust[vote] = (self.accuracy[self.worker[vote]] * p).sum(1)

    def result(self):
        """AUM and trust of each vote, NumPy (n_votes,)."""
        return tuple(array.double().cpu().numpy()
                     for array in (self.sums / self.epochs, self.trust))


def vote_areas(votes, X, recipe, seed, accuracy, mode="stacked",
               margin="second"):
    """AUM_ij and trust s_ij of every vote, (n_votes,) each.

    ``stacked``: one network, every (x_i, y_ij) an example. ``sharedforward``:
    one forward per task with its vote counts as soft targets; the same
    full-batch gradient at 1 / |A(i)| of the work. ``perworker``: a network
    per worker on its own votes, the original definition, all trained side by
    side. The margin is taken in train order, before the update.
    T. Lefort et al., TMLR 2024, eq. 5 to 8.
    """
    if mode == "perworker":
        return _per_worker(votes, X, recipe, seed, accuracy, margin)
    training = Training(recipe, X, votes.n_classes, seed)
    areas = Areas(votes, accuracy, recipe.epochs, margin, training.device)
    if mode == "stacked":
        training.fit(
            StackedVotes(votes), Shuffled(len(votes), recipe.batch_size),
            on_step=lambda epoch, vote, logits: areas.add(
                epoch, vote, logits.softmax(-1)))
        return areas.result()

    task = torch.as_tensor(np.array(votes.task), device=training.device)
    everyone = torch.arange(len(votes), device=training.device)
    seen = torch.zeros(len(X), votes.n_classes, device=training.device)

    def on_step(epoch, tasks, logits):
        seen[tasks] = logits.softmax(-1)

    training.fit(
        shared_forward_loss(votes, len(X)), on_step=on_step,
        on_epoch=lambda epoch: areas.add(epoch, everyone, seen[task]))
    return areas.result()


def shared_forward_loss(votes, n_tasks):
    """Soft targets whose full-batch gradient is the stacked votes'."""
    counts = votes.counts()[:n_tasks]
    number = counts.sum(axis=1)
    return SoftLabels(counts / np.maximum(number, 1)[:, None],
                      weight=number / number.mean())


def _per_worker(votes, X, recipe, seed, accuracy, margin):
    order = np.argsort(votes.worker, kind="stable")
    by_worker = np.split(order, np.cumsum(votes.per_worker)[:-1])
    batches = {}  # workers whose epochs have as many batches train together
    for worker, positions in enumerate(by_worker):
        if len(positions):
            n = Shuffled(len(positions), recipe.batch_size).n_batches
            batches.setdefault(n, []).append(worker)
    aum, trust = np.zeros(len(votes)), np.zeros(len(votes))
    size = check_stackable(recipe, X.shape[1:], votes.n_classes)
    at_once = max(STACK_PARAMETERS // size, 1)
    for workers in batches.values():
        for start in range(0, len(workers), at_once):
            group = workers[start:start + at_once]
            for array, part in zip((aum, trust), _train_group(
                    votes, X, recipe, [seed + w for w in group], accuracy,
                    margin, [by_worker[w] for w in group])):
                chosen = np.concatenate([by_worker[w] for w in group])
                array[chosen] = part[chosen]
    return aum, trust


def _train_group(votes, X, recipe, seeds, accuracy, margin, positions):
    training = Training(
        recipe, X, votes.n_classes, seeds[0],
        make_network=lambda shape: Stack(recipe, shape, votes.n_classes,
                                         seeds))
    areas = Areas(votes, accuracy, recipe.epochs, margin, training.device)

    def on_step(epoch, vote, logits):  # (W, B), (W, B, K); -1 = padding
        real = vote >= 0
        areas.add(epoch, vote[real], logits[real].softmax(-1))

    training.fit(PerWorkerVotes(votes),
                 ShuffledEach(positions, recipe.batch_size, seeds), on_step)
    return areas.result()


def weighted_areas(votes, aum, trust):
    """WAUM_i = sum_j s_ij AUM_ij / sum_j s_ij, (n_tasks,), NaN without
    votes; the plain mean where nobody is trusted."""
    def mean(weight):
        total = np.bincount(votes.task, weight, minlength=votes.n_tasks)
        value = np.bincount(votes.task, weight * aum, minlength=votes.n_tasks)
        return np.divide(value, total, where=total > 0,
                         out=np.full(votes.n_tasks, np.nan))
    weighted = mean(trust)
    return np.where(np.isnan(weighted), mean(np.ones(len(votes))), weighted)


def above_quantile(score, quantile):
    """All tasks but those below the quantile; NaN is kept. (n,) bool"""
    return ~(score < np.nanquantile(score, quantile))
