from benchmark_utils.report.plots import MeanScatter


class Plot(MeanScatter):
    """Mean test accuracy against mean calibration error."""
    name = "Accuracy vs ECE"
    x, y = "objective_test_ece", "objective_test_accuracy"
    labels = "Test ECE", "Test accuracy"
