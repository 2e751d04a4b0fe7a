from benchopt import BasePlot

from benchmark_utils.report.plots import names, once, points_of
from benchmark_utils.report.runs import budget_curves

COLUMNS = {"label recovery": "objective_label_recovery",
           "test accuracy": "objective_test_accuracy"}


@once
def curves(df):
    return {metric: budget_curves(points_of(df), column)
            for metric, column in COLUMNS.items()}


class Plot(BasePlot):
    """Recovery or accuracy against the votes bought per task."""
    name = "Recovery vs votes"
    type = "scatter"
    options = {
        "dataset": lambda df: names(
            curves(df)["label recovery"], "no online dataset"),
        "metric": list(COLUMNS)}

    def plot(self, df, dataset, metric):
        return [{"x": x.tolist(), "y": mean.tolist(), "label": solver,
                 **self.get_style(solver)}
                for (owner, solver), (x, mean, _) in curves(
                    df)[metric].items() if owner == dataset]

    def get_metadata(self, df, dataset, metric):
        return {"title": dataset, "xlabel": "Votes per task (cost)",
                "ylabel": metric, "scale": "linear"}
