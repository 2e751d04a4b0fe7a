"""Does another method predict held-out votes better than the Committee?"""
from dataclasses import dataclass

import numpy as np
import pandas as pd

from benchmark_utils.aggregation.committee import committee
from benchmark_utils.aggregation.held_out import (
    held_out,
    hidden_folds,
    hold_out,
)
from benchmark_utils.votes import TIE

# A warning needs so large a difference in the log-likelihood of held-out
# votes: nats per vote, and standard errors over tasks.
WORTH, SURE = .02, 3.0
# A larger share of tasks on which the members disagree gives a warning.
MANY = .2


@dataclass(frozen=True, eq=False)
class Check:
    """What held-out votes say of the method of the labels."""
    used: str  # the method, MV where a guard is on
    vote_nll: dict  # {method: nats per held-out vote}
    # {method: (gain in nats per vote, its standard error over tasks)} of those
    # that predict held-out votes better than the one used; none where a guard
    # is on, which held-out votes do not judge.
    better: dict
    disagree: float  # share of tasks on which the members' labels differ
    collapsed: tuple  # names of the members left out

    @property
    def warnings(self):
        """Sentences on the evidence against the labels."""
        found = [
            f"{name} predicts held-out votes better than {self.used} by "
            f"{gain:.3f} nats per vote ({gain / error:.0f} standard errors); "
            f"--method {name} uses it"
            for name, (gain, error) in self.better.items()
            if gain > WORTH and gain > SURE * error]
        if self.disagree > MANY:
            found.append("the three methods disagree on "
                         f"{self.disagree:.0%} of the tasks")
        if self.collapsed:
            found.append(
                f"{' and '.join(self.collapsed)} put nearly all tasks into one"
                f" class and {'was' if len(self.collapsed) == 1 else 'were'} "
                "left out")
        return found


def check(votes, labels, method="Committee", known_truth=None, seed=0,
          progress=iter, kind=None):
    """`Check` of a method of METHODS and its `Labels` of all votes; see
    `aggregation.held_out`. ``progress`` wraps the folds, which ``seed`` draws;
    ``kind``: see `committee`."""
    fold, fit = hold_out(votes, seed), labels.fit
    used = "MV" if labels.guard else method
    members = {name: T for name, T in fit.members.items() if name != "MV"}
    collapsed = set(members) - set(fit.kept) if method == "Committee" else ()
    parts = []
    for hidden in progress(hidden_folds(fold, enough=enough(votes))):
        shown = votes.select(fold != hidden)
        part = committee(shown, known_truth, kind)
        methods = {"Committee": part.T, **part.members,
                   "MV": shown.majority()}
        # Fold by fold: only a number for each hidden vote is kept.
        scores = {name: held_out(votes, {hidden: T}, fold)
                  for name, T in methods.items()}
        parts.append(pd.DataFrame(
            {name: score.log_likelihoods() for name, score in scores.items()},
            index=scores["MV"].task))
    table = pd.concat(parts) if parts else pd.DataFrame()
    return Check(used, {name: float(-table[name].mean()) for name in table},
                 {} if labels.guard else _better(table, used),
                 float(tasks_that_differ(members.values()).mean()),
                 tuple(sorted(collapsed)))


def enough(votes):
    """How many votes are held out: all, or one fold of a large crowd."""
    size = max(len(votes), votes.n_tasks * votes.n_classes)
    return len(votes) if size < 1_000_000 else 1


def _better(table, used):
    """{method: (gain, standard error)} over the method used, paired by task,
    from the log-likelihood of each hidden vote, a column per method."""
    gains = {}
    for name in table:
        gain = table[name] - table[used]
        by_task = gain.groupby(level=0).sum()  # tasks are independent
        error = np.sqrt((by_task ** 2).sum()) / len(gain)
        if gain.mean() > 0 and error > 0:
            gains[name] = float(gain.mean()), float(error)
    return gains


def tasks_that_differ(posteriors):
    """Tasks whose best classes differ, (n_tasks,) bool: no class is best, or
    tied for best, in all posteriors (n_tasks, K)."""
    return ~np.logical_and.reduce([
        (T >= T.max(axis=1, keepdims=True, initial=0) - TIE) | np.isnan(T)
        for T in posteriors]).any(axis=1)
