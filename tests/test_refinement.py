"""Label sets: the oracle that is asked, the EM, and the whole pipeline."""
import copy

import numpy as np
import pytest
from benchopt_internals import solver_classes
from numpy.testing import assert_allclose
from test_contract import arrays_in, leaks

from benchmark_utils.aggregation.label_sets import set_posterior
from benchmark_utils.oracles.answers import simulated_label_sets
from benchmark_utils.oracles.label_set_oracle import LabelSetOracle
from benchmark_utils.oracles.vote_oracle import OracleError
from benchmark_utils.scoring.label_sets import mean_jaccard


def crowd(n_tasks=3000, K=4, seed=0):
    """Truth, annotators, and what they and the expert say."""
    rng = np.random.default_rng(seed)
    truth = rng.random((n_tasks, K)) < .3
    annotators = np.array([[.9, .95], [.8, .9], [.6, .97]])
    return truth, annotators, simulated_label_sets(
        rng, truth, np.ones(truth.shape), annotators, (.97, .99))


def oracle(**options):
    _, _, answers = crowd()
    return LabelSetOracle(*answers, **{
        **dict(budget=10, expert_budget=3), **options})


ALL = np.ones((1, 4), bool)


def test_answers_have_the_rates_asked_for():
    truth, annotators, (answers, expert) = crowd()
    # 12,000 answers, 3,600 of them to classes that are there: 4 errors.
    for j, rates in enumerate([*annotators, (.97, .99)]):
        yes = answers[:, j] if j < 3 else expert
        assert abs(yes[truth].mean() - rates[0]) < 4 * .5 / np.sqrt(3600)
        assert abs((~yes[~truth]).mean() - rates[1]) < .02
    # Errors of two people are not the same ones.
    first, second = answers[:, 0], answers[:, 1]
    assert abs(np.corrcoef(first[truth], second[truth])[0, 1]) < .07


def test_what_is_hard_to_see_is_overlooked_more():
    truth = np.ones((4000, 2), bool)
    visibility = np.tile([1, .5], (4000, 1))
    answers, expert = simulated_label_sets(
        np.random.default_rng(0), truth, visibility, np.array([[.8, .9]]),
        (.97, .99))
    assert_allclose(answers[:, 0].mean(axis=0), [.8, .4], atol=.03)
    assert_allclose(expert.mean(axis=0), .97, atol=.01)


def test_answers_do_not_depend_on_what_is_asked_when():
    one, other = oracle(), oracle()
    together = one.ask(np.array([3, 5]), np.array([0, 2]),
                       np.ones((2, 4), bool))
    other.ask(np.array([9]), np.array([1]), ALL)
    some = np.array([[1, 0, 1, 0]], bool)
    assert_allclose(other.ask(np.array([5]), np.array([2]), some),
                    together[1:] & some)
    assert_allclose(other.ask_expert(np.array([8])),
                    one.ask_expert(np.array([7, 8]))[1:])
    assert (one.n_sets, one.n_expert) == (2, 2)


@pytest.mark.parametrize("request_, message", [
    (lambda p: p.ask([4, 5, 5], [0, 1, 1], np.ones((3, 4), bool)),
     "annotator 1 was asked about task 5 before"),
    (lambda p: (p.ask([0], [2], ALL),
                p.ask([1, 0], [0, 2], np.ones((2, 4), bool))),
     "annotator 2 was asked about task 0 before"),
    (lambda p: p.ask(range(11), [0] * 11, np.ones((11, 4), bool)),
     "11 more answers, 10 of 10"),
    (lambda p: p.ask([0], [3], ALL), "= 3 is outside 0..2"),
    (lambda p: p.ask([0], [1], np.ones((1, 5), bool)), r"shape \(1, 5\)"),
    (lambda p: p.ask([0], [1], np.ones((1, 4))), "dtype float64"),
    (lambda p: p.ask([0, 1], [1], ALL), "2 tasks, 1 annotators"),
    (lambda p: p.ask([.5], [1], ALL), "task has dtype float64"),
    (lambda p: p.ask([[0]], [[1]], ALL), r"task has shape \(1, 1\)"),
    (lambda p: p.ask_expert([1, 1]), "expert was asked about task 1 before"),
    (lambda p: (p.ask_expert([1]), p.ask_expert([2, 1])),
     "expert was asked about task 1 before"),
    (lambda p: p.ask_expert([0, 1, 2, 3]), "4 more answers, 3 of 3"),
    (lambda p: p.ask_expert(np.arange(3)[None]), r"shape \(1, 3\)"),
    (lambda p: p.ask_expert([-1]), "= -1 is outside"),
])
def test_refused_and_not_counted(request_, message):
    asked = oracle()
    with pytest.raises(OracleError, match=message):
        request_(asked)
    assert asked.n_sets <= 1 and asked.n_expert <= 1


@pytest.mark.parametrize("name", ["budget", "expert_budget", "n_sets",
                                  "n_expert", "n_tasks", "ask", "new"])
def test_nothing_can_be_overwritten(name):
    with pytest.raises(AttributeError):
        setattr(oracle(), name, 0)
    with pytest.raises(TypeError, match="cannot be copied"):
        copy.deepcopy(oracle())


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
    truth, annotators, (said, _) = crowd(n_tasks=4000)
    n, K = truth.shape
    task = np.arange(n)
    asked = np.ones((n, K), bool)
    answers = [(task, np.full(n, j), asked, said[:, j]) for j in range(3)]
    q = set_posterior(answers, np.ones((n, K), int), n_annotators=3)
    odds = np.full((n, K), .3 / .7)
    for j, (finds, rejects) in enumerate(annotators):
        odds *= np.where(said[:, j], finds / (1 - rejects),
                         (1 - finds) / rejects)
    bayes = ((odds > 1) == truth).mean()
    assert ((q > .5) == truth).mean() > bayes - .01 > .85
    # It knows how sure it is: as many errors as expected.
    assert abs(np.minimum(q, 1 - q).mean()
               - ((q > .5) != truth).mean()) < .01


def test_one_step_of_the_posterior_by_hand():
    """One task, two classes in groups of their own; annotator 0 says yes to
    the first and no to the second. The first q are 1 and 0: sensitivity and
    specificity of annotator 0 are (1 + 9) / (1 + 10), those of all others
    their priors'; the groups (1 + 1) / (1 + 10) and (0 + 1) / (1 + 10)."""
    answers = [(np.array([0]), np.array([0]), np.array([[True, True]]),
                np.array([[True, False]]))]
    q = set_posterior(answers, np.array([[1, 2]]), 2, max_iter=1)
    ratio = (10 / 11) / (1 / 11)  # sensitivity over 1 - specificity
    odds = np.array([2 / 9 * ratio, 1 / 10 / ratio])
    assert_allclose(q, [odds / (1 + odds)])
    # The expert, number 2, starts with 99 of 100.
    answers = [(np.array([0]), np.array([2]), np.array([[True, True]]),
                np.array([[True, False]]))]
    q = set_posterior(answers, np.array([[1, 2]]), 2, max_iter=1)
    odds = np.array([2 / 9 * 100, 1 / 10 / 100])
    assert_allclose(q, [odds / (1 + odds)])


def test_an_expert_is_believed_over_an_annotator():
    """Of a yes and a no, the expert's stands."""
    task, asked = np.zeros(1, int), np.ones((1, 1), bool)
    for expert_says in (True, False):
        answers = [(task, np.array([who]), asked, np.array([[yes]]))
                   for who, yes in ((0, not expert_says), (1, expert_says))]
        q = set_posterior(answers, np.ones((1, 1), int), 1)
        assert (q[0, 0] > .5) == expert_says


def test_a_bad_expert_is_found_out():
    """Who calls himself an expert and guesses loses his credit: he is
    believed less than the annotators who agree."""
    truth, _, (said, _) = crowd(n_tasks=2000)
    n, K = truth.shape
    guesses = np.random.default_rng(1).random((n, K)) < .5
    asked, task = np.ones((n, K), bool), np.arange(n)
    answers = [(task, np.full(n, j), asked, said[:, j]) for j in range(3)]
    alone = set_posterior(answers, np.ones((n, K), int), 3)
    answers.append((task, np.full(n, 3), asked, guesses))
    q = set_posterior(answers, np.ones((n, K), int), 3)
    right = ((q > .5) == truth).mean()
    assert right > ((alone > .5) == truth).mean() - .02


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


@pytest.mark.slow
def test_the_expert_is_counted_by_the_oracle(pairs, solve):
    scores = pairs("Refine", share=.3)
    assert_allclose(scores["labels_saved"], .7)
    assert scores["sets_per_task"] == 3
    assert solve.objective._oracles["label_set_oracle"].n_sets == 3 * 400
    # Half of the images have two labels; the expert alone: close to .96.
    assert abs(scores["multi_label_share"] - .5) < .1
    assert .94 < scores["manual_quality"] < .98
    # ReaL accuracy: at least that of the single label.
    assert scores["relabelled_accuracy"] > scores["test_accuracy"] > .5
    assert scores["relabelled_top5"] > scores["test_accuracy"]


@pytest.mark.slow
@pytest.mark.parametrize("solver", ["Refine", "RandomRefine"])
def test_same_seed_same_scores(pairs, solver):
    first, again = (pairs(solver, difficulty="easy") for _ in range(2))
    for name in ("set_quality", "labels_saved", "relabelled_accuracy"):
        assert first[name] == again[name]


@pytest.mark.slow
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


def test_without_annotators_they_say_why(benchmark):
    solvers = solver_classes(benchmark)
    for name in ("Refine", "RandomRefine"):
        skipped, reason = solvers[name].get_instance().skip(
            votes=None, X=None, X_test=None, recipe=None)
        assert skipped and "annotators and an expert" in reason
    for name in ("Influence", "VoteCount"):
        skipped, reason = solvers[name].get_instance().skip()
        assert skipped and "validation set" in reason
