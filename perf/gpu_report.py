"""Does a GPU run reach its goals?

    python perf/gpu_report.py outputs/gpu_paper.parquet \\
        outputs/gpu_votes.parquet --minutes 8

Prints the table of means beside published values, and for each goal whether it
is met. The exit code is 1 if one is not. Published values are of the epoch
selected on true labels; their ECE is a mean over batches.
"""
import argparse
import sys
from math import nan
from pathlib import Path

import pandas as pd

# Lefort et al., TMLR 2024, ResNet-18 on CIFAR-10H: test accuracy and ECE
PUBLISHED = {"MV": (.695, .175), "NS": (.721, .132), "DS": (.703, .173),
             "WAUM": (.724, .124)}
# Below PAPER_GOAL, the network does not explain the gap to the paper.
CLEAN_GOAL, PAPER_GOAL, MINUTES_GOAL = .85, .67, 10
COLUMNS = {
    "test accuracy": "test_accuracy", "test ECE": "test_ece",
    "accuracy, selected on true labels": "truth_selected_accuracy",
    "ECE over batches, selected on true labels": "truth_selected_batch_ece"}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("result", type=Path, nargs="+")
    parser.add_argument("--minutes", type=float, required=True)
    parser.add_argument("--smoke", action="store_true",
                        help="one epoch on a CPU: check that all cells ended")
    options = parser.parse_args()
    rows = pd.concat(map(pd.read_parquet, options.result), ignore_index=True)
    print(table(rows))
    goals = checks(rows, options.minutes, options.smoke)
    for goal, met in goals:
        print(f"- [{'x' if met else ' '}] {goal}")
    sys.exit(not all(met for _, met in goals))


def table(rows):
    """Mean and spread of each of COLUMNS, a row per method."""
    head = ["dataset", "method", "n", *COLUMNS, "published accuracy, ECE"]
    lines = [f"| {' | '.join(head)} |", "| --- " * len(head) + "|"]
    for (dataset, solver), own in rows.groupby(
            ["dataset_name", "solver_name"], sort=False):
        base = solver.partition("[")[0]
        of_paper = "resnet18waum" in dataset or "resnet18paper" in dataset
        published = PUBLISHED.get(base) if of_paper else None
        values = [own.get(f"objective_{name}", own["objective_test_ece"] * nan)
                  for name in COLUMNS.values()]
        cells = [dataset, solver, str(len(own)), *(
            f"{value.mean():.3f} ± {value.std():.3f}" for value in values),
            "{:.3f}, {:.3f}".format(*published) if published else ""]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def checks(rows, minutes, smoke):
    """[(goal, is it met)]"""
    trained = rows["objective_test_accuracy"].notna()
    goals = [("every cell has a test accuracy", bool(trained.all()))]
    counts = rows.groupby(["dataset_name", "solver_name"]).size()
    goals.append(("every method has all repetitions",
                  bool((counts == counts.max()).all())))
    if smoke:
        return goals
    dataset, solver = rows["dataset_name"], rows["solver_name"]
    images = dataset.str.startswith("CIFAR-10H")
    hard = solver.str.match(r"(MV|DS|GLAD)\b")
    for name, own, goal in (
            ("ResNet-18 on clean labels", images & dataset.str.contains(
                "workers=truth") & hard, CLEAN_GOAL),
            ("the paper's network on hard labels", images & hard
             & dataset.str.contains("resnet18paper"), PAPER_GOAL)):
        if own.any():
            accuracy = rows.loc[own, "objective_test_accuracy"].mean()
            goals.append((f"{name} reaches {goal}: {accuracy:.3f}",
                          bool(accuracy >= goal)))
    return goals + [
        ("networks ran on a GPU: " + ", ".join(
            sorted(set(rows["objective_device"]))),
         not (rows["objective_device"] == "CPU").any()),
        (f"all of it within {MINUTES_GOAL} minutes: {minutes:g}",
         minutes <= MINUTES_GOAL)]


if __name__ == "__main__":
    main()
