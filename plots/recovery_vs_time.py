from benchmark_utils.report.comparison.plots import MeanScatter


class Plot(MeanScatter):
    """Upper left is better. Seconds until the labels are there: the training
    of a network on them is another clock."""
    name = "Recovery vs time"
    x, y = "objective_seconds", "objective_label_recovery"
    x_title, y_title = "Seconds to aggregate", "Label recovery"
    log_x = True
    on_page = False  # there: gain against time
