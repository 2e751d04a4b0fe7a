from benchmark_utils.report.comparison.plots import SeriesPlot
from benchmark_utils.report.results.figures import mean_curves


class Plot(SeriesPlot):
    """Test accuracy by cost for policies that train a network. Methods that
    get all votes at once have a single point."""
    name = "Accuracy vs votes"
    x_title, y_title = "Cost per task, in votes", "Test accuracy"
    lines = True
    empty = "no label acquisition"

    @staticmethod
    def series(runs, points):
        return mean_curves(points, "objective_test_accuracy")
