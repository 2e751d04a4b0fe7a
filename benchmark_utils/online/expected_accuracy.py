"""How much one more vote may raise the probability of the best label.

P(k, l) = ybar_ik wbar_jkl is the probability that task i is of class k and
worker j votes l; max_k ybar_ik is the current accuracy. Both gains are 0 where
no answer would change the most probable label.
"""
import numpy as np


def mean_gain(label_posterior, confusion):
    """sum_l max_k P(k, l) - max_k ybar_ik of each row, the expected gain of
    QASCA (Zheng et al., SIGMOD 2015): label_posterior (n, K), confusion (K, K)
    or (n, K, K) -> (n,)."""
    joint = label_posterior[:, :, None] * confusion
    return joint.max(axis=1).sum(axis=1) - label_posterior.max(axis=1)


def largest_gain(label_posterior, confusion):
    """max_l max_k P(k | l) - max_k ybar_ik of each row, the gain of the most
    informative answer, as in Opt-KG (Chen, Lin, Zhou, ICML 2013); shapes as
    above."""
    joint = label_posterior[:, :, None] * confusion
    likeliest = (joint / joint.sum(axis=1, keepdims=True)).max(axis=(1, 2))
    return likeliest - label_posterior.max(axis=1)


def of_all_pairs(gain, belief):
    """One of these gains for every task and worker, (n_tasks, n_workers). One
    worker at a time: the joint tables of all would fill the memory."""
    return np.stack([gain(belief.label_posterior, confusion)
                     for confusion in belief.mean_confusion], axis=1)
