import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose
from sklearn.metrics import log_loss
from sklearn.preprocessing import label_binarize

from benchmark_utils.scoring.calibration import (
    batch_calibration_error,
    brier,
    expected_calibration_error,
    negative_log_likelihood,
    reliability,
    reliability_table,
)


def predictions(seed, n=2000, K=5, sharpness=1.0):
    rng = np.random.default_rng(seed)
    p = rng.dirichlet(np.full(K, 1 / sharpness), size=n)
    truth = np.array([rng.choice(K, p=row) for row in p])
    return p, truth


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(5))
def test_ece_equals_torchmetrics_on_the_whole_set(seed):
    # Takes seconds to import.
    from torchmetrics.functional.classification import (
        multiclass_calibration_error,
    )
    p, truth = predictions(seed, sharpness=1 + seed)
    other = multiclass_calibration_error(
        torch.tensor(p), torch.tensor(truth), num_classes=5, n_bins=15)
    assert_allclose(expected_calibration_error(p, truth), float(other),
                    atol=1e-6)


def test_ece_by_hand():
    # Bins of width .1: .95 .91 | .62; right, wrong | right.
    p = np.array([[.95, .05], [.91, .09], [.38, .62]])
    truth = np.array([0, 1, 1])
    expected = (abs(1 - .95 - .91) + abs(1 - .62)) / 3
    assert_allclose(expected_calibration_error(p, truth, n_bins=10), expected)


def test_batch_ece_is_the_mean_over_batches_of_one_class():
    """Sorted by class the batches of two are (.9 right, .6 wrong) and (.8
    right); in the order given they would be (.8, .9) and (.6)."""
    p = np.array([[.2, .8], [.9, .1], [.4, .6]])
    truth = np.array([1, 0, 0])
    first = (abs(1 - .9) + abs(0 - .6)) / 2
    assert_allclose(batch_calibration_error(p, truth, batch_size=2),
                    (first + (1 - .8)) / 2)


def test_batch_ece_of_a_calibrated_network_is_far_from_0():
    """Batches of 64 and one class: the floor of the published values."""
    p, truth = predictions(0, n=50_000, K=10, sharpness=10)
    assert expected_calibration_error(p, truth) < .01
    assert batch_calibration_error(p, truth) > .1


def test_an_edge_belongs_to_the_bin_above():
    """Bins [0, .25), [.25, .5), [.5, .75), [.75, 1]: three edges that floats
    hold exactly, and the closed end."""
    table = reliability(np.array([.25, .5, .75, 1.]),
                        np.array([1, 0, 1, 1]), n_bins=4)
    assert table["n"] == [0, 1, 1, 2] and table["right"] == [0, 1, 0, 2]
    assert table["confidence"] == [0, .25, .5, 1.75]


def test_certainty_lies_in_the_last_bin():
    p, truth = np.eye(3), np.array([0, 1, 1])
    table = reliability_table(p, truth)
    assert table["n"][-1] == 3 and table["right"][-1] == 2
    assert_allclose(expected_calibration_error(p, truth), 1 / 3)


def test_a_calibrated_model_has_a_small_ece_but_not_over_batches():
    p, truth = predictions(0, n=20_000)
    assert expected_calibration_error(p, truth) < .02
    batches = [expected_calibration_error(p[i:i + 64], truth[i:i + 64])
               for i in range(0, 20_000, 64)]
    assert np.mean(batches) > .1


def test_nll_and_brier_match_scikit_learn():
    p, truth = predictions(1)
    assert_allclose(negative_log_likelihood(p, truth),
                    log_loss(truth, p, labels=range(5)))
    hot = label_binarize(truth, classes=range(5))
    assert_allclose(brier(p, truth), ((p - hot) ** 2).sum(axis=1).mean())
    assert brier(np.array([[0., 1.]]), np.array([0])) == 2


def test_nll_is_clipped():
    value = negative_log_likelihood(np.array([[0., 1.]]), np.array([0]))
    assert_allclose(value, -np.log(1e-12))
