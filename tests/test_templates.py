"""CONTRIBUTING.md, followed to the letter, and what every file must state."""
import json
import re
import shlex

import pytest
import yaml
from conftest import ROOT

from benchmark_utils.catalogue import catalogue

ENTRIES = [(kind, entry) for kind in ("solvers", "datasets")
           for entry in catalogue(kind).values()]
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
REPORT = ("-m", "benchmark_utils.report")
# `report docs` without the findings, which are those of the stored results.
WRITE_DOCS = ("from benchmark_utils.report.docs.generated import generated\n"
              "for path, text in generated().items():\n"
              "    path.write_text(text, 'utf-8')")
# The quick tests that read the tree, not one module. (A copy has no .github.)
OF_THE_TREE = [
    "catalogue_facts", "findings", "label_probabilities_page", "leaderboard",
    "page", "parameters_declared", "provenance", "publishing", "report_plots",
    "report_tables", "templates"]
OF_A_FILE = ["aggregators", "benchopt_suite", "contract", "order", "touches"]


# --- what CONTRIBUTING.md says -----------------------------------------------
def section(title):
    """(commands, code blocks, files named) under a heading."""
    text = re.search(rf"^## {title}\n(.*?)(?=^## )", CONTRIBUTING,
                     re.MULTILINE | re.DOTALL)[1]
    blocks = re.findall(r"^```python\n(.*?)^```", text,
                        re.MULTILINE | re.DOTALL)
    prose = re.sub(r"^```python\n.*?^```", "", text,
                   flags=re.MULTILINE | re.DOTALL)
    return (re.findall(r"^    (\S.*)$", prose, re.MULTILINE), blocks,
            re.findall(r"`([\w/]+\.\w+)`", text))


def follow(checkout, commands, own=""):
    """Run the commands in the copy, of the test command the tests that a new
    file can fail; ``own``: the name of a new solver or dataset."""
    for command in commands:
        words = shlex.split(re.sub(r"^\w+=\S+ ", "", command))
        if words[0] == "cp":
            (checkout.folder / words[2]).write_text(
                (checkout.folder / words[1]).read_text("utf-8"), "utf-8")
        elif words[0] == "benchopt":
            checkout.run(*words[3:], "-r", "2", "--output", "new")
        elif words[-1] == "docs":
            checkout.python("-c", WRITE_DOCS)
        elif words[2] == "pytest":
            run_tests(checkout, OF_THE_TREE, "not slow and not exhaustive",
                      "-k", "not workflow")
            if own:
                done = run_tests(checkout, OF_A_FILE, "not exhaustive",
                                 "-k", own)
                assert " passed" in done.stdout, done.stdout
        else:
            checkout.python(*words[1:])


def run_tests(checkout, names, marks, *options):
    return checkout.python(
        "-m", "pytest", "-q", "-p", "no:cacheprovider", "-m", marks,
        *(f"tests/test_{name}.py" for name in names), *options)


def page_data(checkout):
    return json.loads(checkout.python(*REPORT, "json").stdout)


@pytest.mark.slow
def test_a_method_needs_one_file(benchmark, checkout):
    assert "YourMethod" not in {cls.name for cls in benchmark.get_solvers()}
    commands, _, files = section("Add a method")
    follow(checkout, commands, "YourMethod")
    recovery = checkout.recovery("new")
    assert recovery["YourMethod[power=2.0]"] > recovery["MV"] > .6
    assert "docs/methods.md" in files and "[`YourMethod`]" in (
        checkout.folder / "docs" / "methods.md").read_text("utf-8")


@pytest.mark.slow
def test_a_dataset_needs_one_file(benchmark, checkout):
    assert "YourDataset" not in {cls.name for cls in benchmark.get_datasets()}
    commands, _, files = section("Add a dataset")
    follow(checkout, commands, "YourDataset")
    assert len(checkout.result("new")) == 2 * 2  # solvers, repetitions
    assert "docs/datasets.md" in files and "`your-dataset`" in (
        checkout.folder / "docs" / "datasets.md").read_text("utf-8")


@pytest.mark.slow
def test_a_score_needs_two_lines(checkout):
    """It is in the results, on the terminal, on the page and in the docs."""
    commands, (metric, value), files = section("Add a score")
    path = checkout.folder / "benchmark_utils" / "scoring" / "labels.py"
    text = path.read_text("utf-8")
    for place, with_it in (("METRICS = (\n", f"METRICS = (\n{metric}"),
                           ("    return scores\n",
                            f"{value}    return scores\n")):
        assert text.count(place) == 1
        text = text.replace(place, with_it)
    path.write_text(text, "utf-8")
    follow(checkout, commands)
    rows = checkout.result("new")
    assert (rows["objective_error_rate"]
            == 1 - rows["objective_label_recovery"]).all()
    shown = checkout.python(*REPORT, "--no-page", "--all", "--width", "999")
    assert "Error rate" in shown.stdout
    mean = rows.groupby(["dataset_name", "solver_name"], sort=False)[
        "objective_error_rate"].mean().iloc[0]
    data = page_data(checkout)
    place = [score["id"] for score in data["scores"]].index("error_rate")
    assert data["cells"][0]["all"][place] == pytest.approx(mean, abs=1e-4)
    assert {"benchmark_utils/scoring/labels.py", "docs/scores.md",
            "benchmark_utils/scoring/protocol.json"} <= set(files)
    assert "| `error_rate` | lower |" in (
        checkout.folder / "docs" / "scores.md").read_text("utf-8")


@pytest.mark.slow
def test_a_plot_needs_one_file_and_a_line(checkout):
    """Both pages draw it."""
    commands, (code,), files = section("Add a plot")
    path = next(file for file in files if file.startswith("plots/"))
    (checkout.folder / path).write_text(code, "utf-8")
    line = re.search(r"`(  - \w+)` to `plots` in `config.yml`", CONTRIBUTING)
    config = checkout.folder / "config.yml"
    config.write_text(config.read_text("utf-8").replace(
        "plots:\n", f"plots:\n{line[1]}\n", 1), "utf-8")
    follow(checkout, commands)
    outputs = checkout.folder / "outputs"
    assert "f1_vs_accuracy" in (outputs / "bench_new.html").read_text("utf-8")
    assert "F1 vs accuracy" in (
        outputs / "leaderboard.html").read_text("utf-8")
    plot, = [plot for plot in page_data(checkout)["plots"]
             if plot["id"] == "f1-vs-accuracy"]
    x, y = next(iter(plot["series"].values()))["mv"]
    assert plot["y"] == "Macro F1" and x[0] == pytest.approx(y[0], abs=.1)


# --- what every file must state ----------------------------------------------
@pytest.mark.parametrize("kind, entry", ENTRIES, ids=[
    entry.name for _, entry in ENTRIES])
def test_everything_names_its_paper(kind, entry):
    assert entry.summary, f"{entry.file}: the class has no docstring"
    if entry.name == "CSV":  # the user's own votes
        return
    assert entry.papers, f"{entry.file}: `references` is missing or empty"
    for text, address in entry.papers:
        assert re.search(r"\b(19|20)\d\d\b", text), (
            f"{entry.file}: a reference has no year: {text}")
        assert address is None or re.fullmatch(
            r"https://[\w./:#-]+[\w/]", address), (
                f"{entry.file}: {address} is not an https address")


def test_benchopt_sees_the_same_references(benchmark):
    """The catalogue reads files, benchopt imports them."""
    for kind, classes in (("solvers", benchmark.get_solvers()),
                          ("datasets", benchmark.get_datasets())):
        known = catalogue(kind)
        assert {cls.name for cls in classes} == set(known)
        for cls in classes:
            assert len(getattr(cls, "references", [])) == len(
                known[cls.name].papers), cls.name


def test_workflows_and_forms_are_yaml():
    paths = [*(ROOT / ".github").rglob("*.yml"),
             *(ROOT / "configs").rglob("*.yml"),
             ROOT / ".pre-commit-config.yaml"]
    parsed = {path.name: yaml.safe_load(path.read_text()) for path in paths}
    assert all(isinstance(content, dict) for content in parsed.values())
    publish = parsed["publish.yml"]
    assert set(publish["jobs"]) == {"build", "deploy"}
    assert publish["permissions"] == {
        "contents": "read", "pages": "write", "id-token": "write"}
    for job in publish["jobs"].values():
        for step in job["steps"]:
            assert ("uses" in step) != ("run" in step), step
            assert re.fullmatch(r"[\w-]+/[\w-]+@v\d+", step.get(
                "uses", "a/b@v1")), step


def test_workflow_commands_name_what_exists():
    """A renamed configuration or module breaks here, not on publication."""
    text = (ROOT / ".github" / "workflows" / "publish.yml").read_text()
    configs = re.findall(r"configs/[\w/]+\.yml", text)
    assert configs
    for name in configs:
        assert (ROOT / name).is_file(), name
    for module in re.findall(r"-m (benchmark_utils\.\w+)", text):
        path = ROOT / module.replace(".", "/")
        assert (path.with_suffix(".py").is_file()
                or (path / "__main__.py").is_file()), module
