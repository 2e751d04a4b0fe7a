"""Areas under the margin (AUM): margins of labels averaged over training."""
import numpy as np
import torch

MARGINS = ["second", "other", "logits"]


def early_epochs(recipe, epochs):
    """Number of epochs over which margins are averaged.

    A share of the recipe's epochs, or ``early``: before the network memorises
    wrong labels. That is until the learning rate first drops (50 of 150 on
    CIFAR-10H, as in the WAUM paper; 150 of 300 in the AUM paper), or half of
    the epochs if it never does (500 of 1,000 on LabelMe and Music in the WAUM
    paper).
    """
    if epochs == "early":
        drops = recipe.schedule == "steps" and recipe.milestones
        return drops[0] if drops else max(recipe.epochs // 2, 1)
    return max(round(epochs * recipe.epochs), 1)


class Areas:
    """Sums the margins of votes over epochs, and computes the trust in each
    vote, <diag pi^j, sigma(x_i)>, in the last epoch.

    margin : ``second``, p[label] - the second largest p; ``other``, p[label]
    - the largest p of another class; ``logits``, as ``other`` with logits.
    accuracy : (n_workers, K), pi^j_kk.
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

    def add(self, epoch, vote, logits):
        """Add the margins of the votes ``vote`` (n,) under logits (n, K)."""
        p = logits.softmax(-1)
        scores = logits if self.margin == "logits" else p
        label = self.label[vote]
        of_label = scores.gather(1, label[:, None])[:, 0]
        top = scores.topk(min(2, scores.shape[1]), dim=1).values
        other = top[:, -1]
        if self.margin != "second":
            other = torch.where(of_label >= top[:, 0], top[:, -1], top[:, 0])
        self.sums[vote] += of_label - other
        if epoch == self.epochs - 1:
            self.trust[vote] = (self.accuracy[self.worker[vote]] * p).sum(1)

    def result(self):
        """AUM and trust of each vote, NumPy arrays (n_votes,)."""
        return tuple(array.double().cpu().numpy()
                     for array in (self.sums / self.epochs, self.trust))


def weighted_areas(votes, aum, trust):
    """WAUM_i = sum_j s_ij AUM_ij / sum_j s_ij, (n_tasks,), NaN without votes;
    the unweighted mean if all trust s_ij is 0."""
    def mean(weight):
        total = np.bincount(votes.task, weight, minlength=votes.n_tasks)
        value = np.bincount(votes.task, weight * aum, minlength=votes.n_tasks)
        return np.divide(value, total, where=total > 0,
                         out=np.full(votes.n_tasks, np.nan))
    weighted = mean(trust)
    return np.where(np.isnan(weighted), mean(np.ones(len(votes))), weighted)


def above_quantile(score, quantile):
    """Tasks whose score is not below the quantile, NaN included, (n,) bool.
    """
    return ~(score < np.nanquantile(score, quantile))
