"""What was bought, and what is finished. Areas and goals of a curve are
computed where the curve is whole: report/curves.py."""
import numpy as np

from benchmark_utils.scoring.labels import label_recovery
from benchmark_utils.scoring.metric import Metric

METRICS = (
    Metric("finished_share", "Finished", 0, ".3f",
           "share of the tasks that need no more votes"),
    Metric("finished_precision", "Finished right", 1, ".3f",
           "recovery among the finished tasks"),
    Metric("votes_per_task", "Votes/task", 0, ".3g", "votes bought per task"),
    Metric("cost_per_task", "Cost/task", 0, ".3g",
           "what they cost, experts included; a vote of mean price is 1"),
)
FACTS = ("n_votes", "cost", "worker_seconds", "expert_share", "budget")


def score(problem, answer):
    oracle, n = answer.oracle, problem.n_tasks
    if oracle is None:
        return dict(n_votes=len(answer.votes),
                    votes_per_task=len(answer.votes) / n)
    # Answers to gold questions were paid for too.
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
