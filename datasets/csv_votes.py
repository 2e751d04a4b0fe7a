import warnings
from pathlib import Path

from benchmark_utils.checks import text
from benchmark_utils.crowds.recorded import RealCrowd
from benchmark_utils.reading.vote_tables import read_votes

HERE = Path(__file__).parents[1]


class Dataset(RealCrowd):
    """Your own votes: benchopt run . -d "CSV[path=votes.csv]"

    ``path``: a CSV file (or .tsv) with the columns task, worker and label,
    one row per vote, any strings. ``truth``: optionally a file with task and
    label, for the scores. Other column names: ``task``, ``worker``,
    ``label``. A path with a comma, a colon, a bracket or a quote needs a file
    for ``--config`` (see docs/running.md). The run's folder in outputs/ gets
    each solver's labels, posteriors and worker scores with your ids. Results
    are never taken from benchopt's cache.
    """
    name = "CSV"
    facts = {
        "id": "csv",
        "title": "Your votes",
        "kind": "own",
        "inputs": "none",
    }
    parameters = {"path": ["none"], "truth": ["none"], "task": ["task"],
                  "worker": ["worker"], "label": ["label"]}
    accepts = dict.fromkeys(("path", "truth", "task", "worker", "label"), text)
    test_parameters = {"path": [str(HERE / "examples" / "votes.csv")],
                       "truth": [str(HERE / "examples" / "truth.csv")]}

    def prepare(self):
        """Nothing to download."""

    def get_data(self):
        if self.path == "none":
            return dict(missing="CSV is for your own votes: "
                        "benchopt run . -d \"CSV[path=votes.csv]\"")
        return super().get_data()

    def load(self):
        truth = None if self.truth == "none" else _find(self.truth)
        votes, ground_truth, ids, unused = read_votes(
            _find(self.path), truth, *map(str, (
                self.task, self.worker, self.label)))
        if unused:
            warnings.warn(f"{truth}: {len(unused)} tasks have no vote and are "
                          f"not scored, such as {unused[0]!r}")
        return dict(votes=votes, ground_truth=ground_truth, **ids,
                    always_run=True)


def _find(path):
    """Relative to the working directory, else to the benchmark."""
    path = Path(str(path))
    if path.parts[:1] == ("~",):
        path = path.expanduser()
    return path if path.exists() or path.is_absolute() else (
        HERE / path if (HERE / path).exists() else path.absolute())
