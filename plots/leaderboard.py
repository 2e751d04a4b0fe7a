from benchopt import BasePlot

from benchmark_utils.report.plots import once, runs_of
from benchmark_utils.report.runs import cells, shown_metrics

ALL = "all datasets"


@once
def tables_of(df):
    runs = runs_of(df)
    return [(metric, cells(runs, metric)) for metric in shown_metrics(runs)]


class Plot(BasePlot):
    """One row per dataset and solver: mean over repetitions, best in bold."""
    name = "Leaderboard"
    type = "table"
    options = {"dataset": lambda df: [
        ALL, *runs_of(df)["dataset"].unique().tolist()]}

    def plot(self, df, dataset):
        tables, rows = tables_of(df), []
        for key in tables[0][1]:
            if dataset in (ALL, key[0]):
                rows.append([*key, *(_cell(metric, table[key])
                                     for metric, table in tables)])
        return rows

    def get_metadata(self, df, dataset):
        titles = [metric.title for metric, _ in tables_of(df)]
        return {"title": f"Leaderboard: {dataset} (mean ± standard deviation "
                         "over repetitions, best in bold)",
                "columns": ["Dataset", "Solver", *titles],
                "default_order_column": "Dataset",
                "default_order_ascending": True}


def _cell(metric, cell):
    text = metric.text(cell.mean)
    if cell.best:
        text = f"**{text}**"
    # Seconds have no fixed number of digits: alone, they sort as numbers.
    spread = metric.spread(cell) if metric.format.endswith("f") else ""
    # Non-breaking spaces keep a cell on one line.
    return f"{text}\u00a0±\u00a0{spread}" if spread else text
