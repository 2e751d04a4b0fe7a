"""Claims about networks trained on votes, with their values."""
import numpy as np
import pytest
from scipy import stats

from benchmark_utils.training.confusions import WorkerConfusions
from benchmark_utils.training.engine import Training
from benchmark_utils.training.recipes import get_recipe

NETWORK = "network"


@pytest.mark.slow
def test_crowd_layer_learns_the_confusion_matrices(solve):
    """Off the diagonal they correlate with the true matrices, and are at most
    half as far from them as the identity, where they start."""
    data, _, _ = solve("Digits", "MV")
    loss = WorkerConfusions(data["votes"], lr=.02)
    Training(get_recipe("mlp"), data["X"], 10, seed=0).fit(loss)
    W, truth = loss.confusions(), data["worker_confusion"]
    off = ~np.eye(10, dtype=bool)
    assert np.corrcoef(W[:, off].ravel(), truth[:, off].ravel())[0, 1] > .6

    def variation(matrices):
        return np.abs(matrices - truth).sum(axis=2).mean() / 2

    assert variation(W) <= variation(np.eye(10)) / 2


def accuracies(solve, dataset, solver, n, dataset_options=(), **options):
    """Test accuracy of each repetition, (n,)."""
    return np.array([solve(
        dataset, solver, r, dataset_options=dataset_options,
        solver_options=options)[2]["test_accuracy"] for r in range(n)])


@pytest.mark.exhaustive
def test_the_network_sees_through_confusions_that_votes_cannot(solve):
    """8 of 20 workers take most 7 for 1, 9 for 4 ...: DS helps, the network
    between tasks helps more. Design: DS at least .08 above MV, CrowdLayer at
    least .93 and .04 above DS, the truth at least .95. The published
    CrowdLayer loses whole classes: below MV."""
    mv, ds, crowd_layer, classic = (
        accuracies(solve, "Digits", *method, 3, **options).mean()
        for method, options in (
            (["MV"], {}), (["DS"], {}), (["CrowdLayer"], {}),
            (["CrowdLayer"], dict(variant="classic", lr=NETWORK))))
    assert ds >= mv + .08
    assert crowd_layer >= max(.93, ds + .04)
    assert classic <= mv - .1
    truth = accuracies(solve, "Digits", "MV", 1, dict(workers="truth"))
    assert truth.mean() >= .95


@pytest.mark.exhaustive
def test_published_three_circles(real_data, solve):
    """Every row of the authors' table, on their points and votes, by the
    schedule of the thesis; means of 10 network seeds. MV, NS, GLAD, WDS and
    WAUM(.1) lie within the thesis' deviation over its repetitions, .02 to
    .04, and .02 more for our different seeds. DS does not: its labels are
    right on .918 of these tasks and on .54 to .91 in other draws, so the
    table's .753 +- .07 is a mean over draws, and ours is bounded by the
    trial of this realisation, .861 +- .006."""
    def mean(solver, workers=None, **options):
        data = dict(source="published")
        return accuracies(solve, "ThreeCircles", solver, 10,
                          dict(data, workers=workers) if workers else data,
                          **options).mean()

    got = {name: mean(name) for name in ("MV", "NS", "DS", "GLAD", "WDS")}
    got["WAUM"] = mean("WAUM", quantile=.1)
    for name, table, deviation in (
            ("MV", .727, .03), ("NS", .697, .02), ("GLAD", .578, .02),
            ("WDS", .81, .04), ("WAUM", .806, .03)):
        assert abs(got[name] - table) <= deviation + .02, name
    assert .84 <= got["DS"] <= .88
    assert got["WAUM"] >= max(got["MV"], got["NS"]) + .03
    assert mean("WAUM", quantile=.25) <= got["WAUM"] - .05
    assert mean("MV", workers="truth") >= .9


@pytest.mark.slow
def test_pruning_does_not_help_on_two_moons(solve):
    gain = (accuracies(solve, "TwoMoons", "WAUM", 5, quantile=.1)
            - accuracies(solve, "TwoMoons", "WDS", 5))
    assert gain.mean() <= .015


@pytest.mark.slow
def test_labelme_features(real_data, solve):
    """Design: truth >= .92, MV .80 to .83, DS .01 above MV, CrowdLayer >=
    .83, the best >= .86; ECE of DS and CrowdLayer <= .06."""
    def scores(solver, key="test_accuracy", **options):
        return np.mean([solve("LabelMe", solver, r, dataset_options=options)[
            2][key] for r in range(3)])

    mv = scores("MV")
    assert .80 <= mv <= .83
    assert scores("DS") >= mv + .01 and scores("CrowdLayer") >= .83
    assert scores("AggNet") >= .855
    assert scores("MV", workers="truth") >= .92
    for solver in ("DS", "CrowdLayer"):
        assert scores(solver, "test_ece") <= .06


# Test accuracy of prototypes on the same engine, mean and standard deviation
# of 3 to 5 repetitions. Other orders of tasks and other seeds: a mean is held
# to three of its standard errors and .01 more.
REFERENCE = [
    ("Digits", "CrowdLayer", {}, .957, .005),
    ("Digits", "CrowdLayer", dict(variant="classic", lr=NETWORK), .489, .039),
    ("Digits", "AggNet", dict(pooled=2.0), .959, .011),
    ("Digits", "GeoCrowdNet", {}, .952, .005),
    ("Digits", "GeoCrowdNet", dict(volume="W", weight=.001), .955, .005),
    ("Digits", "UnionNet", {}, .949, .006),
    ("Digits", "UnionNet", dict(start="published"), .523, .134),
    ("Digits", "AnnotMix", {}, .963, .010),
    ("Digits", "CROWDLAB", {}, .702, .062),
    ("LabelMe", "CrowdLayer", {}, .852, .007),
    ("LabelMe", "CrowdLayer", dict(variant="classic", lr=NETWORK), .849, .003),
    ("LabelMe", "AggNet", dict(pooled=2.0), .869, .007),
    ("LabelMe", "GeoCrowdNet", {}, .862, .013),
    ("LabelMe", "GeoCrowdNet", dict(weight=.1), .892, .005),
    ("LabelMe", "UnionNet", {}, .839, .009),
    ("LabelMe", "AnnotMix", {}, .853, .005),
    ("LabelMe", "CROWDLAB", {}, .846, .004),
    ("Music", "CrowdLayer", {}, .729, .013),
    ("Music", "AggNet", dict(pooled=2.0), .729, .014),
    ("Music", "GeoCrowdNet", {}, .731, .024),
    ("Music", "UnionNet", {}, .711, .012),
    ("Music", "AnnotMix", {}, .719, .014),
    ("Music", "CROWDLAB", {}, .647, .015),
    ("SentimentPolarity", "CrowdLayer", {}, .721, .022),
    ("SentimentPolarity", "AnnotMix", {}, .720, .020),
]


@pytest.mark.exhaustive
@pytest.mark.parametrize("dataset, solver, options, mean, sd", REFERENCE)
def test_reference_values(real_data, solve, dataset, solver, options, mean,
                          sd):
    got = accuracies(solve, dataset, solver, 5, **options)
    error = np.hypot(got.std(ddof=1), sd) / np.sqrt(4)
    assert abs(got.mean() - mean) <= 3 * error + .01


@pytest.mark.exhaustive
def test_a_weight_chosen_on_votes_gains_on_labelme_and_loses_nowhere(
        real_data, solve):
    """GeoCrowdNet: .1 is best on LabelMe and destroys Digits. ``auto`` is
    .885 or better there; against .01 no loss on Digits and Music, by a paired
    interval over repetitions that reaches 0 or beyond."""
    def gain(dataset):
        auto, fixed = (accuracies(solve, dataset, "GeoCrowdNet", 6,
                                  weight=weight) for weight in ("auto", .01))
        return auto, stats.ttest_1samp(auto - fixed, 0).confidence_interval()

    auto, interval = gain("LabelMe")
    assert auto.mean() >= .885 and interval.low > 0
    for dataset in ("Digits", "Music"):
        auto, interval = gain(dataset)
        assert interval.high >= 0 and interval.low > -.02
