"""What the plots of benchopt's own page share."""
from functools import wraps

from benchopt import BasePlot

from benchmark_utils.report.runs import mean_points, prepare_runs


def once(function):
    """``function(df)``, remembered for the last frame: benchopt asks a plot
    for its data anew for each choice of the reader's, always on one frame."""
    frame = answer = None

    @wraps(function)
    def remembered(df):
        nonlocal frame, answer
        if frame is not df:
            frame, answer = df, function(df)
        return answer
    return remembered


def names(keys, otherwise):
    """The first parts of the keys, each once: a reader's choices, of which
    benchopt wants one at least."""
    return list(dict.fromkeys(name for name, _ in keys)) or [otherwise]


runs_of = once(prepare_runs)
points_of = once(lambda df: prepare_runs(df, every_point=True))


class MeanScatter(BasePlot):
    """One point per solver: the means of two columns over repetitions.

    A child names the columns, ``x`` and ``y``, and ``labels`` for the axes.
    """
    type = "scatter"
    scale = "linear"
    options = {"dataset": lambda df: runs_of(
        df)["dataset"].unique().tolist()}

    def plot(self, df, dataset):
        runs = runs_of(df)
        runs = runs[runs["dataset"] == dataset]
        if self.x not in runs or self.y not in runs:
            return []
        return [{"x": [float(row["x"])], "y": [float(row["y"])],
                 "label": solver, **self.get_style(solver)}
                for (_, solver), row in mean_points(
                    runs, self.x, self.y).iterrows()]

    def get_metadata(self, df, dataset):
        return {"title": dataset, "xlabel": self.labels[0],
                "ylabel": self.labels[1], "scale": self.scale}
