"""Where results come from: what a reader must know of each file."""
MACHINE = {"processor": "system-processor", "cores": "system-cpus",
           "device": "objective_device", "threads": "env-OMP_NUM_THREADS",
           "system": "platform", "architecture": "platform-architecture"}
VERSIONS = {"numpy": "version-numpy", "scipy": "version-scipy",
            "torch": "objective_version_torch"}


def values(rows, column):
    """The values of a column as texts, sorted, each once."""
    return sorted({str(value) for value in rows[column].dropna()}) if (
        column in rows) else []


def origin_of(rows):
    """dates (first and last), commits, protocol, seed, machine and versions
    of rows: lists of texts."""
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
    entries = []
    for file, own in rows.groupby("run", sort=False):
        origin = origin_of(own)
        status = values(own, "status")
        entries.append(dict(
            file=file, commit=", ".join(origin["commits"]),
            date=max(origin["dates"], default=""),
            protocol=", ".join(origin["protocol"]),
            seed=", ".join(origin["seed"]), machine=origin["machine"],
            versions=origin["versions"], rows=len(own),
            status=status[0] if status else ""))
    return entries
