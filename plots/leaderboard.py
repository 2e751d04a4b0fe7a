from benchopt import BasePlot

from benchmark_utils.report.summary import cells, prepare_runs, shown_metrics

ALL = "all datasets"


class Plot(BasePlot):
    """One row per dataset and solver: mean over repetitions, best in bold."""
    name = "Leaderboard"
    type = "table"
    options = {"dataset": lambda df: [
        ALL, *prepare_runs(df)["dataset"].unique().tolist()]}

    def plot(self, df, dataset):
        runs = prepare_runs(df)
        tables = [(metric, cells(runs, metric))
                  for metric in shown_metrics(runs)]
        rows = []
        for key in tables[0][1]:
            if dataset in (ALL, key[0]):
                rows.append([*key, *(_cell(metric, table[key])
                                     for metric, table in tables)])
        return rows

    def get_metadata(self, df, dataset):
        titles = [metric.title for metric in shown_metrics(prepare_runs(df))]
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
