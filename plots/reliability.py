from benchmark_utils.report.comparison.plots import SeriesPlot
from benchmark_utils.report.results.figures import reliability_curves


class Plot(SeriesPlot):
    """Calibration of networks: test accuracy by confidence."""
    name = "Reliability"
    x_title, y_title = "Confidence", "Accuracy"
    lines = True
    on_page = False  # there: calibration of networks
    empty = "no test set"

    @staticmethod
    def series(runs, points):
        return reliability_curves(runs)
