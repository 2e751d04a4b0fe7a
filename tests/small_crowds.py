"""Network solvers run on one small crowd, without a dataset, for tests."""
from dataclasses import replace

import numpy as np
from benchopt_internals import solver_classes

from benchmark_utils.training.recipes import get_recipe
from benchmark_utils.votes import Votes

QUICK = replace(get_recipe("mlp"), epochs=4)


def small_crowd(seed=0, n=120, n_workers=6, K=3):
    """Gaussian classes with three votes each, four in five of them right; and
    the truth."""
    rng = np.random.default_rng(seed)
    y = rng.integers(K, size=n)
    centre = 3 * rng.normal(size=(K, 4))
    X, X_test = (centre[y] + rng.normal(size=(n, 4)) for _ in range(2))
    task = np.repeat(np.arange(n), 3)
    worker = np.concatenate([rng.permutation(n_workers)[:3]
                             for _ in range(n)])
    label = np.where(rng.random(3 * n) < .8, y[task],
                     rng.integers(K, size=3 * n))
    return dict(X=X, X_test=X_test, votes=Votes(
        task, worker, label, n, n_workers, K)), y


def trained(benchmark, name, given, recipe=QUICK, seed=0, **parameters):
    """A solver that ran on the given data."""
    solver = solver_classes(benchmark)[name].get_instance(**parameters)
    solver.set_objective(seed=seed, recipe=recipe, **given)
    solver.run(None)
    return solver
