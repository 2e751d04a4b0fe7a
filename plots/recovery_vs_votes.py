from benchmark_utils.report.comparison.plots import SeriesPlot
from benchmark_utils.report.results.figures import mean_curves


class Plot(SeriesPlot):
    """Which votes to buy: recovery against what was paid. A single point:
    methods that buy all votes at once, at random."""
    name = "Recovery vs votes"
    x_title, y_title = "Votes per task (cost)", "Label recovery"
    lines = True
    on_page = False  # there: labels right while buying votes
    empty = "no dataset sells votes"

    @staticmethod
    def series(runs, points):
        return mean_curves(points)
