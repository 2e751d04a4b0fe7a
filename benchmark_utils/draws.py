"""Random draws that simulators and oracles share."""
import numpy as np


def draw_labels(rng, confusion, worker, truth):
    """One label per vote from the row ``confusion[worker, truth]``.

    Parameters
    ----------
    confusion : (n_workers, K, K), rows sum to one
    worker, truth : (n_votes,)
    """
    n_workers, K, _ = confusion.shape
    cdf = confusion.reshape(-1, K).cumsum(axis=1)
    cdf /= cdf[:, -1:]
    # One search for all votes: row r of the cdf lies in (r, r + 1].
    cdf += np.arange(len(cdf))[:, None]
    row = worker * K + truth
    label = np.searchsorted(
        cdf.ravel(), row + rng.random(len(row)), side="right") - row * K
    return np.clip(label, 0, K - 1)
