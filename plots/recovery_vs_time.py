from benchopt import BasePlot

from benchmark_utils.report.summary import prepare_runs


class Plot(BasePlot):
    """Mean label recovery against mean time, one point per solver."""
    name = "Recovery vs time"
    type = "scatter"
    options = {"dataset": lambda df: prepare_runs(
        df)["dataset"].unique().tolist()}

    def plot(self, df, dataset):
        runs = prepare_runs(df)
        runs = runs[runs["dataset"] == dataset]
        return [{"x": [float(rows["total_time"].mean())],
                 "y": [float(rows["objective_label_recovery"].mean())],
                 "label": solver, **self.get_style(solver)}
                for solver, rows in runs.groupby("solver")]

    def get_metadata(self, df, dataset):
        return {"title": dataset, "xlabel": "Time (s)",
                "ylabel": "Label recovery", "scale": "semilog-x"}
