from benchmark_utils.report.comparison.plots import SeriesPlot
from benchmark_utils.report.results.figures import mean_curves


class Plot(SeriesPlot):
    """Test accuracy against what was paid, of policies that own a network;
    methods that buy all votes at once are a single point."""
    name = "Accuracy vs votes"
    x_title, y_title = "Votes per task (cost)", "Test accuracy"
    lines = True
    empty = "no dataset sells votes"

    @staticmethod
    def series(runs, points):
        return mean_curves(points, "objective_test_accuracy")
