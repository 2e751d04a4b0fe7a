from benchopt import BasePlot

from benchmark_utils.report.comparison.plots import all_runs, names, once
from benchmark_utils.report.results.figures import worker_values

LEFT_OUT = "leave-one-out"
HELPED, HURT = "#0b6e4f", "#b3382c"


@once
def values(df):
    return worker_values(all_runs(df))


class Plot(BasePlot):
    """Contribution of each worker, with a point per repetition."""
    name = "Worker contributions"
    type = "bar_chart"
    options = {
        "dataset": lambda df: names(values(df), "no worker values"),
        "by": lambda df: [LEFT_OUT, *dict.fromkeys(
            solver for _, solver in values(df))]}

    def plot(self, df, dataset, by):
        known = values(df)
        if by == LEFT_OUT:
            runs = next((runs for (owner, _), runs in known.items()
                         if owner == dataset), [])
            name = "leave_one_out"
        else:
            runs, name = known.get((dataset, by), []), "score"
        bars = []
        for worker in range(len(runs[0][name]) if runs else 0):
            y = [float(run[name][worker]) for run in runs]
            helped = sorted(y)[len(y) // 2] >= 0
            bars.append({"y": y, "label": f"worker {worker}", "text": "",
                         "color": HELPED if helped else HURT})
        return bars

    def get_metadata(self, df, dataset, by):
        return {"title": f"{dataset}: workers by {by}",
                "ylabel": "increase of the test loss without the worker"
                if by == LEFT_OUT else f"worker score by {by}"}
