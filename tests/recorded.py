"""Votes and truths of recorded crowds, read from the authors' files."""
import json
from pathlib import Path

import numpy as np
import pandas as pd

from benchmark_utils.votes import Votes


def recorded_crowd(folder, name):
    """Votes and truth (n_tasks,), -1 = unknown, of a crowd in the data folder.

    ``name``: ``real_golden``, ``LLM_`` and the name of a task of
    llm_annotators, or a folder of truth_inference.
    """
    folder = Path(folder)
    if name == "real_golden":
        return _raters(folder / "real")
    if name.startswith("LLM_"):
        return _language_models(folder / "llm_annotators", name[4:])
    return _table(folder / "truth_inference" / name)


def _table(folder):
    votes = pd.read_csv(folder / "label.csv")
    truths = pd.read_csv(folder / "truth.csv")
    task, tasks = pd.factorize(votes["item"], sort=True)
    worker, workers = pd.factorize(votes["worker"], sort=True)
    K = 1 + max(votes["label"].max(), truths["truth"].max())
    truth = pd.Series(truths["truth"].to_numpy(), truths["item"]).reindex(
        tasks).fillna(-1).to_numpy(int)
    return Votes(task, worker, votes["label"].to_numpy(), len(tasks),
                 len(workers), int(K)), truth


def _raters(folder):
    def labels(file):  # (raters, pairs): 0 no, 1 maybe, 2 yes
        with np.load(folder / file, allow_pickle=False) as arrays:
            return arrays["tensor"].argmax(axis=2)
    given, experts = labels("raters_golden.npz"), labels("golden.npz")
    worker, task = np.indices(given.shape).reshape(2, -1)
    counts = np.stack([(experts == k).sum(axis=0) for k in range(3)])
    return Votes(task, worker, given.ravel(), given.shape[1], len(given),
                 3), counts.argmax(axis=0)


def _language_models(folder, name):
    """One file per model, one line per task: id, truth, answer. Truth and
    answer are words or letters; an answer that is not a class is dropped."""
    pairs = json.loads((folder / "labels.json").read_text()).get(name, {})
    lines = pd.DataFrame(
        [(worker, *(line.split("\t") + [""])[:3])
         for worker, path in enumerate(sorted((folder / name).iterdir()))
         for line in path.read_text(encoding="utf-8").splitlines()],
        columns=["worker", "task", "truth", "label"])
    lines = lines.drop_duplicates(["task", "worker"])
    for column in ("truth", "label"):
        lines[column] = lines[column].map(_plain).replace(pairs)
    classes = sorted(lines["truth"].unique())
    truth = lines.groupby("task")["truth"].first().map(classes.index)
    votes = lines[lines["label"].isin(classes)]
    return Votes(truth.index.get_indexer(votes["task"]),
                 votes["worker"].to_numpy(),
                 votes["label"].map(classes.index).to_numpy(), len(truth),
                 lines["worker"].max() + 1, len(classes)), truth.to_numpy()


def _plain(text):
    return text.strip().lower().replace("&", "")
