"""A small crowd behind an oracle."""
import numpy as np

from benchmark_utils.oracles.answers import gold_answers, simulated_answers
from benchmark_utils.oracles.vote_oracle import Oracle

K, N, W = 3, 40, 6
TRUTH = np.arange(N) % K


def confusion(seed=0):
    return np.random.default_rng(seed).dirichlet(np.ones(K), size=(W, K))


def table(seed=0):
    return simulated_answers(np.random.default_rng(seed), confusion(), TRUTH)


def make(budget=100, seed=0, answers=None, **options):
    return Oracle(table(seed) if answers is None else answers, K, budget,
                  **options)


def gold():
    return gold_answers(4, confusion())


def all_pairs():
    return np.repeat(np.arange(N), W), np.tile(np.arange(W), N)


def counted(oracle):
    """Everything that an oracle counts."""
    return (oracle.spent, oracle.seconds, oracle.n_votes, oracle.n_expert,
            len(oracle.votes()), oracle.per_worker.tolist(),
            int(oracle.candidates().sum()))
