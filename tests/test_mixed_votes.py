"""Votes of people and of models: what the datasets hand out, on made-up files
and on the real ones, whose sizes and label accuracies are known."""
import re

import numpy as np
import pytest
from benchopt_internals import dataset_classes
from crowd_folder import own_crowd
from numpy.testing import assert_array_equal

from benchmark_utils.aggregation.bwa import bwa
from benchmark_utils.aggregation.committee import committee
from benchmark_utils.aggregation.dawid_skene import dawid_skene
from benchmark_utils.aggregation.glad import glad
from benchmark_utils.aggregation.mace import mace
from benchmark_utils.contract.problem import Problem
from benchmark_utils.scoring.labels import label_recovery
from benchmark_utils.votes import Votes

VOTERS = """voter,kind,model,prompt,family
0,person,,,
1,person,,,
2,model,gpt_4,zero-shot,openai
3,model,gpt_4,2-shot,openai
4,model,silent,zero-shot,meta
"""
# Task 0: both kinds; 1: people; 2: models; 3: one model, with 2-shot; 4: both.
VOTES = """task,voter,label
0,0,1
0,1,1
0,2,0
1,0,0
2,2,1
2,3,1
3,3,0
4,1,0
4,2,0
4,3,1
"""
TRUTH = "task,truth,sg1_n\n0,1,8\n1,0,8\n2,1,8\n3,0,8\n4,,2\n"


@pytest.fixture
def load(monkeypatch, tmp_path, benchmark):
    """load(name, folder, **parameters): a Problem, from the files above."""
    def loaded(name, folder, voters=VOTERS, **parameters):
        own_crowd(monkeypatch, tmp_path, "mixed", folder, {
            "votes.csv": VOTES.encode(), "voters.csv": voters.encode(),
            "classes.csv": b"label,name\n0,biased\n1,not biased\n",
            "truth.csv": TRUTH.encode()})
        data = dataset_classes(benchmark)[name].get_instance(
            **parameters).get_data()
        data.pop("repetitions", None)
        return Problem(**data)
    return loaded


def rows(problem):
    """Sorted (task, worker, label) by name."""
    votes = problem.votes
    return sorted((problem.task_ids[i], problem.worker_ids[j], int(k))
                  for i, j, k in zip(votes.task, votes.worker, votes.label))


def test_one_voter_per_model(load):
    """Voters and tasks without votes are left out. The truth is scored where
    people and models voted, by any prompt."""
    problem = load("MixedVotes", "babe", crowd="babe")
    assert problem.worker_ids == ["person 0", "person 1", "gpt_4/zero-shot"]
    assert_array_equal(problem.worker_kind, [0, 0, 1])
    assert problem.task_ids == [0, 1, 2, 4]
    assert problem.class_names == ["biased", "not biased"]
    assert_array_equal(problem.ground_truth, [1, -1, -1, -1])
    assert rows(problem) == [
        (0, "gpt_4/zero-shot", 0), (0, "person 0", 1), (0, "person 1", 1),
        (1, "person 0", 0), (2, "gpt_4/zero-shot", 1),
        (4, "gpt_4/zero-shot", 0), (4, "person 1", 0)]


@pytest.mark.parametrize("parameters, tasks, kinds", [
    (dict(workers="people"), [0, 1, 4], [0, 0]),
    (dict(workers="models"), [0, 2, 4], [1]),
    (dict(workers="models", prompts="all"), [0, 2, 3, 4], [1, 1]),
    (dict(prompts="all"), [0, 1, 2, 3, 4], [0, 0, 1, 1])])
def test_the_same_tasks_are_scored_whoever_votes(load, parameters, tasks,
                                                 kinds):
    problem = load("MixedVotes", "babe", crowd="babe", **parameters)
    assert problem.task_ids == tasks
    assert_array_equal(problem.worker_kind, kinds)
    assert [problem.task_ids[i] for i in np.flatnonzero(
        problem.ground_truth >= 0)] == [0]


def test_judges_alone(load):
    """Orders of the answers are voters of their own when asked for."""
    voters = ("voter,kind,model,prompt,family\n"
              "0,model,GPT-4,Vanilla/ab,openai\n"
              "1,model,GPT-4,Vanilla/ba,openai\n"
              "2,model,falcon,Vanilla/ab,tii\n"
              "3,model,falcon,CoT/ab,tii\n4,model,x,Vanilla/both,x\n")
    for prompts, ids in (
            ("Vanilla/ab", ["GPT-4/Vanilla/ab", "falcon/Vanilla/ab"]),
            ("Vanilla", ["GPT-4/Vanilla/ab", "GPT-4/Vanilla/ba",
                         "falcon/Vanilla/ab"]),
            ("all", ["GPT-4/Vanilla/ab", "GPT-4/Vanilla/ba",
                     "falcon/Vanilla/ab", "falcon/CoT/ab"])):
        problem = load("LLMBar", "llmbar-manual", voters, subset="manual",
                       prompts=prompts)
        assert problem.worker_ids == ids
        assert set(problem.worker_kind) == {1}
    assert_array_equal(problem.ground_truth, [1, 0, 1, 0, -1])


def test_people_alone_have_no_kinds(load):
    voters = "voter,kind,model,prompt,family\n" + "".join(
        f"{j},person,,,\n" for j in range(5))
    problem = load("Misinformation", "misinfo-s3", voters, set="s3")
    assert problem.worker_kind is None
    assert_array_equal(problem.ground_truth, [1, 0, 1, 0, -1])


def test_votes_can_be_queried_or_subsampled(load):
    problem = load("MixedVotes", "babe", crowd="babe", mode="online")
    assert problem.votes is None and len(problem.oracle["recorded"]) == 7
    assert_array_equal(problem.worker_kind, [0, 0, 1])


# --- the real files ---------------------------------------------------------
# Tasks, people, models' voters, votes of people and of models, classes,
# truths, all prompts together.
SIZES = """
babe                  1700 809 104 17755 126347  2 1543
brainbench             300 171  26  1514   6800  2  300
llmbar-natural         100   0 130     0  12969  2  100
llmbar-neighbor        134   0 130     0  17400  2  134
llmbar-gptout           47   0 130     0   6102  2   47
llmbar-manual           46   0 130     0   5942  2   46
alttest-10k-prompts   1698  13   6  3844  10188  5    0
alttest-cebab-aspects 1008  10   6  4032   6048  3    0
alttest-framing       2552   4   6  7648  15312  2    0
alttest-lesion         500   6   4  2980   2000  7    0
alttest-mtbench        120   3   6   246    720  3    0
alttest-summeval      6400   3   6 19200  38400  5    0
alttest-wax            246   8   6  1380   1461 16    0
misinfo-s3              60 198   0   594      0  3   60
misinfo-s6             120 199   0  1194      0  6  120
"""
# Label accuracy of a prototype (ties in expectation).
METHODS = {
    "MV": Votes.majority,
    "DS10": lambda votes: dawid_skene(votes, max_iter=10).T,
    "MACE": lambda votes: mace(votes).T,
    "BWA": lambda votes: bwa(votes).T,
    "Committee": lambda votes: committee(votes).T,
    "HierDS": lambda votes: dawid_skene(votes, pooled=3).T,
    "GLAD": lambda votes: glad(votes).T}
EXPECTED = """
babe            people one     .7557 .7817 .7491 .7562 .7579 .7826 .7254
babe            models one     .6567 .7183 .7121 .6585 .7165 .7157 .6452
babe            models all     .7302 .7491 .7491 .7298 .7491 .7491 .7368
babe            all    one     .7302 .7773 .7676 .7121 .7720 .7782 .6849
babe            all    all     .7346 .7544 .7509 .7350 .7518 .7544 .7342
brainbench      people one     .7117 .6500 .6700 .7133 .6667 .7067 .6733
brainbench      models one     .8283 .8433 .8467 .8400 .8467 .8433 .8467
brainbench      all    one     .8317 .8467 .8433 .8400 .8433 .8500 .8467
llmbar-natural  -      all     .9350 .9400 .9400 .9500 .9400 .9400 .9500
llmbar-natural  -      Vanilla .9300 .9300 .9500 .9500 .9400 .9400 .9500
llmbar-neighbor -      all     .4590 .1194 .1866 .4403 .1866 .0522 .1493
llmbar-neighbor -      Vanilla .4291 .1567 .1866 .3657 .1567 .1343 .1418
llmbar-gptout   -      all     .6383 .7234 .6809 .6596 .6809 .7234 .7447
llmbar-gptout   -      Vanilla .6064 .6170 .7660 .6170 .6383 .6170 .7660
llmbar-manual   -      all     .6087 .6087 .7826 .6304 .6304 .6304 .8478
llmbar-manual   -      Vanilla .5761 .5652 .6304 .5652 .5652 .5652 .5652
misinfo-s3      -      -       .5472 .6167 .5167 .5167 .5167 .5667 .4833
misinfo-s6      -      -       .3207 .3000 .3083 .2917 .2833 .3250 .3083
"""
# The same, of people and one model, or of models of one kind: the voters whose
# id matches. gpt_4 is the best by agreement with the people and by the truth.
CHOSEN = r"""
babe       person|gpt_4/            .7694 .7808 .7509 .7711 .7738 .7817 .7359
brainbench .*/perplexity$           .8333 .8333 .8367 .8367 .8367 .8300 .8367
brainbench person|.*Llama-2-70b-hf/ .7650 .7767 .7700 .8400 .7800 .8033 .7600
brainbench person|lora_r256.*mistr  .7633 .7533 .7667 .8167 .7700 .7800 .7367
"""
SIZES, EXPECTED, CHOSEN = (
    [line.split() for line in rows.strip().splitlines()]
    for rows in (SIZES, EXPECTED, CHOSEN))


@pytest.mark.slow
@pytest.mark.parametrize("row", SIZES, ids=[row[0] for row in SIZES])
def test_sizes(recorded, row):
    problem = recorded(row[0])
    votes, kind = problem.votes, problem.worker_kind
    kind = np.zeros(votes.n_workers, int) if kind is None else kind
    by_kind = np.bincount(kind[votes.worker], minlength=2)
    known = int(row[7]) if row[0] != "babe" else 1136  # where both voted
    assert [votes.n_tasks, *np.bincount(kind, minlength=2), *by_kind,
            votes.n_classes, (problem.ground_truth >= 0).sum()] == [
                *map(int, row[1:7]), known]
    assert np.bincount(votes.task * votes.n_workers + votes.worker).max() == 1
    assert votes.per_task.min() > 0 and votes.per_worker.min() > 0


@pytest.mark.slow
@pytest.mark.parametrize("row", EXPECTED, ids=["-".join(row[:3])
                                               for row in EXPECTED])
def test_reference_values(recorded, row):
    problem = recorded(*row[:3])
    found = [label_recovery(method(problem.votes), problem.ground_truth)
             for method in METHODS.values()]
    np.testing.assert_allclose(found, [float(value) for value in row[3:]],
                               rtol=0, atol=1e-4)


@pytest.mark.slow
@pytest.mark.parametrize("row", CHOSEN, ids=["-".join(row[:2])
                                             for row in CHOSEN])
def test_reference_values_of_chosen_voters(recorded, row):
    problem = recorded(row[0], prompts="one")
    votes = problem.votes
    keep = [bool(re.match(row[1], name)) for name in problem.worker_ids]
    part = votes.select(np.array(keep)[votes.worker])
    part = Votes(part.task, np.unique(part.worker, return_inverse=True)[1],
                 part.label, votes.n_tasks, sum(keep), votes.n_classes)
    found = [label_recovery(method(part), problem.ground_truth)
             for method in METHODS.values()]
    np.testing.assert_allclose(found, [float(value) for value in row[2:]],
                               rtol=0, atol=1e-4)
