from benchopt import BasePlot

from benchmark_utils.report.comparison.plots import all_runs, all_tables


class Plot(BasePlot):
    """Solvers in rows, datasets in columns: means over repetitions."""
    name = "Matrix"
    type = "table"
    options = {"metric": lambda df: [
        metric.title for metric, _ in all_tables(df)]}

    def plot(self, df, metric):
        runs = all_runs(df)
        table = next(table for own, table in all_tables(df)
                     if own.title == metric)
        solvers = runs["solver"].drop_duplicates().tolist()
        return [[solver, *(_number(table.get((dataset, solver)))
                           for dataset in _datasets(runs))]
                for solver in solvers]

    def get_metadata(self, df, metric):
        return {"title": f"{metric}: mean over repetitions",
                "columns": ["Solver", *_datasets(all_runs(df))],
                "default_order_column": "Solver",
                "default_order_ascending": True}


def _datasets(runs):
    return runs["dataset"].drop_duplicates().tolist()


def _number(cell):
    known = cell is not None and cell.n and cell.mean < float("inf")
    return round(float(cell.mean), 4) if known else "-"
