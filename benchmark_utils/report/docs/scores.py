"""The tables of docs/scores.md, from the scores themselves."""
import re

from benchmark_utils.report.results.runs import CLOCKS
from benchmark_utils.scoring import FAMILIES

BETTER = {1: "higher", -1: "lower", 0: "descriptive (no direction)"}


def score_families():
    """(question, file, rows) of each family of `scoring`."""
    for family in FAMILIES:
        name = family.__name__.rpartition(".")[2]
        question = re.split(r"(?<=[.?]) |\n\n", " ".join(
            family.__doc__.split()))[0]
        yield (question.rstrip("."), f"benchmark_utils/scoring/{name}.py",
               list(map(_row, family.METRICS)))


def clocks():
    return list(map(_row, CLOCKS))


def _row(metric):
    return [f"**{metric.title}**" if metric.main else metric.title,
            f"`{metric.name}`", BETTER[metric.better],
            metric.help + ", of a curve" * bool(metric.curve) + (
                f", relative to `{metric.baseline}`" if metric.baseline
                else "")]
