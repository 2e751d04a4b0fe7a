"""Does the task score identify clean tasks?"""
from benchmark_utils.scoring.examples import worst_tasks
from benchmark_utils.scoring.labels import task_credits
from benchmark_utils.scoring.metric import Metric
from benchmark_utils.scoring.workers import auc
from benchmark_utils.votes import UNKNOWN

METRICS = (
    Metric("task_auc", "Task AUC", 1, ".3f",
           "ROC AUC of the task score: clean tasks against wrong or "
           "ambiguous ones"),
)


def score(problem, answer):
    if answer.task_score is None:
        return {}
    return dict(task_auc=task_auc(problem, answer))


def artefacts(problem, answer):
    """The tasks with the lowest scores, small enough for a result file."""
    if answer.task_score is None:
        return {}
    return dict(worst_tasks=worst_tasks(problem, answer))


def task_auc(problem, answer):
    """Clean tasks are those that the simulator marks as unambiguous. Without
    such marks they are those whose label, or label set, is correct."""
    score = answer.task_score
    if problem.ambiguous is not None:
        return auc(score, ~problem.ambiguous)
    if answer.label_sets is not None and problem.truth_sets is not None:
        return auc(score, (answer.label_sets == problem.truth_sets).all(
            axis=1))
    truth = problem.scored_truth
    right = task_credits(answer.soft_labels, truth) > .5
    return auc(score[truth != UNKNOWN], right)
