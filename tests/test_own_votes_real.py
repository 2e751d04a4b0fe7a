"""On recorded crowds, judged by the truth afterwards."""
import numpy as np
import pytest

from benchmark_utils.own_votes.analysis import analyse
from benchmark_utils.own_votes.verdicts import REMOVE
from benchmark_utils.reading.crowd import Crowd
from benchmark_utils.reading.vote_tables import read_votes
from benchmark_utils.scoring.calibration import calibration_error
from benchmark_utils.scoring.label_probabilities import label_reliability
from benchmark_utils.scoring.workers import auc

pytestmark = pytest.mark.slow

# The best recovery of all methods on these crowds: of OneCoin with pooled
# errors on web, EBCC on rte, DS on tweet.
BEST = {"rte": .9313, "web": .8681, "tweet": .9600}


@pytest.fixture(scope="module", params=BEST)
def analysed(request):
    import os
    from pathlib import Path
    folder = Path(os.environ.get("CROWD_DATA", ""), "truth_inference",
                  request.param)
    if not (folder / "label.csv").is_file():
        pytest.skip("real data: set CROWD_DATA to a folder that has it")
    votes, truth, ids, _ = read_votes(
        folder / "label.csv", folder / "truth.csv", task="item",
        truth_label="truth")
    return request.param, analyse(Crowd(votes, **ids)), truth


def test_labels_are_among_the_best(analysed):
    name, found, truth = analysed
    known = truth >= 0
    assert (found.label == truth)[known].mean() >= BEST[name] - .03


def test_who_is_to_be_removed_is_poor(analysed):
    _, found, truth = analysed
    votes = found.crowd.votes
    known = (truth >= 0)[votes.task]
    accuracy = votes.worker_mean(np.where(
        known, votes.label == truth[votes.task], np.nan).astype(float))
    remove = np.array(found.verdict) == REMOVE
    assert remove.any()
    median = np.nanmedian(accuracy)
    assert np.nanmean(accuracy[remove]) <= median - .1
    assert np.nanmax(accuracy[remove]) < median


def test_the_order_of_relabelling_finds_wrong_labels(analysed):
    _, found, truth = analysed
    place = np.empty(len(truth))
    place[found.order] = np.arange(len(truth))
    known = truth >= 0
    assert auc(-place[known], (found.label != truth)[known]) >= .65


def test_probabilities_are_better_than_dawid_skenes(analysed):
    from benchmark_utils.aggregation.dawid_skene import dawid_skene
    name, found, truth = analysed
    error = {kind: calibration_error(label_reliability(T, truth))
             for kind, T in dict(
                 DS=dawid_skene(found.crowd.votes).T,
                 ours=found.probability).items()}
    # Not on every crowd: the half of DS's error is the mean over all, and
    # on web, of weak workers, the labels are better than they seem.
    assert error["ours"] < (.2 if name == "web" else error["DS"] + .06)


CROWDS = ["CF", "CF_amt", "MS", "SP", "ZenCrowd_us", "dog", "face", "product",
          "rte", "trec", "tweet", "web", "real_golden", "LLM_conv_go_awry",
          "LLM_discourse", "LLM_emotion", "LLM_flute", "LLM_implicit_hate",
          "LLM_media_ideology", "LLM_mrf"]


@pytest.mark.slow
def test_the_calibration_error_is_at_most_half_of_dawid_skenes(real_data):
    """In the mean over the recorded crowds; people and language models."""
    from recorded import recorded_crowd

    from benchmark_utils.aggregation.committee import committee
    from benchmark_utils.aggregation.dawid_skene import dawid_skene
    from benchmark_utils.own_votes.probabilities import best_labels, calibrated
    errors = []
    for name in CROWDS:
        votes, truth = recorded_crowd(real_data, name)
        fit = committee(votes)
        label = best_labels(fit.T, np.random.default_rng(0))
        errors.append([calibration_error(label_reliability(T, truth))
                       for T in (dawid_skene(votes).T,
                                 calibrated(fit, votes, label))])
    plain, ours = np.mean(errors, axis=0)
    assert ours <= plain / 2
