from benchmark_utils.report.comparison.plots import SeriesPlot
from benchmark_utils.report.results.figures import reliability_curves


class Plot(SeriesPlot):
    """Calibration of labels: accuracy by the probability of the label."""
    name = "Label reliability"
    x_title, y_title = "Probability of the label", "Accuracy"
    lines = True
    empty = "no known truth"
    on_page = False  # there: calibration of labels

    @staticmethod
    def series(runs, points):
        return reliability_curves(runs, "objective_label_reliability")
