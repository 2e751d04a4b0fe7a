"""Recorded crowds as ``benchopt run`` loads them: sizes and label accuracy are
as published, for any order of tasks, workers and votes."""
import numpy as np
import pytest
from benchopt_internals import dataset_classes

from benchmark_utils.aggregation.dawid_skene import dawid_skene
from benchmark_utils.scoring.labels import label_recovery

pytestmark = pytest.mark.slow

# Tasks, workers, votes, classes, tasks with known truth; label accuracy of
# majority vote and of Dawid-Skene, - = not published.
PEOPLE = """
TruthInference rte            800 164   8000  2   800 .8969 .9275
TruthInference web           2665 177  15567  5  2653 .7307 .8292
TruthInference trec         19033 762  88385  2  2275 .6514 .7029
TruthInference dog            807 109   8070  4   807 .8222 .8426
TruthInference CF             300 461   1720  5   300 .8822 .8400
TruthInference CF_amt         300 110   6030  5   300 .8533 .8367
TruthInference MS             700  44   2945 10   700 .7042 .7757
TruthInference SP            4999 203  27746  2  4999 .8859 .9148
TruthInference ZenCrowd_us   2040  74  12190  2  2040 .8613 .8225
TruthInference product       8315 176  24945  2  8315 .8966 .9397
TruthInference tweet         1000  85  20000  2  1000 .9335 .9600
TruthInference face           584  27   5242  4   584 .6367 .6404
Music          -              700  44   2945 10   700 .7042 .7757
SentimentPolarity -          4999 203  27746  2  4999 .8859 .9148
ReaLRaters     -             1135  78  88530  3  1135 .9115 .7903
Bluebirds      -              108  39   4212  2   108 .7593 .8981
TruthInference SP_amt         500 143  10000  2   500 -     -
TruthInference ZenCrowd_in   2040  25  11205  2  2040 -     -
TruthInference ZenCrowd_all  2040  78  21855  2  2040 -     -
TruthInference adult        11040 825  92721  4   333 .7598 -
TruthInference relevance    20232 766  98453  4  4460 -     -
TruthInference fact_eval    42624  57 216725  3   576 -     -
"""
# Tasks, models with votes, votes, classes.
MODELS = """
conv_go_awry           500 13 6499  2
discourse              497 13 6461  7
emotion                498 12 5905  6
flute                  500 13 6500  4
implicit_hate          498 13 6474  6
indian_english_dialect 266 13 3458 23
media_ideology         498 13 6474  3
mrf                    500 11 5499  2
persuasion             434 13 5642  2
raop                   399 12 4788  7
reddit_humor           500 12 5860  2
semeval_stance         435 12 5220  3
talklife               498 13 6083  3
tempowic               344 13 4132  2
wiki_corpus            500 13 6417  2
wiki_politeness        498 13 6474  3
"""
PEOPLE = [line.split() for line in PEOPLE.strip().splitlines()]
MODELS = [line.split() for line in MODELS.strip().splitlines()]


def options_of(name, setting):
    return {"TruthInference": dict(crowd=setting),
            "LLMAnnotators": dict(task=setting),
            "SentimentPolarity": dict(split="all")}.get(name, {})


@pytest.fixture
def loaded(real_data, benchmark):
    """loaded(dataset, setting) returns ``get_data()`` or skips the test."""
    def load(name, setting):
        dataset = dataset_classes(benchmark)[name].get_instance(
            **options_of(name, setting))
        dataset.get_seed = lambda **_: 0  # outside of a run
        data = dataset.get_data()
        if "is missing" in data.get("missing", ""):
            pytest.skip(f"real data: {data['missing']}")
        assert "missing" not in data, data["missing"]
        return data
    return load


@pytest.mark.parametrize("row", PEOPLE, ids=["-".join(row[:2])
                                             for row in PEOPLE])
def test_people(loaded, solve, row):
    name, setting, *sizes = row
    data = loaded(name, setting)
    votes, truth = data["votes"], data["ground_truth"]
    assert [votes.n_tasks, votes.n_workers, len(votes), votes.n_classes,
            (truth >= 0).sum()] == [int(size) for size in sizes[:5]]
    for method, T, published in zip(
            ("MV", "DS"), (votes.majority(), dawid_skene(votes).T), sizes[5:]):
        scores = solve(name, method,
                       dataset_options=options_of(name, setting))[2]
        found = [label_recovery(T, truth), scores["label_recovery"]]
        expected = found[0] if published == "-" else float(published)
        np.testing.assert_allclose(found, expected, rtol=0, atol=5.1e-5)
    order = solve.objective.problem.task_order
    assert (np.diff(order) != 1).any()  # shuffled


@pytest.mark.parametrize("row", MODELS, ids=[row[0] for row in MODELS])
def test_language_models(loaded, solve, row):
    task, *sizes = row
    data = loaded("LLMAnnotators", task)
    votes, truth = data["votes"], data["ground_truth"]
    assert [votes.n_tasks, votes.n_workers, len(votes),
            votes.n_classes] == [int(size) for size in sizes]
    assert (truth >= 0).all()
    assert votes.per_worker.min() > 0 and (np.bincount(
        votes.task * votes.n_workers + votes.worker) <= 1).all()
    for method, T in (("MV", votes.majority()), ("DS", dawid_skene(votes).T)):
        scores = solve("LLMAnnotators", method,
                       dataset_options=dict(task=task))[2]
        np.testing.assert_allclose(
            scores["label_recovery"], label_recovery(T, truth), atol=1e-12)
