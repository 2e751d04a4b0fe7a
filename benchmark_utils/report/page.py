"""One self-contained HTML page from the runs: renders without a network."""
import base64
import gzip
import json
from pathlib import Path

import jinja2
import pandas as pd
from plotly.offline import get_plotlyjs

from benchmark_utils.catalogue import catalogue
from benchmark_utils.report.figures import all_figures
from benchmark_utils.report.links import commit_link, source_link
from benchmark_utils.report.ranking import (
    N_RESAMPLES,
    critical_difference,
    standings,
    too_rare,
    tracks,
)
from benchmark_utils.report.runs import (
    cells,
    mean_ranks,
    prepare_runs,
    shown_metrics,
    worst_tasks,
)
from benchmark_utils.report.store import provenance
from benchmark_utils.scoring.examples import caption

HERE = Path(__file__).parent
# Of the page's images, in bytes; who gets the room first.
LOOKS_SIZE, FIRST = 200_000, ("WAUM", "AUM", "NS", "GLAD")


def write_page(results, path, plots=True):
    """Write the leaderboard of ``results`` (see `load_results`)."""
    path = Path(path)
    if "run" not in results:
        results = results.assign(run="results")
    runs = prepare_runs(results)
    points = prepare_runs(results, every_point=True)
    metrics = shown_metrics(runs)
    tables = {metric: cells(runs, metric) for metric in metrics}
    datasets = runs["dataset"].drop_duplicates().tolist()
    figures = all_figures(runs, points) if plots else []
    first = _most_telling(runs, metrics)
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(HERE), autoescape=True,
        trim_blocks=True, lstrip_blocks=True)
    environment.globals.update(
        source_link=lambda file: source_link(file, path),
        commit_link=commit_link, known=pd.notna)
    html = environment.get_template("page.html.j2").render(
        metrics=metrics, datasets=datasets, tables=tables,
        n_resamples=N_RESAMPLES,
        first=first,
        solvers=runs["solver"].drop_duplicates().tolist(),
        rows=_rows(tables[metrics[0]], datasets),
        run_of=runs.groupby(["dataset", "solver"])["run"].first().to_dict(),
        rankings=[ranking for title, part in tracks(runs).items()
                  for metric in metrics if metric.better
                  for ranking in _rankings(title, part, metric)],
        tracks=list(tracks(runs)), merits=[
            _matrix(runs, metric, tables[metric])
            for metric in metrics if metric.better],
        methods=_entries(runs, "solver"), crowds=_entries(runs, "dataset"),
        cards={dataset: _card(rows) for dataset, rows in runs.groupby(
            "dataset", sort=False)},
        published={name: provenance(rows) for name, rows in results.groupby(
            "run", sort=False)},
        looks=_looks(runs, first),
        figures=figures, plotly=packed(get_plotlyjs()) if figures else "",
    )
    path.write_text(html, encoding="utf-8")


def packed(text):
    """Gzip in base64: browsers unpack it (DecompressionStream, since 2023),
    and plotly shrinks from 4.8 to 1.9 MB."""
    # mtime: the same page gives the same bytes.
    return base64.b64encode(gzip.compress(text.encode(), mtime=0)).decode()


def _rows(table, datasets):
    """(dataset, solver) keys, best first within each dataset."""
    def merit(key):
        mean = table[key].mean
        return (datasets.index(key[0]), -mean if mean == mean else 9e9)
    return sorted(table, key=merit)


def _most_telling(runs, metrics):
    """The dataset with most solvers' main scores, then most votes, among
    those that give their votes."""
    given = next(iter(tracks(runs).values()))
    main = [metric.column for metric in metrics if metric.main]

    def told(rows):
        scores = (rows.groupby("solver")[main].count() > 0).to_numpy().sum()
        return scores, rows.get("objective_n_votes", pd.Series([0])).max()
    return max(given["dataset"].unique(),
               key=lambda name: told(given[given["dataset"] == name]))


def _rankings(title, runs, metric):
    """What the page says of one score on one track, nothing if no two
    solvers can be compared."""
    places = standings(runs, metric)
    if not places:
        return
    ends = [end for place in places for end in (
        *place.elo_interval, place.elo) if pd.notna(end)]
    difference = critical_difference(runs, metric)
    yield dict(track=title, metric=metric, places=places, low=min(ends),
               rare=too_rare(runs, metric),
               high=max(ends), difference=difference,
               diagram=difference and rank_diagram(difference))


def _looks(runs, opens_with):
    """(dataset, solver, [(image, caption, score)]) of the worst tasks, within
    LOOKS_SIZE: the methods whose score is for this come first, and the
    dataset ``opens_with``; of those with the same tasks only one is shown.
    """
    looks, size, seen = [], 0, set()
    known = worst_tasks(runs)
    place = {solver: i for i, solver in enumerate(FIRST)}
    for key in sorted(known, key=lambda key: (
            place.get(key[1].partition(" ")[0], len(FIRST)),
            key[0] != opens_with)):
        tasks = json.loads(known[key])
        same = key[0], tuple(task["task"] for task in tasks)
        if same in seen or size + len(known[key]) > LOOKS_SIZE:
            continue
        seen.add(same)
        size += len(known[key])
        looks.append((*key, [(task["image"], caption(task), task["task"],
                              task["score"]) for task in tasks]))
    return looks


def _matrix(runs, metric, table):
    ranks, means = mean_ranks(runs, metric)
    rare = too_rare(runs, metric)
    return dict(metric=metric, datasets=list(means.columns),
                cells=table,
                means=[(solver, means.loc[solver].items()) for solver in
                       sorted(ranks.index, key=lambda name: name in rare)])


def rank_diagram(difference):
    """Positions of Demsar's diagram, a row per solver: its mean rank and half
    the critical difference to both sides, so that two solvers differ where
    their bars do not overlap."""
    half, k = difference.distance / 2, len(difference.solvers)
    low = min(difference.ranks[0] - half, 1)
    high = max(difference.ranks[-1] + half, k)

    def x(rank):
        return round(float((rank - low) / (high - low) * 100), 2)
    return dict(ticks=[(rank, x(rank)) for rank in range(1, k + 1)], rows=[
        (solver, float(rank), x(rank - half), x(rank), x(rank + half))
        for solver, rank in zip(difference.solvers, difference.ranks)])


def _entries(runs, kind):
    """{short name: what its file says}; a method or dataset whose file is not
    here, say of a colleague's result, is left out."""
    known = catalogue(f"{kind}s")
    pairs = runs[[kind, f"{kind}_name"]].drop_duplicates()
    bases = pairs[f"{kind}_name"].str.partition("[")[0]
    return {short: known[base] for short, base in zip(pairs[kind], bases)
            if base in known}


def _card(rows):
    """A dataset in numbers."""
    facts = {"Full name": rows["dataset_name"].iloc[0]}
    if "objective_n_votes" in rows and rows["objective_n_votes"].any():
        first = rows.iloc[rows["objective_n_votes"].argmax()]
        tasks = first["objective_n_votes"] / first["objective_votes_per_task"]
        facts["Tasks"] = f"{tasks:,.0f}"
        facts["Votes"] = f"{first['objective_n_votes']:,.0f}" + (
            " at most, sold one by one" if "objective_cost" in rows
            and rows["objective_cost"].notna().any() else "")
    facts["Repetitions"] = rows["idx_rep"].nunique()
    return facts
