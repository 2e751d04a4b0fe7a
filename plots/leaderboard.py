from benchopt import BasePlot

from benchmark_utils.report.comparison.plots import all_runs, all_tables

ALL = "all datasets"


class Plot(BasePlot):
    """Mean over repetitions for each dataset and solver. Bold: not
    significantly different from the best mean, while other solvers are."""
    name = "Leaderboard"
    type = "table"
    options = {"dataset": lambda df: [
        ALL, *all_runs(df)["dataset"].unique().tolist()]}

    def plot(self, df, dataset):
        tables, rows = all_tables(df), []
        for key in tables[0][1]:
            if dataset in (ALL, key[0]):
                rows.append([*key, *(_text(metric, table[key])
                                     for metric, table in tables)])
        return rows

    def get_metadata(self, df, dataset):
        titles = [metric.title for metric, _ in all_tables(df)]
        return {"title": f"Leaderboard: {dataset} (mean ± standard deviation "
                         "over repetitions; bold: not significantly different "
                         "from the best)",
                "columns": ["Dataset", "Solver", *titles],
                "default_order_column": "Dataset",
                "default_order_ascending": True}


def _text(metric, cell):
    # Seconds have no fixed number of digits: alone, they sort as numbers.
    text = cell.text(metric, spread=metric.format.endswith("f"))
    # Non-breaking spaces keep a cell on one line.
    text = text.replace(" ", "\u00a0")
    return f"**{text}**" if cell.top else text
