"""A score as readers see it."""
from dataclasses import dataclass


@dataclass(frozen=True)
class Metric:
    """better : +1 = high is good, -1 = low is good, 0 = a fact, not a merit.
    main : shown with its spread even where room is short.
    """
    name: str
    title: str
    better: int
    format: str
    help: str
    main: bool = False
