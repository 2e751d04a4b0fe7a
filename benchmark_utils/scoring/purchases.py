"""Label acquisition: queried votes, their cost and the completed tasks."""
from math import inf

import numpy as np

from benchmark_utils.scoring.curves import (
    budget_auc,
    label_efficiency,
    votes_to_goal,
)
from benchmark_utils.scoring.labels import label_recovery
from benchmark_utils.scoring.metric import Headline, Metric
from benchmark_utils.scoring.outcomes import CREDITS

METRICS = (
    Metric("budget_auc", "Budget AUC", 1, ".3f",
           "label accuracy averaged over the query budget", main=True,
           curve=budget_auc, headline=Headline(
               "buying", "Label acquisition", "RandomAssign",
               "random assignment",
               "Label accuracy averaged over the query budget, compared with "
               "random assignment.", CREDITS)),
    Metric("votes_to_95", "Votes to 95%", -1, ".2f",
           "cost per task, in votes, at which label accuracy reaches .95",
           curve=votes_to_goal, censored=True, range=(0, inf)),
    Metric("label_efficiency_mv", "Label efficiency vs. MV", 1, ".2f",
           "cost at which majority vote on random votes reaches its final "
           "label accuracy, divided by the cost at which this method reaches "
           "it; 0 = never",
           curve=label_efficiency, baseline="MV", range=(0, inf)),
    Metric("label_efficiency_linear", "Label efficiency vs. random", 1,
           ".2f", "the same relative to random assignment with the linear "
           "learner",
           curve=label_efficiency,
           baseline="RandomAssign[learner=linear]", range=(0, inf)),
    Metric("finished_share", "Completed share", 0, ".3f",
           "share of the tasks that need no more votes"),
    Metric("finished_precision", "Accuracy on completed tasks", 1, ".3f",
           "label accuracy on the tasks that need no more votes"),
    Metric("votes_per_task", "Votes/task", 0, ".3g",
           "number of votes per task", range=(0, inf)),
    Metric("cost_per_task", "Cost/task", 0, ".3g",
           "cost of queried votes and expert labels per task; the mean price "
           "of a vote is 1",
           main=True, range=(0, inf)),
)
STEPS = 20
FACTS = ("n_votes", "cost", "worker_seconds", "expert_share", "budget")


def score(problem, answer):
    oracle, n = answer.oracle, problem.n_tasks
    if oracle is None:
        n_votes = int(answer.votes.once.sum())
        return dict(n_votes=n_votes, votes_per_task=n_votes / n)
    # Votes on gold tasks have a price too.
    scores = dict(n_votes=oracle.n_votes, votes_per_task=oracle.n_votes / n,
                  cost=oracle.spent, cost_per_task=oracle.spent / n,
                  worker_seconds=oracle.seconds, budget=oracle.budget,
                  expert_share=oracle.n_expert / n)
    if answer.finished_tasks is not None:
        finished = np.asarray(answer.finished_tasks, bool)
        scores.update(
            finished_share=float(finished.mean()),
            finished_precision=label_recovery(
                answer.soft_labels[finished], problem.scored_truth[finished]))
    return scores


def artefacts(problem, answer):
    """The learning curve of majority vote: its label accuracy after each
    twentieth of the votes. Only for designs that do not choose the votes;
    online solvers, which do, return ``finished_tasks``."""
    if answer.oracle is None or answer.finished_tasks is not None:
        return {}
    return dict(majority_curve=majority_curve(
        answer.votes, answer.oracle.cost, problem.scored_truth))


def majority_curve(votes, price, truth):
    """Lists ``cost`` per task and ``recovery``, the label accuracy, of
    majority vote on the first 0, 1/20, 2/20, ... of the votes; ``price``
    (n_workers,)."""
    paid = np.append(0, np.cumsum(price[votes.worker])) / votes.n_tasks
    taken = np.linspace(0, len(votes), STEPS + 1).astype(int)
    counts = (np.bincount(votes.task[:n] * votes.n_classes + votes.label[:n],
                          minlength=votes.n_tasks * votes.n_classes)
              for n in taken)
    return dict(
        cost=paid[taken].round(6).tolist(),
        recovery=[round(label_recovery(
            count.reshape(votes.n_tasks, votes.n_classes), truth), 6)
            for count in counts])
