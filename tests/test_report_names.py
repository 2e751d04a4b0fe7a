"""Names of methods and datasets, addresses and references."""
import pytest

from benchmark_utils import catalogue
from benchmark_utils.report.page.bibtex import entries
from benchmark_utils.report.page.links import web_address
from benchmark_utils.report.results import names


def short(kind, *full):
    return [*names.short_names(kind, full).values()]


def test_names_contain_the_parameters_that_are_not_at_their_defaults():
    assert short("solvers", "DS[max_iter=100,smoothing=0.0,spammer_threshold="
                 "0.0]", "DS[max_iter=100,smoothing=0.1,spammer_threshold=0]",
                 "MV") == ["DS", "DS (smoothing=0.1)", "MV"]
    # The name does not depend on the other results.
    assert short("solvers", "DS[max_iter=100,smoothing=0.1,"
                 "spammer_threshold=0.0]") == ["DS (smoothing=0.1)"]
    # Inherited parameters, {**OnlineSolver.parameters, ...}, have defaults.
    assert catalogue.default_parameters(catalogue.catalogue("solvers")[
        "GreedyAssign"])["learner"] == "linear"
    # Coupled ones: the first combination.
    assert catalogue.default_parameters(catalogue.catalogue("datasets")[
        "HammerSpammer"])["votes_per_task"] == "every"


def test_a_new_parameter_gives_another_name():
    """Older results must not be averaged with current ones."""
    old, new = short("solvers", "DS[max_iter=100,smoothing=0.0]",
                     "DS[max_iter=100,smoothing=0.0,spammer_threshold=0.0]")
    assert old == "DS (without spammer_threshold)" and new == "DS"


def test_equal_names_of_different_parameters_are_refused():
    with pytest.raises(names.Ambiguous, match="would both be called MV"):
        short("solvers", "MV[a=1]", "MV[a=1.0]")
    # For a solver without a file, the first values are the defaults.
    assert short("solvers", "Theirs[a=1,b=x]", "Theirs[a=2,b=x]") == [
        "Theirs", "Theirs (a=2)"]


def test_a_row_has_the_name_of_its_class():
    """The docstring and the title never rename a method."""
    full, short = "Mine[a=2]", "Mine (a=2)"

    def entry(summary, **says):
        return names.method_entry(full, short, catalogue.Entry(
            "Mine", "solvers/mine.py", summary, (),
            dict(parameters={"a": [1]}, **says)))

    plain = entry("Iterated: a mean of votes.")
    assert (plain["name"], plain["title"]) == (short, "")
    assert plain["idea"] == "Iterated: a mean of votes."
    titled = entry("Iterated mean: votes are averaged.", title="Iterated mean")
    assert (titled["name"], titled["title"]) == (short, "Iterated mean")
    assert titled["idea"] == "Votes are averaged."
    assert entry("Mine: votes are averaged.")["idea"] == "Votes are averaged."
    assert names.method_entry(full, full, None)["name"] == full


def test_parameters_may_hold_commas():
    assert names.parameters_of("D[a=[1,2],b={x: (1,2)},c=]") == (
        "D", {"a": "[1,2]", "b": "{x: (1,2)}", "c": ""})
    assert names.slug("DS (smoothing=0.1)") == "ds-smoothing-0.1"


@pytest.mark.parametrize("said, address", [
    ("git@github.com:us/it.git\n", "https://github.com/us/it"),
    ("https://github.com/us/it.git", "https://github.com/us/it"),
    ("https://me:secret@example.org/us/it/", "https://example.org/us/it"),
    ("ssh://git@example.org:2222/us/it", "https://example.org:2222/us/it"),
    ("http://example.org/us/it", "https://example.org/us/it"),
    ("/srv/git/it.git", ""), ("../it", ""), ("", ""),
    ("javascript:alert(1)//x/y", ""), ("file:///srv/it", ""),
    ('https://example.org/"onclick="x', "")])
def test_addresses_of_remotes(said, address):
    assert web_address(said) == address


def test_references_become_bibtex():
    found = entries([
        ("A. Dawid, A. Skene. Maximum likelihood estimation. JRSS C, 1979",
         "https://doi.org/1"),
        ("A. Dawid. Another & one? Venue 1979", None),
        ("who knows", None)])
    first, second, third = found.values()
    assert first == ("@misc{dawid1979,\n  author = {A. Dawid and A. Skene},\n"
                     "  title = {Maximum likelihood estimation},\n"
                     "  howpublished = {JRSS C},\n  year = {1979},\n"
                     "  url = {https://doi.org/1}\n}")
    assert second.startswith("@misc{dawid1979a,") and r"Another \& one?" in (
        second)
    assert "title = {who knows}" in third
