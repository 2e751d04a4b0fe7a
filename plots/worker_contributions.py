from benchopt import BasePlot

from benchmark_utils.report.plots import names, once, runs_of
from benchmark_utils.report.runs import worker_values

WORTH = "left out, retrained"


@once
def values(df):
    return worker_values(runs_of(df))


class Plot(BasePlot):
    """Who helped, who hurt: a bar per worker, its points the repetitions."""
    name = "Worker contributions"
    type = "bar_chart"
    options = {
        "dataset": lambda df: names(values(df), "no gold questions"),
        "by": lambda df: [WORTH, *dict.fromkeys(
            solver for _, solver in values(df))]}

    def plot(self, df, dataset, by):
        known = values(df)
        if by == WORTH:
            runs = next((runs for (owner, _), runs in known.items()
                         if owner == dataset), [])
            name = "worth"
        else:
            runs, name = known.get((dataset, by), []), "score"
        bars = []
        for worker in range(len(runs[0][name]) if runs else 0):
            y = [float(run[name][worker]) for run in runs]
            helped = sorted(y)[len(y) // 2] >= 0
            bars.append({"y": y, "label": f"worker {worker}", "text": "",
                         "color": "#0b6e4f" if helped else "#b3382c"})
        return bars

    def get_metadata(self, df, dataset, by):
        return {"title": f"{dataset}: workers by {by}",
                "ylabel": "rise of the test loss without the worker"
                if by == WORTH else f"worker score of {by}"}
