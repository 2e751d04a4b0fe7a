"""The plots of the page, one dataset at a time."""
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go
from plotly.colors import qualitative

from benchmark_utils.report.runs import (
    budget_curves,
    mean_points,
    reliability_curves,
    worker_values,
)
from benchmark_utils.scoring.ranks import spearman

# Those that can be told from a white and from a black page.
COLORS = [color for color in qualitative.Dark24 if color not in {
    "#222A2A", "#750D86", "#620042", "#511CFB", "#862A16", "#0D2A63",
    "#6C4516", "#1616A7"}]
HELPED, HURT = "#1a9870", "#d0503f"
SYMBOLS = ["circle", "square", "diamond", "cross", "triangle-up", "star"]


@dataclass(frozen=True)
class Figure:
    """json : data and layout for plotly; traces say in ``meta`` which dataset
    they are of, and the page shows those of the chosen one."""
    title: str
    help: str
    json: str


def all_figures(runs, points):
    """A `Figure` of each kind that these results can fill.

    ``runs``: last points; ``points``: all (see `summary.prepare_runs`).
    """
    figures, styles = [], _styles(runs)
    for title, column, y_title in BUDGETS:
        curves = budget_curves(points, column)
        if curves:
            figures.append(Figure(
                title, "Which votes to buy: mean over repetitions, the band "
                "their standard deviation. Dashed: methods that buy all votes "
                "at once, at random, the marker at what they paid.",
                _budget(curves, styles, y_title)))
    for title, text, x, y, x_title, y_title, log_x in SCATTERS:
        if x in runs and y in runs:
            means = mean_points(runs, x, y)
            if len(means):
                figures.append(Figure(title, text, _scatter(
                    means, styles, x_title, y_title, log_x)))
    curves = reliability_curves(runs)
    if curves:
        figures.append(Figure(
            "Reliability",
            "Accuracy of the test predictions against their confidence, in 15 "
            "bins, all repetitions together. On the diagonal a network is as "
            "sure as it is right; below, too sure. Click a name to hide it, "
            "twice to see it alone.", _reliability(curves, styles)))
    values = worker_values(runs)
    if values:
        figures.append(Figure(
            "Who helped, who hurt",
            "Bars: how much the test loss of a fixed pipeline rises when a "
            "worker is left out and all is fitted anew, first repetition; "
            "green = the worker helps. Markers: worker scores, shifted and "
            "scaled to the bars, of the four methods that order the workers "
            "best. Click a name to hide it, twice to see it alone.",
            _worth(values, styles)))
    return figures


RECOVERY, ACCURACY = "objective_label_recovery", "objective_test_accuracy"
BUDGETS = (
    ("Label recovery against votes bought", RECOVERY, "label recovery"),
    ("Test accuracy against votes bought", ACCURACY, "test accuracy"),
)
SCATTERS = (
    ("Label recovery against time",
     "Upper left is better. Bars: standard deviation over repetitions.",
     "total_time", RECOVERY, "seconds", "label recovery", True),
    ("Test accuracy against time",
     "Upper left is better. Seconds of the solver and of the training.",
     "total_time", ACCURACY, "seconds", "test accuracy", True),
    ("Test accuracy against label recovery",
     "Do better labels make a better network? Bars: standard deviation.",
     RECOVERY, ACCURACY, "label recovery", "test accuracy", False),
    ("Test accuracy against calibration error",
     "Upper left is better. Bars: standard deviation.",
     "objective_test_ece", ACCURACY, "test ECE", "test accuracy", False),
)


def _styles(runs):
    """A solver looks the same in all plots."""
    return {solver: dict(color=COLORS[i % len(COLORS)],
                         symbol=SYMBOLS[i % len(SYMBOLS)])
            for i, solver in enumerate(runs["solver"].drop_duplicates())}


def _scatter(points, styles, x_title, y_title, log_x):
    figure, owners = go.Figure(), []
    for dataset, rows in points.groupby(level="dataset", sort=False):
        for (_, solver), row in rows.iterrows():
            owners.append(dataset)
            figure.add_scatter(
                x=[row["x"]], y=[row["y"]], name=solver, mode="markers",
                marker=dict(size=11, **styles[solver]),
                error_y=dict(array=[row["y_sd"]], thickness=1),
                error_x=None if log_x else dict(array=[row["x_sd"]],
                                                thickness=1),
                hovertemplate=f"{solver}<br>{x_title} %{{x:.3g}}"
                              f"<br>{y_title} %{{y:.3f}}<extra></extra>")
    figure.update_xaxes(title=x_title, type="log" if log_x else "linear")
    figure.update_yaxes(title=y_title)
    return _finish(figure, owners)


def _budget(curves, styles, y_title):
    figure, owners = go.Figure(), []
    ends = {dataset: max(x[-1] for (owner, _), (x, _, _) in curves.items()
                         if owner == dataset) for dataset, _ in curves}
    for (dataset, solver), (x, mean, sd) in curves.items():
        look, hover = styles[solver], (
            f"{solver}<br>%{{x:.2f}} votes per task<br>{y_title} "
            "%{y:.3f}<extra></extra>")
        if len(x) == 1:
            owners.append(dataset)
            figure.add_scatter(
                x=[0, x[0], ends[dataset]], y=[mean[0]] * 3, name=solver,
                mode="lines+markers", line=dict(color=look["color"],
                                                dash="dash", width=1),
                marker=dict(symbol=look["symbol"], size=[0, 13, 0],
                            color=look["color"]), hovertemplate=hover)
            continue
        owners += [dataset, dataset]
        # Single precision: half the bytes, finer than any screen.
        x, mean, sd = (part.astype(np.float32) for part in (x, mean, sd))
        figure.add_scatter(
            x=np.concatenate([x, x[::-1]]),
            y=np.concatenate([mean + sd, (mean - sd)[::-1]]),
            fill="toself", fillcolor=look["color"], opacity=.12,
            line=dict(width=0), hoverinfo="skip", showlegend=False,
            legendgroup=solver)
        figure.add_scatter(
            x=x, y=mean, name=solver, mode="lines", legendgroup=solver,
            line=dict(color=look["color"]), hovertemplate=hover)
    figure.update_xaxes(title="votes per task (cost)", rangemode="tozero")
    figure.update_yaxes(title=y_title)
    return _finish(figure, owners)


def _reliability(curves, styles):
    figure, owners = go.Figure(), []
    for (dataset, solver), (confidence, accuracy, n) in curves.items():
        owners.append(dataset)
        figure.add_scatter(
            x=confidence.astype(np.float32), y=accuracy.astype(np.float32),
            customdata=n, name=solver,
            mode="lines+markers", line=dict(color=styles[solver]["color"]),
            marker=dict(size=7, **styles[solver]),
            hovertemplate=f"{solver}<br>confidence %{{x:.3f}}<br>accuracy "
                          "%{y:.3f}<br>%{customdata} predictions"
                          "<extra></extra>")
    figure.add_shape(type="line", x0=0, y0=0, x1=1, y1=1,
                     line=dict(dash="dot", color="gray"))
    figure.update_xaxes(title="confidence", range=[0, 1.01])
    figure.update_yaxes(title="accuracy", range=[0, 1.01])
    return _finish(figure, owners)


def _worth(values, styles):
    """Bars of the workers' worth; markers of the scores that follow it."""
    figure, owners, shown = go.Figure(), [], set()
    for (dataset, solver), (run, *_) in values.items():
        worth, score = np.array(run["worth"]), np.array(run["score"])
        order = np.argsort(-worth, kind="stable")
        names = [f"{j}" for j in order]
        if dataset not in shown:
            shown.add(dataset)
            owners.append(dataset)
            kind = np.where(run.get("spammer", np.zeros(len(worth))),
                            "spammer", "")
            figure.add_bar(
                x=names, y=worth[order], name="left out",
                marker_color=np.where(worth[order] > 0, HELPED, HURT),
                customdata=np.stack([run["n_votes"], kind], 1)[order],
                hovertemplate="worker %{x}<br>%{y:.4f}<br>%{customdata[0]} "
                              "votes %{customdata[1]}<extra></extra>")
        if solver not in _closest(values, dataset):
            continue
        owners.append(dataset)
        slope = worth.std() / max(score.std(), 1e-12)
        figure.add_scatter(
            x=names, y=(worth.mean() + slope * (score - score.mean()))[order],
            name=solver, mode="markers", marker=dict(size=9, **styles[solver]),
            customdata=score[order], hovertemplate=(
                f"{solver}<br>worker %{{x}}: %{{customdata:.3g}}"
                "<extra></extra>"))
    figure.update_xaxes(title="worker", type="category")
    figure.update_yaxes(title="rise of the test loss")
    return _finish(figure, owners)


def _closest(values, dataset, n=4):
    """The solvers whose scores order the workers best, first repetition."""
    return sorted(
        (solver for owner, solver in values if owner == dataset),
        key=lambda solver: -np.nan_to_num(spearman(*(
            np.array(values[dataset, solver][0][name], float)
            for name in ("score", "worth"))), nan=-1))[:n]


def _finish(figure, owners):
    """The figure's JSON; ``owners``: the dataset of each trace."""
    for trace, owner in zip(figure.data, owners):
        trace.meta = owner
    figure.update_layout(
        template="plotly_white", height=520, showlegend=True,
        paper_bgcolor="rgba(0,0,0,0)", plot_bgcolor="rgba(0,0,0,0)",
        margin=dict(l=55, r=10, t=15, b=50),
        legend=dict(orientation="h", yanchor="top", y=-.16, x=0))
    grid = dict(gridcolor="rgba(128,128,128,.25)",
                zerolinecolor="rgba(128,128,128,.4)")
    figure.update_xaxes(**grid)
    figure.update_yaxes(**grid)
    # Solver names are data: no script ends within a script.
    return figure.to_json().replace("</", "<\\/")
