"""Labels without truth: the reference values of the formulas, and rules."""
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from conftest import ROOT, random_votes
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from scipy.special import logit

from benchmark_utils.aggregation import guards
from benchmark_utils.own_votes import aggregate
from benchmark_utils.own_votes.probabilities import (
    MODELS,
    PEOPLE,
    best_labels,
    calibrated,
    fit_labels,
    label_probabilities,
    of_votes,
    vote_accuracy,
    worker_pairs,
)
from benchmark_utils.own_votes.share_right import (
    is_small_team,
    kinds_of,
    share_right,
    share_right_by_gold,
    weigh,
    with_known,
)
from benchmark_utils.votes import Votes


def worked():
    """Four workers, five tasks: task, worker, label."""
    rows = "000 010 020 101 111 120 200 210 221 301 311 430".split()
    return Votes(*np.array([list(map(int, row)) for row in rows]).T, 5, 4, 2)


@pytest.fixture(scope="module")
def fitted():
    votes = worked()
    labels = fit_labels(votes)
    return votes, labels, best_labels(labels.score, np.random.default_rng(0))


# --- the worked example ---------------------------------------------------
def test_the_accuracy_of_one_vote():
    found = vote_accuracy(worked())
    assert found.n_shared == 4
    assert_allclose([found.agreement, found.mean, found.sd],
                    [.6667, .7695, .0886], atol=5e-5)


def test_support():
    assert_allclose(guards.support(worked()), [.2674, .2674, .2674, .2857, 0],
                    atol=5e-5)


def test_the_committee_and_its_calibration(fitted):
    votes, labels, label = fitted
    assert_allclose(labels.fit.T.max(axis=1),
                    [.9913, .9009, .9047, .9831, .8932], atol=5e-5)
    assert_allclose(calibrated(labels.fit, votes, label).max(axis=1),
                    [.9861, .8946, .8985, .9814, .8932], atol=5e-5)


@pytest.mark.parametrize("voters, top, said, share", [
    (PEOPLE, [.9096, .7238, .7248, .8864, .7695], .8028,
     [.5346, .8028, .9352]),
    (MODELS, [.8468, .6851, .6862, .8452, .7695], .7666,
     [.3632, .7087, .9121])])
def test_probabilities_and_the_share_right(fitted, voters, top, said, share):
    votes, labels, label = fitted
    accuracy = vote_accuracy(votes)
    P = label_probabilities(votes, labels, label, accuracy, voters)
    assert_allclose(P.max(axis=1), top, atol=5e-5)
    found = share_right(P.max(axis=1).mean(), labels.support.mean(), accuracy,
                        voters)
    assert_allclose([found.said, found.low, found.middle, found.high],
                    [said, *share], atol=5e-5)
    evidence, same = weigh(votes, labels, label, voters=voters)
    assert evidence.share == pytest.approx(found)
    assert_array_equal(same, P)


def test_the_share_right_by_gold():
    found = share_right_by_gold(.8028, .8, 3, 4, PEOPLE)
    assert_allclose([found.low, found.middle, found.high],
                    [.6116, .7948, .9075], atol=5e-5)


@pytest.mark.parametrize("K, mean, sd", [
    (2, .7759, .0954), (3, .7011, .1271), (5, .6414, .1526),
    (10, .5966, .1716)])
def test_without_a_second_vote_the_accuracy_is_the_prior(K, mean, sd):
    found = vote_accuracy(Votes([0, 1], [0, 1], [0, 1], 2, 2, K))
    assert found.n_shared == 0 and np.isnan(found.agreement)
    assert_allclose([found.mean, found.sd], [mean, sd], atol=5e-5)


def test_the_example_of_the_documentation():
    frame = pd.read_csv(ROOT / "examples" / "votes.csv")
    found = aggregate(frame)
    share = found.evidence.share
    assert_allclose([share.said, share.low, share.high],
                    [.7599, .5099, .9059], atol=5e-5)
    assert (found.labels["action"] == "accept").sum() == 4
    models = aggregate(frame, voters="models")
    share = models.evidence.share
    assert_allclose([share.said, share.low, share.middle, share.high],
                    [.6958, .3119, .6289, .8637], atol=5e-5)
    assert not (models.labels["action"] == "accept").any()


# --- guards ---------------------------------------------------------------
@given(st.integers(0, 10 ** 6))
def test_support_matches_a_loop(seed):
    votes, truth = random_votes(seed, n_votes=60)
    known = np.where(np.arange(votes.n_tasks) % 7 == 0, truth, -1)
    for truths in (None, known):
        voters = [set(votes.worker[votes.task == i])
                  for i in range(votes.n_tasks)]
        assert_array_equal(votes.n_voters, [*map(len, voters)])
        shared = np.array([len(v) > 1 for v in voters])
        if truths is not None:
            shared |= truths >= 0
        o = np.array([shared[votes.task[votes.worker == j]].sum()
                      for j in range(votes.n_workers)])
        found = guards.support(votes, truths)
        for i in range(votes.n_tasks):
            mine = o[votes.worker[votes.task == i]]
            if len(mine):
                assert_allclose(found[i], (mine / (mine + 10)).mean())
            else:
                assert np.isnan(found[i])


@given(st.integers(0, 10 ** 6))
def test_the_majority_decides_and_the_method_breaks_its_ties(seed):
    votes, truth = random_votes(seed, n_votes=50)
    rng = np.random.default_rng(seed)
    T = rng.dirichlet(np.ones(4), size=votes.n_tasks)
    T[votes.per_task == 0] = np.nan
    known = np.where(np.arange(votes.n_tasks) < 3, truth, -1)
    T[:3] = np.eye(4)[truth[:3]]
    score = guards.majority_first(votes, T, known)
    counts = votes.counts()
    for i in range(votes.n_tasks):
        if i < 3 or not votes.per_task[i]:
            assert_array_equal(score[i], T[i])
            continue
        best = np.flatnonzero(counts[i] == counts[i].max())
        assert score[i].argmax() == best[T[i][best].argmax()]
        assert_allclose(score[i].sum(), 1)


def test_repeats_are_left_out_once():
    votes = Votes([0, 0, 0, 1], [0, 0, 0, 0], [1, 1, 0, 1], 2, 1, 2)
    found = guards.without_repeats(votes)
    assert_array_equal(found.label, [1, 0, 1])
    assert guards.without_repeats(found) is found


def test_a_dominant_class():
    def crowd(n):
        label = np.zeros(20, int)
        label[:n] = 1
        return Votes(np.arange(20), np.zeros(20, int), label, 20, 1, 2)

    assert guards.dominant_class(crowd(2)) == 0
    assert guards.dominant_class(crowd(3)) is None
    assert guards.dominant_class(Votes([0], [0], [0], 1, 1, 1)) is None


def shared_crowd(seed, n_tasks=400, n_workers=20, votes_per_task=1,
                 share_twice=0.0, accuracy=.8, K=2, prevalence=None):
    rng = np.random.default_rng(seed)
    truth = rng.choice(K, size=n_tasks, p=prevalence)
    n = votes_per_task + (rng.random(n_tasks) < share_twice)
    task = np.repeat(np.arange(n_tasks), n)
    worker = np.concatenate([rng.permutation(n_workers)[:k] for k in n])
    label = np.where(rng.random(len(task)) < accuracy, truth[task],
                     (truth[task] + rng.integers(1, K, len(task))) % K)
    return Votes(task, worker, label, n_tasks, n_workers, K), truth


def test_the_guards_of_labels():
    few, _ = shared_crowd(0, share_twice=.05)
    assert fit_labels(few).guard == "few shared"
    assert fit_labels(few, method="DS").guard is None
    many, _ = shared_crowd(0, votes_per_task=5)
    assert fit_labels(many).guard is None
    rare, truth = shared_crowd(1, votes_per_task=3, accuracy=.95,
                               prevalence=[.98, .02])
    found = fit_labels(rare)
    assert found.guard == "rare class" and found.n_changed > 0
    assert fit_labels(rare, voters=MODELS).guard is None
    majority = np.nanmean(rare.majority()[np.arange(400), truth])
    label = best_labels(found.score, np.random.default_rng(0))
    assert (label == truth).mean() >= majority - 1e-9


# --- how much may be said -------------------------------------------------
def test_what_may_be_said_grows_with_the_second_votes():
    """The cliff: 1% second votes must not say more than 30% do."""
    said, accepted = [], []
    for share in (0, .01, .05, .3, 1):
        votes, truth = shared_crowd(3, 1000, 25, share_twice=share,
                                    accuracy=.85)
        labels = fit_labels(votes)
        label = best_labels(labels.score, np.random.default_rng(0))
        evidence, P = weigh(votes, labels, label)
        accepted.append(int(evidence.acceptable.sum()))
        said.append(evidence)
    assert said[0].share is None and accepted[0] == 0
    assert accepted == sorted(accepted) and accepted[1] <= 10
    assert [found.gives_number for found in said] == [
        False, False, False, True, True]
    widths = [logit(found.share.high) - logit(found.share.low)
              for found in said[1:]]
    assert widths == sorted(widths, reverse=True)


def test_a_label_is_accepted_with_two_voters_only():
    """A known truth is accepted as well."""
    votes, truth = shared_crowd(0, votes_per_task=4, accuracy=.97)
    votes = votes.select((votes.task >= 50)
                         | (np.arange(len(votes)) % 4 == 0))
    known = np.where(np.arange(400) < 5, truth, -1)
    labels = fit_labels(votes, known)
    label = best_labels(labels.score, np.random.default_rng(0))
    evidence, P = weigh(votes, labels, label, known)
    assert evidence.acceptable[:5].all()
    assert not evidence.acceptable[5:50].any()
    assert evidence.acceptable[50:].any()
    assert_array_equal(P[:5].max(axis=1), 1)
    assert (P.max(axis=1)[evidence.acceptable] >= .9).all()


def test_models_are_accepted_with_gold_only():
    votes, truth = shared_crowd(0, n_workers=5, votes_per_task=5, accuracy=.95)
    assert is_small_team(votes)
    assert kinds_of(None, votes) == (PEOPLE, MODELS)
    labels = fit_labels(votes)
    label = best_labels(labels.score, np.random.default_rng(0))

    def accepted(voters, n_gold):
        known = np.where(np.arange(400) < n_gold, truth, -1)
        found = weigh(votes, fit_labels(votes, known), label, known, voters)[0]
        return found.acceptable[20:].any()

    assert [accepted(PEOPLE, 0), accepted(None, 0), accepted(MODELS, 0),
            accepted(MODELS, 9), accepted(MODELS, 20)] == [
                True, False, False, False, True]
    one = weigh(votes, labels, label, voters=PEOPLE)[0].share
    both = weigh(votes, labels, label)[0].share
    assert both.low < one.low and both.high == one.high


def test_a_small_team_votes_on_most_tasks():
    task = np.repeat(np.arange(10), 3)
    worker = np.tile(np.arange(3), 10)
    votes = Votes(task, worker, np.zeros(30, int), 10, 3, 2)
    assert is_small_team(votes)
    five = votes.select((worker > 0) | (task < 5))
    four = votes.select((worker > 0) | (task < 4))
    assert is_small_team(five) and not is_small_team(four)
    many = Votes(np.repeat(np.arange(10), 21), np.tile(np.arange(21), 10),
                 np.zeros(210, int), 10, 21, 2)
    assert not is_small_team(many)


def test_one_worker_twice_on_a_task_is_not_agreement():
    votes = Votes([0, 0, 1, 1], [0, 0, 0, 1], [0, 1, 0, 0], 2, 2, 2)
    pairs, equal = worker_pairs(votes)
    assert_array_equal(pairs, [0, 2])
    assert_array_equal(equal, [0, 2])
    assert vote_accuracy(votes).n_shared == 1
    assert vote_accuracy(votes).agreement == 1


@given(st.integers(0, 10 ** 6))
def test_pairs_of_workers_match_a_loop(seed):
    votes, _ = random_votes(seed, n_votes=60)
    pairs, equal = worker_pairs(votes)
    for i in range(votes.n_tasks):
        here = np.flatnonzero(votes.task == i)
        both = [(a, b) for a in here for b in here
                if votes.worker[a] != votes.worker[b]]
        assert pairs[i] == len(both)
        assert equal[i] == sum(votes.label[a] == votes.label[b]
                               for a, b in both)


def test_a_class_without_others_and_tasks_without_votes():
    votes = Votes([0, 0], [0, 1], [0, 0], 2, 2, 1)
    assert_array_equal(of_votes(votes, 1.0, .4), [[1], [np.nan]])
    labels = fit_labels(votes)
    label = best_labels(labels.score, np.random.default_rng(0))
    evidence, P = weigh(votes, labels, label)
    assert_array_equal(P, [[1], [np.nan]])
    assert evidence.share is None


def test_the_posterior_of_equal_votes_by_hand():
    """Two votes of .8 whose errors are uncorrelated: odds of 16 to 1."""
    votes = Votes([0, 0, 1], [0, 1, 0], [0, 0, 1], 2, 2, 2)
    assert_allclose(of_votes(votes, .8, 0), [[16 / 17, 1 / 17], [.2, .8]])
    assert_allclose(of_votes(votes, .8, 1)[0], [.8, .2])
    # An accuracy at chance is lifted a little above it.
    assert of_votes(votes, .5, 0)[0, 0] > .5


def test_known_tasks_take_their_share():
    share = with_known(share_right_by_gold(.8, .8, 8, 10, PEOPLE), 30, 100)
    plain = share_right_by_gold(.8, .8, 8, 10, PEOPLE)
    assert_allclose(share.middle, .3 + .7 * plain.middle)
    assert with_known(plain, 100, 100) == replace(
        plain, said=1, low=1, middle=1, high=1)


@pytest.mark.parametrize("options, message", [
    (dict(voters="robots"), "voters must be one of None, people, models, got"),
    (dict(method="XYZ"), "method must be one of Committee, DS, MACE, BWA, MV"),
    (dict(repeats=2), "repeats must be one of once, count, got 2")])
def test_choices_are_checked(options, message):
    with pytest.raises(ValueError, match=message):
        aggregate([(1, 2, 3)], **options)


@pytest.mark.parametrize("method", ["DS", "MACE", "BWA", "MV"])
def test_another_method_labels_by_itself(method):
    votes, _ = random_votes(5, n_votes=300)
    frame = pd.DataFrame(dict(task=votes.task, worker=votes.worker,
                              label=votes.label))
    found = aggregate(frame, method=method)
    fit = fit_labels(found.crowd.votes, method=method)
    assert_array_equal(
        found.label, best_labels(fit.fit.members[method],
                                 np.random.default_rng(0)))
    assert found.check.used == method
    top = found.probability.max(axis=1)
    row = np.arange(len(top))
    assert_allclose(found.probability[row, found.label], top, atol=1e-6)
