"""The tables of an analysis, with the names of tasks, workers and classes."""
import numpy as np
import pandas as pd

from benchmark_utils.aggregation.guards import majority_first
from benchmark_utils.label_rows import labels_frame
from benchmark_utils.votes import TIE


def named(names, index):
    """The name of each index, "" for -1."""
    return np.array([*names, ""], dtype=object)[index]


def mixed_up(votes, probability, class_names):
    """Votes for one class on tasks of another class, a frame.

    Columns: truth, vote, votes (expected number), share (of the votes on
    tasks of this truth), tasks (with such a vote, expected number). Pairs
    with less than half a vote are left out; most votes come first."""
    p, K, counts = np.nan_to_num(probability), votes.n_classes, votes.counts()
    number = p.T @ counts  # [k, l]: votes l on tasks of class k
    tasks = p.T @ (counts > 0)
    total = number.sum(axis=1, keepdims=True)
    share = np.divide(number, total, out=np.zeros((K, K)), where=total > 0)
    np.fill_diagonal(number, 0)
    truth, vote = np.nonzero(number >= .5)
    order = np.argsort(-number[truth, vote], kind="stable")
    truth, vote = truth[order], vote[order]
    return pd.DataFrame({
        "truth": named(class_names, truth), "vote": named(class_names, vote),
        "votes": number[truth, vote], "share": share[truth, vote],
        "tasks": tasks[truth, vote]})


ACCEPT, SPOT = "accept", "spot-check"
RELABEL, MANUAL = "relabel", "review manually"
DOUBTFUL = .75  # labels below this probability are
# With so many votes another one adds little: the votes on a task share their
# errors (`probabilities.CORRELATION`), so 8 of them have 84% of the weight of
# any number.
SETTLED = 8
# Classes with a column of their own in workers.csv.
MOST_COLUMNS = 20


def actions(analysis):
    """What to do with each task: accept its label, spot-check it, have the
    task relabelled, or review it manually, if many votes have not settled it.
    If no task has a second voter, nothing supports the probabilities, and all
    tasks are to be relabelled. (n_tasks,)"""
    top = analysis.probability.max(axis=1)  # NaN without a vote: relabel
    if not analysis.evidence.n_shared:
        return np.full(len(top), RELABEL)
    settled = analysis.crowd.votes.per_task >= SETTLED
    return np.select([analysis.evidence.acceptable, top >= DOUBTFUL, settled],
                     [ACCEPT, SPOT, MANUAL], RELABEL)


def labels_table(analysis):
    """task, label, probability, runner_up, runner_up_probability, n_votes,
    votes_for_label, methods_agree, majority_label, action; a row per task.
    majority_label: the most voted class, ties by the probabilities: the safer
    label where the method may be wrong.
    """
    crowd, p, label = analysis.crowd, analysis.probability, analysis.label
    row = np.arange(len(label))
    second = np.nan_to_num(p, nan=-1)
    second[row, label] = -1
    runner_up = second.argmax(axis=1)
    voted = label >= 0
    alone = voted & (second[row, runner_up] > 0)
    names = crowd.class_names
    score = np.nan_to_num(majority_first(crowd.votes, p, analysis.known_truth))
    safe = np.where(score[row, label] >= score.max(axis=1) - TIE, label,
                    score.argmax(axis=1))
    return labels_frame(
        crowd.task_ids, names, label, p[row, label],
        runner_up=named(names, np.where(alone, runner_up, -1)),
        runner_up_probability=np.where(alone, p[row, runner_up], np.nan),
        n_votes=crowd.votes.per_task,
        votes_for_label=np.where(voted, crowd.votes.counts()[row, label], 0),
        methods_agree=np.where(analysis.differ, "no", "yes"),
        majority_label=named(names, np.where(voted, safe, -1)),
        action=actions(analysis))


def workers_table(analysis):
    """A row per worker; see `workers.WorkerMeasures`."""
    crowd, m = analysis.crowd, analysis.measures
    truth, vote, share = most_confused(crowd.votes, analysis.probability)
    table = {
        "worker": crowd.worker_ids,
        **({} if crowd.kind is None else {
            "kind": np.where(crowd.kind == 1, "model", "person")}),
        "verdict": analysis.verdict,
        "reason": analysis.reason,
        "n_votes": m.n_votes,
        "accuracy": m.accuracy,
        "accuracy_low": m.low,
        "accuracy_high": m.high,
        "rank": m.rank,
        "informedness": m.informedness,
        "agreement": m.agreement,
        "expected_agreement": m.expected_agreement,
        "favourite_label": named(crowd.class_names, m.favourite),
        "favourite_share": m.favourite_share,
        "favourite_expected": m.favourite_expected,
        "always_same": np.where(m.always_same, "yes", "no"),
        "most_confused_truth": named(crowd.class_names, truth),
        "most_confused_vote": named(crowd.class_names, vote),
        "most_confused_share": share}
    if analysis.known_truth is not None:
        table.update(gold_votes=m.gold_votes, gold_right=m.gold_right)
    if len(crowd.class_names) <= MOST_COLUMNS:
        table.update({f"accuracy on {name}": m.by_class[:, k]
                      for k, name in enumerate(crowd.class_names)})
    return pd.DataFrame(table)


def most_confused(votes, probability):
    """The truth and the wrong vote that each worker combines most often, and
    the share of such votes among the worker's votes on that truth; -1, -1, NaN
    if no such pair has half a vote. (n_workers,) each."""
    # Expected votes of each worker for a label on each truth, (n_answers, K).
    counts = votes.answer_matrix.T @ np.nan_to_num(probability)
    wrong = counts.copy()
    wrong[np.arange(len(wrong)), votes.answer_label] = 0
    worst = wrong.argmax(axis=1)
    number = wrong[np.arange(len(wrong)), worst]
    order = np.lexsort((number, votes.answer_worker))
    last = np.diff(votes.answer_worker[order], append=votes.n_workers) > 0
    answer = order[last]
    answer = answer[number[answer] >= .5]
    total = np.zeros((votes.n_workers, votes.n_classes))
    np.add.at(total, votes.answer_worker, counts)
    worker = votes.answer_worker[answer]
    truth, vote = (np.full(votes.n_workers, -1) for _ in range(2))
    share = np.full(votes.n_workers, np.nan)
    truth[worker], vote[worker] = worst[answer], votes.answer_label[answer]
    share[worker] = number[answer] / total[worker, worst[answer]]
    return truth, vote, share


def assignments_table(analysis, found):
    """round, task, worker, why; see `budget.assign`."""
    crowd, p = analysis.crowd, analysis.probability
    rows = pd.DataFrame({
        "round": found.round,
        "task": named(crowd.task_ids, found.task),
        "worker": named(crowd.worker_ids, found.worker)})
    why = {}
    for i in np.unique(found.task):
        best = np.argsort(-p[i], kind="stable")[:2]
        why[i] = ("no vote yet" if analysis.label[i] < 0 else " or ".join(
            f"{crowd.class_names[k]} ({p[i, k]:.0%})" for k in best))
    rows["why"] = [why[i] for i in found.task]
    return rows


def relabel_table(analysis):
    """rank, task, label, probability, expected_gain, n_votes, action, and for
    the first tasks ask_1 to ask_3, the workers to ask."""
    crowd, order = analysis.crowd, analysis.order
    top = analysis.probability[order].max(axis=1)
    table = pd.DataFrame({
        "rank": np.arange(1, len(order) + 1),
        "task": named(crowd.task_ids, order),
        "label": named(crowd.class_names, analysis.label[order]),
        "probability": top,
        "expected_gain": analysis.gain[order],
        "n_votes": crowd.votes.per_task[order],
        "action": actions(analysis)[order]})
    rest = np.full((len(order) - len(analysis.ask), analysis.ask.shape[1]),
                   -1)
    for place, asked in enumerate(np.vstack([analysis.ask, rest]).T, 1):
        table[f"ask_{place}"] = named(crowd.worker_ids, asked)
    return table


def differ_table(crowd, predictions, tasks):
    """task and the label by each classifier, of tasks on which two differ."""
    names = [*crowd.class_names, "another label"]
    return pd.DataFrame({
        "task": named(crowd.task_ids, tasks),
        **{name: named(names, c[tasks]) for name, c in predictions.items()}})
