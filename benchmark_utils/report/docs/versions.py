"""What an earlier published version said, and what this one says."""
import json
from collections import defaultdict

import numpy as np

from benchmark_utils.report.docs.studies import markdown
from benchmark_utils.report.store import store

# Percentage points; a larger change needs a reason.
SMALL = .2
RENAMED = {"crowdkit": "zerobasedskill"}  # methods: {then: now}


class Versions:
    """Mean improvements over the baseline then, as its page had them, and
    now, on datasets whose data are the same in every repetition."""

    def __init__(self, name, now):
        folder = store.STORE / name
        self.name, self.now = name, now
        self.then = json.loads((folder / "results.json").read_text("utf-8"))
        then = _data(self.then["datasets"], store.read_store(folder))
        here = _data(now.data["datasets"], now.runs)
        self.same = {d for d in then.keys() & here.keys()
                     if then[d] == here[d]}
        self.changed = sorted(then.keys() & here.keys() - self.same)

    def rows(self, measure, crowd):
        """(method id, number of datasets, then, now), sources weighted
        equally, of every method that both versions have."""
        kinds = {d["id"]: d for d in self.now.data["datasets"]}
        cells = [{(c["d"], RENAMED.get(c["m"], c["m"])): c[measure][1]
                  for c in data["cells"] if measure in c}
                 for data in (self.then, self.now.data)]
        found = defaultdict(lambda: defaultdict(list))
        for d, m in sorted(cells[0].keys() & cells[1].keys()):
            gains = [own[d, m] for own in cells]
            if d in self.same and kinds[d]["crowd"] == crowd and None not in (
                    gains):
                found[m][kinds[d]["source_group"]].append(gains)
        return [(m, sum(map(len, own.values())), *np.mean(
            [np.mean(gains, axis=0) for gains in own.values()], axis=0))
            for m, own in found.items()]

    def table(self, measure, crowd, reasons):
        """Markdown; ``reasons``: {method id: why its improvement changed},
        ``None`` for methods that it does not name.

        Raises
        ------
        ValueError
            If a change of more than `SMALL` has no reason.
        """
        lines = []
        for m, n, then, now in self.rows(measure, crowd):
            large = abs(now - then) > SMALL
            why = reasons.get(m, reasons.get(None)) if large else ""
            if why is None:
                raise ValueError(f"{m}, {measure}, {crowd}: {then:+.2f} then,"
                                 f" {now:+.2f} now, without a reason")
            lines.append([self.now.names[m], n, f"{then:+.1f}", f"{now:+.1f}",
                          f"{now - then:+.1f}", why])
        return markdown(sorted(lines, key=lambda line: line[0].lower()),
                        ["method", "datasets", self.name, "now", "change",
                         "reason, if the change exceeds 0.2"])


def _data(datasets, rows):
    """{dataset id: versions of its data}"""
    versions = {name: {*zip(own["idx_rep"], own["objective_data_version"])}
                for name, own in rows.groupby("dataset_name")}
    return {d["id"]: versions[d["full"]] for d in datasets}
