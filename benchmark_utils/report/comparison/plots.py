"""Base classes of the plots of benchopt's page, which our page draws too."""
import importlib.util
import inspect
from functools import cache, wraps

from benchopt import BasePlot

from benchmark_utils.catalogue import ROOT
from benchmark_utils.report.comparison.tables import tables
from benchmark_utils.report.results.figures import mean_points
from benchmark_utils.report.results.runs import points_of, runs_of


def once(function):
    """``function(df)`` with a cache of the last frame: benchopt calls a plot
    once per option, always with the same frame."""
    frame = answer = None

    @wraps(function)
    def remembered(df):
        nonlocal frame, answer
        if frame is not df:
            frame, answer = df, function(df)
        return answer
    return remembered


def names(keys, otherwise):
    """The distinct first parts of the keys, or ``otherwise``, as benchopt
    needs at least one option."""
    return list(dict.fromkeys(name for name, _ in keys)) or [otherwise]


all_points = once(points_of)
all_runs = once(lambda df: runs_of(all_points(df)))
all_tables = once(lambda df: tables(all_runs(df)))


class SeriesPlot(BasePlot):
    """A plot of one dataset at a time with a point or a line per solver.

    A subclass defines ``name``, ``x_title``, ``y_title`` and ``series(runs,
    points)``: {(dataset, solver): (x, y, ...)}, numbers or lists. Its
    docstring is the caption. ``on_page = False`` leaves it out of our page, if
    that shows the same numbers elsewhere.
    """
    type = "scatter"
    log_x = lines = False
    on_page = True
    empty = "no dataset has these scores"

    @staticmethod
    def series(runs, points):
        raise NotImplementedError

    @classmethod
    def help(cls):
        return " ".join(inspect.getdoc(cls).split())

    def _series(self, df):
        return _remembered(type(self))(df)

    @property
    def options(self):
        return {"dataset": lambda df: names(self._series(df), self.empty)}

    def plot(self, df, dataset):
        return [{"x": _list(x), "y": _list(y), "label": solver,
                 **self.get_style(solver)}
                for (owner, solver), (x, y, *_) in self._series(df).items()
                if owner == dataset]

    def get_metadata(self, df, dataset):
        return {"title": dataset, "xlabel": self.x_title,
                "ylabel": self.y_title,
                "scale": "semilog-x" if self.log_x else "linear"}


class MeanScatter(SeriesPlot):
    """A point per solver: means over repetitions of the columns ``x``, ``y``.
    """
    @classmethod
    def series(cls, runs, points):
        return mean_points(runs, cls.x, cls.y)


def plots_of_the_page():
    """The plots of plots/ that our page draws too."""
    found = []
    for path in sorted((ROOT / "plots").glob("*.py")):
        spec = importlib.util.spec_from_file_location(
            f"benchmark_plots_{path.stem}", path)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        plot = module.Plot
        if issubclass(plot, SeriesPlot) and plot.on_page:
            found.append(plot)
    return found


def _list(values):
    return [float(value) for value in (
        values if hasattr(values, "__len__") else [values])]


@cache
def _remembered(plot):
    return once(lambda df: plot.series(all_runs(df), all_points(df)))
