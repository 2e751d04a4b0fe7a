"""Label sets: the counter that sells them, the EM, and the whole pipeline."""
import numpy as np
import pytest
from numpy.testing import assert_allclose
from test_contract import arrays_in, leaks

from benchmark_utils.aggregation.label_sets import set_posterior
from benchmark_utils.oracles.answers import simulated_label_sets
from benchmark_utils.oracles.label_set_oracle import LabelSetOracle
from benchmark_utils.oracles.vote_oracle import OracleError
from benchmark_utils.scoring.label_sets import mean_jaccard


def crowd(n_tasks=3000, K=4, seed=0):
    rng = np.random.default_rng(seed)
    truth = rng.random((n_tasks, K)) < .3
    annotators = np.array([[.9, .95], [.8, .9], [.6, .97]])
    return truth, annotators, simulated_label_sets(
        truth, np.ones(truth.shape), annotators, (.97, .99), seed)


def panel(**options):
    truth, annotators, answers = crowd()
    return LabelSetOracle(*answers, len(truth), len(annotators), truth.shape[1],
                 **{**dict(budget=10, expert_budget=3), **options})


def test_answers_have_the_rates_asked_for():
    truth, annotators, (answer, expert) = crowd()
    task = np.arange(len(truth))
    # 12,000 answers, 3,600 of them to classes that are there: 4 errors.
    for j, rates in enumerate([*annotators, (.97, .99)]):
        yes = answer(task, np.full(len(task), j)) if j < 3 else expert(task)
        assert abs(yes[truth].mean() - rates[0]) < 4 * .5 / np.sqrt(3600)
        assert abs((~yes[~truth]).mean() - rates[1]) < .02
    # Errors of two people are not the same ones.
    first, second = (answer(task, np.full(len(task), j)) for j in (0, 1))
    assert abs(np.corrcoef(first[truth], second[truth])[0, 1]) < .07


def test_answers_do_not_depend_on_what_is_asked_when():
    one, other = panel(), panel()
    together = one.ask(np.array([3, 5]), np.array([0, 2]), np.ones((2, 4)))
    other.ask(np.array([9]), np.array([1]), np.ones((1, 4)))
    some = np.array([[1, 0, 1, 0]], bool)
    assert_allclose(other.ask(np.array([5]), np.array([2]), some),
                    together[1:] & some)
    assert_allclose(other.ask_expert(np.array([8])),
                    one.ask_expert(np.array([7, 8]))[1:])
    assert (one.n_sets, one.n_expert) == (2, 2)


@pytest.mark.parametrize("request_, message", [
    (lambda p: p.ask([0, 0], [1, 1], np.ones((2, 4))), "before"),
    (lambda p: (p.ask([0], [1], np.ones((1, 4))),
                p.ask([0], [1], np.ones((1, 4)))), "before"),
    (lambda p: p.ask(range(11), [0] * 11, np.ones((11, 4))),
     "11 more answers, 10 of 10"),
    (lambda p: p.ask([0], [3], np.ones((1, 4))), "annotator outside 0..2"),
    (lambda p: p.ask([0], [1], np.ones((1, 5))), "do not fit"),
    (lambda p: p.ask([.5], [1], np.ones((1, 4))), "integers"),
    (lambda p: p.ask_expert([1, 1]), "the expert before"),
    (lambda p: (p.ask_expert([1]), p.ask_expert([1])), "the expert before"),
    (lambda p: p.ask_expert([0, 1, 2, 3]), "4 more answers, 3 of 3"),
    (lambda p: p.ask_expert([-1]), "task outside"),
])
def test_refused_and_not_counted(request_, message):
    counter = panel()
    with pytest.raises(OracleError, match=message):
        request_(counter)
    assert counter.n_sets <= 1 and counter.n_expert <= 1


def test_no_truth_can_be_read_off_what_is_handed_out(solve):
    data, _, _ = solve("DigitPairs", "MV", dataset_options=dict(
        n_tasks=60, classifier=dict(base="mlp", epochs=1)))
    handed = solve.objective.get_objective()
    assert list(arrays_in(handed["label_set_oracle"]))  # it was walked
    for name in ("truth_sets", "test_sets", "ground_truth", "y_test"):
        assert not leaks(handed, data[name]), name
        assert name not in handed
    assert not leaks(handed, data["label_set_oracle"]["visibility"])
    assert not leaks(handed, data["label_set_oracle"]["annotators"])


def test_set_posterior_learns_who_is_right():
    """Of three annotators of known rates; with those rates Bayes' rule is the
    best there is, and EM comes within a hundredth of it."""
    truth, annotators, (answer, _) = crowd(n_tasks=4000)
    n, K = truth.shape
    task = np.arange(n)
    asked = np.ones((n, K), bool)
    answers = [(task, np.full(n, j), asked, answer(task, np.full(n, j)))
               for j in range(3)]
    q = set_posterior(answers, np.ones((n, K), int), n_annotators=3)
    odds = np.full((n, K), .3 / .7)
    for (_, _, _, yes), (finds, rejects) in zip(answers, annotators):
        odds *= np.where(yes, finds / (1 - rejects), (1 - finds) / rejects)
    bayes = ((odds > 1) == truth).mean()
    assert ((q > .5) == truth).mean() > bayes - .01 > .85
    # It knows how sure it is: as many errors as expected.
    assert abs(np.minimum(q, 1 - q).mean()
               - ((q > .5) != truth).mean()) < .01


def test_mean_jaccard_by_hand():
    sets = np.array([[1, 1, 0], [1, 0, 0], [0, 0, 0]], bool)
    truth = np.array([[1, 0, 0], [0, 1, 1], [0, 0, 0]], bool)
    assert mean_jaccard(sets, truth) == (1 / 2 + 0 + 1) / 3


@pytest.fixture
def pairs(solve):
    def run(solver, repetition=0, difficulty="medium", **options):
        return solve("DigitPairs", solver, repetition,
                     dataset_options=dict(difficulty=difficulty),
                     solver_options=options)[2]
    return run


def test_the_expert_is_counted_by_the_counter(pairs, solve):
    scores = pairs("Refine", share=.3)
    assert_allclose(scores["labels_saved"], .7)
    assert scores["sets_per_task"] == 3
    assert solve.objective._sellers["label_set_oracle"].n_sets == 3 * 400
    # Half of the images have two labels; the expert alone: close to .96.
    assert abs(scores["multi_label_share"] - .5) < .1
    assert .94 < scores["manual_quality"] < .98
    # ReaL accuracy: at least that of the single label.
    assert scores["relabelled_accuracy"] > scores["test_accuracy"] > .5
    assert scores["relabelled_top5"] > scores["test_accuracy"]


@pytest.mark.parametrize("solver", ["Refine", "RandomRefine"])
def test_same_seed_same_scores(pairs, solver):
    first, again = (pairs(solver, difficulty="easy") for _ in range(2))
    for name in ("set_quality", "labels_saved", "relabelled_accuracy"):
        assert first[name] == again[name]


def test_conflicts_are_worth_more_than_random_tasks(pairs):
    """Three repetitions of the README's ten: full manual quality with .3 of
    the expert labels on the medium level, and above random ones."""
    scores = {solver: [pairs(solver, r, share=.3) for r in range(3)]
              for solver in ("Refine", "RandomRefine")}
    quality = {solver: np.array([s["set_quality"] for s in runs])
               for solver, runs in scores.items()}
    manual = [s["manual_quality"] for s in scores["Refine"]]
    assert quality["Refine"].mean() >= np.mean(manual)
    assert (quality["Refine"] > quality["RandomRefine"]).all()
    # The main labels of the sets, against those of the first votes alone.
    recovery, majority = ([run["label_recovery"] for run in runs]
                          for runs in (scores["Refine"], [
                              pairs("MV", r) for r in range(3)]))
    assert np.mean(recovery) > np.mean(majority)


def test_without_a_panel_they_say_why(benchmark):
    solvers = {cls.name: cls for cls in benchmark.get_solvers()}
    for name in ("Refine", "RandomRefine"):
        skipped, reason = solvers[name].get_instance().skip(
            votes=None, X=None, X_test=None, recipe=None)
        assert skipped and "annotators and an expert" in reason
    for name in ("Influence", "VoteCount"):
        skipped, reason = solvers[name].get_instance().skip(votes=None)
        assert skipped and "gold images" in reason
