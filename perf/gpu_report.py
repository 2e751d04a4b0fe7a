"""Does a GPU run reach its goals?

    python perf/gpu_report.py outputs/gpu.parquet outputs/gpu_truth.parquet \\
        --minutes 8

Prints the table of means beside published values, and for each goal whether it
is met. The exit code is 1 if one is not. Published calibration errors are
means over batches and ours are of the whole test set: they do not compare.
"""
import argparse
import sys
from pathlib import Path

import pandas as pd

# Lefort et al., TMLR 2024, ResNet-18 on CIFAR-10H: test accuracy and ECE
PUBLISHED = {"MV": (.695, .175), "NS": (.721, .132), "DS": (.703, .173),
             "WAUM": (.724, .124)}
CLEAN_GOAL, MINUTES_GOAL = .85, 10


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
    """Mean and spread of test accuracy and ECE, a row per method."""
    lines = ["| dataset | method | n | test accuracy | test ECE | published "
             "accuracy, ECE |", "| --- | --- | --- | --- | --- | --- |"]
    for (dataset, solver), own in rows.groupby(
            ["dataset_name", "solver_name"], sort=False):
        base = solver.partition("[")[0]
        published = PUBLISHED.get(base) if "resnet18waum" in dataset else None
        cells = [f"{own[name].mean():.3f} ± {own[name].std():.3f}"
                 for name in ("objective_test_accuracy",
                              "objective_test_ece")]
        lines.append(f"| {dataset} | {solver} | {len(own)} | {cells[0]} | "
                     f"{cells[1]} | " + (
                         f"{published[0]:.3f}, {published[1]:.3f} |"
                         if published else "|"))
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
    clean = rows[rows["dataset_name"].str.contains("workers=truth")
                 & rows["dataset_name"].str.startswith("CIFAR-10H")
                 & rows["solver_name"].str.startswith("MV")]
    accuracy = clean["objective_test_accuracy"].mean()
    return goals + [
        ("networks ran on a GPU: " + ", ".join(
            sorted(set(rows["objective_device"]))),
         not (rows["objective_device"] == "CPU").any()),
        (f"ResNet-18 on clean labels reaches {CLEAN_GOAL}: {accuracy:.3f}",
         bool(accuracy >= CLEAN_GOAL)),
        (f"all of it within {MINUTES_GOAL} minutes: {minutes:g}",
         minutes <= MINUTES_GOAL)]


if __name__ == "__main__":
    main()
