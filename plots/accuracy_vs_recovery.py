from benchmark_utils.report.comparison.plots import MeanScatter


class Plot(MeanScatter):
    """Do better labels make a better network?"""
    name = "Accuracy vs recovery"
    x, y = "objective_label_recovery", "objective_test_accuracy"
    x_title, y_title = "Label recovery", "Test accuracy"
