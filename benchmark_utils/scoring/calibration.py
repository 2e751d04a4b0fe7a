"""Scores of predicted probabilities on a test set with known classes."""
import numpy as np


def reliability(confidence, right, n_bins=15):
    """Lists of length n_bins over equal-width bins of ``confidence`` (n,):
    ``n`` predictions, the sum of their ``confidence`` and the sum of
    ``right`` (n,), which may be shares. Bins are [a, b), the last one closed.
    """
    edges = np.linspace(0, 1, n_bins + 1)
    bin_of = np.clip(np.searchsorted(edges, confidence, side="right") - 1,
                     0, n_bins - 1)
    return {name: np.bincount(bin_of, weight, minlength=n_bins).tolist()
            for name, weight in dict(
                n=None, confidence=confidence, right=right).items()}


def calibration_error(table):
    """Mean over all predictions of |accuracy - confidence| of their bin, from
    a table of `reliability`; NaN without predictions."""
    n = sum(table["n"])
    gap = np.subtract(table["right"], table["confidence"])
    return float(np.abs(gap).sum() / n) if n else np.nan


def reliability_table(probabilities, truth, n_bins=15):
    """`reliability` of the top probabilities: (n_test, K) and (n_test,)."""
    return reliability(probabilities.max(axis=1),
                       probabilities.argmax(axis=1) == truth, n_bins)


def expected_calibration_error(probabilities, truth, n_bins=15):
    """Top-label ECE, L1, over the whole test set at once.

    See `calibration_error`. Guo et al., ICML 2017.

    Parameters
    ----------
    probabilities : (n_test, K)
    truth : (n_test,)
    """
    return calibration_error(reliability_table(probabilities, truth, n_bins))


def batch_calibration_error(probabilities, truth, batch_size=64):
    """Mean ECE of batches of the examples sorted by class, as in the WAUM
    paper's code (peerannot, f15a4dd, runners/train.py). A perfectly calibrated
    network has more than .1, as a bin of a batch has few examples."""
    order = np.argsort(truth, kind="stable")
    return float(np.mean([
        expected_calibration_error(probabilities[part], truth[part])
        for part in np.split(order, range(batch_size, len(order), batch_size))
    ]))


def negative_log_likelihood(probabilities, truth):
    """Mean of -log p(truth), nats; probabilities are clipped at 1e-12."""
    p = probabilities[np.arange(len(truth)), truth]
    return float(-np.log(np.clip(p, 1e-12, 1)).mean())


def brier(probabilities, truth):
    """Mean over predictions of the squared error summed over classes, 0..2.
    """
    error = probabilities.astype(float)
    error[np.arange(len(truth)), truth] -= 1
    return float((error ** 2).sum(axis=1).mean())
