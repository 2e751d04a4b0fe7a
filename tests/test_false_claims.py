"""How often the headline rule finds a difference where there is none."""
import json

import numpy as np
import pytest
from test_headline import page

from benchmark_utils.report.comparison.model_panel import ModelPanel
from benchmark_utils.report.comparison.ranking_table import headline
from benchmark_utils.report.comparison.stability import (
    models_variance,
    with_models,
)
from benchmark_utils.report.comparison.tests import (
    is_significant,
    p_values_vs_baseline,
)

TABLES = 300
MOST = .07  # false claims; with 300 tables 5% is seen as 2.5 to 7.5%


def claims(table, panel=None):
    """The methods that the ranking calls significantly better than the first
    column; ``panel``: of language models."""
    gains = {f"d{i}": {"mv": 0., **{f"m{j}": float(value) for j, value
                                    in enumerate(own[1:] - own[0], 1)}}
             for i, own in enumerate(table)}
    data = page(gains, crowd=dict.fromkeys(
        gains, "llm" if panel else "human"))
    return [row.id for row in headline({**data, "panel": panel}).rows
            if row.beats]


def old_rule(table, base):
    """Of the published run before: p of all sources alone."""
    p = p_values_vs_baseline(table, base)
    return [j for j in range(table.shape[1])
            if j != base and is_significant(p[j])
            and table[:, j].mean() > table[:, base].mean()]


def unequal_sources(rng):
    """15 sources, 12 methods; sources differ tenfold in their spread, and
    methods of a kind move together."""
    spread = 10 ** rng.uniform(-1, 0, size=(15, 1)) * 8
    kinds = rng.normal(size=(15, 4))[:, rng.integers(4, size=12)]
    table = spread * (.7 * kinds + .7 * rng.normal(size=(15, 12)))
    table[:, 0] = 0
    return table


@pytest.mark.slow
def test_sources_of_unequal_spread(capsys):
    rng = np.random.default_rng(0)
    tables = [unequal_sources(rng) for _ in range(TABLES)]
    new = np.mean([bool(claims(table)) for table in tables])
    old = np.mean([bool(old_rule(table, 0)) for table in tables])
    with capsys.disabled():
        print(f"\nfalse claims, unequal sources: {new:.3f}, "
              f"p of all sources alone: {old:.3f}")
    assert new <= MOST


def panel(rng, n_tasks=16, n_models=13, n_methods=6):
    """Improvements of each task with each model's share in it: a panel's
    luck with a method is the same on all tasks."""
    models = 6 * rng.normal(size=(n_models, n_methods))
    both = 6 * rng.normal(size=(n_tasks, n_models, n_methods))
    tasks = 2 * rng.normal(size=(n_tasks, 1, n_methods))
    cube = models + both + tasks
    cube[:, :, 0] = 0  # the baseline
    return cube


@pytest.mark.slow
def test_tasks_that_share_their_models(capsys):
    rng = np.random.default_rng(1)
    new, old, n_half = [], [], 7
    for _ in range(TABLES):
        cube = panel(rng)
        table = cube.mean(axis=1)
        halves = np.array([cube[:, rng.permutation(13)[:n_half]].mean(
            axis=(0, 1)) for _ in range(50)])
        methods = range(1, table.shape[1])
        new.append(bool(claims(table, ModelPanel(dict(
            n_models=13, n_half=n_half, n_draws=50, tasks=[0] * len(table),
            commit="", improvement={f"m{j}": table[:, j] for j in methods},
            halves={f"m{j}": halves[:, j] for j in methods})).as_data())))
        old.append(bool(old_rule(table, 0)))
    with capsys.disabled():
        print(f"\nfalse claims, tasks that share their models: "
              f"{np.mean(new):.3f}, p over tasks alone: {np.mean(old):.3f}")
    assert np.mean(new) <= MOST
    assert np.mean(old) > .2  # these tables do tell the rules apart


def test_halves_vary_as_panels_do():
    rng = np.random.default_rng(2)
    panels = rng.normal(size=(4000, 13)).mean(axis=1).var()
    models = [rng.normal(size=13) for _ in range(300)]
    estimated = np.mean([models_variance(
        [own[rng.permutation(13)[:7]].mean() for _ in range(50)], 13, 7)
        for own in models])
    assert estimated == pytest.approx(panels, rel=.1)


def test_an_interval_for_other_models_by_hand():
    # Four tasks, variance of their mean (2/3) / 4 = 1/6; models 1/12 on 12
    # degrees of freedom. Both 1/4 with (1/16) / (1/108 + 1/1728) = 6.353;
    # t(.975) between those of 6 and 7, 2.447 and 2.365; times sqrt(1/4).
    mean, low, high = with_models([-1, 0, 1, 0], 1 / 12, 13)
    assert mean == 0 and low == -high
    assert 2.365 / 2 < high < 2.447 / 2
    assert np.isnan(with_models([-1, 0, 1, 0], np.nan, 13)[1])


def test_a_panel_by_hand(tmp_path):
    """Two tasks, 3 models in halves of 2: the variance of the halves, 2, is
    times 2 / (3 - 2) that of another panel."""
    study = dict(n_models=3, n_half=2, n_draws=2, commit="abc",
                 tasks=["a", "b", "c"], improvement={
                     "DS[max_iter=10]": [1, 2, 3], "MACE": [90, 91, 92]},
                 halves={"DS[max_iter=10]": [1, 3], "MACE": [90, 90.1]})
    (tmp_path / "panel.json").write_text(json.dumps(study))
    panel = ModelPanel.stored(tmp_path / "panel.json")
    assert panel.improvements() == {
        "ds-max-iter-10": with_models([1, 2, 3], 4., 3),
        "mace": with_models([90, 91, 92], .005 * 2, 3)}
    data = panel.as_data()
    assert data["better"] == ["mace"] and data["models"] == 3
    assert ModelPanel.stored(tmp_path / "none.json") is None
