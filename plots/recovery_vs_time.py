from benchmark_utils.report.comparison.plots import MeanScatter


class Plot(MeanScatter):
    """Upper left is better. Time until the method returns labels, without the
    training of a network on them."""
    name = "Recovery vs time"
    x, y = "objective_seconds", "objective_label_recovery"
    x_title, y_title = "Seconds to aggregate", "Label accuracy"
    log_x = True
    on_page = False  # there: improvement and time
