"""Do the votes contradict the method? Methods side by side, without truth."""
from dataclasses import dataclass

import numpy as np
import pandas as pd

from benchmark_utils.aggregation.committee import committee
from benchmark_utils.aggregation.held_out import (
    N_FOLDS,
    held_out,
    hidden_folds,
    hold_out,
)
from benchmark_utils.votes import TIE

# A difference in the likelihood of held-out votes that is worth a warning:
# nats per vote, and standard errors over tasks.
WORTH, SURE = .02, 3.0
# Tasks on which the committee's members differ, from which on it is worth a
# warning.
MANY = .2


@dataclass(frozen=True, eq=False)
class Check:
    """vote_nll {method: nats per held-out vote}; ``Committee`` is the method
    used. better {method: (gain in nats per vote, its standard error over
    tasks)}: of those that foretell the held-out votes better. disagree: share
    of tasks on which the members' labels differ. collapsed: names of members.
    """
    vote_nll: dict
    better: dict
    disagree: float
    collapsed: tuple

    @property
    def warnings(self):
        """Sentences on what speaks against the labels; none is well."""
        found = [
            f"{name} foretells held-out votes better than the committee by "
            f"{gain:.3f} nats per vote ({gain / error:.0f} standard errors)"
            for name, (gain, error) in self.better.items()
            if gain > WORTH and gain > SURE * error]
        if self.disagree > MANY:
            found.append(f"the three methods differ on {self.disagree:.0%} of "
                         "the tasks")
        if self.collapsed:
            found.append(f"{' and '.join(self.collapsed)} put nearly all tasks"
                         " into one class and was left out")
        return found


def check(votes, fit, known_truth=None, seed=0, progress=iter):
    """`Check` of a committee's fit; see `aggregation.held_out`.

    Parameters
    ----------
    votes : Votes
    fit : CommitteeFit, of all votes
    known_truth : (n_tasks,) or None
    seed : int, of the folds
    progress : wraps the folds that are worked through
    """
    fold = hold_out(votes, seed)
    parts = []
    for hidden in progress(hidden_folds(fold, enough=enough(votes))):
        shown = votes.select(fold != hidden)
        part = committee(shown, known_truth)
        methods = {"Committee": part.T, **part.members,
                   "MV": shown.majority()}
        # Fold by fold: only a number for each hidden vote is kept.
        scores = {name: held_out(votes, {hidden: T}, fold)
                  for name, T in methods.items()}
        parts.append(pd.DataFrame(
            {name: score.log_likelihoods() for name, score in scores.items()},
            index=scores["MV"].task))
    table = pd.concat(parts) if parts else pd.DataFrame()
    return Check({name: float(-table[name].mean()) for name in table},
                 _better(table), share_that_differs(fit.members.values()),
                 tuple(sorted(set(fit.members) - set(fit.kept))))


def enough(votes):
    """Held-out votes that are wanted: all, but a fold of large crowds."""
    return len(votes) if len(votes) <= 2_000_000 else len(votes) // N_FOLDS


def _better(table):
    """{method: (gain, standard error)} over the committee, paired by task, of
    the log-likelihood of each hidden vote, a column per method."""
    gains = {}
    for name in table:
        gain = table[name] - table["Committee"]
        by_task = gain.groupby(level=0).sum()  # tasks are independent
        error = np.sqrt((by_task ** 2).sum()) / len(gain)
        if gain.mean() > 0 and error > 0:
            gains[name] = float(gain.mean()), float(error)
    return gains


def share_that_differs(posteriors):
    """Share of the tasks with votes whose best class is not the same in all
    posteriors (n_tasks, K); tied classes agree with any of them."""
    differ = tasks_that_differ(posteriors)
    return float(differ.mean()) if len(differ) else 0.0


def tasks_that_differ(posteriors):
    """Where the best classes have none in common, (n_tasks,) bool."""
    common = None
    for T in posteriors:
        best = T >= T.max(axis=1, keepdims=True, initial=0) - TIE
        best |= np.isnan(T)
        common = best if common is None else common & best
    return ~common.any(axis=1)
