"""The headline table of a selection of datasets: improvements over the
baseline and groups. It needs the page's data only; page/js/model.js computes
the same.
"""
from dataclasses import dataclass

import numpy as np

from benchmark_utils.report.comparison.tests import (
    groups,
    is_significant,
    p_values_vs_baseline,
    pairwise_p_values,
    student,
)
from benchmark_utils.report.results.settings import MIN_CROWDS

MIN_GROUPED = 6  # with fewer datasets no difference can be significant


@dataclass(frozen=True)
class Choice:
    """A selection of datasets, methods and a score, named as in the address
    of the page, whose other filters only the browser knows."""
    v: str = "fixed"  # or buy: label acquisition
    crowd: str = ""  # human, llm, simulated; empty = all
    setting: str = ""  # of the methods, a key of names.NEEDS
    score: str = ""  # labels, network, ...; empty = the first that fits v

    def fits(self, dataset):
        return (dataset["buy"] == (self.v == "buy")
                and self.crowd in ("", dataset["crowd"]))

    def measure(self, data):
        """The selected measure; by default, of label acquisition its own."""
        known = {measure["id"]: measure for measure in data["measures"]}
        if self.score:
            return known[self.score]
        first = [m for m in data["measures"] if m["problem"] == self.v]
        return (first or [m for m in data["measures"]
                          if m["problem"] is None])[0]


@dataclass
class Row:
    """A method: gains by source group, their mean with its interval, its group
    (None: not grouped); beats : is it significantly better than the baseline?
    """
    id: str
    name: str
    by_source_group: np.ndarray
    mean: float
    low: float
    high: float
    base: bool
    aggregate: float  # seconds, geometric mean
    train: float
    group: int = None
    beats: bool = False


@dataclass
class Headline:
    """rows : best first, with the baseline. datasets : ids of the datasets
    that all rows ran on; source_groups : the same, where datasets that share
    their source count once. left : (method id, number of datasets) of the
    methods that did not run on all of them. ranked : are there enough source
    groups for intervals? grouped : for groups?
    """
    measure: dict
    rows: list
    datasets: list
    source_groups: list
    left: list

    @property
    def others(self):
        """The rows without the baseline."""
        return [row for row in self.rows if not row.base]

    @property
    def ranked(self):
        return bool(self.others) and len(self.source_groups) >= MIN_CROWDS

    @property
    def grouped(self):
        return len(self.source_groups) >= MIN_GROUPED

    @property
    def tied(self):
        """The other methods in the group of the best."""
        return [row for row in self.others[1:]
                if self.grouped and row.group == 1]


def headline(data, choice=Choice()):
    """The `Headline` of a selection. Methods are compared on datasets that all
    of them ran on, see `common_part`."""
    measure = choice.measure(data)
    baseline, known = measure["baseline"], measure["id"]
    within = [d for d in data["datasets"] if choice.fits(d)]
    cells = {(cell["d"], cell["m"]): cell for cell in data["cells"]
             if known in cell and cell[known][1] is not None}
    runs = {}
    for method in data["methods"]:
        if (choice.setting in ("", method["setting"])
                or method["id"] == baseline):
            on = [d for d in within if (d["id"], method["id"]) in cells]
            if on:
                runs[method["id"]] = on
    datasets, methods = common_part(runs, baseline)
    source_groups = list(dict.fromkeys(d["source_group"] for d in datasets))
    names = {m["id"]: m["name"] for m in data["methods"]}
    rows = [_row(method, names[method], datasets, source_groups, cells,
                 measure) for method in methods]
    rows.sort(key=lambda row: (-row.mean, row.base, row.name))
    _mark(rows, len(source_groups))
    return Headline(
        measure, rows, [d["id"] for d in datasets], source_groups,
        [(method, len(on)) for method, on in runs.items()
         if method not in methods])


def common_part(runs, baseline):
    """The datasets and methods that are compared. Candidates are the datasets
    of one method with all methods that ran on them; the one with the largest
    number of source groups x methods is chosen.
    ``runs``: {method: datasets}."""
    best, size = ([], []), (0, 0)
    for method, on in runs.items():
        if method == baseline and len(runs) > 1:
            continue
        ids = {d["id"] for d in on}
        covering = [other for other, theirs in runs.items()
                    if ids <= {d["id"] for d in theirs}]
        source_groups = len({d["source_group"] for d in on})
        if (source_groups * len(covering), len(on)) > size:
            best = on, covering
            size = source_groups * len(covering), len(on)
    return best


def _row(method, name, datasets, source_groups, cells, measure):
    own = [cells[d["id"], method] for d in datasets]
    gains = np.array([cell[measure["id"]][1] for cell in own])
    group = np.array([d["source_group"] for d in datasets])
    by_source_group = np.array([gains[group == g].mean()
                                for g in source_groups])
    mean, low, high = student(by_source_group)
    if len(own) == 1:  # a single dataset has its own interval
        low, high = (np.nan if end is None else end
                     for end in own[0][measure["id"]][2:4])
    return Row(method, name, by_source_group, mean, low, high,
               method == measure["baseline"],
               *(geometric_mean([cell["s"][i] for cell in own])
                 for i in (0, 1)))


def _mark(rows, n_source_groups):
    if not rows:
        return
    table = np.array([row.by_source_group for row in rows]).T
    others = [i for i, row in enumerate(rows) if not row.base]
    if n_source_groups >= MIN_GROUPED:
        p = pairwise_p_values(table[:, others])
        for i, group in zip(others, groups(p, range(len(others)))):
            rows[i].group = group
    for base in [i for i, row in enumerate(rows) if row.base]:
        p = p_values_vs_baseline(table, base)
        for i in others:
            rows[i].beats = bool(rows[i].mean > 0 and is_significant(p[i]))


def geometric_mean(values):
    """Geometric mean of the positive values, None if there are none."""
    values = [value for value in values if value]
    return float(np.exp(np.mean(np.log(values)))) if values else None


