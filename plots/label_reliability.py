from benchmark_utils.report.comparison.plots import SeriesPlot
from benchmark_utils.report.results.figures import reliability_curves


class Plot(SeriesPlot):
    """Are the labels as sure as they are right? Share of right labels against
    their probability."""
    name = "Label reliability"
    x_title, y_title = "Probability of the label", "Share right"
    lines = True
    empty = "no truth is known"
    on_page = False  # there: are the labels as sure as they are right?

    @staticmethod
    def series(runs, points):
        return reliability_curves(runs, "objective_label_reliability")
