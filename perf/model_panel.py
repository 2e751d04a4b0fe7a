"""How much rests on the thirteen models that answered LLMAnnotators' tasks?

    CROWD_DATA=... OMP_NUM_THREADS=1 python perf/model_panel.py \
        --output docs/findings/results/model_panel.json

The same models answered all tasks, so an interval over tasks is one for these
models. This study refits the methods on random halves of the models, drawn
without replacement and the same for all tasks (drawing with replacement would
count a model twice). `report.comparison.stability.models_variance` scales
their variance to a panel of as many models.
"""
import json
from datetime import date
from pathlib import Path

import numpy as np
from common import classes, data_of, parser  # sets the path: first
from tqdm import tqdm

from benchmark_utils.report.comparison.model_panel import ModelPanel
from benchmark_utils.report.comparison.tests import student
from benchmark_utils.report.results.names import slug
from benchmark_utils.scoring.labels import label_recovery
from benchmark_utils.scoring.provenance import origin

# {name of a row: solver, parameters}; the first is the baseline.
METHODS = {"MV": ("MV", {}), "DS": ("DS", {}),
           "DS[max_iter=10]": ("DS", {"max_iter": 10}),
           "HierDS": ("HierDS", {}), "MACE": ("MACE", {}),
           "EBCC": ("EBCC", {}), "ISP": ("ISP", {}),
           "Committee": ("Committee", {})}


def tasks():
    """{task: (votes, truth, names of the models)} of those at hand."""
    accepts = classes("datasets")["LLMAnnotators"].accepts
    return {name: (data["votes"], data["ground_truth"],
                   list(data["worker_ids"]))
            for name in accepts["task"].keywords["choices"]
            if (data := data_of("LLMAnnotators", task=name))}


def accuracies(solvers, votes, truth):
    """Label accuracy of each method in percent, (n_methods,)."""
    found = []
    for solver in solvers.values():
        solver.set_objective(votes=votes, seed=0)
        solver.run(None)
        found.append(100 * label_recovery(
            solver.get_result()["soft_labels"], truth))
    return np.array(found)


def study(n_draws):
    solvers = {row: classes("solvers")[name].get_instance(**parameters)
               for row, (name, parameters) in METHODS.items()}
    data = tasks()
    models = sorted(set().union(*(names for *_, names in data.values())))
    n_half = (len(models) + 1) // 2
    whole = np.array([accuracies(solvers, votes, truth)
                      for votes, truth, _ in data.values()])
    rng, halves = np.random.default_rng(0), []
    for _ in tqdm(range(n_draws), disable=None):
        chosen = {models[i] for i in rng.permutation(len(models))[:n_half]}
        halves.append(np.mean([accuracies(solvers, votes.select(np.isin(
            votes.worker, [j for j, name in enumerate(names)
                           if name in chosen])), truth)
            for votes, truth, names in data.values()], axis=0))
    halves = np.array(halves)
    return dict(
        commit=origin()["commit"], date=str(date.today()),
        n_models=len(models), n_half=n_half, n_draws=n_draws,
        tasks=[*data], improvement={row: (whole[:, i] - whole[:, 0]).tolist()
                                    for i, row in enumerate(METHODS) if i},
        halves={row: (halves[:, i] - halves[:, 0]).tolist()
                for i, row in enumerate(METHODS) if i})


def main():
    options = parser(__doc__)
    options.add_argument("--output", type=Path, required=True)
    options.add_argument("--draws", type=int, default=50)
    options = options.parse_args()
    found = study(options.draws)
    options.output.write_text(json.dumps(found, indent=1) + "\n")
    print("improvement over majority vote, percentage points: for these "
          "models, for models like these")
    wide = ModelPanel(found).improvements()
    for row, values in found["improvement"].items():
        print(f"{row:18} {np.mean(values):+.2f} "
              "[{1:+.1f}, {2:+.1f}]".format(*student(values))
              + " [{1:+.1f}, {2:+.1f}]".format(*wide[slug(row)]))


if __name__ == "__main__":
    main()
