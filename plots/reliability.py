from benchopt import BasePlot

from benchmark_utils.report.summary import prepare_runs, reliability_curves


class Plot(BasePlot):
    """Accuracy of the test predictions against their confidence."""
    name = "Reliability"
    type = "scatter"
    options = {"dataset": lambda df: list(dict.fromkeys(
        dataset for dataset, _ in reliability_curves(prepare_runs(df)))
        ) or ["no test set"]}

    def plot(self, df, dataset):
        curves = reliability_curves(prepare_runs(df))
        return [{"x": confidence.tolist(), "y": accuracy.tolist(),
                 "label": solver, **self.get_style(solver)}
                for (owner, solver), (confidence, accuracy, _)
                in curves.items() if owner == dataset]

    def get_metadata(self, df, dataset):
        return {"title": dataset, "xlabel": "Confidence",
                "ylabel": "Accuracy", "scale": "linear"}
