"""The parts of the online loop: EM, learners, temperature."""
import numpy as np
import pytest
from conftest import random_votes
from numpy.testing import assert_allclose
from sklearn.linear_model import LogisticRegression

from benchmark_utils.online.belief import Belief, online_em
from benchmark_utils.online.learners import (
    CrossFitted,
    Examples,
    NoLearner,
    fit_temperature,
    log_softmax,
)
from benchmark_utils.online.linear import LinearLearner, SoftmaxRegression
from benchmark_utils.online.priors import given_prior, identity_prior


def test_em_with_weak_prior_is_dawid_skene_with_smoothing():
    from benchmark_utils.aggregation.dawid_skene import dawid_skene
    votes, _ = random_votes(0, n_votes=400)
    voted = votes.per_task > 0
    fit = dawid_skene(votes, max_iter=500, tol=1e-12, smoothing=.1)
    start = np.nan_to_num(fit.T, nan=1 / votes.n_classes)
    belief = online_em(
        votes, np.full((votes.n_workers, 4, 4), .1),
        np.tile(np.log(fit.rho), (votes.n_tasks, 1)), start, tol=1e-10,
        leave_out=False)
    assert_allclose(belief.label_posterior[voted], fit.T[voted], atol=1e-4)


def test_without_votes_the_posterior_is_the_prior():
    votes = random_votes(0)[0].select(slice(0, 0))
    prior = identity_prior(votes.n_workers, 4)
    assert_allclose(prior[0].sum(axis=1), 10)
    # two parts for the truth and 1/4 for each of the others
    assert_allclose(prior[0].diagonal(), 10 * 2 / (2 + 3 / 4))
    log_prior = log_softmax(np.random.default_rng(0).normal(size=(30, 4)))
    belief = online_em(votes, prior, log_prior)
    assert_allclose(belief.label_posterior, np.exp(log_prior))
    assert_allclose(belief.dirichlet, prior)


def test_the_likelihood_of_a_vote_excludes_the_vote():
    """By hand: the likelihood of worker 0's vote on task 0 uses the vote on
    task 1 and the prior, and vice versa; that of worker 1 the prior."""
    from benchmark_utils.votes import Votes
    votes = Votes([0, 1, 1], [0, 0, 1], [1, 0, 0], 2, 2, 2)
    prior = identity_prior(2, 2, accuracy=.7)
    belief = online_em(votes, prior, np.log(np.full((2, 2), .5)), max_iter=1)
    first, second = .7, .7 ** 2 / (.7 ** 2 + .3 ** 2)  # P(vote) to begin with
    # worker 0 on task 0, rows 0 and 1 of column 1, with task 1's vote 0
    w = np.array([3 / (10 + second), 7 / (10 + 1 - second)])
    assert_allclose(belief.label_posterior[0], w / w.sum())
    # worker 0 on task 1, column 0, with task 0's vote 1; worker 1: prior
    w = np.array([7 / (10 + 1 - first), 3 / (10 + first)]) * [.7, .3]
    assert_allclose(belief.label_posterior[1], w / w.sum())
    # all votes count for the skills
    assert_allclose(belief.dirichlet[1],
                    prior[1] + [[second, 0], [1 - second, 0]])


def test_a_single_vote_against_a_firm_belief_follows_bayes_rule():
    """Ten classes, class 0 believed with .9, one vote 1 by a worker of
    accuracy .7: however often the EM goes round, the vote is not taken for
    proof that the worker takes 0 for 1."""
    from benchmark_utils.votes import Votes
    votes = Votes([0], [0], [1], 1, 1, 10)
    p = np.r_[.9, np.full(9, .1 / 9)]
    row = np.r_[.3 / 9, .7, np.full(8, .3 / 9)]
    prior = identity_prior(1, 10, accuracy=.7)
    belief = online_em(votes, prior, np.log([p]))
    assert_allclose(belief.label_posterior[0], p * row / (p * row).sum())
    vouching = online_em(votes, prior, np.log([p]), leave_out=False)
    assert vouching.label_posterior[0, 0] > belief.label_posterior[0, 0] + .05


def test_one_step_by_hand():
    """One vote 1 by a worker of accuracy .7 in two classes: .7 and .3."""
    from benchmark_utils.votes import Votes
    votes = Votes([0], [0], [1], 2, 1, 2)
    belief = online_em(votes, identity_prior(1, 2, accuracy=.7), np.log(
        np.full((2, 2), .5)), max_iter=1, leave_out=False)
    # M: alpha = prior + (.3, .7) in column 1; E with its means.
    alpha = np.array([[7, 3 + .3], [3, 7 + .7]])
    w = alpha / alpha.sum(axis=1, keepdims=True)
    assert_allclose(belief.dirichlet[0], alpha)
    assert_allclose(belief.label_posterior[0], w[:, 1] / w[:, 1].sum())
    assert_allclose(belief.label_posterior[1], .5)


def certain(y, K):
    """Log-likelihoods of certain labels."""
    return np.where(np.eye(K)[y] == 1, 0, -1e3)


def test_softmax_regression_equals_scikit_learn():
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(200, 3)), rng.integers(4, size=200)
    ours = SoftmaxRegression(ridge=2.0, tol=1e-9).fit(X, certain(y, 4))
    theirs = LogisticRegression(C=1 / 2, fit_intercept=False, tol=1e-10,
                                max_iter=1000).fit(X, y)
    assert_allclose(np.exp(ours.log_probabilities(X)),
                    theirs.predict_proba(X), atol=1e-5)


def test_laplace_samples_have_the_hessians_covariance():
    rng = np.random.default_rng(1)
    X, y = rng.normal(size=(150, 2)), rng.integers(2, size=150)
    model = SoftmaxRegression().fit(X, certain(y, 2))
    sample = model.samples(rng, np.eye(2), 40_000)
    # With X = I the log-odds of row d are w_d0 - w_d1.
    odds = sample[:, :, 0] - sample[:, :, 1]
    covariance = np.linalg.inv(model.hessian).reshape(2, 2, 2, 2)
    expected = (covariance[:, 0, :, 0] + covariance[:, 1, :, 1]
                - covariance[:, 0, :, 1] - covariance[:, 1, :, 0])
    assert_allclose(np.cov(odds), expected, atol=.05 * expected.max())
    assert_allclose(odds.mean(axis=1), model.w[:, 0] - model.w[:, 1],
                    atol=.02)


def test_temperature_recovers_the_sharpening():
    rng = np.random.default_rng(2)
    log_p = log_softmax(rng.normal(size=(5000, 4)))
    labels = np.array([rng.choice(4, p=np.exp(row)) for row in log_p])
    assert_allclose(fit_temperature(3 * log_p, certain(labels, 4)), 3,
                    rtol=.1)


def test_temperature_is_not_biased_by_worker_errors():
    """Votes with accuracy .6 do not lower the confidence of the predictions.
    With vote shares as targets the temperature would be far above 3."""
    rng = np.random.default_rng(3)
    log_p = log_softmax(3 * rng.normal(size=(20_000, 4)))
    truth = np.array([rng.choice(4, p=np.exp(row)) for row in log_p])
    w = np.full((4, 4), .4 / 3)
    np.fill_diagonal(w, .6)
    vote = np.array([rng.choice(4, p=w[y]) for y in truth])
    assert_allclose(fit_temperature(3 * log_p, np.log(w[:, vote].T)), 3,
                    rtol=.1)


def test_regression_from_votes_learns_the_truth_not_the_errors():
    """Workers label 1 as 2 in 45% of the cases. With this likelihood the
    regression predicts as if it had the true labels."""
    rng = np.random.default_rng(4)
    n = 4000
    X = np.concatenate([rng.normal(size=(n, 2)), np.ones((n, 1))], axis=1)
    log_p = log_softmax(X @ rng.normal(size=(3, 3)) * 2)
    truth = np.array([rng.choice(3, p=np.exp(row)) for row in log_p])
    w = np.array([[.8, .1, .1], [.1, .45, .45], [.05, .05, .9]])
    vote = np.array([rng.choice(3, p=w[y]) for y in truth])
    from_votes = SoftmaxRegression().fit(X, np.log(w[:, vote].T))
    from_truth = SoftmaxRegression().fit(X, certain(truth, 3))
    taken = SoftmaxRegression().fit(X, certain(vote, 3))

    def error(model):
        return np.abs(np.exp(model.log_probabilities(X))
                      - np.exp(log_p)).mean()

    assert error(from_votes) < .025 and error(from_truth) < .02
    assert error(taken) > 4 * error(from_votes)


def learnt_from(log_votes, seed=0):
    """A linear learner and two draws of its classifier, after votes with these
    log-likelihoods on 90 tasks."""
    X = np.random.default_rng(3).normal(size=(90, 2))
    learner = LinearLearner(Examples(X, None, None, 90, 3, seed))
    belief = Belief(np.full((90, 3), 1 / 3), None, log_votes)
    learner.update(belief, np.ones(90, bool), risk=.1)
    return learner, learner.sample(2)


def test_predictions_and_draws_are_held_out():
    """A task's own votes reach neither its own prior nor the draws of the
    classifier that BALD multiplies them to: turning them over changes those
    of the other folds only."""
    log_votes = 3 * np.random.default_rng(4).normal(size=(90, 3))
    first, draws = learnt_from(log_votes)
    own, other = first.fold == 0, first.fold == 1
    turned = log_votes.copy()
    turned[own] = turned[own, ::-1]
    second, turned_draws = learnt_from(turned)

    def raw(learner, log_p):  # one temperature for all
        return log_softmax(log_p * learner.temperature)

    for before, after in ((first.log_prior, second.log_prior),
                          (draws, turned_draws)):
        before, after = raw(first, before), raw(second, after)
        assert_allclose(after[own], before[own], atol=1e-9)
        assert np.abs(after[other] - before[other]).max() > .01


def test_draws_spread_as_the_laplace_approximation_of_their_fold():
    learner, _ = learnt_from(np.zeros((90, 3)))
    draws = learner.sample(4000)
    assert draws.shape == (90, 4000, 3)
    odds = (draws[:, :, 0] - draws[:, :, 1]) * learner.temperature
    for fold, model in enumerate(learner.models):
        mine = learner.fold == fold
        blocks = np.linalg.inv(model.hessian).reshape(3, 3, 3, 3)
        spread = (blocks[:, 0, :, 0] + blocks[:, 1, :, 1]
                  - blocks[:, 0, :, 1] - blocks[:, 1, :, 0])
        phi = learner.inputs[mine]
        # The variance of 4,000 draws has a standard error of 2.2%.
        assert_allclose(odds[mine].var(axis=1),
                        np.einsum("nd,de,ne->n", phi, spread, phi), rtol=.15)


class Memory:
    """A model that predicts 1 for its training data and 0 for all else."""
    def __init__(self, learnt, n):
        self.said = np.zeros((n, 2))
        self.said[learnt, 1] = 1

    def log_probabilities(self, _):
        return self.said


def test_an_ensemble_uses_the_models_not_trained_on_a_task():
    class Remembers(CrossFitted):
        inputs = None

        def fit(self, learnt, seen):
            return Memory(learnt, 90)

    learner = Remembers(Examples(None, None, None, 90, 2, seed=0))
    voted = np.arange(90) < 60
    learner.update(Belief(np.full((90, 2), .5), None, np.zeros((90, 2))),
                   voted, risk=.1)
    draws = learner.sample(5)
    assert draws.shape == (90, 3, 2)
    assert_allclose(draws, np.log(.5))  # no model predicts its training data
    assert_allclose(learner.log_prior, np.log(.5))


def test_before_training_there_is_one_uniform_draw():
    for cls in (NoLearner, CrossFitted):
        learner = cls(Examples(None, None, None, 5, 4, seed=0))
        assert_allclose(learner.sample(7), np.full((5, 1, 4), np.log(1 / 4)))


def test_given_skills_outweigh_all_votes():
    skills = np.stack([np.eye(3), np.full((3, 3), 1 / 3)])
    prior = given_prior(skills)
    mean = prior / prior.sum(axis=2, keepdims=True)
    assert_allclose(mean, skills, atol=1e-5)
    assert prior.sum(axis=2).min() >= 1e4 and prior.min() > 0


@pytest.mark.parametrize("K, accuracy", [(2, .8), (5, 10 / 14), (20, 40 / 59)])
def test_the_prior_is_two_parts_truth_one_part_chance(K, accuracy):
    prior = identity_prior(1, K, strength=3.0)[0]
    assert_allclose(prior.sum(axis=1), 3)
    assert_allclose(prior.diagonal() / 3, accuracy)
