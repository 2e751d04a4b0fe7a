"""Dawid-Skene by EM on sparse votes."""
from dataclasses import dataclass

import numpy as np

from benchmark_utils.aggregation.confusion import ConfusionModel
from benchmark_utils.aggregation.em import fit_em, objective_settles
from benchmark_utils.aggregation.sparse_confusion import (
    SparseConfusionModel,
    probabilities,
)
from benchmark_utils.label_rows import value_at


@dataclass(frozen=True, eq=False)
class DawidSkeneFit:
    """T (n_tasks, K): posterior over the true labels; NaN rows without votes.

    pi (n_answers, K): pi[p, k] = probability that the worker of answer p
    votes its label if the truth is k; one row for each (worker, label) that
    occurs; CSR if most of it is 0.
    rho (K,): prevalence. log_likelihoods (n_iter,): of the votes, in nats.
    """
    T: np.ndarray
    pi: np.ndarray
    rho: np.ndarray
    log_likelihoods: np.ndarray


def dawid_skene(votes, max_iter=100, tol=1e-6, smoothing=0.0, pooled=0.0,
                known_truth=None, vote_weight=None):
    """Posterior over the true labels (Dawid and Skene, 1979), by EM.

    EM starts from the vote shares; `ConfusionModel` has the steps. The prior
    of a class is its prevalence rho, the mean of T. The log-likelihood is
    sum_i log sum_k rho_k prod_j pi^j_{k, y_ij}. With ``pooled`` it may
    decrease slightly, because the pooled matrix changes at every step.

    Parameters
    ----------
    votes : Votes
    max_iter : int
    tol : see `objective_settles`
    smoothing, pooled : see `ConfusionModel`
    known_truth : see `Truths`
    vote_weight : see `ConfusionModel.e_step`
        With weights the objective is not a likelihood and may decrease.
    """
    Model, weights = (SparseConfusionModel, ()) if vote_weight is None else (
        ConfusionModel, (vote_weight,))
    model = Model(votes, smoothing, pooled, known_truth)

    def m_step(T):
        with np.errstate(divide="ignore"):
            return model.m_step(T), np.log(model.prevalence(T))

    (log_pi, log_rho), T, log_likelihoods = fit_em(
        m_step, lambda parameters: model.e_step(*parameters, *weights),
        model.start(), max_iter, objective_settles(tol))
    return DawidSkeneFit(model.finish(T), probabilities(log_pi),
                         np.exp(log_rho), log_likelihoods)


def accuracies(votes, fit):
    """pi^j_kk of every worker and class, (n_workers, K); 0 for a label that
    the worker never gave."""
    diagonal = np.zeros((votes.n_workers, votes.n_classes))
    pair = np.arange(len(votes.answer_worker))
    diagonal[votes.answer_worker, votes.answer_label] = value_at(
        fit.pi, pair, votes.answer_label)
    return diagonal
