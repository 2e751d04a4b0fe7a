from benchopt import BasePlot

from benchmark_utils.report.plots import names, once, runs_of
from benchmark_utils.report.runs import reliability_curves


@once
def curves_of(df):
    return reliability_curves(runs_of(df))


class Plot(BasePlot):
    """Accuracy of the test predictions against their confidence."""
    name = "Reliability"
    type = "scatter"
    options = {"dataset": lambda df: names(
        curves_of(df), "no test set")}

    def plot(self, df, dataset):
        return [{"x": confidence.tolist(), "y": accuracy.tolist(),
                 "label": solver, **self.get_style(solver)}
                for (owner, solver), (confidence, accuracy, _)
                in curves_of(df).items() if owner == dataset]

    def get_metadata(self, df, dataset):
        return {"title": dataset, "xlabel": "Confidence",
                "ylabel": "Accuracy", "scale": "linear"}
