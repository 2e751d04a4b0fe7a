from benchopt import BasePlot

from benchmark_utils.report.comparison.plots import all_runs, names, once
from benchmark_utils.report.results.figures import worst_tasks
from benchmark_utils.scoring.examples import caption, decode


@once
def worst(df):
    """Tasks with an image, because benchopt's page cannot show texts."""
    shown = {key: [task for task in tasks if "image" in task]
             for key, tasks in worst_tasks(all_runs(df)).items()}
    return {key: tasks for key, tasks in shown.items() if tasks}


class Plot(BasePlot):
    """The lowest-scored tasks of a method in its first repetition."""
    name = "Worst tasks"
    type = "image"
    options = {
        "dataset": lambda df: names(worst(df), "no images"),
        "solver": lambda df: list(dict.fromkeys(
            solver for _, solver in worst(df))) or ["no images"]}

    def plot(self, df, dataset, solver):
        return [{"image": decode(task["image"]),
                 "label": f"{task['task']}: {caption(task)}"}
                for task in worst(df).get((dataset, solver), [])]

    def get_metadata(self, df, dataset, solver):
        return {"title": f"{dataset}: lowest task scores of {solver}",
                "ncols": 4}
