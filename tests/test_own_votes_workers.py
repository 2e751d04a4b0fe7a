"""Measures of workers against naive twins, and the verdicts."""
import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from conftest import ROOT, random_votes
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from benchmark_utils.aggregation.committee import committee
from benchmark_utils.aggregation.emission import fit_emission
from benchmark_utils.own_votes import aggregate
from benchmark_utils.own_votes.probabilities import (
    MODELS,
    best_labels,
    calibrated,
)
from benchmark_utils.own_votes.verdicts import (
    KEEP,
    REMOVE,
    REVIEW,
    verdicts,
    weighted_median,
)
from benchmark_utils.own_votes.workers import (
    WorkerMeasures,
    agreements,
    by_the_others,
    class_accuracies,
    measure,
    rank_of,
    standard_error,
)
from benchmark_utils.votes import Votes


def analysed(votes, known_truth=None):
    """Measures and verdicts, through the same steps as the command."""
    fit = committee(votes, known_truth)
    label = best_labels(fit.T, np.random.default_rng(0))
    p = calibrated(fit, votes, label)
    measures = measure(votes, fit.T, p, known_truth)
    return measures, verdicts(measures)


@given(st.integers(0, 10 ** 6))
def test_the_others_judge_as_in_a_loop(seed):
    votes, _ = random_votes(seed, n_votes=60)
    T = votes.shares()
    model = fit_emission(votes, T)
    [(rows, found)] = by_the_others(votes, model)
    assert rows.start == 0 and len(found) == len(votes)
    for v in range(len(votes)):
        others = ((votes.task == votes.task[v])
                  & (np.arange(len(votes)) != v))
        if not others.any():
            assert np.isnan(found[v]).all()
            continue
        expected = model.prevalence * model.pi(
            votes.worker[others], votes.label[others]).prod(axis=0)
        assert_allclose(found[v], expected / expected.sum(), atol=1e-9)


@given(st.integers(0, 10 ** 6))
def test_agreement_matches_a_loop(seed):
    votes, _ = random_votes(seed, n_votes=80)
    own, theirs = agreements(votes)
    for j in range(votes.n_workers):
        mine, among = [], []
        for v in np.flatnonzero(votes.worker == j):
            here = np.flatnonzero(votes.task == votes.task[v])
            rest = votes.label[here[here != v]]
            if len(rest):
                mine.append((rest == votes.label[v]).mean())
            if len(rest) > 1:
                same = rest[:, None] == rest
                among.append((same.sum() - len(rest))
                             / (len(rest) * (len(rest) - 1)))
        assert_allclose(own[j], np.mean(mine) if mine else np.nan)
        assert_allclose(theirs[j], np.mean(among) if among else np.nan)


def test_class_accuracies_are_the_diagonals():
    votes, truth = random_votes(0)
    model = fit_emission(votes, np.eye(4)[truth])
    expected = [np.diag(model.confusion(j)) for j in range(votes.n_workers)]
    assert_allclose(class_accuracies(votes, model), expected)


def test_chunks_change_nothing(monkeypatch):
    from benchmark_utils.own_votes import workers
    votes, _ = random_votes(0)
    whole, _ = analysed(votes)
    monkeypatch.setattr(workers, "CHUNK", 7)
    parts, _ = analysed(votes)
    for name in vars(whole):
        assert_allclose(getattr(parts, name), getattr(whole, name),
                        rtol=1e-9)


def test_standard_error_by_hand():
    # 8 of 8: one vote of each kind added, 9 of 10.
    assert_allclose(standard_error(np.array([1.0]), np.array([8])),
                    np.sqrt(.9 * .1 / 8))


def test_intervals_include_errors_of_the_labels():
    """A task of probability .8 has .2 of doubt, a known truth has none."""
    votes, _ = random_votes(0)
    p = np.tile([.8, .1, .05, .05], (votes.n_tasks, 1))
    m = measure(votes, votes.shares(), p)
    inside = (m.low > 0) & (m.high < 1)
    assert inside.sum() > 3
    assert_allclose((m.high - m.accuracy)[inside] / 1.96,
                    np.hypot(m.sampling, .6 * .2)[inside])
    truth = np.zeros(votes.n_tasks, int)
    known = measure(votes, votes.shares(), np.eye(4)[truth], truth)
    inside = (known.low > 0) & (known.high < 1)
    assert_allclose((known.accuracy - known.low)[inside] / 1.96,
                    known.sampling[inside])


def test_language_models_get_a_rank_and_no_interval():
    votes, _ = random_votes(0)
    p = np.tile([.8, .1, .05, .05], (votes.n_tasks, 1))
    people = measure(votes, votes.shares(), p)
    models = measure(votes, votes.shares(), p, voters=MODELS)
    measured = ~np.isnan(people.accuracy)
    assert_allclose(models.accuracy[measured],
                    people.accuracy[measured] - .1 * .2)
    assert np.isnan(models.low).all() and np.isnan(models.high).all()
    order = np.argsort(-people.accuracy[measured])
    assert_array_equal(people.rank[measured][order],
                       np.arange(measured.sum()) + 1)
    assert_array_equal(people.rank[~measured], 0)
    assert_array_equal(rank_of(np.array([.5, np.nan, .7, .5])), [2, 0, 1, 2])


def measured(**values):
    """`WorkerMeasures` of ten good workers and one with these values."""
    fields = dict(n_votes=50, n=50, accuracy=.9, low=.8, high=1, rank=1,
                  sampling=.03,
                  agreement=.8, expected_agreement=.8, agreement_error=.05,
                  informedness=.85, chance=.33, favourite=0,
                  favourite_share=.4, favourite_expected=.35, favourite_p=.5,
                  always_same=False, gold_votes=0, gold_right=0)
    return WorkerMeasures(by_class=None, **{
        name: np.array([value] * 10 + [values.get(name, value)])
        for name, value in fields.items()})


BAD = dict(accuracy=.4, informedness=.1, agreement=.4)


@pytest.mark.parametrize("change, verdict", [
    ({}, REMOVE),
    (dict(n=9, n_votes=9), REVIEW),  # fewer than ten votes
    (dict(n=4, n_votes=4), KEEP),  # fewer than five
    (dict(agreement=.75), REVIEW),  # agrees with the others
    (dict(chance=.05), REVIEW),  # .4 is far above chance
    (dict(chance=.05, always_same=True), REMOVE),
    (dict(sampling=.15), REVIEW),  # too uncertain for 99%, not for 95%
    (dict(accuracy=.85, chance=.88), REVIEW),  # near the median
    (dict(accuracy=.85, chance=.05), KEEP)])
def test_a_verdict_needs_all_its_criteria(change, verdict):
    names, reasons = verdicts(measured(**{**BAD, **change}))
    assert names == [KEEP] * 10 + [verdict]
    assert bool(reasons[-1]) == (verdict != KEEP or "n" in change)
    assert reasons[:10] == [""] * 10


def test_no_worker_is_removed_where_most_are_barely_better_than_chance():
    poor = replace(measured(**BAD), informedness=np.full(11, .2))
    names, reasons = verdicts(poor)
    assert names[-1] == REVIEW and "barely better" in reasons[-1]


def test_known_truths_judge_a_worker_who_is_alone_on_a_task():
    votes = Votes([0, 1, 2], [0, 0, 0], [0, 1, 0], 3, 1, 2)
    known = np.array([0, 0, -1])
    m = measure(votes, votes.shares(), votes.shares(), known)
    assert m.n[0] == 2 and m.accuracy[0] == .5
    assert m.gold_votes[0] == 2 and m.gold_right[0] == 1


def crowd(accuracies, seed, n_tasks=300, votes_per_task=8, K=3):
    """Workers of given accuracy; None: always class 0."""
    rng = np.random.default_rng(seed)
    truth = rng.integers(K, size=n_tasks)
    J = len(accuracies)
    task = np.repeat(np.arange(n_tasks), votes_per_task)
    worker = rng.random((n_tasks, J)).argsort(axis=1)[
        :, :votes_per_task].ravel()
    p = np.array([1 / K if a is None else a for a in accuracies])
    label = np.where(rng.random(len(task)) < p[worker], truth[task], (
        truth[task] + rng.integers(1, K, size=len(task))) % K)
    label[np.array([a is None for a in accuracies])[worker]] = 0
    return Votes(task, worker, label, n_tasks, J, K), truth


def test_spammers_go_and_honest_workers_stay():
    guess = 1 / 3
    votes, _ = crowd([*np.linspace(.65, .95, 16), guess, guess, None, None],
                     0)
    m, (names, reasons) = analysed(votes)
    assert names[:16] == [KEEP] * 16
    assert names[16:] == [REMOVE] * 4
    assert all("informedness" in reason for reason in reasons[16:])
    assert all("same label" in reason for reason in reasons[18:])
    assert_array_equal(m.always_same, [False] * 18 + [True] * 2)
    assert_array_equal(m.favourite[18:], 0)


def test_a_weak_worker_who_knows_something_is_not_removed():
    """.6 of three classes: half of the way from guessing to knowing."""
    votes, _ = crowd([*np.full(15, .85), .6], 1)
    _, (names, _) = analysed(votes)
    assert names == [KEEP] * 15 + [REVIEW]


def test_few_votes_remove_nobody():
    votes, _ = crowd([*np.linspace(.7, .95, 15), 0.0], 2, n_tasks=300)
    few = votes.select((votes.worker != 15)
                       | (np.cumsum(votes.worker == 15) <= 4))
    _, (names, reasons) = analysed(few)
    assert names[15] == KEEP and "too few votes" in reasons[15]


def test_a_crowd_that_knows_little_judges_nobody():
    votes, _ = crowd([*np.full(12, .38), 0.0], 3)
    _, (names, _) = analysed(votes)
    assert REMOVE not in names


@pytest.mark.parametrize("seed", range(5))
def test_intervals_hold_the_true_accuracy(seed):
    rng = np.random.default_rng(seed)
    votes, truth = crowd(rng.uniform(.5, .95, 30), seed)
    m, _ = analysed(votes)
    true = votes.worker_mean((votes.label == truth[votes.task]).astype(float))
    inside = (m.low <= true) & (true <= m.high)
    assert inside.mean() >= .9


@pytest.mark.parametrize("K, n_votes", [(2, "every"), (4, "1to20")])
def test_no_hammer_is_removed(solve, K, n_votes):
    """The two cases of HammerSpammer, 10 seeds: 16 of 20 workers guess."""
    case = {"n_tasks, n_workers, n_classes, votes_per_task": (
        100, 20, K, n_votes)}
    for repetition in range(10):
        data, _, _ = solve("HammerSpammer", "MV", repetition,
                           dataset_options=case)
        _, (names, _) = analysed(data["votes"])
        names = np.array(names)
        assert not (names[~data["spammer"]] == REMOVE).any()
        # And the spammers do not go unnoticed.
        assert (names[data["spammer"]] != KEEP).mean() > .5


def test_who_always_says_cat_is_flagged_in_the_example():
    votes = pd.read_csv(ROOT / "examples" / "votes.csv")
    workers = aggregate(votes).workers.set_index("worker")
    hugo = workers.loc["hugo"]
    assert hugo["verdict"] in (REVIEW, REMOVE)
    assert hugo["always_same"] == "yes" and hugo["favourite_label"] == "cat"
    assert "always the same label (100%" in hugo["reason"]
    assert (workers.drop("hugo")["always_same"] == "no").all()


@given(st.lists(st.floats(0, 1), min_size=1, max_size=8), st.data())
def test_weighted_median_is_the_median_of_repeated_values(values, data):
    weights = data.draw(st.lists(st.integers(1, 5), min_size=len(values),
                                 max_size=len(values)))
    repeated = np.sort(np.repeat(values, weights))
    assert weighted_median(np.array(values), np.array(weights)) == repeated[
        (len(repeated) - 1) // 2]


def test_weighted_median_of_nothing():
    assert np.isnan(weighted_median(np.array([np.nan]), np.array([3])))
    assert np.isnan(weighted_median(np.zeros(0), np.zeros(0)))


@settings(max_examples=20)
@given(st.integers(0, 10 ** 6))
def test_reasons_do_not_contradict_their_numbers(seed):
    """Each number in a reason is that of the table, beyond its threshold."""
    rng = np.random.default_rng(seed)
    accuracies = [*rng.uniform(.3, .95, 12), None]
    votes, _ = crowd(accuracies, seed, n_tasks=120, votes_per_task=4)
    m, (names, reasons) = analysed(votes)
    median = np.median(m.accuracy[m.n >= 5])
    for j, reason in enumerate(reasons):
        found = re.search(r"informedness (-?[.\d]+), below 0.3", reason)
        if found:
            assert float(found[1]) == round(m.informedness[j], 2)
            assert m.informedness[j] < .3
        found = re.search(r"accuracy ([.\d]+), more than 0.1 below the median "
                          r"worker's ([.\d]+)", reason)
        if found:
            assert m.accuracy[j] < median - .1
            assert float(found[2]) == round(median, 2)
        assert bool(reason) == (names[j] != KEEP or m.n[j] < 5)
