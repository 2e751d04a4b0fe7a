"""The data of the page: every documented key, numbers compared with pandas."""
import json
import re

import numpy as np
import pytest
from results import bought, frame, recorded, rows
from scipy import stats

from benchmark_utils.report.comparison.ranking_table import Choice, headline
from benchmark_utils.report.page import cells
from benchmark_utils.report.page import data as contract
from benchmark_utils.report.page.data import as_json, page_data
from benchmark_utils.report.page.exports import cells_csv, headline_csv, views
from benchmark_utils.scoring import METRICS

BLUE = "Bluebirds[mode=offline,votes_per_task={}]"
GAUSS = ("FiveGaussians[expert_price=10.0,n_tasks=500,n_workers=15,"
         "prices=equal,seconds_per_task=0.0,skills=unknown,votes_per_task=3]")
LOOK = dict(task="a", score=-1., votes={"x": 2}, truth="y", image="A" * 40_000)


def everything():
    """A recorded dataset with all and with subsampled votes, a simulated one
    with networks, and one for label acquisition."""
    rng = np.random.default_rng(0)
    right = rng.integers(2, size=(2, 108))
    tables = json.dumps(dict(n=[0, 4], confidence=[0, 3.], right=[0, 2]))
    network = dict(objective_test_accuracy=.7, objective_test_ece=.1,
                   objective_train_seconds=.5,
                   objective_test_reliability=tables,
                   objective_device="CPU", objective_commit="abcdef12",
                   objective_protocol="3")
    workers = json.dumps(dict(
        worker_values=dict(score=[1., 2], n_votes=[3, 4],
                           leave_one_out=[.1, -.1], spammer=[0, 1]),
        worst_tasks=[LOOK]))
    other = json.dumps(dict(worst_tasks=[dict(LOOK, task="b")]))
    return frame(
        recorded(BLUE.format("every"), "MV", right[:1], objective_n_known=108),
        recorded(BLUE.format("every"), "BWA", right[1:]),
        recorded(BLUE.format(1), "MV", right[:1]),
        rows("Digits", "MV", [.5, .6, .7], final_results=workers, **network),
        rows("Digits", "DS", [.7, .7, .9], final_results=other, **network),
        bought(GAUSS, "MV", [[(3, .8)], [(3, .8)]]),
        bought(GAUSS, "BALD", [[(0, .5), (1, .95)], [(0, .5), (2, .8)]]),
        bought(GAUSS, "RandomAssign", [[(0, .5), (3, .8)]] * 2))


@pytest.fixture(scope="module")
def data():
    return page_data(everything())


def test_every_documented_key_is_there(data):
    """The keys at the left of the docstring, and those of its lists."""
    text = contract.__doc__
    said = set(re.findall(r"^    (\w+)(?:\[\])? +(?: |{)", text, re.MULTILINE))
    flat = {"repository", "commit", "date", "protocol", "seed", "machine",
            "versions", "rows", "version"}
    # The last two are added where the page is written.
    assert set(data) == said - {"version", "protocol", "files",
                                "release"} | flat
    for name in ("sources", "scores", "measures", "methods", "datasets",
                 "plots"):
        block = re.search(rf"^    {name}\[\] +(.*?)(?=^    \w)", text,
                          re.MULTILINE | re.DOTALL)[1]
        for key in data[name][0]:
            assert re.search(rf"\b{key}\b", block), (name, key)


def test_it_is_json_without_nan(data):
    assert json.loads(as_json(data)) == data
    with pytest.raises(ValueError, match="JSON"):
        as_json(dict(a=np.nan))


def test_cells_against_pandas(data):
    table = everything()
    cells = {(cell["d"], cell["m"]): cell for cell in data["cells"]}
    digits = table[table["dataset_name"] == "Digits"]
    means = 100 * digits.groupby("solver_name")[
        "objective_label_recovery"].mean()
    ds = cells["digits", "ds"]
    assert ds["labels"][0] == round(means.max(), 2)
    assert ds["labels"][1] == round(means.max() - means.min(), 2)
    assert ds["labels"][4] == "r" and ds["n"] == 3
    assert ds["s"] == [1, .5]  # two clocks
    assert ds["network"][:2] == [70, 0] and ds["calibration"][:2] == [10, 0]
    place = [score["id"] for score in data["scores"]].index("label_recovery")
    assert ds["all"][place] == pytest.approx(means.max() / 100, rel=1e-3)
    # Recorded votes have an interval of one run.
    bwa = cells["bluebirds", "bwa"]["labels"]
    assert bwa[4] == "t" and bwa[2] < bwa[1] < bwa[3]
    bald = cells["five-gaussians", "bald"]
    assert bald["to95"] == [None, 1, 2] and bald["cost"] == 1.5
    assert bald["buying"][0] == pytest.approx(100 * np.mean([
        (.725 + 2 * .95) / 3, (1.3 + .8) / 3]), abs=.01)
    assert "to95" not in cells["five-gaussians", "mv"]


def test_facts_of_datasets(data):
    known = {dataset["id"]: dataset for dataset in data["datasets"]}
    assert set(known) == {"bluebirds", "digits", "five-gaussians"}
    blue = known["bluebirds"]
    assert blue["crowd"] == "human" and blue["same"] and blue["reps"] == 1
    assert blue["tasks"] == 108 and blue["truth_share"] == 1
    assert blue["licence"] and blue["question"] and blue["papers"]
    assert known["five-gaussians"]["buy"] and not known["digits"]["same"]


def test_subsampled_votes_are_points_of_a_curve_only(data):
    curve = data["subsampled"]["bluebirds"]["mv"]
    assert len(curve[0]) == 2
    assert sum(cell["d"].startswith("bluebirds")
               for cell in data["cells"]) == 2


def test_curves_start_at_a_guess_and_keep_their_last_value(data):
    cost, right, _ = data["curves"]["five-gaussians"]["bald"]
    assert (cost[0], right[0]) == (0, 50)
    assert (cost[-1], right[-1]) == (3, pytest.approx(87.5))
    assert data["curves"]["five-gaussians"]["mv"] == [[3], [80], [0]]


def test_other_parts_of_the_page(data):
    assert data["workers"]["digits"] == dict(
        votes=[3, 4], spammer=[0, 1], leave_one_out=[.1, -.1],
        scores={"mv": [1, 2]})
    assert data["reliability"]["digits"]["mv"] == [[.75], [.5], [12]]
    assert {plot["id"] for plot in data["plots"]} >= {"accuracy-vs-ece"}
    assert list(data["looks"]["digits"]) == ["mv", "ds"]
    bwa, = [method for method in data["methods"] if method["id"] == "bwa"]
    assert ["ti-rte", "label_recovery", .9275, None] in [
        claim[:4] for claim in bwa["published"]]


def test_images_stop_at_the_size_limit():
    """Four looks of 40 kB each do not fit into 150 kB."""
    table = frame(*(rows("Digits", solver, [.5], final_results=json.dumps(
        dict(worst_tasks=[dict(LOOK, task=solver)])))
        for solver in ("MV", "DS", "GLAD", "NS")))
    looks = page_data(table)["looks"]["digits"]
    assert list(looks) == ["mv", "ds", "glad"]


def test_a_result_without_the_baseline_has_scores_only():
    data = page_data(frame(rows("Digits", "DS", [.7, .8, .9])))
    assert data["cells"][0]["labels"] == [80, None, None, None, "n"]
    assert data["measures"][0]["baseline"] == "mv"
    assert headline(data).rows == [] and not headline(data).ranked


def test_the_newest_result_that_was_not_submitted_dates_the_page():
    table = frame(
        rows("Digits", "MV", [.5], objective_commit="aa", status="submitted",
             run_date="2026-05-01T00:00"),
        rows("Digits", "DS", [.5], objective_commit="bb",
             status="verified here", run_date="2026-03-01T00:00"),
        rows("Digits", "NS", [.5], objective_commit="cc",
             status="verified here", run_date="2026-04-01T00:00"))
    table["run"] = ["theirs", "old", "new"]
    data = page_data(table)
    assert data["commit"] == "cc" and data["date"] == "2026-04-01"
    assert [source["status"] for source in data["sources"]] == [
        "submitted", "verified here", "verified here"]
    assert [cell["by"] for cell in data["cells"]] == [0, 1, 2]


def test_csv_tables(data):
    lines = cells_csv(data).splitlines()
    head = lines[0].split(",")
    assert len(lines) == 1 + len(data["cells"])
    assert {len(line.split(",")) for line in lines} == {len(head)}
    assert {"labels_gain", "labels_low", "buying_how"} <= set(head)
    names = [f"{view.v}-{view.crowd}-{view.score}" for view in views(data)]
    assert len(set(names)) == len(names) == 2 * 5 * 4 - 5
    table = headline_csv(headline(data, Choice(score="labels")))
    assert table.splitlines()[0] == (
        "letters,method,name,variant_of,gain,low,high,p,p_smallest,p_largest,"
        "significant_vs_baseline,aggregate_seconds,train_seconds,bluebirds")
    assert len(METRICS) == len(data["scores"]) - 2


def test_margins_of_pairs_are_two_digits_of_base_64(data):
    """Digits: .2, .1 and .2 better in three repetitions."""
    ids, halves = data["pairs"]["digits"]["labels"]
    assert sorted(ids) == ["ds", "mv"] and len(halves) == 2
    high, low = map(cells.DIGITS.index, halves)
    half = stats.t.ppf(.975, 2) * np.std([.2, .1, .2], ddof=1) / np.sqrt(3)
    assert .02 * (64 * high + low) == pytest.approx(100 * half, abs=.011)
    assert cells._two_digits(np.nan) == "  "
    assert cells._two_digits(9.) == "//"
