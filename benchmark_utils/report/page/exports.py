"""Machine-readable results beside the page.

results.json (the object of data.py), csv/cells.csv (a row per dataset and
method), csv/PROBLEM-CROWD-SCORE.csv (a headline table each), papers.bib.
"""
import csv
import io

from benchmark_utils.report.comparison.ranking_table import Choice, headline
from benchmark_utils.report.page.bibtex import bibtex
from benchmark_utils.report.page.data import as_json
from benchmark_utils.report.results.settings import CROWDS
from benchmark_utils.safe_files import write_text

# Files that the page links, relative to the page.
LINKED = ["results.json", "csv/cells.csv", "papers.bib"]


def write_exports(data, folder):
    """Write the files listed above; returns their paths."""
    (folder / "csv").mkdir(parents=True, exist_ok=True)
    files = {folder / "results.json": as_json(data, indent=1),
             folder / "papers.bib": bibtex(data),
             folder / "csv" / "cells.csv": cells_csv(data)}
    for choice in views(data):
        table = headline(data, choice)
        if table.rows:
            name = f"{choice.v}-{choice.crowd or 'all'}-{choice.score}.csv"
            files[folder / "csv" / name] = headline_csv(table)
    for path, text in files.items():
        write_text(path, text)
    return list(files)


def views(data):
    """The selections with a file of their own."""
    return [Choice(v=v, crowd=crowd, score=measure["id"])
            for v in ("fixed", "buy") for crowd in (*CROWDS, "")
            for measure in data["measures"]
            if measure["problem"] in (None, v)]


def headline_csv(table):
    """Best first: letters, method, the method that it is a variant of,
    improvement in percentage points with its interval, p-value of the
    comparison with the baseline, its smallest and largest value with one
    source left out, geometric mean seconds, improvement on each dataset."""
    head = ["letters", "method", "name", "variant_of", "gain", "low", "high",
            "p", "p_smallest", "p_largest", "significant_vs_baseline",
            "aggregate_seconds", "train_seconds", *table.source_groups]
    return _csv([head, *([
        row.letters, row.id, row.name, row.variant_of, _number(row.mean),
        _number(row.low), _number(row.high), *_p_values(row),
        None if row.letters is None or row.base else int(row.beats),
        row.aggregate, row.train,
        *map(_number, row.by_source_group)] for row in table.rows)])


def _p_values(row):
    own = row.stability
    return [None] * 3 if own is None else [
        round(p, 4) for p in (own.p, own.low, own.high)]


def cells_csv(data):
    """All means over repetitions, and the improvements with their intervals.
    """
    names = {method["id"]: method["name"] for method in data["methods"]}
    scores = [score["id"] for score in data["scores"]]
    measures = [measure["id"] for measure in data["measures"]]
    head = ["dataset", "method", "name", "repetitions", *scores, *(
        f"{measure}_{part}" for measure in measures
        for part in ("gain", "low", "high", "how"))]
    rows = []
    for cell in data["cells"]:
        missing = [None] * (len(scores) - len(cell["all"]))
        gains = [part for measure in measures
                 for part in (cell.get(measure) or [None] * 5)[1:]]
        rows.append([cell["d"], cell["m"], names[cell["m"]], cell["n"],
                     *cell["all"], *missing, *gains])
    return _csv([head, *rows])


def _csv(rows):
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue()


def _number(value):
    return None if value is None or value != value else round(float(value), 3)
