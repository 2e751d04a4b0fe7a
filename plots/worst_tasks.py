import json

from benchopt import BasePlot

from benchmark_utils.report.plots import names, once, runs_of
from benchmark_utils.report.runs import worst_tasks
from benchmark_utils.scoring.examples import caption, decode


@once
def worst(df):
    return worst_tasks(runs_of(df))


class Plot(BasePlot):
    """The tasks that a method finds worst, in its first repetition."""
    name = "Worst tasks"
    type = "image"
    options = {
        "dataset": lambda df: names(worst(df), "no images"),
        "solver": lambda df: list(dict.fromkeys(
            solver for _, solver in worst(df))) or ["no images"]}

    def plot(self, df, dataset, solver):
        return [{"image": decode(task["image"]),
                 "label": f"{task['task']}: {caption(task)}"}
                for task in json.loads(worst(df).get((dataset, solver), "[]"))
                if "image" in task]

    def get_metadata(self, df, dataset, solver):
        return {"title": f"{dataset}: lowest task scores of {solver}",
                "ncols": 4}
