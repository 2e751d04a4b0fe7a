"""One self-contained HTML page from the runs: renders without a network."""
import json
from pathlib import Path

import jinja2
from plotly.offline import get_plotlyjs

from benchmark_utils.report.figures import all_figures
from benchmark_utils.report.summary import (
    cells,
    mean_ranks,
    prepare_runs,
    shown_metrics,
    worst_tasks,
)
from benchmark_utils.task_view import caption

HERE = Path(__file__).parent
# Of the page's images, in bytes; who gets the room first.
LOOKS_SIZE, FIRST = 200_000, ("WAUM", "AUM", "NS", "GLAD")


def write_page(results, path):
    """Write the leaderboard of ``results`` (see `load_results`)."""
    runs = prepare_runs(results)
    points = prepare_runs(results, every_point=True)
    metrics = shown_metrics(runs)
    tables = {metric: cells(runs, metric) for metric in metrics}
    ranked = [metric for metric in metrics if metric.better]
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(HERE), autoescape=True,
        trim_blocks=True, lstrip_blocks=True)
    html = environment.get_template("page.html.j2").render(
        metrics=metrics,
        datasets=runs["dataset"].drop_duplicates().tolist(),
        solvers=runs["solver"].drop_duplicates().tolist(),
        rows=list(tables[metrics[0]]),
        tables=tables,
        rankings=[(metric, *_ranking(runs, metric)) for metric in ranked],
        facts=_facts(runs),
        figures=all_figures(runs, points),
        looks=_looks(runs),
        plotly_js=get_plotlyjs(),
    )
    Path(path).write_text(html, encoding="utf-8")


def _looks(runs):
    """(dataset, solver, [(image, caption, score)]) of the worst tasks, within
    LOOKS_SIZE: the methods whose score is for this come first, and of those
    with the same tasks only one is shown."""
    looks, size, seen = [], 0, set()
    known = worst_tasks(runs)
    place = {solver: i for i, solver in enumerate(FIRST)}
    for key in sorted(known, key=lambda key: place.get(
            key[1].partition(" ")[0], len(FIRST))):
        tasks = json.loads(known[key])
        same = key[0], tuple(task["task"] for task in tasks)
        if same in seen or size + len(known[key]) > LOOKS_SIZE:
            continue
        seen.add(same)
        size += len(known[key])
        looks.append((*key, [(task["image"], caption(task), task["task"],
                              task["score"]) for task in tasks]))
    return looks


def _ranking(runs, metric):
    ranks, means = mean_ranks(runs, metric)
    best = (means * metric.better).max()
    rows = [(solver, rank, [
        (value, value * metric.better == best[dataset])
        for dataset, value in means.loc[solver].items()])
        for solver, rank in ranks.items()]
    return list(means.columns), rows


def _facts(runs):
    """What a reader must know to compare: when, on what, with which."""
    def values(column):
        known = runs[column].dropna() if column in runs else []
        return ", ".join(sorted({str(value) for value in known}))

    dates = sorted(runs["run_date"].astype(str).str[:10].unique())
    reps = runs.groupby(["dataset", "solver"]).size()
    facts = {
        "Run": " to ".join(dict.fromkeys([dates[0], dates[-1]])),
        "Repetitions": "-".join(dict.fromkeys(
            [str(reps.min()), str(reps.max())])),
        "Seed": values("base_seed"),
        "Processor": values("system-processor"),
        "Threads": values("env-OMP_NUM_THREADS") or "not limited",
        "GPU": values("version-cuda") or "none",
        "NumPy, SciPy": values("version-numpy") + ", " + values(
            "version-scipy"),
    }
    return {name: value for name, value in facts.items() if value}
