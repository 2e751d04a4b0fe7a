"""A score as readers see it."""
import math
from collections.abc import Callable
from dataclasses import dataclass

from benchmark_utils.scoring.outcomes import Outcomes


@dataclass(frozen=True)
class Headline:
    """A tab of the page that shows the improvement of each method over a
    baseline on the same votes, in percentage points.

    id : stable, part of addresses. baseline : name of the solver that methods
    are compared with; ``than`` names it in a sentence. trained : does the
    score need a trained network? outcomes : the score of each task or test
    example, from which the report resamples.
    """
    id: str
    title: str
    baseline: str
    than: str
    help: str
    outcomes: Outcomes
    unit: str = "points"
    trained: bool = False


@dataclass(frozen=True)
class Metric:
    """better : +1 = higher, -1 = lower, 0 = descriptive (no direction).
    main : shown in short tables. headline : see `Headline`. range : lowest
    and highest possible value.

    curve : for scores of a whole learning curve: a function of a
    `curves.Curve` and, with ``baseline``, of the baseline's curve. The report
    applies it to the points of a run.
    baseline : the solver whose curve is compared, with the parameters that
    select one of its rows, such as ``RandomAssign[learner=linear]``.
    censored : NaN means that the goal was never reached, which ranks below
    any number.
    """
    name: str
    title: str
    better: int
    format: str
    help: str
    main: bool = False
    range: tuple = (0, 1)
    headline: Headline = None
    curve: Callable = None
    baseline: str = None
    censored: bool = False

    @property
    def column(self):
        """Its name in result files."""
        return f"objective_{self.name}"

    def text(self, value):
        return "-" if value is None or math.isnan(value) else format(
            value, self.format)
