"""The data of the page as one JSON object, which is also results.json.

    version 1, repository (address on the web, or empty), commit, date,
    protocol, seed, machine, versions: of the newest result made here; rows
    sources[]   {file, config, commit, date, protocol, seed, machine, versions,
                rows, status}: one per result file; config: the configuration
                that made it, or empty; status: verified here, submitted, or
                empty for unpublished results
    resampling  {seed, n} of the tests, see comparison.tests.adjusted
    scores[]    {id, title, better, format, help, main}: all columns
    measures[]  {id, score, title, better, baseline (a method's id), than,
                unit, help, problem (buy: needs a learning curve; null: any),
                train}
    methods[]   {id, name, key (= name), title, full, base, setting, needs,
                variant, chosen (of a method of this project: how its defaults
                were chosen), idea, papers [[text, url]], code, trains,
                published [[dataset id, score id, value, ours or null, source]]
                }
    datasets[]  {id, name, source_group, full, crowd (human, llm, mixed,
                simulated), kind (the same, or own), seen, exchangeable (see
                catalogue.py), inputs, ranked (true), summary, papers,
                code, licence, year, source, question, shows, truth,
                contamination, buy, reps, same (the tasks are the same in all
                repetitions), tasks, workers (who voted), classes, votes, vpt,
                accuracy, spread [5%, 95%] of workers, alpha, truth_share,
                repeated, errors (see `scoring.crowd.correlation_by_kind`)}
    cells[]     {d, m, n (repetitions), s [aggregate, train] seconds, by
                (source), all [mean of each of scores], and for each measure
                [score %, improvement in percentage points, low, high, how],
                see `gains.Gain`; if votes are queried: cost per task, to95
                [median, runs that reached 95%, runs]}
    pairs       {dataset: {measure: [[method], half widths]}}: of the 95%
                intervals of the differences of the pairs (1, 0), (2, 0),
                (2, 1), (3, 0), ... by their places in the list, see
                `gains.margins`. Each is two digits of base 64
                (`cells.DIGITS`), a number of .02 percentage points, or two
                spaces if unknown
    curves      {dataset: {method: [[cost], [label accuracy %], [sd]]}}
    subsampled  {dataset: {method: [[votes per task], [%], [sd]]}}
    reliability {dataset: {method: [[confidence], [accuracy], [n]]}}: networks
    label_reliability {dataset: {method: [[confidence], [accuracy], [n]]}}
    bib         {text of a paper: its BibTeX entry}
    plots[]     {id, title, help, x, y, log, lines, series {dataset: {method:
                [[x], [y]]}}}: the other files of plots/
    workers     {dataset: {votes, spammer, leave_one_out, scores {method: []}}}
    looks       {dataset: {method: [task]}}: the lowest-scored tasks with image
                or text, LOOKS_SIZE characters in all
    enough      {votes, within}: a number of votes per task is enough if from
                there on the method stays within these points of its accuracy
                with all votes; for datasets with at least so many votes per
                task
    panel       {models, tasks, draws, commit, improvement {method: [mean,
                low, high]}, better [method]}, see `ModelPanel`, or null
    files       [path]: files beside the page; on the page only
    release     {name, working, new, earlier [name]} of the published results,
                see `links.release`; only there
    default     {fixed: {crowd}, buy: {crowd}}: the first selection, so that
                labels from people, language models and simulations are not
                averaged
    Unknown values are null. Datasets with subsampled votes appear in
    ``subsampled`` only.
"""
import json

import numpy as np

from benchmark_utils.catalogue import catalogue
from benchmark_utils.report.comparison import plots
from benchmark_utils.report.comparison.model_panel import ModelPanel
from benchmark_utils.report.comparison.tests import SEED, SIGNS
from benchmark_utils.report.page.bibtex import entries
from benchmark_utils.report.page.cells import compared, rounded
from benchmark_utils.report.page.links import repository
from benchmark_utils.report.results import figures
from benchmark_utils.report.results.names import method_entry, slug
from benchmark_utils.report.results.runs import (
    COLUMNS,
    points_of,
    runs_of,
)
from benchmark_utils.report.results.settings import (
    default_crowds,
    levels,
    settings_of,
)
from benchmark_utils.report.results.sources import sources_of
from benchmark_utils.scoring import METRICS

VERSION = 1
LOOKS_SIZE = 150_000  # characters of the images
ENOUGH = dict(votes=8, within=1)


def page_data(rows):
    """The object described above, from the rows of results."""
    points = points_of(rows)
    runs = runs_of(points)
    crowds = settings_of(runs)
    methods = _methods(runs)
    whole = runs[runs["dataset"].isin(crowds)]
    # The scores of most cells first: missing values at the end are left out.
    columns = sorted(COLUMNS, key=lambda metric: -whole[
        metric.column].notna().sum() if metric.column in whole else 0)
    sources = sources_of(rows)
    ids = ({name: crowd["id"] for name, crowd in crowds.items()},
           {name: method["id"] for name, method in methods.items()})
    active = {crowd["id"] for crowd in crowds.values() if crowd["buy"]}
    data = dict(
        version=VERSION, repository=repository(), **_newest(sources),
        rows=len(rows), sources=sources,
        resampling=dict(seed=SEED, n=SIGNS), enough=ENOUGH,
        scores=[dict(id=m.name, title=m.title, better=m.better,
                     format=m.format, help=m.help, main=m.main)
                for m in columns],
        measures=[_measure(m, methods) for m in METRICS if m.headline],
        methods=list(methods.values()), datasets=list(crowds.values()),
        **compared(whole, points, crowds, methods, sources, columns),
        curves=_by_id({key: (cost, 100 * mean, 100 * sd) for key, (
            cost, mean, sd) in figures.mean_curves(points).items()}, ids, 4),
        subsampled=_by_id({key: (kept, 100 * mean, 100 * sd) for key, (
            kept, mean, sd) in figures.subsampled_curves(
                runs, levels(runs)).items()}, ids, 3),
        reliability=_by_id(figures.reliability_curves(whole), ids, 2),
        label_reliability=_by_id(figures.reliability_curves(
            whole, "objective_label_reliability"), ids, 2),
        plots=[dict(id=slug(plot.name), title=plot.name, help=plot.help(),
                    x=plot.x_title, y=plot.y_title, log=plot.log_x,
                    lines=plot.lines, series=_by_id(
                        plot.series(whole, points), ids, 4))
               for plot in plots.plots_of_the_page()],
        workers=_workers(whole, ids), looks=_looks(whole, ids))
    data["bib"] = entries(paper for entry in (
        *methods.values(), *crowds.values()) for paper in entry["papers"])
    panel = ModelPanel.stored()
    data["panel"] = panel and panel.as_data()
    data["default"] = default_crowds(crowds.values())
    data["curves"] = {dataset: curves for dataset, curves
                      in data["curves"].items() if dataset in active}
    _add_published(data)
    return data


def as_json(data, **options):
    """As JSON text; ValueError for NaN, which is not valid JSON."""
    return json.dumps(data, allow_nan=False, ensure_ascii=False, **options)


# --- methods ----------------------------------------------------------------

def _methods(runs):
    """{short name: entry of ``methods``}"""
    entries, files = {}, catalogue("solvers")
    for name, own in runs.groupby("solver", sort=False):
        full = own["solver_name"].iloc[0]
        entry = method_entry(full, name, files.get(full.partition("[")[0]))
        trains = any(own[m.column].notna().any() for m in METRICS
                     if m.headline and m.headline.trained and m.column in own)
        entries[name] = {**entry, "trains": bool(trains)}
    return entries


def _measure(metric, methods):
    lead = metric.headline
    known = methods.get(lead.baseline)
    return dict(
        id=lead.id, score=metric.name, title=lead.title, better=metric.better,
        baseline=known["id"] if known else slug(lead.baseline),
        than=lead.than, unit=lead.unit, help=lead.help,
        problem="buy" if metric.curve else None, train=lead.trained)


def _newest(sources):
    """Facts of the newest result that was not submitted, or of the newest."""
    ours = [s for s in sources if s["status"] != "submitted"] or sources
    newest = max(ours, key=lambda source: source["date"])
    return {name: newest[name] for name in (
        "commit", "date", "protocol", "seed", "machine", "versions")}


# --- figures ----------------------------------------------------------------

def _by_id(numbers, ids, digits):
    """{(dataset, solver): arrays} as {dataset id: {method id: lists}}."""
    of_dataset, of_method, found = *ids, {}
    for (dataset, solver), arrays in numbers.items():
        if dataset in of_dataset:
            found.setdefault(of_dataset[dataset], {})[of_method[solver]] = [
                [rounded(value, digits) for value in np.atleast_1d(array)]
                for array in arrays]
    return found


def _workers(runs, ids):
    found = {}
    for (dataset, solver), known in figures.worker_values(runs).items():
        first = known[0]
        entry = found.setdefault(ids[0][dataset], dict(
            votes=first["n_votes"], spammer=first.get("spammer"),
            leave_one_out=first.get("leave_one_out"), scores={}))
        entry["scores"][ids[1][solver]] = first["score"]
    return found


def _looks(runs, ids):
    """The lowest-scored tasks of one method per dataset, then of a second one
    and so on until LOOKS_SIZE is reached. Methods with the same tasks as
    another one are left out."""
    turns, seen = {}, set()
    for (dataset, solver), tasks in figures.worst_tasks(runs).items():
        same = dataset, tuple(task["task"] for task in tasks)
        if same not in seen:
            seen.add(same)
            turns.setdefault(dataset, []).append((dataset, solver, tasks))
    queue = sorted((turn, place, look)
                   for place, looks in enumerate(turns.values())
                   for turn, look in enumerate(looks))
    found, room = {}, LOOKS_SIZE
    for _, _, (dataset, solver, tasks) in queue:
        room -= len(json.dumps(tasks))
        if room < 0:
            break
        found.setdefault(ids[0][dataset], {})[ids[1][solver]] = tasks
    return found


def _add_published(data):
    """Add our own value to each value reported by a paper."""
    place = {score["id"]: i for i, score in enumerate(data["scores"])}
    ours = {(cell["d"], cell["m"]): cell["all"] for cell in data["cells"]}
    for method in data["methods"]:
        method["published"] = [
            [dataset, score, value, _at(ours.get((dataset, method["id"]), []),
                                        place.get(score)), source]
            for dataset, score, value, source in method["published"]]


def _at(values, i):
    return values[i] if i is not None and i < len(values) else None
