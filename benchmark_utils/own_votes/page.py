"""The analysis as one HTML page, which loads nothing from a network."""
from pathlib import Path

import jinja2
import numpy as np

from benchmark_utils.own_votes.learning_curve import GOAL
from benchmark_utils.own_votes.share_right import SURE
from benchmark_utils.own_votes.summary import said_share
from benchmark_utils.own_votes.tables import (
    ACCEPT,
    DOUBTFUL,
    MANUAL,
    RELABEL,
    SPOT,
)
from benchmark_utils.own_votes.verdicts import KEEP, REMOVE, REVIEW
from benchmark_utils.reading.columns import count

# Most rows on the page; the files have all.
MOST_ROWS, MOST_PAIRS, MOST_LABELS, MOST_CLASSES = 50, 20, 8, 12
FEW = 3  # rows of the tables with which the page opens
LEAST_GAIN = .0005  # shown as 0.1 points
FIRST = "Consider hard tasks, unclear classes and weak workers first."
HEADLINES = {ACCEPT: f"probability {SURE:.0%} or more, two voters or more",
             SPOT: f"{DOUBTFUL:.0%} or more",
             RELABEL: f"below {DOUBTFUL:.0%}, few votes",
             MANUAL: f"below {DOUBTFUL:.0%} despite many votes"}


def page(analysis, summary, source):
    """The text of index.html, with the numbers of `summary.summary`, for votes
    from the file ``source``."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent),
        autoescape=True, trim_blocks=True, lstrip_blocks=True,
        undefined=jinja2.StrictUndefined)
    environment.filters.update(
        percent=lambda x: "–" if _missing(x) else f"{100 * x:.0f}%",
        tenth=lambda x: f"{100 * x:.1f}%", count=count,
        number=lambda x: f"{x:,}",
        two=lambda x: "–" if _missing(x) else f"{round(x, 2) + 0:.2f}")
    return environment.get_template("page.html.j2").render(
        source=source, n=summary, shares=_shares(summary),
        differing=_differing(analysis), workers=_workers(analysis),
        relabel=_relabel(analysis), grid=_grid(analysis),
        pairs=_pairs(analysis, MOST_PAIRS), curve=_curve(analysis, summary),
        methods=_methods(summary), used=analysis.check.used, most=MOST_ROWS,
        few=FEW, said=said_share(summary))


def _missing(x):
    return x is None or x != x


def _shares(summary):
    total = summary["n_tasks"]
    return [dict(name=name, n=n, share=n / total, help=HEADLINES[name],
                 css=name.replace(" ", "-"))
            for name, n in summary["actions"].items() if n]


def _differing(analysis):
    """Tasks on which the methods disagree, the most doubtful first."""
    differ = np.flatnonzero(analysis.differ)
    top = analysis.probability[differ].max(axis=1)
    first = differ[np.argsort(top, kind="stable")[:MOST_ROWS]]
    return dict(n=len(differ), rows=_tasks(analysis, first))


def _tasks(analysis, tasks):
    """Rows of the page for some tasks, with their votes."""
    table = analysis.labels.iloc[tasks]
    rows = table.to_dict("records")
    for row, votes in zip(rows, _votes_on(analysis, tasks)):
        row["votes"] = votes[:MOST_LABELS]
        row["hidden"] = max(len(votes) - MOST_LABELS, 0)
    return rows


def _votes_on(analysis, tasks):
    """The (label, workers) of each task, the most frequent label first."""
    crowd = analysis.crowd
    votes = crowd.votes.of_tasks(tasks)
    found = [{} for _ in tasks]
    for i, j, k in zip(votes.task, votes.worker, votes.label):
        found[i].setdefault(crowd.class_names[k], []).append(
            crowd.worker_ids[j])
    return [sorted(given.items(), key=lambda item: -len(item[1]))
            for given in found]


def _workers(analysis):
    """Workers to remove, to review, then by their number of votes."""
    table = analysis.workers
    place = table["verdict"].map({REMOVE: 0, REVIEW: 1, KEEP: 2})
    order = np.lexsort((-table["n_votes"], place))
    rows = table.iloc[order[:MOST_ROWS]].to_dict("records")
    m, names = analysis.measures, analysis.crowd.class_names
    for row, j in zip(rows, order):
        row["classes"] = [
            dict(name=name, accuracy=m.by_class[j, k])
            for k, name in enumerate(names[:MOST_CLASSES])]
    counted = m.accuracy[m.n > 0]
    flagged = int((place < 2).sum())
    return dict(n=len(table), rows=rows, flagged=flagged, median=float(
        np.median(counted)) if len(counted) else None)


def _relabel(analysis):
    """The first tasks that are doubtful or that a vote could change."""
    tasks = analysis.order[:MOST_ROWS]
    top = analysis.probability[tasks].max(axis=1)
    tasks = tasks[(top < DOUBTFUL) | (analysis.gain[tasks] >= LEAST_GAIN)]
    rows = _tasks(analysis, tasks)
    workers = analysis.crowd.worker_ids
    for row, i, asked in zip(rows, tasks, analysis.ask):
        row["gain"] = float(analysis.gain[i])
        row["ask"] = [workers[j] for j in asked if j >= 0]
    return rows


def _grid(analysis):
    """Share of votes l on tasks of class k, unless classes are many."""
    names = analysis.crowd.class_names
    if len(names) > MOST_CLASSES:
        return None
    p = np.nan_to_num(analysis.probability)
    number = p.T @ analysis.crowd.votes.counts()
    total = np.maximum(number.sum(axis=1, keepdims=True), 1e-12)
    return dict(names=names, rows=list(zip(names, (number / total).tolist())))


def _pairs(analysis, most):
    return analysis.confusion.head(most).to_dict("records")


def _curve(analysis, summary):
    if analysis.curve is None:
        return None
    best, low, high = summary["votes_per_task_for_95"]
    today = summary["votes_per_task"]
    if summary["needs_gold"]:
        answer = "Unknown: votes of language models cannot show this."
    elif best is not None and best <= today:
        answer = "Today's votes are enough."
    elif best is not None:
        most = (f"{high:.0f}" if high is not None else
                f"more than {4 * today:.0f}")
        answer = (f"About {best - today:.0f} more votes per task, "
                  f"{best:.0f} in all (between {low:.0f} and {most}).")
    elif low is not None:
        answer = (f"Probably more than {4 * today:.0f} votes per task, four "
                  f"times today's; at best {low:.0f}. {FIRST}")
    else:
        answer = (f"More than {4 * today:.0f} votes per task, four times "
                  f"today's: more votes of this kind will not help. {FIRST}")
    return dict(answer=answer, **_figure(analysis.curve))


def _methods(summary):
    """NLL of held-out votes for each method, the best first."""
    scores = {name: value for name, value in summary["vote_nll"].items()
              if value is not None}
    if not scores:
        return []
    least, most = min(scores.values()), max(scores.values())
    return [dict(name=name, nll=value, behind=value - least,
                 bar=(value - least) / ((most - least) or 1))
            for name, value in sorted(scores.items(), key=lambda x: x[1])]


def _figure(curve):
    """Coordinates of the figure of a curve, and its texts."""
    width, height, left, bottom, top, right = 640, 306, 46, 46, 12, 14
    x_most = curve.ahead[-1]
    least = max(np.floor(20 * (min(curve.low.min(), GOAL) - .02)) / 20, 0)

    def x(n):
        return round(left + (width - left - right) * n / x_most, 1)

    def y(share):
        share = (1 - np.clip(share, least, 1)) / (1 - least)
        return round(float(top + (height - top - bottom) * share), 1)

    def line(ns, shares):
        return " ".join(f"{x(n)},{y(s)}" for n, s in zip(ns, shares))

    def band(ns, low, high):
        return line([*ns, *ns[::-1]], [*high, *low[::-1]])

    n, share = curve.votes_per_task, curve.accuracy
    ahead, mid, low, high = ([now[-1], *later] for now, later in (
        (n, curve.ahead), (share, curve.ahead_accuracy),
        (curve.low, curve.ahead_low), (curve.high, curve.ahead_high)))
    tick = .05 if least >= .75 else .1 if least >= .4 else .2
    ticks = np.arange(np.ceil(least / tick - 1e-9), round(1 / tick) + 1) * tick
    step = max(int(np.ceil(x_most / 8)), 1)
    return dict(
        width=width, height=height, left=left, right=width - right,
        bottom=height - bottom, band=band(n, curve.low, curve.high),
        faint=band(ahead, low, high), line=line(n, share),
        ahead=line(ahead, mid), goal=(y(GOAL), GOAL),
        dots=[(x(m), y(s), m, s) for m, s in zip(n, share)],
        shares=[(y(s), s) for s in ticks],
        numbers=[(x(m), m) for m in range(step, int(x_most) + 1, step)])
