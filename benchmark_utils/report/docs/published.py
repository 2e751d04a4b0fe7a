"""The published results as the pages of docs/findings quote them."""
from dataclasses import replace
from functools import cache

import numpy as np

from benchmark_utils.report.comparison.gains import gains
from benchmark_utils.report.comparison.ranking_table import Choice, headline
from benchmark_utils.report.comparison.tests import median_interval, student
from benchmark_utils.report.docs.studies import markdown, number
from benchmark_utils.report.page.data import ENOUGH, page_data
from benchmark_utils.report.results.names import slug
from benchmark_utils.report.results.runs import points_of, runs_of
from benchmark_utils.report.results.settings import settings_of
from benchmark_utils.report.store import store
from benchmark_utils.scoring import METRICS


class Published:
    """The published results as a page quotes them."""

    def __init__(self, folder=store.STORE):
        rows = store.read_store(folder)
        self.data = page_data(rows)
        self._points = points_of(rows)
        self._runs = runs_of(self._points)
        self.names = {m["id"]: m["name"] for m in self.data["methods"]}
        # A page asks for the same few tables again and again.
        self._headline = cache(lambda choice: headline(self.data, choice))

    @property
    def source(self):
        return (f"the published run, commit {self.data['commit']}, "
                f"{self.data['date']}")

    def table(self, **choice):
        """The `Headline` of a choice of crowds, as the page shows it."""
        return self._headline(Choice(**choice))

    def row(self, method, **choice):
        """The row of a method, by its id."""
        rows = {row.id: row for row in self.table(**choice).rows}
        if method not in rows:
            raise ValueError(f"{method} is not among {', '.join(rows)}")
        return rows[method]

    def leader(self, **choice):
        """The id of the best method at its defaults."""
        variants = {m["id"] for m in self.data["methods"] if m["variant"]}
        return next(row.id for row in self.table(**choice).others
                    if row.id not in variants)

    def gain(self, method, **choice):
        """``+3.3 [+0.8, +5.8]`` points over the baseline, over crowds."""
        return _points(self.row(method, **choice).by_family)

    def ranking(self, **choice):
        """The headline table as Markdown."""
        table = self.table(**choice)
        return markdown(
            [[row.group or "", row.name, f"{row.mean:+.1f}",
              "" if row.base else f"[{row.low:+.1f}, {row.high:+.1f}]"]
             for row in table.rows], ["group", "method", "gain", "95%"])

    def cell(self, dataset, method, measure="labels"):
        """[score %, gain, low, high, how] of one crowd; both by their ids."""
        for cell in self.data["cells"]:
            if (cell["d"], cell["m"]) == (dataset, method):
                return cell[measure]
        raise ValueError(f"no {method} on {dataset}")

    def share(self, dataset, method, measure="labels", digits=4):
        """``.9142``"""
        return number(self.cell(dataset, method, measure)[0] / 100, digits)

    def apart(self, dataset, method, other, measure="network"):
        """(mean, low, high) of a method less another one on one crowd, by
        their ids: as the page's over the baseline, the tasks or test examples
        drawn anew where the votes are fixed."""
        (name, fixed), = ((name, entry["same"]) for name, entry
                          in settings_of(self._runs).items()
                          if entry["id"] == dataset)
        own, points = (table[table["dataset"] == name]
                       for table in (self._runs, self._points))
        own, points = (table[table["solver"].map(slug).isin([method, other])]
                       for table in (own, points))
        base = next(solver for solver in own["solver"]
                    if slug(solver) == other)
        metric = next(metric for metric in METRICS
                      if metric.headline and metric.headline.id == measure)
        metric = replace(metric, headline=replace(metric.headline,
                                                  baseline=base))
        gain, = (gain for solver, gain in gains(
            metric, own, points, fixed).items() if slug(solver) == method)
        return gain.gain, gain.low, gain.high

    def less(self, method, other, **choice):
        """`gain` of a method over another, on the same crowds."""
        return _points(self.row(method, **choice).by_family
                       - self.row(other, **choice).by_family)

    def without(self, dataset, method, **choice):
        """`gain` over all crowds but that of a dataset, by its id."""
        own, = (d["family"] for d in self.data["datasets"]
                if d["id"] == dataset)
        table = self.table(**choice)
        if own not in table.families:
            raise ValueError(f"{own} is not among {table.families}")
        return _points(self.row(method, **choice).by_family[
            [family != own for family in table.families]])

    # --- fewer votes ------------------------------------------------------
    def thinned(self, crowd):
        """{dataset: {method: {votes: %}}} of the crowds of a kind with many
        votes a task, crowds with the same votes once. ``inf``: all votes."""
        found, families = {}, set()
        for d in self.data["datasets"]:
            curves = self.data["subsampled"].get(d["id"])
            if (curves and d["crowd"] == crowd and d["vpt"] >= ENOUGH["votes"]
                    and d["family"] not in families):
                families.add(d["family"])
                found[d["id"]] = {
                    m: dict(zip([*map(round, votes[:-1]), np.inf], right))
                    for m, (votes, right, _) in curves.items()}
        return found

    def levels(self, crowd):
        """Numbers of votes that all of these crowds have, ``inf`` last."""
        curves = [right for by_method in self.thinned(crowd).values()
                  for right in by_method.values()]
        return sorted(set.intersection(*map(set, curves)))

    def few_votes(self, crowd):
        """Methods x votes a task: mean over crowds of the labels right, %."""
        thinned, levels = self.thinned(crowd), self.levels(crowd)
        methods = set.intersection(*map(set, thinned.values()))
        rows = [(self.names[m], [np.mean([curves[m][level] for curves
                                          in thinned.values()])
                                 for level in levels]) for m in methods]
        rows.sort(key=lambda row: -row[1][-1])
        best = np.max([means for _, means in rows], axis=0)
        return markdown(
            [[name, *(f"**{v:.1f}**" if v == top else f"{v:.1f}"
                      for v, top in zip(means, best))]
             for name, means in rows],
            ["method", *("all" if level == np.inf else f"{level}"
                         for level in levels)])

    def few_gain(self, method, votes, crowd, baseline="mv"):
        """(points over the baseline at a number of votes a task, low, high),
        over crowds."""
        return student(np.array([
            curves[method][votes] - curves[baseline][votes]
            for curves in self.thinned(crowd).values()]))

    def enough(self, method, crowd):
        """(median, low, high) over crowds of the votes a task from which on a
        method is within `ENOUGH` of what it makes of all votes."""
        given = {d["id"]: d["vpt"] for d in self.data["datasets"]}
        needed = []
        for dataset, curves in self.thinned(crowd).items():
            right = curves[method]
            far = right[np.inf] - ENOUGH["within"]
            votes = min(v for v in right if all(
                right[more] >= far for more in right if more >= v))
            needed.append(given[dataset] if votes == np.inf else votes)
        return median_interval(np.array(needed))


def _points(gains):
    """``+3.3 [+0.8, +5.8]`` of gains by crowd."""
    return "{:+.1f} [{:+.1f}, {:+.1f}]".format(*student(gains))
