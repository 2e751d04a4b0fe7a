from benchmark_utils.report.comparison.plots import MeanScatter


class Plot(MeanScatter):
    """Upper left is better: accurate and well calibrated."""
    name = "Accuracy vs ECE"
    x, y = "objective_test_ece", "objective_test_accuracy"
    x_title, y_title = "Test ECE", "Test accuracy"
