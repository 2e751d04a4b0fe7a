"""Split a configuration into one file per dataset and solver.

    python perf/gpu_parts.py configs/gpu/gpu.yml outputs/gpu_parts

so that they can run in parallel; writes FOLDER/gpu_00.yml and so on.
"""
import itertools
import sys
from pathlib import Path

import yaml


def one_by_one(entries):
    """An entry for each combination of values of the entries."""
    for entry in entries:
        if isinstance(entry, str):
            yield entry
            continue
        (name, choices), = entry.items()
        for values in itertools.product(*choices.values()):
            yield {name: {key: [value] for key, value
                          in zip(choices, values)}}


def main(config, folder):
    chosen = yaml.safe_load(config.read_text())
    folder.mkdir(parents=True, exist_ok=True)
    for i, (dataset, solver) in enumerate(itertools.product(
            one_by_one(chosen["dataset"]), one_by_one(chosen["solver"]))):
        part = dict(chosen, dataset=[dataset], solver=[solver])
        (folder / f"{config.stem}_{i:02}.yml").write_text(yaml.safe_dump(
            part, sort_keys=False))


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
