"""How accurate and well calibrated is the network trained on the labels?"""
import json
from math import inf

import numpy as np

from benchmark_utils.checks import check_distributions
from benchmark_utils.scoring.calibration import (
    batch_calibration_error,
    brier,
    expected_calibration_error,
    negative_log_likelihood,
    reliability_table,
)
from benchmark_utils.scoring.labels import label_recovery
from benchmark_utils.scoring.metric import Headline, Metric
from benchmark_utils.scoring.outcomes import (
    CALIBRATION_GAPS,
    RIGHT_PREDICTIONS,
    pack_predictions,
)
from benchmark_utils.scoring.workers import spearman

METRICS = (
    Metric("test_accuracy", "Test accuracy", 1, ".3f",
           "accuracy of the network trained on these labels", main=True,
           headline=Headline(
               "network", "Network accuracy", "MV",
               "a network trained on majority votes",
               "Test accuracy of the network trained on these labels, "
               "compared with one trained on majority votes.",
               RIGHT_PREDICTIONS, trained=True)),
    Metric("test_ece", "Test ECE", -1, ".3f",
           "expected calibration error of that network, 15 bins",
           main=True, headline=Headline(
               "calibration", "Calibration error", "MV",
               "a network trained on majority votes",
               "Gap between the network's confidence and its accuracy (ECE); "
               "an improvement is a smaller error.", CALIBRATION_GAPS,
               unit="points less", trained=True)),
    Metric("test_nll", "Test NLL", -1, ".3f",
           "negative log-likelihood of that network, nats", range=(0, inf)),
    Metric("test_brier", "Test Brier", -1, ".3f",
           "squared error of that network, summed over classes: 0 to 2",
           range=(0, 2)),
    Metric("relabelled_accuracy", "ReaL accuracy", 1, ".3f",
           "share of test images whose prediction is one of their labels"),
    Metric("relabelled_top5", "ReaL top 5", 1, ".3f",
           "share of test images whose main label is among the five most "
           "probable predictions"),
    Metric("importance_corr", "Query-importance correlation", 1, ".3f",
           "rank correlation of a worker's number of queried votes with the "
           "worker's accuracy on the classes that the network gets wrong",
           range=(-1, 1)),
)
# For comparison with papers, never ranked: ``truth_selected_*``, the epoch is
# selected on true labels, by the loss on the tasks that the recipe does not
# train on; ``*_batch_ece``, the ECE as the WAUM paper's authors compute it.
FACTS = ("test_top2", "train_seconds", "test_reliability", "test_outcomes",
         "test_batch_ece", "truth_selected_accuracy", "truth_selected_ece",
         "truth_selected_batch_ece")


def score(problem, answer):
    if problem.y_test is None or answer.test_probabilities is None:
        return {}
    y, scores = problem.y_test, dict(train_seconds=answer.train_seconds)
    p = check_distributions("test_probabilities", answer.test_probabilities,
                            (len(y), problem.n_classes))
    best = p.argmax(axis=1)
    scores.update(
        test_accuracy=float((best == y).mean()),
        test_top2=label_recovery(p, y, k=2),
        test_ece=expected_calibration_error(p, y),
        test_nll=negative_log_likelihood(p, y), test_brier=brier(p, y),
        test_reliability=json.dumps(reliability_table(p, y)))
    chosen = answer.selected_probabilities
    if chosen is not None:
        scores.update(
            test_batch_ece=batch_calibration_error(p, y),
            truth_selected_accuracy=float((chosen.argmax(axis=1) == y).mean()),
            truth_selected_ece=expected_calibration_error(chosen, y),
            truth_selected_batch_ece=batch_calibration_error(chosen, y))
    if answer.final:  # the last point of a curve is enough
        scores["test_outcomes"] = pack_predictions(p.max(axis=1), best == y)
    if problem.test_sets is not None:
        scores.update(
            relabelled_accuracy=float(
                problem.test_sets[np.arange(len(p)), best].mean()),
            relabelled_top5=label_recovery(p, y, k=5))
    if answer.oracle is not None and problem.worker_confusion is not None:
        scores["importance_corr"] = spearman(worker_importance(
            problem.worker_confusion, p, y), answer.oracle.per_worker)
    return scores


def worker_importance(confusion, test_probabilities, y_test):
    """Accuracy of each worker, weighted by the classes that the classifier
    gets wrong, (n_workers,).

    sum_k w_k confusion[j, k, k] over the classes of the test set, w_k
    proportional to one over the classifier's accuracy on class k; an accuracy
    of 0 counts as half an example. After Liao, Kar, Fidler, CVPR 2021.
    """
    n = np.bincount(y_test, minlength=confusion.shape[1])
    right = np.bincount(
        y_test[test_probabilities.argmax(axis=1) == y_test],
        minlength=len(n))
    met = n > 0
    weight = n[met] / np.maximum(right[met], .5)
    reliability = confusion.diagonal(axis1=1, axis2=2)[:, met]
    return reliability @ (weight / weight.sum())
