"""A score as readers see it."""
import math
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Headline:
    """How the page leads with a score: a tab of its own, where each method
    is shown by its gain over a baseline on the same votes, in points.

    id : stable, part of addresses. baseline : name of the solver that gains
    are measured from; ``than``, what that is called in a sentence.
    """
    id: str
    title: str
    baseline: str
    than: str
    help: str
    unit: str = "points"


@dataclass(frozen=True)
class Metric:
    """better : +1 = high is good, -1 = low is good, 0 = a fact, not a merit.
    main : shown where room is short. headline : see `Headline`.

    curve : for scores of a whole curve of points, bought vote by vote: a
    function of a `curves.Curve` (and, with ``baseline``, of the baseline's
    curve), which the report applies to the points of a run.
    baseline : the solver whose curve is compared, with the parameters that
    tell which of its rows, such as ``RandomAssign[learner=linear]``.
    censored : NaN means that the goal was never reached, which is worse than
    any number.
    """
    name: str
    title: str
    better: int
    format: str
    help: str
    main: bool = False
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
