"""One parameter of one dataset or solver set to anything: is it refused in
our words, or does the cell run to sensible scores?"""
import linecache
import math
import traceback
import warnings
from pathlib import Path

import benchopt_internals as internals
import numpy as np

from benchmark_utils.checks import accepted
from benchmark_utils.isolation import TimeLimit, limited

ROOT = str(Path(__file__).resolve().parents[1])
# Never right, whatever the parameter.
NONSENSE = [None, "", " ", [], {}, (), object(), 1j, b"x", float("nan"),
            float("inf"), -float("inf"), 10 ** 400, -10 ** 12, True, False,
            np.bool_(True), np.float64("nan"), np.array([1, 2]), {"a": 1},
            "nonsense", "1to", "-1", "3to1", "0to2"]
NUMBERS = [-1, 0, 1, 2, 3, 10, 100, 10 ** 9, 10 ** 12, -1.0, -1e-9, 0.0,
           1e-300, 1e-9, .01, .5, 1.0, 1.5, 10.0, 1e9, 1e300]
WORDS = ["every", "1to3", ".2to.8", "auto", "early", "network", "none",
         "mlp", "smallcnn", "resnet18", "vgghead"]
RECIPES = [dict(base="mlp", **change) for change in (
    dict(epochs=0), dict(epochs=1), dict(epochs=10 ** 9), dict(lr=-1.0),
    dict(lr=float("nan")), dict(batch_size=0), dict(batch_size=10 ** 5),
    dict(dropout=2.0), dict(hidden=[0]), dict(hidden=5), dict(depth=1),
    dict(n_train=0), dict(n_train=5), dict(network="vgg"),
    dict(network="smallcnn"), dict(optimizer="lbfgs"))]
SMALL = dict(
    n_tasks=40, n_workers=8, votes_per_task=2,
    classifier=dict(base="mlp", epochs=1), n_gold=20)
FREE_TEXT = ("path", "truth", "task", "worker", "label")  # of CSV


def names(cls):
    """The names of its parameters."""
    return [name.strip() for key in cls.parameters
            for name in key.split(",")]


def candidates(cls, name):
    """Values to try, without those that its own check lists."""
    choices = getattr(accepted(cls)[name], "keywords", {}).get("choices", ())
    return [*NONSENSE, *NUMBERS, *WORDS, *RECIPES, *choices]


def is_nonsense(name, value):
    return any(value is other for other in NONSENSE) and not (
        name in FREE_TEXT and isinstance(value, str) and value.strip())


def in_our_words(error):
    """Was it raised on purpose, by a ``raise`` of ours?"""
    last = traceback.extract_tb(error.__traceback__)[-1]
    line = linecache.getline(last.filename, last.lineno).strip()
    return last.filename.startswith(ROOT) and line.startswith("raise ")


def refusal(cls, name, value):
    """The message with which a value is refused, or None. Whatever else a
    check does is a fault."""
    try:
        accepted(cls)[name](cls.name, name, value)
    except ValueError as error:
        assert in_our_words(error), traceback.format_exc()
        assert str(error).startswith(f"{cls.name}: {name} = "), error
        return str(error)
    return None


def small(cls):
    """Options that make a dataset small, as far as it has them."""
    first = {key: values[0] for key, values in getattr(
        cls, "test_parameters", {}).items()}
    return {**{name: value for name, value in SMALL.items()
               if name in names(cls)}, **first}


def run_cell(benchmark, dataset, solver, dataset_options, solver_options):
    """Run a cell as benchopt does; None, or the message of what was refused
    or skipped. A traceback from below our own checks, an endless loop or
    scores out of range are faults."""
    classes = internals.dataset_classes(benchmark)
    options = {**small(classes[dataset]), **dataset_options}
    try:
        with warnings.catch_warnings(), limited("fuzz"):
            warnings.simplefilter("ignore")
            data = classes[dataset].get_instance(**options)
            method = internals.solver_classes(benchmark)[solver].get_instance(
                **solver_options)
            objective = internals.new_objective(benchmark)
            skip, reason = internals.connect(objective, data, method)
            if skip:
                return reason
            points = []
            if method.sampling_strategy == "callback":
                method.run(lambda: points.append(
                    objective.evaluate_result(**method.get_result())) or True)
            else:
                method.run(None)
            points.append(objective.evaluate_result(**method.get_result()))
            objective.save_final_results(**method.get_result())
    except TimeLimit as error:
        raise AssertionError(f"hangs: {error}") from error
    except Exception as error:
        assert in_our_words(error), traceback.format_exc()
        return str(error)
    for scores in points:
        check_scores(scores)
    return None


def check_scores(scores):
    for name, value in scores.items():
        if isinstance(value, str) or value is None:
            continue
        assert not math.isinf(value), (name, value)
        if name in ("label_recovery", "test_accuracy", "test_ece", "macro_f1",
                    "worker_auc", "task_auc"):
            assert math.isnan(value) or -1e-9 <= value <= 1 + 1e-9, name
