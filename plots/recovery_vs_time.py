from benchmark_utils.report.plots import MeanScatter


class Plot(MeanScatter):
    """Mean label recovery against mean time."""
    name = "Recovery vs time"
    x, y = "total_time", "objective_label_recovery"
    labels = "Time (s)", "Label recovery"
    scale = "semilog-x"
