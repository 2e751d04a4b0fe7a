"""Label accuracy on recorded crowds (ties in expectation) equals that of
prototypes written from the papers, or of the papers' code where stated."""
import numpy as np
import pytest
from recorded import recorded_crowd

from benchmark_utils.aggregation.bwa import bwa
from benchmark_utils.aggregation.committee import committee
from benchmark_utils.aggregation.dawid_skene import dawid_skene
from benchmark_utils.aggregation.ebcc import best_ebcc, ebcc
from benchmark_utils.aggregation.glad import glad
from benchmark_utils.aggregation.mace import mace
from benchmark_utils.aggregation.one_coin import one_coin
from benchmark_utils.aggregation.ptbcc import ptbcc
from benchmark_utils.scoring.labels import label_recovery
from benchmark_utils.votes import Votes

pytestmark = pytest.mark.slow

CROWDS = ["rte", "web", "CF", "MS", "SP", "ZenCrowd_us", "product", "dog",
          "face", "trec", "real_golden", "LLM_emotion", "LLM_discourse"]
METHODS = {
    "MV": Votes.majority,
    "DS10": lambda votes: dawid_skene(votes, max_iter=10).T,
    "DS": lambda votes: dawid_skene(votes).T,
    "GLAD": lambda votes: glad(votes).T,
    "HierDS": lambda votes: dawid_skene(votes, pooled=3).T,
    "HierDS.5": lambda votes: dawid_skene(votes, max_iter=10, pooled=.5).T,
    "OneCoin": lambda votes: one_coin(votes).T,
    "OneCoin+": lambda votes: one_coin(votes, errors="pooled").T,
    "IBCC": lambda votes: ebcc(votes, alpha=1.0).T,
    "BWA": lambda votes: bwa(votes).T,
    "MACE": lambda votes: mace(votes).T,
    "PTBCC": lambda votes: ptbcc(votes).T,
    "Committee": lambda votes: committee(votes).T}
# IBCC, EBCC, BWA and PTBCC with the authors' settings. MACE starts from a
# deterministic point; the authors' best of ten random starts reaches .8833,
# .8267 and .7095 on CF, product and trec.
EXPECTED = """
MV        .8969 .7307 .8822 .7042 .8859 .8613 .8966 .8222 .6367 .6514 .9115 .6469 .4098
DS10      .9275 .8364 .8367 .7800 .9152 .8225 .9359 .8439 .6421 .7055 .7912 .7169 .5191
DS        .9275 .8292 .8400 .7757 .9148 .8225 .9397 .8426 .6404 .7029 .7903 .7149 .5131
GLAD      .9250 .8232 .8800 .7957 .9172 .8765 .9283 .8340 .6284 .5785 .9128 .7088 .4608
OneCoin   .9237 .8424 .8833 .7957 .9164 .8534 .9274 .8315 .6284 .5719 .9119 .7149 .4507
OneCoin+  .9237 .8681 .8867 .7971 .9160 .9059 .9087 .8178 .6216 .5604 .9145 .6064 .4306
HierDS    .9250 .8232 .8867 .7843 .9152 .8230 .9377 .8401 .6507 .7068 .7903 .7129 .5171
HierDS.5  .9287 .8342 .8833 .7729 .9148 .8225 .9359 .8426 .6455 .7051 .7912 .7169 .5191
IBCC      .9275 .7508 .8833 .7900 .9150 .8245 .9383 .8389 .6404 .7055 .7982 .7129 .4608
BWA       .9275 .8225 .8933 .7857 .9170 .8828 .9194 .8315 .6182 .6044 .9198 .5482 .3280
MACE      .9263 .8387 .8800 .8000 .9178 .8083 .8272 .8302 .6438 .7081 .9101 .7189 .4849
PTBCC     .9263 .8194 .8933 .7943 .8896 .8029 .8966 .8240 .6558 .6563 .8062 .7008 .4507
Committee .9263 .8609 .8800 .7929 .9174 .8221 .9335 .8364 .6473 .6985 .9110 .7189 .4930
"""  # noqa: E501
EXPECTED = {line.split()[0]: [float(value) for value in line.split()[1:]]
            for line in EXPECTED.strip().splitlines()}


@pytest.mark.parametrize("crowd", CROWDS)
@pytest.mark.parametrize("method", METHODS)
def test_reference_values(real_data, method, crowd):
    votes, truth = recorded_crowd(real_data, crowd)
    recovery = label_recovery(METHODS[method](votes), truth)
    assert abs(recovery - EXPECTED[method][CROWDS.index(crowd)]) < 6e-5


@pytest.mark.parametrize("crowd, wawa, wds", [
    ("rte", .9213, .9050), ("web", .7987, .7192), ("CF", .8867, .8750),
    ("MS", .7957, .7943), ("SP", .8952, .8954), ("face", .6301, .6318),
    ("ZenCrowd_us", .8632, .8652), ("LLM_emotion", .7028, .6084)])
def test_reference_values_of_weighted_votes(real_data, benchmark, crowd,
                                            wawa, wds):
    votes, truth = recorded_crowd(real_data, crowd)
    for name, expected in (("Wawa", wawa), ("WDS", wds)):
        solver = {cls.name: cls for cls in benchmark.get_solvers()}[
            name].get_instance()
        solver.set_objective(votes=votes)
        solver.run(None)
        recovery = label_recovery(solver.soft_labels, truth)
        assert abs(recovery - expected) < 6e-5


@pytest.mark.slow
@pytest.mark.parametrize("crowd, expected", [
    # The bound selects one subtype, which needs no random start; on
    # ZenCrowd_us two or three, where all starts have nearly the same result:
    # .9142 if all runs go on to their end, one label more.
    ("rte", .9313), ("web", .7689), ("CF", .8867), ("MS", .7871),
    ("product", .9349), ("dog", .8414), ("face", .6473),
    ("LLM_emotion", .7149), ("LLM_discourse", .4608), ("ZenCrowd_us", .9137)])
def test_ebcc_with_the_number_of_subtypes_chosen(real_data, crowd, expected):
    votes, truth = recorded_crowd(real_data, crowd)
    fit = best_ebcc(votes, rng=np.random.default_rng(0))
    assert abs(label_recovery(fit.T, truth) - expected) < 6e-5


@pytest.mark.slow
@pytest.mark.parametrize("crowd, low, high", [
    # Best of eight starts, for 2 seeds: .8833 .8800; .7437; .7871; .9132;
    # .6336 .6267. The authors' code: .8833, .7437, .7871, .9123.
    ("CF", .88, .8833), ("web", .7437, .7437), ("MS", .7871, .7886),
    ("ZenCrowd_us", .9123, .9132), ("face", .6199, .6353)])
def test_ebcc_with_ten_subtypes(real_data, crowd, low, high):
    votes, truth = recorded_crowd(real_data, crowd)
    fit = best_ebcc(votes, (10,), 8, np.random.default_rng(0))
    assert low - 6e-5 < label_recovery(fit.T, truth) < high + 6e-5


def test_bwa_by_the_authors_rule_for_repeated_votes(real_data):
    votes, truth = recorded_crowd(real_data, "ZenCrowd_us")
    recovery = label_recovery(bwa(votes, repeated="once").T, truth)
    assert abs(recovery - .9108) < 6e-5  # as they published
