"""What a newcomer copies works, and what is listed is documented."""
import re

import pytest
import yaml
from conftest import ROOT

from benchmark_utils.catalogue import catalogue

ENTRIES = [(kind, entry) for kind in ("solvers", "datasets")
           for entry in catalogue(kind).values()]


def copied(folder, kind, name):
    """The template under a new file and class name."""
    text = (folder / kind / f"template_{kind[:-1]}.py").read_text()
    text, n = re.subn(r'name = "\w+"', f'name = "{name}"', text, count=1)
    assert n == 1
    (folder / kind / f"{name.lower()}.py").write_text(text)


@pytest.mark.slow
def test_templates_are_not_run_but_their_copies_are(benchmark, checkout):
    assert not {"YourMethod", "YourCrowd"} & {
        cls.name for cls in benchmark.get_solvers() + benchmark.get_datasets()}
    copied(checkout.folder, "solvers", "Mine")
    copied(checkout.folder, "datasets", "OurCrowd")
    checkout.run("-d", "OurCrowd", "-s", "Mine[power=[0.0,2.0]]", "-s", "MV",
                 "--no-plot", "--output", "t")
    frame = checkout.result("t")
    assert len(frame) == 3 * 10
    recovery = frame.groupby("solver_name")["objective_label_recovery"].mean()
    assert recovery["Mine[power=0.0]"] == recovery["MV"] > .6
    assert recovery["Mine[power=2.0]"] > recovery["MV"]
    suite = checkout.python("-m", "pytest", "tests/test_benchopt_suite.py",
                            "-q", "-k", "Mine or OurCrowd")
    assert re.search(r"\b([6-9]|\d\d) passed", suite.stdout), suite.stdout


@pytest.mark.parametrize("kind, entry", ENTRIES, ids=[
    entry.name for _, entry in ENTRIES])
def test_everything_names_its_paper(kind, entry):
    assert entry.summary, entry.file
    if entry.name == "CSV":  # your own votes
        return
    assert entry.papers, f"{entry.file} has no references"
    for text, address in entry.papers:
        assert re.search(r"\b(19|20)\d\d\b", text), text
        assert address is None or re.fullmatch(r"https://[\w./:#-]+[\w/]",
                                               address), address


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
