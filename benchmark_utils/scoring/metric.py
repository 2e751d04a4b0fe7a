"""A score as readers see it."""
import math
from collections.abc import Callable
from dataclasses import dataclass

from benchmark_utils.scoring.outcomes import Outcomes


@dataclass(frozen=True)
class Headline:
    """How the page leads with a score: a tab of its own, where each method
    is shown by its gain over a baseline on the same votes, in points.

    id : stable, part of addresses. baseline : name of the solver that gains
    are measured from; ``than``, what that is called in a sentence. trained :
    does it wait for the training of a network? outcomes : what the score is
    of each task or test example, so that those can be drawn anew.
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
    """better : +1 = high is good, -1 = low is good, 0 = a fact, not a merit.
    main : shown where room is short. headline : see `Headline`. range : of
    the values that it can have.

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
