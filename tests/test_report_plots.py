"""The plots of benchopt's page."""
import importlib.util
import json

import numpy as np
import pandas as pd
import pytest
import yaml
from conftest import ROOT
from results import RTE, frame, recorded, rows, shop

from benchmark_utils.report.comparison.plots import once


def plot_of(path):
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.Plot.get_instance()


def test_time_is_that_of_the_labels():
    """The 3 seconds in which the objective trains a network do not count."""
    point, = plot_of(ROOT / "plots" / "recovery_vs_time.py").plot(frame(
        rows("A", "MV", [.5], 2, objective_train_seconds=3.)), "A")
    assert (point["x"], point["y"]) == ([2.], [.5])


def test_plots_prepare_a_frame_once():
    made = []
    remembered = once(lambda df: made.append(df) or list(df))
    first, second = pd.DataFrame({"a": []}), pd.DataFrame({"b": []})
    assert [remembered(df) for df in (first, first, second, second, first)
            ] == [["a"], ["a"], ["b"], ["b"], ["a"]]
    assert len(made) == 3


def plot_files():
    return sorted((ROOT / "plots").glob("*.py"))


@pytest.mark.parametrize("path", plot_files(), ids=lambda path: path.stem)
def test_plots_draw_any_result(path):
    """A result with all kinds of scores, and one of a single solver."""
    plot = plot_of(path)
    plot._check()
    table = json.dumps(dict(n=[0, 4], confidence=[0, 3.], right=[0, 2]))
    whole = pd.concat([shop(), frame(
        rows("B", "MV", [.5, .6], objective_test_accuracy=.7,
             objective_test_ece=.1, objective_test_reliability=table,
             final_results=json.dumps(dict(worker_values=dict(
                 score=[1., 2], n_votes=[3, 4], leave_one_out=[.1, -.1]))))),
        frame(recorded(RTE.format("every"), "MV", np.eye(4)),
              recorded(RTE.format(1), "MV", np.eye(4)))], ignore_index=True)
    for rows_ in (whole, frame(rows("B", "MV", [.5]))):
        data, options = plot._get_all_plots(rows_)
        assert data and json.dumps(data)
        assert all(choices for choices in options.values())


def test_every_plot_is_listed():
    """By the name of its file. A view of its own is optional."""
    config = yaml.safe_load((ROOT / "config.yml").read_text())
    files = {path.stem for path in plot_files()}
    assert files == set(config["plots"]) >= {
        view["plot_kind"] for view in config["plot_configs"].values()}
