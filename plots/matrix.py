from benchopt import BasePlot

from benchmark_utils.report.plots import runs_of
from benchmark_utils.report.runs import BY_TITLE, mean_ranks, shown_metrics


class Plot(BasePlot):
    """Solvers in rows, datasets in columns, best mean rank first."""
    name = "Matrix"
    type = "table"
    options = {"metric": lambda df: [
        metric.title for metric in shown_metrics(runs_of(df))]}

    def plot(self, df, metric):
        ranks, means = mean_ranks(runs_of(df), BY_TITLE[metric])
        return [[solver, round(float(rank), 2),
                 *(round(float(v), 4) if v == v else "-"
                   for v in means.loc[solver])]
                for solver, rank in ranks.items()]

    def get_metadata(self, df, metric):
        _, means = mean_ranks(runs_of(df), BY_TITLE[metric])
        return {"title": f"{metric}: mean over repetitions, and mean rank",
                "columns": ["Solver", "Mean rank", *means.columns],
                "default_order_column": "Mean rank",
                "default_order_ascending": True}
