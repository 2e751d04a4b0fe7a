"""The overall ranking as Markdown, for the README."""
from tabulate import tabulate

from benchmark_utils.report.ranking import standings, tracks
from benchmark_utils.report.runs import prepare_runs, shown_metrics


def ranking_markdown(results):
    """Elo and its interval of each solver by each main metric, a table for
    each track."""
    return "\n\n".join(_table(title, part) for title, part in tracks(
        prepare_runs(results)).items())


def _table(title, runs):
    columns = {metric: {place.solver: _text(place)
                        for place in standings(runs, metric)}
               for metric in shown_metrics(runs) if metric.main}
    solvers = list(dict.fromkeys(
        solver for column in columns.values() for solver in column))
    return tabulate(
        [[solver, *(column.get(solver, "-") for column in columns.values())]
         for solver in solvers],
        [f"Elo, {title}", *(metric.title for metric in columns)],
        tablefmt="pipe", disable_numparse=True,
        colalign=["left"] + ["right"] * len(columns))


def _text(place):
    text = f"**{place.elo:.0f}**" if place.first else f"{place.elo:.0f}"
    low, high = place.elo_interval
    if low == low:
        text += f" [{low:.0f}, {high:.0f}]"
    return text + (" ≈" if place.close else "")
