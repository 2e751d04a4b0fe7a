from benchmark_utils.report.figures import reliability_curves
from benchmark_utils.report.plots import SeriesPlot


class Plot(SeriesPlot):
    """Accuracy of the test predictions against their confidence."""
    name = "Reliability"
    x_title, y_title = "Confidence", "Accuracy"
    lines = True
    on_page = False  # there: is the network as sure as it is right?
    empty = "no test set"

    @staticmethod
    def series(runs, points):
        return reliability_curves(runs)
