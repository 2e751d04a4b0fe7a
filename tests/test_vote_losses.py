"""Every loss of votes against a plain loop over the votes."""
from dataclasses import replace

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose
from vote_loss_cases import MAKERS, MIXERS, TASKS, Case

from benchmark_utils.training.conal import CommonConfusions, CommonScores
from benchmark_utils.training.confusions import (
    START,
    UnionConfusions,
    WorkerConfusions,
)
from benchmark_utils.training.vote_loss import MatrixScores, ScaledScores

pytestmark = pytest.mark.usefixtures("float64")


def softmax(scores):
    e = np.exp(scores - np.max(scores))
    return e / e.sum()


@pytest.mark.parametrize("name, weight", [
    ("CrowdLayer", 0), ("TraceReg", .3), ("GeoF", .3), ("GeoW", .3)])
def test_confusions_are_the_votes_likelihood(name, weight):
    """Mean over votes of -log sum_k z_ik W_j[k, y_ij], plus the penalty."""
    case = Case(MAKERS[name])
    W = case.loss.confusions()
    assert_allclose(W.sum(axis=2), 1)
    mean = -np.mean([np.log(z @ W[j][:, y]) for z, j, y, _ in case.batch()])
    z = case.logits.softmax(1).numpy()
    stacked = W.transpose(0, 2, 1).reshape(-1, 4)  # rows (j, l), columns k
    term = dict(CrowdLayer=0, TraceReg=np.mean([np.trace(w) for w in W]),
                GeoF=-np.linalg.slogdet(z.T @ z)[1],
                GeoW=-np.linalg.slogdet(stacked.T @ stacked)[1])[name]
    assert_allclose(case.value(), mean + weight * term)


def test_classic_crowd_layer_has_a_second_softmax():
    case = Case(MAKERS["classic"])
    W = case.loss.matrices.weight.detach().numpy().transpose(0, 2, 1)
    expected = [np.log(softmax(z @ W[j])[y]) for z, j, y, _ in case.batch()]
    assert_allclose(case.value(), -np.mean(expected))


def test_classic_crowd_layer_starts_at_the_identity():
    """No vote can have a probability above e / (e + K - 1)."""
    case = Case(MAKERS["classic"])
    loss = MatrixScores(case.votes, None)
    sure = 1e3 * torch.eye(4)[torch.tensor([0, 1, 2, 3, 0, 1])]
    place = torch.arange(6)
    p = loss.log_probability(
        sure, place, place, place, sure.argmax(1)).exp()
    assert_allclose(p.detach(), np.e / (np.e + 3))


@pytest.mark.parametrize("variant", ["VW", "VB", "VWB"])
def test_scaled_scores_learn_what_their_letters_say(variant):
    case = Case(lambda c: ScaledScores(c.votes, .01, variant))
    w, b = (p.detach().numpy() for p in (case.loss.w, case.loss.b))
    x = dict(zip(case.tasks.tolist(), case.logits.numpy()))
    expected = [np.log(softmax(w[j] * x[i] + b[j])[y])
                for _, j, y, i in case.batch()]
    assert_allclose(case.value(), -np.mean(expected))
    fresh = ScaledScores(case.votes, .01, variant)
    assert (fresh.w == 1).all() and (fresh.b == 0).all()
    assert fresh.w.requires_grad == ("W" in variant)
    assert fresh.b.requires_grad == ("B" in variant)


def gates(case):
    """w_ij of all tasks and workers, from the two linear layers."""
    gate = case.loss.gate
    first, second = (layer for layer in gate.task_vector
                     if isinstance(layer, torch.nn.Linear))
    A, a, B, b = (p.detach().numpy() for p in (
        first.weight, first.bias, second.weight, second.bias))
    v = (case.X @ A.T + a) @ B.T + b
    u = gate.worker_vector.detach().numpy()
    v, u = (x / np.linalg.norm(x, axis=1, keepdims=True) for x in (v, u))
    return 1 / (1 + np.exp(-v @ u.T))


def test_conal_mixes_common_and_own_confusions():
    """The weight of the common matrix is w_ij, and the distances of all other
    matrices from it are subtracted from the loss."""
    case = Case(MAKERS["CoNAL"])
    w, own = gates(case), case.loss.confusions()
    common = case.loss.common()[0].detach().numpy()
    mean = -np.mean([np.log(z @ (w[i, j] * common + (1 - w[i, j]) * own[j])[
        :, y]) for z, j, y, i in case.batch()])
    distance = sum(np.linalg.norm(W - common) for W in own)
    assert_allclose(case.value(), mean - .3 * distance)
    assert np.ptp(w) > .1


def test_classic_conal_is_free_under_a_second_softmax():
    case = Case(MAKERS["CoNAL classic"])
    w = gates(case)
    own, (common,) = (
        m.weight.detach().numpy().transpose(0, 2, 1)
        for m in (case.loss.own, case.loss.common))
    mean = -np.mean([np.log(softmax(
        w[i, j] * (z @ common) + (1 - w[i, j]) * (z @ own[j]))[y])
        for z, j, y, i in case.batch()])
    distance = sum(np.linalg.norm(W - common) for W in own)
    assert_allclose(case.value(), mean - .3 * distance)


@pytest.mark.parametrize("K", [2, 4, 10])
def test_matrices_start_with_one_probability_for_all_numbers_of_classes(K):
    """Of a vote for the truth, in CoNAL's common matrix too; UnionNet's is
    given the worker."""
    case = Case(MAKERS["CoNAL"])
    votes = replace(case.votes, n_classes=K, label=case.votes.label % K)
    conal = CommonConfusions(votes, .01, .3, case.training, case.X)
    for W in (conal.confusions(), conal.common().detach().numpy(),
              WorkerConfusions(votes, .01).confusions()):
        assert_allclose(W.diagonal(axis1=1, axis2=2), START)
    for start in (.5, .9):
        theta = UnionConfusions(votes, .01, start).theta.detach()
        assert_allclose(theta.softmax(0).diagonal(dim1=0, dim2=2), start)
    published = UnionConfusions(votes, .01, "published").theta.detach()
    assert_allclose(published[:, 3], np.eye(K))


def test_classic_conal_starts_at_twice_the_identity():
    case = Case(MAKERS["CoNAL"])
    classic = CommonScores(case.votes, .01, .3, case.training)
    assert_allclose(classic.own.weight[3].detach(), 2 * np.eye(4))


def test_union_net_shares_one_distribution():
    """T's rows run over all pairs (j, l); mean over tasks, not votes."""
    case = Case(MAKERS["UnionNet"])
    theta = case.loss.theta.detach().numpy()  # (labels, workers, truths)
    T = np.exp(theta) / np.exp(theta).sum(axis=(0, 1))
    logs = [np.log(z @ T[y, j]) for z, j, y, _ in case.batch()]
    assert_allclose(case.value(), -np.sum(logs) / len(TASKS))
    case.loss.per_task = False
    assert_allclose(case.value(), -np.mean(logs))
    within = T / T.sum(axis=0)  # given the worker
    score = case.loss.worker_score(case.votes)
    assert_allclose(score[3], np.mean([within[k, 3, k] for k in range(4)]))
    assert np.isnan(score[8])  # without votes


def test_annot_mix_mixes_inputs_workers_and_votes():
    """Each vote has weight s and its partner 1 - s."""
    case = Case(MIXERS["linear"])
    loss = case.loss
    votes = case.batch()
    rows = loss.rows(case.tasks)
    assert rows.tolist() == [i for *_, i in votes]
    x = torch.tensor(case.X)[rows]
    mixed = loss.mix(x, case.tasks, None).numpy()
    s, partner = loss.share.numpy(), loss.partner.numpy()
    position = {int(v): n for n, v in enumerate(loss.vote)}
    partner = [position[v] for v in partner]
    assert sorted(partner) == list(range(len(votes)))
    assert 0 < s.min() < .3 and .7 < s.max() < 1
    assert_allclose(mixed, s[:, None] * x.numpy()
                    + (1 - s[:, None]) * x.numpy()[partner])
    logits = torch.randn(len(votes), 4)
    z, theta = logits.softmax(1).numpy(), loss.matrices.theta.detach().numpy()
    total = 0
    for n, (_, j, y, _) in enumerate(votes):
        _, other, y_other, _ = votes[partner[n]]
        log_C = s[n] * theta[:, j] + (1 - s[n]) * theta[:, other]
        C = np.exp(log_C) / np.exp(log_C).sum(axis=0)  # (labels, truths)
        total -= (s[n] * np.log(C[y] @ z[n])
                  + (1 - s[n]) * np.log(C[y_other] @ z[n]))
    assert_allclose(loss(logits, case.tasks).item(), total / len(votes))


@pytest.mark.parametrize("name", ["linear", "network"])
def test_annot_mix_without_mixing_is_its_network(name):
    """With s = 1, inputs and votes are unchanged."""
    case = Case(lambda c: MIXERS[name](c, alpha=0.0))
    loss = case.loss
    x = torch.tensor(case.X)[loss.rows(case.tasks)]
    assert_allclose(loss.mix(x, case.tasks, None), x)
    logits = case.training.network(x)
    loss.eval()
    value = loss(logits, case.tasks).item()
    z = logits.detach().softmax(1).numpy()
    if name == "linear":
        C = loss.confusions()
        expected = [np.log(z[n] @ C[j][:, y])
                    for n, (_, j, y, _) in enumerate(case.batch())]
        plain = WorkerConfusions(case.votes, .01)
        plain.matrices = loss.matrices
        at_tasks = case.training.network(torch.tensor(case.X)[case.tasks])
        assert_allclose(value, plain(at_tasks, case.tasks).item())
    else:
        C = loss.theta(loss.worker_vector(torch.tensor(
            [j for _, j, *_ in case.batch()])), loss.seen[-1])
        C = C.softmax(0).detach().numpy()  # (labels, votes, truths)
        expected = [np.log(z[n] @ C[y, n])
                    for n, (_, _, y, _) in enumerate(case.batch())]
    assert_allclose(value, -np.mean(expected))


def test_annot_mix_network_sees_the_last_hidden_layer():
    """That of the batch in training, and that of all tasks in the posterior,
    whatever was predicted before."""
    case = Case(MIXERS["network"])
    network, loss = case.training.network, case.loss
    x = torch.tensor(case.X)
    network(x)
    assert_allclose(loss.seen[-1], network[:-1](x).detach())
    log_z = case.training.log_probabilities(case.X[:7])
    loss.posterior(log_z.repeat(5, 1)[:30], case.votes)
    assert_allclose(loss.features, network[:-1](x).detach())
    fresh = MIXERS["network"](case)
    assert_allclose(fresh.hidden[-1].bias.detach().view(4, 4).softmax(
        0).diagonal(), START)


@pytest.mark.parametrize("name", [
    "CrowdLayer", "CoNAL", "UnionNet", "network"])
def test_posterior_is_bayes(name):
    """z_ik prod_j P(y_ij | k), whatever the order of the votes."""
    case = Case((MAKERS | MIXERS)[name])
    loss, votes = case.loss, case.votes
    log_z = torch.randn(30, 4).log_softmax(1)
    order = np.random.default_rng(0).permutation(len(votes))
    got = loss.posterior(log_z, votes.select(order))
    expected = log_z.exp().numpy()
    arrays = (torch.tensor(a.copy()) for a in (
        votes.task, votes.worker, votes.label))
    p = loss.log_likelihood(*arrays).exp().detach().numpy()
    if name == "CrowdLayer":
        p = loss.confusions()[votes.worker, :, votes.label]
    for i, row in zip(votes.task, p):
        expected[i] *= row
    assert_allclose(got, expected / expected.sum(axis=1, keepdims=True),
                    atol=1e-12)
    assert_allclose(got[29], log_z[29].exp())  # no votes: the network


@pytest.mark.parametrize("name", ["classic", "VWB", "CoNAL classic"])
def test_scores_have_no_likelihood_and_keep_the_network(name):
    case = Case(MAKERS[name])
    log_z = torch.randn(30, 4).log_softmax(1)
    assert_allclose(case.loss.posterior(log_z, case.votes), log_z.exp())
