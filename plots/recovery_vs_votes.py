from benchmark_utils.report.comparison.plots import SeriesPlot
from benchmark_utils.report.results.figures import mean_curves


class Plot(SeriesPlot):
    """Learning curves of label acquisition: label accuracy by cost. Methods
    that get all votes at once, chosen at random, have a single point."""
    name = "Recovery vs votes"
    x_title, y_title = "Cost per task, in votes", "Label accuracy"
    lines = True
    on_page = False  # there: learning curves
    empty = "no label acquisition"

    @staticmethod
    def series(runs, points):
        return mean_curves(points)
