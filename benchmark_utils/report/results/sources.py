"""The origin of results: commits, machines and versions of each file."""
from benchmark_utils.catalogue import ROOT

MACHINE = {"processor": "system-processor", "cores": "system-cpus",
           "device": "objective_device", "threads": "env-OMP_NUM_THREADS",
           "system": "platform", "architecture": "platform-architecture"}
VERSIONS = {"numpy": "version-numpy", "scipy": "version-scipy",
            "torch": "objective_version_torch"}


def values(rows, column):
    """The distinct values of a column as sorted texts."""
    return sorted({str(value) for value in rows[column].dropna()}) if (
        column in rows) else []


def origin_of(rows):
    """First and last date, commits, protocol, seed, machine and versions of
    rows: lists of texts."""
    dates = [date[:10] for date in values(rows, "run_date")]
    return {
        "dates": list(dict.fromkeys([dates[0], dates[-1]])) if dates else [],
        "commits": values(rows, "objective_commit"),
        "protocol": values(rows, "objective_protocol"),
        "seed": values(rows, "base_seed"),
        "machine": {name: values(rows, column)
                    for name, column in MACHINE.items()},
        "versions": {name: values(rows, column)
                     for name, column in VERSIONS.items()}}


def sources_of(rows):
    """One entry per result file, see data.py; ``rows`` have the columns
    ``run`` and, in the store, ``status``."""
    return [_source(file, own, origin_of(own), values(own, "status"))
            for file, own in rows.groupby("run", sort=False)]


def _source(file, rows, origin, status):
    # published_gpu.parquet comes from configs/gpu/gpu.yml.
    made = [path for path in (ROOT / "configs").glob("*/*.yml")
            if path.stem in (file, file.removeprefix("published_"))]
    return dict(
        file=file, config=made[0].relative_to(ROOT).as_posix() if made else "",
        commit=", ".join(origin["commits"]),
        date=max(origin["dates"], default=""),
        protocol=", ".join(origin["protocol"]), seed=", ".join(origin["seed"]),
        machine=origin["machine"], versions=origin["versions"],
        rows=len(rows), status=status[0] if status else "")
