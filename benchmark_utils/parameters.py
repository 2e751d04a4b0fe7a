"""Checks of the values that users give to parameters."""


def check_choice(owner, name, value, choices):
    """Raise a ValueError that lists ``choices`` unless value is one of them.

    benchopt itself accepts any value.
    """
    if value not in choices:
        raise ValueError(
            f"{owner}: {name} = {value!r} is unknown; choose from "
            + ", ".join(map(str, choices)))


def check_range(owner, name, value, low, high=float("inf"), whole=False):
    """Raise a ValueError unless value is a number in [low, high]."""
    kind = int if whole else (int, float)
    if (isinstance(value, bool) or not isinstance(value, kind)
            or not low <= value <= high):
        raise ValueError(
            f"{owner}: {name} = {value!r}, "
            f"{'an integer' if whole else 'a number'} in [{low}, {high}] "
            "is needed")
