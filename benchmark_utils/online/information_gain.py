"""The information gain of the vote of a worker on a task, for all pairs.

Two scores, both mutual informations in nats: `bald_scores` between the vote
and the parameters of the classifier and of the workers (from samples), and
`label_information` between the vote and the task's label and the worker's
confusion matrix (closed form under Dirichlet rows).
"""
import numpy as np
from scipy.special import entr

from benchmark_utils.online.confusion_rows import dirichlet_row_entropy

# Entries of a temporary array. The product and its logarithm then fit into the
# cache of a core, which is a fifth faster.
BLOCK = 1 << 17


def bald_scores(f, W, chunk=None):
    """I(z_ij; (theta, W)) of every task i and worker j, in nats.

    I = H(p_ij) - mean_{t, s} H(q_ij^ts), where q_ij^ts[l] = sum_k f_itk
    W_sjkl is the probability of vote l under one sample of each, and p_ij its
    mean over the full T x S product. All pairs share the samples (common
    random numbers), so that differences between pairs are not due to sampling.
    0 <= I <= min(H(p_ij), log K), up to rounding: 1e-6 in float32, 1e-14 in
    float64. Few samples bias I downwards, by about 1 / T of the contribution
    of theta and 1 / S of that of W. BALD of Houlsby et al. 2011, for votes as
    in Liao, Kar and Fidler, CVPR 2021.

    Parameters
    ----------
    f : (n_tasks, T, K), samples of the tasks' class probabilities
    W : (S, n_workers, K, K), samples of the workers' confusion matrices
        Rows = truth; they sum to one, as do those of f.
    chunk : int or None
        Tasks at once; None = as many as fit into the cache. Memory holds the
        means of f and W, the samples of one worker and, with None, a few MB
        (2 T K numbers if that is more) for any number of tasks.

    Returns
    -------
    (n_tasks, n_workers), in the floating type of f and W, which is also that
    of the T x S product
    """
    f, W = np.asarray(f), np.asarray(W)
    dtype = np.result_type(f, W, np.float32)
    (n_tasks, T, K), (S, n_workers, _, L) = f.shape, W.shape
    draws = min(max(BLOCK // (T * L), 1), S)
    if chunk is None:
        chunk = max(BLOCK // (T * draws * L), 1)
    # Avoids 0 log 0 = NaN. floor * floor is a normal number, far below the
    # last digit of any result.
    floor = np.sqrt(np.finfo(dtype).tiny)
    # p is bilinear: the means of the samples are enough.
    scores = _vote_entropy(f.mean(axis=1, dtype=float),
                           W.mean(axis=0, dtype=float))
    for j in range(n_workers):
        W_j = np.maximum(W[:, j].swapaxes(0, 1), floor, dtype=dtype)
        W_j = W_j.reshape(K, S * L)  # so that q has T x S x L contiguous
        for start in range(0, n_tasks, chunk):
            f_i = np.maximum(f[start:start + chunk], floor, dtype=dtype)
            n = len(f_i)
            f_i = f_i.reshape(n * T, K)
            for first in range(0, S * L, draws * L):
                q = f_i @ W_j[:, first:first + draws * L]  # (n T, draws L)
                scores[start:start + n, j] += np.vecdot(
                    q.reshape(n, -1), np.log(q).reshape(n, -1)) / (T * S)
    return scores.astype(dtype, copy=False)


def label_information(label_posterior, alpha):
    """I(z_ij; (y_i, W_j)) of every task i and worker j, in nats.

    I = H(p_ij) - sum_k ybar_ik E H(W_jk), with p_ij[l] = sum_k ybar_ik
    alpha_jkl / A_jk and A_jk = sum_l alpha_jkl: `bald_scores` with the label
    itself among the unknowns, as if every f were certain. The mean entropy of
    a confusion row has a closed form. y and W are taken as independent given
    the votes so far.

    Parameters
    ----------
    label_posterior : (n_tasks, K), posterior of the tasks' labels
    alpha : (n_workers, K, K), Dirichlet parameters of the workers' rows
        Rows = truth.

    Returns
    -------
    (n_tasks, n_workers)
    """
    label_posterior = np.asarray(label_posterior, float)
    alpha = np.asarray(alpha, float)
    scores = _vote_entropy(
        label_posterior, alpha / alpha.sum(axis=-1, keepdims=True))
    scores -= label_posterior @ dirichlet_row_entropy(alpha).T
    return scores


def _vote_entropy(label_posterior, rows):
    """H(p_ij) of p_ij[l] = sum_k ybar_ik rows_jkl, (n_tasks, n_workers)."""
    n_workers, K, L = rows.shape
    rows = rows.swapaxes(0, 1).reshape(K, n_workers * L)
    entropy = np.empty((len(label_posterior), n_workers))
    chunk = max(BLOCK // max(n_workers * L, 1), 1)
    for start in range(0, len(label_posterior), chunk):
        p = label_posterior[start:start + chunk] @ rows
        entropy[start:start + chunk] = entr(p).reshape(
            len(p), n_workers, L).sum(axis=-1)
    return entropy
