"""The loop of all EM and variational methods, and its stopping rules."""
from dataclasses import dataclass

import numpy as np

# Rows of a posterior that are handled at once.
CHUNK = 1 << 13


@dataclass(frozen=True, eq=False)
class Fit:
    """T (n_tasks, K): posterior over the true labels; NaN rows without votes.
    worker_score (n_workers,), task_score (n_tasks,): see the method.
    objectives (n_iter,): what the method maximises, in nats.
    """
    T: np.ndarray
    worker_score: np.ndarray
    objectives: np.ndarray
    task_score: np.ndarray | None = None


def fit_em(m_step, e_step, posterior, max_iter, settled):
    """Alternate M and E steps until a stopping rule holds.

    Parameters
    ----------
    m_step : posterior -> parameters
    e_step : parameters -> (posterior, objective)
        The objective is what the method maximises: a log-likelihood, a
        log-posterior or a variational bound.
    posterior : array
        Input of the first M step.
    max_iter : int, at least 1; else a ValueError is raised
    settled : (objectives so far, last posterior, posterior) -> bool
        A stopping rule, `objective_settles` or `posterior_settles`.

    Returns
    -------
    parameters, posterior, objectives (n_iter,)
    """
    if max_iter < 1:
        raise ValueError(f"max_iter must be at least 1, got {max_iter}")
    objectives = []
    for _ in range(max_iter):
        parameters = None  # frees the old ones before the new are built
        parameters = m_step(posterior)
        last = posterior
        posterior, objective = e_step(parameters)
        objectives.append(objective)
        if settled(objectives, last, posterior):
            break
    return parameters, posterior, np.array(objectives)


def objective_settles(tol):
    """Stop when the objective changes by at most ``tol`` times its size."""
    def settled(objectives, *_):
        if len(objectives) < 2:
            return False
        last, now = objectives[-2:]
        return abs(now - last) <= tol * abs(last)
    return settled


def posterior_settles(tol, relative=0.0, of=np.asarray):
    """Stop when no entry of ``of(posterior)`` changes by more than ``tol``
    plus ``relative`` times its size."""
    def settled(_, last, posterior):
        # In most iterations the first rows suffice to go on.
        for start in range(0, len(last), CHUNK):
            before, after = (of(rows[start:start + CHUNK])
                             for rows in (last, posterior))
            if (np.abs(after - before)
                    > tol + relative * np.abs(before)).any():
                return False
        return True
    return settled
