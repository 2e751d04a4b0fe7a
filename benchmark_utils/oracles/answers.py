"""The answers of an oracle, drawn or read once before the first query: no
answer depends on the time or the order of the queries."""
import numpy as np

from benchmark_utils.draws import draw_labels

NO_ANSWER = -1


def simulated_answers(rng, confusion, truth):
    """The vote of every worker on every task, (n_tasks, n_workers).

    Parameters
    ----------
    confusion : (n_workers, K, K), rows = truth, sum to one
    truth : (n_tasks,)

    Raises
    ------
    ValueError
        If a truth is unknown.
    """
    n_tasks, n_workers = len(truth), len(confusion)
    if (truth < 0).any():
        raise ValueError("simulated workers need the truth of every task, "
                         f"that of task {(truth < 0).argmax()} is unknown")
    worker = np.tile(np.arange(n_workers), n_tasks)
    labels = draw_labels(rng, confusion, worker, np.repeat(truth, n_workers))
    return _small(labels, confusion.shape[1]).reshape(n_tasks, n_workers)


def recorded_answers(votes):
    """The first recorded vote of every worker on every task, NO_ANSWER where
    there is none, (n_tasks, n_workers)."""
    key, first = np.unique(votes.task * votes.n_workers + votes.worker,
                           return_index=True)
    answers = np.full(votes.n_tasks * votes.n_workers, NO_ANSWER)
    answers[key] = votes.label[first]
    return _small(answers, votes.n_classes).reshape(
        votes.n_tasks, votes.n_workers)


def gold_answers(seed, confusion):
    """Answers to gold tasks, whose truths are the classes in turn: a function
    n -> truth (n,), labels (n, n_workers)."""
    K = confusion.shape[1]

    def answer(n):
        # The first gold tasks do not depend on n.
        truth = np.arange(n) % K
        return truth, simulated_answers(
            np.random.default_rng(seed), confusion, truth)
    return answer


def simulated_label_sets(rng, truth_sets, visibility, annotators, expert):
    """The classes that each annotator, and the expert, sees in each task.

    Annotator j says yes to a class of the task with probability sensitivity_j
    times its visibility, to another class with probability 1 -
    specificity_j. The visibility does not matter to the expert.

    Parameters
    ----------
    truth_sets : (n_tasks, K) bool
    visibility : (n_tasks, K) in [0, 1]
    annotators : (n_annotators, 2), sensitivity and specificity of each
    expert : sensitivity and specificity

    Returns
    -------
    (n_tasks, n_annotators, K) and (n_tasks, K), bool
    """
    sensitivity, specificity = np.asarray(annotators)[:, :, None].swapaxes(
        0, 1)  # (n_annotators, 1) each
    shows = truth_sets[:, None]  # (n_tasks, 1, K)
    yes = np.where(shows, sensitivity * visibility[:, None], 1 - specificity)
    expert_yes = np.where(truth_sets, expert[0], 1 - expert[1])
    return rng.random(yes.shape) < yes, rng.random(
        expert_yes.shape) < expert_yes


def _small(labels, n_classes):
    """Labels in the smallest integer type, since the table is dense."""
    return labels.astype(np.min_scalar_type(-max(n_classes, 2)))
