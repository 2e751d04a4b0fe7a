"""Newton's method on many one-dimensional problems at once."""
import numpy as np
from scipy.special import expit


def softplus(x):
    """log(1 + exp(x)), faster than logaddexp."""
    return np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x)))


def newton_step(right, z, logit, add_up, halvings=30):
    """One guarded Newton step on every coordinate of z.

    Maximises, coordinate by coordinate, sum_votes [right x - softplus(x)] -
    (z - 1)^2 / 2, where ``logit(z)`` gives x and dx/dz of each vote and
    ``add_up`` sums votes by coordinate. Where a full step would lower the
    value, as it does where sigmoid(x) is flat, it is halved until it does
    not. Returns the new z.
    """
    def value(z, x):
        return add_up(right * x - softplus(x)) - (z - 1) ** 2 / 2

    x, slope = logit(z)
    before = value(z, x)
    # Rounding of a sum must not count as a fall.
    before -= 1e-12 * (1 + np.abs(before))
    sigma = expit(x)
    gradient = add_up((right - sigma) * slope) - (z - 1)
    curvature = add_up(sigma * (1 - sigma) * slope ** 2) + 1
    step = gradient / curvature
    for _ in range(halvings):
        with np.errstate(over="ignore", invalid="ignore"):
            x, _ = logit(z + step)
            worse = ~(value(z + step, x) >= before)
        if not worse.any():
            return z + step
        step[worse] /= 2
    step[worse] = 0
    return z + step
