"""The headline table of a selection of datasets: improvements over the
baseline, letters and p-values. It needs the page's data only; page/js/model.js
computes the same.
"""
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from benchmark_utils.report.comparison.stability import (
    Stability,
    detectable,
    letters,
    stability,
    winners_curse,
)
from benchmark_utils.report.comparison.tests import (
    SAME,
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
    crowd: str = ""  # human, llm, mixed, simulated; empty = all
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
    """A method: gains by source group, and their mean with its interval.

    gains : improvement on each of ``datasets``, of which some share a source
    group; a variant may lack some versions of a dataset.
    variant_of : id of the method that it is a variant of and under which it
    is listed, or None. letters : of the compact letter display; None if the
    row does not compete, or on too few datasets. stability : p-values of the
    comparison with the baseline, or None. beats : may the method be called
    significantly better than the baseline?
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
    gains: np.ndarray = None
    datasets: list = None
    variant_of: str = None
    letters: str = None
    stability: Stability = None
    beats: bool = False

    @property
    def competes(self):
        """Neither the baseline, nor equal to it, nor a variant."""
        return not (self.base or self.variant_of
                    or np.abs(self.by_source_group).max() < SAME)

    @property
    def verdict(self):
        """What may be said of a method with a positive mean."""
        if self.beats:
            return "significantly better"
        return "better on average, not " + (
            "robustly" if self.stability.significant else "significantly")


@dataclass
class Headline:
    """rows : best first, with the baseline, and each variant below its
    method. datasets : ids of the datasets that all rows ran on; source_groups
    : the same, where datasets that share their source count once. left :
    (method id, number of datasets) of the methods that did not run on all of
    them. ranked : are there enough source groups for intervals? grouped : for
    letters?
    """
    measure: dict
    rows: list
    datasets: list
    source_groups: list
    left: list
    least: int = MIN_CROWDS

    @property
    def others(self):
        """The rows that compete, best first."""
        return [row for row in self.rows if row.competes]

    @property
    def ranked(self):
        return bool(self.others) and len(self.source_groups) >= self.least

    @property
    def grouped(self):
        return len(self.source_groups) >= MIN_GROUPED

    @property
    def tied(self):
        """The other methods that share a letter with the best."""
        if not self.grouped or not self.others:
            return []
        best, *rest = self.others
        return [row for row in rest if set(row.letters) & set(best.letters)]

    @cached_property
    def halves(self):
        """Mean of the best method of one half of the sources, on that half
        and on the other one: `winners_curse`."""
        return winners_curse(np.array(
            [row.by_source_group for row in self.others]).T)

    @property
    def detectable(self):
        """The smallest improvement that would be found in 80% of cases with
        the spread of the best method: `stability.detectable`."""
        return detectable(self.others[0].by_source_group)


def headline(data, choice=Choice()):
    """The `Headline` of a selection. Methods are compared on datasets that all
    of them ran on, see `common_part`."""
    measure = choice.measure(data)
    baseline, known = measure["baseline"], measure["id"]
    # Too few of people and models: beside others, they are shown apart and
    # not ranked.
    mixed = [d for d in data["datasets"] if d["crowd"] == "mixed"]
    few = len(mixed) < len(data["datasets"]) and len({
        d["source_group"] for d in mixed if d["truth_share"]}) < MIN_GROUPED
    within = [d for d in data["datasets"] if choice.fits(d) and (
        choice.crowd or d["crowd"] != "mixed" or not few)]
    cells = {(cell["d"], cell["m"]): cell for cell in data["cells"]
             if known in cell and cell[known][1] is not None}
    runs = {}
    for method in data["methods"]:
        if (choice.setting in ("", method["setting"])
                or method["id"] == baseline):
            on = [d for d in within if (d["id"], method["id"]) in cells]
            if on:
                runs[method["id"]] = on
    variant_of = _variants(data["methods"], runs)
    datasets, methods = common_part({
        method: on for method, on in runs.items() if method not in variant_of},
        baseline)
    source_groups = list(dict.fromkeys(d["source_group"] for d in datasets))
    # A variant may lack some versions of a dataset.
    on = {method: [d for d in datasets if d in runs[method]]
          for method in [*methods, *variant_of]}
    methods = methods + [
        variant for variant, method in variant_of.items() if method in methods
        and {d["source_group"] for d in on[variant]} == set(source_groups)]
    names = {m["id"]: m["name"] for m in data["methods"]}
    rows = [_row(method, names[method], on[method], source_groups, cells,
                 measure) for method in methods]
    for row in rows:
        row.variant_of = variant_of.get(row.id)
    rows = folded(sorted(
        rows, key=lambda row: (-row.mean, row.base, row.name)))
    _mark(rows, len(source_groups), data.get("panel") if any(
        d["crowd"] == "llm" for d in datasets) else None)
    return Headline(
        measure, rows, [d["id"] for d in datasets], source_groups,
        [(method, len(on)) for method, on in runs.items()
         if method not in methods],
        MIN_GROUPED if choice.crowd == "mixed" else MIN_CROWDS)


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
                 for i in (0, 1)), gains=gains,
               datasets=[d["id"] for d in datasets])


def _variants(methods, runs):
    """{variant: its method} of the methods that ran with other parameters
    than their defaults, if the defaults ran as well. Only defaults compete."""
    defaults = {method["base"]: method["id"] for method in methods
                if method["id"] in runs and not method.get("variant")}
    return {method["id"]: defaults[method["base"]] for method in methods
            if method["id"] in runs and method.get("variant")
            and method["base"] in defaults}


def folded(rows):
    """The rows with each variant moved below its method."""
    return [row for first in rows if not first.variant_of
            for row in (first, *(variant for variant in rows
                                 if variant.variant_of == first.id))]


def _mark(rows, n_source_groups, panel=None):
    """Letters and p-values of the rows that compete. Where language models
    voted, a method that ``panel`` measured must improve for others, too."""
    compared = [row for row in rows if row.competes or row.base]
    if len(compared) < 2:
        return
    table = np.array([row.by_source_group for row in compared]).T
    if n_source_groups >= MIN_GROUPED:
        found = letters(pairwise_p_values(table), range(len(compared)))
        for row, own in zip(compared, found):
            row.letters = own
    for base in [i for i, row in enumerate(compared) if row.base]:
        for row, own in zip(compared, stability(table, base)):
            row.stability = own
            row.beats = bool(own and own.robust and row.mean > 0 and (
                not panel or row.id in panel["better"]
                or row.id not in panel["improvement"]))


def geometric_mean(values):
    """Geometric mean of the positive values, None if there are none."""
    values = [value for value in values if value]
    return float(np.exp(np.mean(np.log(values)))) if values else None


