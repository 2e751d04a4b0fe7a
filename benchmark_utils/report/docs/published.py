"""The published results as README and the pages of docs/findings quote them.
"""
import re
from dataclasses import replace
from functools import cache

import numpy as np

from benchmark_utils.report.comparison.gains import gains
from benchmark_utils.report.comparison.model_panel import ModelPanel
from benchmark_utils.report.comparison.ranking_table import Choice, headline
from benchmark_utils.report.comparison.stability import columns, p_text
from benchmark_utils.report.comparison.tests import median_interval, student
from benchmark_utils.report.docs.studies import markdown, number, points
from benchmark_utils.report.page.data import ENOUGH, page_data
from benchmark_utils.report.results.names import slug
from benchmark_utils.report.results.runs import points_of, runs_of
from benchmark_utils.report.results.settings import settings_of
from benchmark_utils.report.store import store
from benchmark_utils.scoring import METRICS

# The rankings that pages quote, by the name that they use: aggregation of
# human and of LLM labels, queries of recorded votes.
CHOICES = {"human": Choice(crowd="human", setting="aggregation"),
           "llm": Choice(crowd="llm", setting="aggregation"),
           "replays": Choice(v="buy", crowd="human", setting="active")}


class Published:
    """Figures of the published results. ``of`` is a key of `CHOICES`; methods
    and datasets are named by their ids."""

    def __init__(self, folder=store.STORE):
        rows = store.read_store(folder)
        self.data = page_data(rows)
        self._points = points_of(rows)
        self.runs = runs_of(self._points)
        self.names = {m["id"]: escaped(m["name"])
                      for m in self.data["methods"]}
        # A page asks for the same few tables many times.
        self.table = cache(lambda of: headline(self.data, CHOICES[of]))

    @property
    def source(self):
        return (f"the published run (commit {self.data['commit']}, "
                f"{self.data['date']})")

    # --- rankings over datasets -------------------------------------------
    def row(self, method, of):
        rows = {row.id: row for row in self.table(of).rows}
        if method not in rows:
            raise ValueError(f"{method} is not among {', '.join(rows)}")
        return rows[method]

    def leader(self, of):
        """The id of the best method, at its defaults."""
        return self.table(of).others[0].id

    def significant(self, of):
        """Which methods are significantly better than the baseline, as the
        subject and verb of a sentence."""
        names = [escaped(row.name) for row in self.table(of).others
                 if row.beats]
        return (f"{listed(names) or 'no method'} "
                f"{'are' if len(names) > 1 else 'is'} significantly better")

    def verdict(self, method, of):
        """``better on average, not robustly: p = .040 (.018 to .310 with one
        source left out)``"""
        row = self.row(method, of)
        return f"{row.verdict}: {row.stability.text}"

    def p(self, method, of):
        return p_text(self.row(method, of).stability.p)

    def share_letter(self, methods, of):
        """Do these methods share a letter?"""
        return bool(set.intersection(*(set(self.row(method, of).letters)
                                       for method in methods)))

    def improvement(self, method, of):
        """(mean, low, high) over the baseline, in percentage points, over
        datasets."""
        return student(self.row(method, of).by_source_group)

    def improvement_over(self, method, other, of):
        """`improvement` over another method, on the same datasets."""
        return student(self.row(method, of).by_source_group
                       - self.row(other, of).by_source_group)

    def improvement_without(self, dataset, method, of):
        """`improvement` on all datasets but one."""
        own, = (d["source_group"] for d in self.data["datasets"]
                if d["id"] == dataset)
        source_groups = self.table(of).source_groups
        if own not in source_groups:
            raise ValueError(f"{own} is not among {source_groups}")
        return student(self.row(method, of).by_source_group[
            [source_group != own for source_group in source_groups]])

    def halves(self, of):
        """What choosing the best method costs: ``+3.5 percentage points on
        the half that chose it and +2.4 on the other half``"""
        here, there = self.table(of).halves
        return (f"{here:+.1f} percentage points on the half that chose it and "
                f"{there:+.1f} on the other half")

    def n_models(self, of="llm"):
        """The number of models that voted on these datasets: ``11 to 13``."""
        known = {d["workers"] for d in self._datasets(of)}
        return f"{min(known)} to {max(known)}"

    @property
    def panel(self):
        return self.data["panel"]

    def for_models(self):
        """Improvements on LLM-annotated tasks as Markdown: for these models,
        and for models like these."""
        these = {slug(row): student(np.array(values)) for row, values
                 in ModelPanel.stored().study["improvement"].items()}
        return markdown(
            [[self.names.get(method, method), _points(these[method]),
              _points(wide)] for method, wide in sorted(
                  self.panel["improvement"].items(), key=lambda m: -m[1][0])],
            ["method", "for these models", "for models like these"])

    def _datasets(self, of):
        known = {d["id"]: d for d in self.data["datasets"]}
        return [known[d] for d in self.table(of).datasets]

    def all_seen(self, of):
        """Were all datasets at hand when defaults were chosen?"""
        return all(d.get("seen", True) for d in self._datasets(of))

    def by_seen(self, row, of):
        """`columns` of the datasets that were at hand when defaults were
        chosen, of the others and of all; None if all were at hand."""
        datasets = [d for d in self._datasets(of) if d["id"] in row.datasets]
        return None if self.all_seen(of) else columns(
            row.gains, [d["source_group"] for d in datasets],
            [d.get("seen", True) for d in datasets])

    def ranking(self, of):
        """The ranking of the methods at their defaults as Markdown."""
        rows = [row for row in self.table(of).rows if not row.variant_of]
        heads = ["method", "letters", "improvement", "95% CI", "p",
                 "p, one source left out"]
        seen = [self.by_seen(row, of) for row in rows]
        if any(seen):
            heads[3:3] = [f"{name} ({seen[0][key][-1]})" for key, name in (
                ("seen", "seen"), ("unseen", "not seen"))]
        return markdown(
            [[escaped(row.name), row.letters or "", f"{row.mean:+.1f}",
              *(_points(own[key]) for key in ("seen", "unseen") if own),
              "" if row.base else f"{row.low:.1f} to {row.high:.1f}",
              *_p_values(row.stability)] for row, own in zip(rows, seen)],
            heads)

    def best(self, of, heading, n=4):
        """The best methods as Markdown, in bold if they are significantly
        better than the baseline."""
        rows = self.table(of).others[:n]
        seen = [self.by_seen(row, of) for row in rows]
        names = [f"**{escaped(row.name)}**" if row.beats
                 else escaped(row.name) for row in rows]
        return markdown(
            [[name, _points((row.mean, row.low, row.high)),
              *([_points(own["unseen"])] if own else []),
              *_p_values(row.stability)]
             for name, row, own in zip(names, rows, seen)],
            [heading, "improvement", *(
                [f"on {seen[0]['unseen'][-1]} not seen"] if any(seen)
                else []), "p", "p, one source left out"])

    # --- one dataset --------------------------------------------------------
    def cell(self, dataset, method, measure="labels"):
        """[score %, improvement, low, high, resampling unit]."""
        for cell in self.data["cells"]:
            if (cell["d"], cell["m"]) == (dataset, method):
                return cell[measure]
        raise ValueError(f"no {method} on {dataset}")

    def share(self, dataset, method, measure="labels", digits=4):
        """``.9142``"""
        return number(self.cell(dataset, method, measure)[0] / 100, digits)

    def difference(self, dataset, method, other, measure="network"):
        """(mean, low, high) of a method minus another one, computed as the
        page computes it for the baseline: where the votes are fixed, tasks or
        test examples are resampled."""
        (name, fixed), = ((name, entry["same"]) for name, entry
                          in settings_of(self.runs).items()
                          if entry["id"] == dataset)
        own, points = (table[(table["dataset"] == name)
                             & table["solver"].map(slug).isin([method, other])]
                       for table in (self.runs, self._points))
        base = next(solver for solver in own["solver"]
                    if slug(solver) == other)
        metric = next(metric for metric in METRICS
                      if metric.headline and metric.headline.id == measure)
        metric = replace(metric, headline=replace(metric.headline,
                                                  baseline=base))
        found, = (gain for solver, gain in gains(
            metric, own, points, fixed)[0].items() if slug(solver) == method)
        return found.gain, found.low, found.high

    # --- fewer votes ------------------------------------------------------
    def subsampled(self, crowd):
        """{dataset: {method: {votes per task: %}}} of the datasets of a kind
        with many votes per task, one of each source group. ``inf`` = all."""
        found, source_groups = {}, set()
        for d in self.data["datasets"]:
            curves = self.data["subsampled"].get(d["id"])
            if (curves and d["crowd"] == crowd and d["vpt"] >= ENOUGH["votes"]
                    and d["source_group"] not in source_groups):
                source_groups.add(d["source_group"])
                found[d["id"]] = {
                    m: dict(zip([*map(round, votes[:-1]), np.inf], right))
                    for m, (votes, right, _) in curves.items()}
        return found

    def levels(self, crowd):
        """Votes per task that all of these datasets have, ``inf`` last."""
        curves = [right for by_method in self.subsampled(crowd).values()
                  for right in by_method.values()]
        return sorted(set.intersection(*map(set, curves)))

    def by_votes(self, crowd):
        """Methods x votes per task: label accuracy in %, mean over datasets.
        """
        curves, levels = self.subsampled(crowd), self.levels(crowd)
        methods = set.intersection(*map(set, curves.values()))
        rows = [(self.names[m], [np.mean([own[m][level] for own
                                          in curves.values()])
                                 for level in levels]) for m in methods]
        rows.sort(key=lambda row: -row[1][-1])
        best = np.max([means for _, means in rows], axis=0)
        return markdown(
            [[name, *(f"**{v:.1f}**" if v == top else f"{v:.1f}"
                      for v, top in zip(means, best))]
             for name, means in rows],
            ["method", *("all" if level == np.inf else f"{level}"
                         for level in levels)])

    def improvement_at(self, votes, method, crowd):
        """`improvement` over majority vote with so many votes per task."""
        return student(np.array([
            curves[method][votes] - curves["mv"][votes]
            for curves in self.subsampled(crowd).values()]))

    def losses(self, crowd, levels=(3, 5)):
        """Methods x votes per task: label accuracy with so many votes minus
        that with all votes, mean over datasets with its interval."""
        curves = self.subsampled(crowd).values()
        rows = [(self.names[m], [student(np.array([
            own[m][level] - own[m][np.inf] for own in curves]))
            for level in levels]) for m in set.intersection(*map(set, curves))]
        rows.sort(key=lambda row: -row[1][0][0])
        return markdown([[name, *map(_points, found)] for name, found in rows],
                        ["method", *(f"{level} votes" for level in levels)])

    def votes_needed(self, method, crowd):
        """((median, low, high), n, n_datasets): over datasets, the votes per
        task from which on a method is within `ENOUGH` of its accuracy with all
        votes, ``inf`` where no smaller number is, and the number of the other
        datasets."""
        needed = []
        for curves in self.subsampled(crowd).values():
            right = curves[method]
            far = [votes for votes in right
                   if right[votes] < right[np.inf] - ENOUGH["within"]]
            needed.append(min(v for v in right if v > max(far, default=0)))
        return (median_interval(needed), int(np.isfinite(needed).sum()),
                len(needed))


def _points(found):
    """``+3.2 (0.9 to 5.6)``, without an interval below three sources."""
    mean, low, high, *_ = found
    return f"{mean:+.1f}" if np.isnan(low) else points((mean, low, high))


def _p_values(own):
    return ["", ""] if own is None else [
        p_text(own.p), f"{p_text(own.low)} to {p_text(own.high)}"]


def listed(names):
    """``A, B and C``"""
    *first, last = names or [""]
    return f"{', '.join(first)} and {last}" if first else last


def escaped(text):
    """Markdown that shows as the text it is."""
    return re.sub(r"([\\`*_{}\[\]<>|#!])", r"\\\1", " ".join(text.split()))
