"""How good are the label probabilities?"""
import json
from math import inf

from benchmark_utils.aggregation.held_out import (
    held_out,
    hidden_folds,
    vote_distance,
)
from benchmark_utils.aggregation.held_out import hold_out as split
from benchmark_utils.label_rows import abstains, largest
from benchmark_utils.scoring.calibration import calibration_error, reliability
from benchmark_utils.scoring.labels import task_credits
from benchmark_utils.scoring.metric import Metric
from benchmark_utils.votes import UNKNOWN

METRICS = (
    Metric("label_ece", "Label calibration", -1, ".3f",
           "expected calibration error of the label probabilities, 15 bins: "
           "the gap between probability and accuracy"),
    Metric("vote_nll", "Vote NLL (held out)", -1, ".3f",
           "negative log-likelihood of held-out votes, nats per vote; needs "
           "no truth; computed for votes-only methods on recorded votes",
           range=(0, inf)),
    # Total variation is not scored: it cannot be estimated without bias.
    Metric("vote_distance", "Vote distance (held out)", -1, ".3f",
           "squared distance between the label probabilities and the "
           "distribution of held-out votes on the task, without bias",
           range=(-1, 2)),
    Metric("vote_distance_crowd", "Vote distance, times crowd", -1, ".3f",
           "the same for the label probabilities times the confusion matrix "
           "of all votes", range=(-1, 2)),
)
FACTS = ("label_reliability",)


def score(problem, answer):
    scores = {}
    table = label_reliability(answer.soft_labels, problem.scored_truth)
    if sum(table["n"]):
        scores.update(label_ece=calibration_error(table),
                      label_reliability=json.dumps(table))
    if answer.held_out_labels is not None:
        scores.update(vote_scores(answer.votes, answer.held_out_labels))
    return scores


def label_reliability(soft_labels, truth, n_bins=15):
    """`reliability` of the labels of the tasks with known truth, without
    those on which the method abstains.

    If m classes tie for the most probable one, the label counts 1/m as correct
    if the truth is one of them, as in label accuracy. A truth without votes
    (-2) counts as wrong.
    """
    known = (truth != UNKNOWN) & ~abstains(soft_labels)
    rows, truth = soft_labels[known], truth[known]
    return reliability(largest(rows), task_credits(rows, truth), n_bins)


def vote_scores(votes, held_out_labels):
    """{score: value} of a solver's labels without each hidden fold, see
    `aggregation.held_out`; NaN if no vote can be hidden. The confusion matrix
    of all votes is a second prediction of the same labels rather than another
    method: it costs no further run and leaves the labels as they are."""
    fold = split(votes)
    folds = hidden_folds(fold)
    if len(folds) != len(held_out_labels):
        raise ValueError(f"held_out_labels has {len(held_out_labels)} folds, "
                         f"expected {len(folds)}")
    hidden = held_out(votes, dict(zip(folds, held_out_labels)), fold)
    return dict(
        vote_nll=hidden.nll(),
        vote_distance=vote_distance(votes, hidden.vote, hidden.T),
        vote_distance_crowd=vote_distance(votes, hidden.vote, hidden.crowd))
