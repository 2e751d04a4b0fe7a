from benchmark_utils.report.comparison.plots import SeriesPlot
from benchmark_utils.report.results.figures import subsampled_curves
from benchmark_utils.report.results.settings import levels


class Plot(SeriesPlot):
    """How many votes are enough? Recovery when only some votes of a recorded
    crowd are kept, mean over draws."""
    name = "Recovery vs votes per task"
    x_title, y_title = "Votes per task", "Label recovery"
    lines = True
    on_page = False  # there: how many votes are enough
    empty = "no crowd was thinned out"

    @staticmethod
    def series(runs, points):
        return subsampled_curves(runs, levels(runs))
