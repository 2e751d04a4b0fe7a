from benchmark_utils.report.comparison.plots import MeanScatter


class Plot(MeanScatter):
    """Upper left is better: right often, and as sure as it is right."""
    name = "Accuracy vs ECE"
    x, y = "objective_test_ece", "objective_test_accuracy"
    x_title, y_title = "Test ECE", "Test accuracy"
