"""The ranking of the published results as Markdown, for the README."""
import re
import textwrap

from tabulate import tabulate

from benchmark_utils.report.headline import MIN_GROUPED, Choice, headline
from benchmark_utils.report.terminal import CROWDS as NAMES

MARKS = ("<!-- leaderboard: python -m benchmark_utils.report page --readme "
         "-->", "<!-- /leaderboard -->")
RECORDED, OTHERS = ("human", "llm"), ("simulated",)
MOST = 4  # rows of a table, the best first; the page has all


def with_ranking(text, data):
    """A README with the headline tables between its marks.

    Raises
    ------
    ValueError
        If it has no such marks.
    """
    return with_block(text, MARKS, ranking_markdown(data))


def with_block(text, marks, block):
    """A README with another block between two marks; ValueError if it has
    none."""
    head, mark, rest = text.partition(marks[0])
    _, end, tail = rest.partition(marks[1])
    if not end:
        raise ValueError(f"README.md has no {marks[0]} ... {marks[1]}")
    return f"{head}{mark}\n{block.strip()}\n{end}{tail}"


def ranking_markdown(data):
    """A table for each kind of crowd with votes given, of the methods that
    need votes only, and how to read it. Simulations where nothing else is."""
    parts = _tables(data, RECORDED) or _tables(data, OTHERS)
    said = ("Gain in points of recovery over majority vote on the same votes, "
            "mean over crowds with its 95% interval; groups: who cannot be "
            "told from the best of the group, all pairs at once (shown "
            f"from {MIN_GROUPED} crowds on). The best {MOST} of those that "
            "need votes only; the page has the rest. Commit "
            f"{data['commit']}, {data['date']}.")
    return "\n\n".join([*parts, textwrap.fill(said, 80)])


def _tables(data, kinds):
    return [_table(kind, table) for kind in kinds
            if (table := headline(data, Choice(crowd=kind, kind="votes"))
                ).ranking]


def _table(kind, table):
    rows = [[row.group or "", escaped(row.name), f"{row.mean:+.1f}",
             f"[{row.low:+.1f}, {row.high:+.1f}]"]
            for row in table.rows if not row.base][:MOST]
    title = f"{NAMES[kind].capitalize()}, {len(table.families)} crowds"
    return tabulate(rows, ["", title, "Gain", "95%"], tablefmt="pipe",
                    disable_numparse=True,
                    colalign=["left", "left", "right", "right"])


def escaped(text):
    """Markdown that shows as the text it is."""
    return re.sub(r"([\\`*_{}\[\]<>|#!])", r"\\\1", " ".join(text.split()))
