"""The lines around the tables fit the terminal."""
from benchmark_utils.report.terminal import wrapped


def test_a_long_line_goes_on_below_indented():
    text = "People: Committee leads, no significant gain\n\nBy dataset: ti-rte"
    assert wrapped(text, 24) == (
        "People: Committee leads,\n  no significant gain\n\n"
        "By dataset: ti-rte")


def test_a_path_or_a_name_is_never_broken():
    assert wrapped("see outputs/leaderboard-of-today.html", 12) == (
        "see\n  outputs/leaderboard-of-today.html")
