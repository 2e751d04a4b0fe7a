from pathlib import Path

import numpy as np

from benchmark_utils.checks import text
from benchmark_utils.crowds.recorded import RealCrowd
from benchmark_utils.reading.crowd import COUNT, match_truths
from benchmark_utils.reading.formats import read_crowd, read_truths
from benchmark_utils.votes import UNKNOWN

HERE = Path(__file__).parents[1]


class Dataset(RealCrowd):
    """Your own votes: benchopt run . -d "CSV[path=votes.csv]"

    ``path``: a file of votes that the own-votes command reads (see
    docs/own_votes.md), by the same rules, such as a CSV file with the columns
    task, worker and label; repeated votes all count. ``truth``: optionally a
    table with task and label, for the scores. Other column names: ``task``,
    ``worker``, ``label``. A path with a blank, a comma, a colon or a bracket
    is written in quotes, ``CSV[path='my votes.csv']``; one with a quote or an
    equals sign needs a file for ``--config`` (see docs/running.md). The run's
    folder in outputs/ gets each solver's labels, posteriors and worker scores
    with your ids. Results are never taken from benchopt's cache.
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
        task, worker, label = names = [
            str(name) for name in (self.task, self.worker, self.label)]
        crowd = read_crowd(_find(self.path), *names, options=COUNT)
        ground_truth = np.full(crowd.votes.n_tasks, UNKNOWN)
        if truth:
            ground_truth = match_truths(read_truths(truth, task, label), crowd)
        return dict(votes=crowd.votes, ground_truth=ground_truth,
                    task_ids=crowd.task_ids, worker_ids=crowd.worker_ids,
                    class_names=crowd.class_names, always_run=True)


def _find(path):
    """Relative to the working directory, else to the benchmark."""
    path = Path(str(path))
    if path.parts[:1] == ("~",):
        path = path.expanduser()
    return path if path.exists() or path.is_absolute() else (
        HERE / path if (HERE / path).exists() else path.absolute())
