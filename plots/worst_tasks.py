import json

from benchopt import BasePlot

from benchmark_utils.report.summary import prepare_runs, worst_tasks
from benchmark_utils.task_view import caption, decode


class Plot(BasePlot):
    """The tasks that a method finds worst, in its first repetition."""
    name = "Worst tasks"
    type = "image"
    options = {
        "dataset": lambda df: list(dict.fromkeys(
            dataset for dataset, _ in worst_tasks(prepare_runs(df))))
        or ["no images"],
        "solver": lambda df: list(dict.fromkeys(
            solver for _, solver in worst_tasks(prepare_runs(df))))
        or ["no images"]}

    def plot(self, df, dataset, solver):
        tasks = worst_tasks(prepare_runs(df)).get((dataset, solver), "[]")
        return [{"image": decode(task["image"]),
                 "label": f"{task['task']}: {caption(task)}"}
                for task in json.loads(tasks)]

    def get_metadata(self, df, dataset, solver):
        return {"title": f"{dataset}: lowest task scores of {solver}",
                "ncols": 4}

