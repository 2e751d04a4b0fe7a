"""One model of how workers vote given soft labels, for all methods."""
from dataclasses import dataclass

import numpy as np

# Pseudo-votes of all workers in every row of a worker's confusion matrix, by
# definition of the held-out score: with none, a label that a worker never gave
# would have probability 0; with many, all workers would be alike.
STRENGTH = 3.0


@dataclass(frozen=True, eq=False)
class Emission:
    """P(worker j votes l | the truth is k) = (n^j_kl + c G_kl) / (n^j_k. + c).

    n^j_kl = sum_i T_ik 1[y_ij = l] counts worker j's votes under the soft
    labels T, G is the confusion matrix of all votes, c its weight in
    pseudo-votes. G itself has one uniform pseudo-vote in each row, so that no
    probability is 0. A worker without votes has the matrix G.

    Attributes
    ----------
    key : (n_answers,)
        worker * K + label of each answer that occurs, ascending.
    counts : (n_answers, K)
        n^j_kl, one row for each answer (j, l), one column for each truth k.
    totals : (n_workers, K)
        n^j_k., the worker's votes by truth.
    crowd : (K, K)
        G, rows = truth, summing to one.
    prevalence : (K,)
        Share of each class in T, with one uniform pseudo-task.
    strength : float
        c.
    """
    key: np.ndarray
    counts: np.ndarray
    totals: np.ndarray
    crowd: np.ndarray
    prevalence: np.ndarray
    strength: float

    def pi(self, worker, label):
        """Probability of any answers, worker and label (n,) ints, under each
        truth, (n, K)."""
        worker, label = np.asarray(worker), np.asarray(label)
        wanted = worker * len(self.crowd) + label
        pi = self.strength * self.crowd.T[label]
        if len(self.key):
            row = np.searchsorted(self.key, wanted)
            row[row == len(self.key)] = 0
            seen = self.key[row] == wanted
            pi[seen] += self.counts[row[seen]]
        pi /= self.totals[worker] + self.strength
        return pi

    def confusion(self, worker):
        """The confusion matrix of one worker, rows = truth, (K, K)."""
        K = len(self.crowd)
        return self.pi(np.full(K, worker), np.arange(K)).T

    def vote_likelihood(self, votes):
        """`pi` of every vote, (n_votes, K)."""
        return self.pi(votes.answer_worker, votes.answer_label)[
            votes.answer_index]


def fit_emission(votes, T, strength=STRENGTH):
    """The `Emission` model of the votes, given the soft labels of a method.

    All methods are compared under this one model, so that the flexibility of
    their own worker models does not count.

    Parameters
    ----------
    votes : Votes
    T : (n_tasks, K)
        Soft labels of any method; NaN rows (it abstains) are left out.
    strength : float, above 0

    Raises
    ------
    ValueError
        If T has another shape, or strength is not above 0.
    """
    K = votes.n_classes
    if np.shape(T) != (votes.n_tasks, K):
        raise ValueError(f"T must have shape {(votes.n_tasks, K)}, "
                         f"got {np.shape(T)}")
    if not strength > 0:
        raise ValueError(f"strength must be above 0, got {strength}")
    known = ~np.isnan(T).any(axis=1)
    T = np.where(known[:, None], T, 0)
    counts = votes.answer_matrix.T @ T
    totals, crowd = np.zeros((votes.n_workers, K)), np.full((K, K), 1 / K)
    np.add.at(totals, votes.answer_worker, counts)
    np.add.at(crowd.T, votes.answer_label, counts)
    voted = known & (votes.per_task > 0)
    return Emission(
        key=votes.answer_worker * K + votes.answer_label, counts=counts,
        totals=totals, crowd=crowd / crowd.sum(axis=1, keepdims=True),
        prevalence=(T[voted].sum(axis=0) + 1 / K) / (voted.sum() + 1),
        strength=strength)
