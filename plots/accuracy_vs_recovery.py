from benchmark_utils.report.comparison.plots import MeanScatter


class Plot(MeanScatter):
    """Do more accurate labels train a more accurate network?"""
    name = "Accuracy vs recovery"
    x, y = "objective_label_recovery", "objective_test_accuracy"
    x_title, y_title = "Label accuracy", "Test accuracy"
