from benchmark_utils.report.comparison.plots import SeriesPlot
from benchmark_utils.report.results.figures import subsampled_curves
from benchmark_utils.report.results.settings import levels


class Plot(SeriesPlot):
    """How many votes are enough? Label accuracy on random subsamples of the
    votes of each task, mean over the subsamples."""
    name = "Recovery vs votes per task"
    x_title, y_title = "Votes per task", "Label accuracy"
    lines = True
    on_page = False  # there: how many votes are enough
    empty = "no subsampled votes"

    @staticmethod
    def series(runs, points):
        return subsampled_curves(runs, levels(runs))
