"""The tables of docs/methods.md, from the files in solvers/."""
from benchmark_utils.catalogue import catalogue
from benchmark_utils.report.results.names import method_entry

SHARED = "RandomAssign"  # the table has what all online solvers share once


def methods(setting):
    """A row for each solver of a setting: file, idea, needs, papers."""
    rows = []
    for entry in _entries():
        if entry.says["setting"] == setting:
            said = method_entry(entry.name, entry.name, entry)
            rows.append([
                f"[`{entry.name}`](../{entry.file}) {said['title']}".rstrip(),
                said["idea"],
                "a validation set" if entry.says["needs_gold"]
                else "votes of people and of models"
                if entry.says.get("needs_kinds") else "",
                "; ".join(f"[{text}]({address})" if address else text
                          for text, address in entry.papers)])
    return rows


def method_defaults():
    """A row for each parameter: its default and where that comes from."""
    shared = catalogue("solvers")[SHARED].says["defaults_from"]
    rows = []
    for entry in _entries():
        sources = entry.says.get("defaults_from", {})
        online = "OnlineSolver" in entry.says["bases"]
        for parameter, values in (entry.says.get("parameters") or {}).items():
            if online and parameter in shared and entry.name != SHARED:
                continue
            rows.append([f"`{entry.name}`", f"`{parameter}`",
                         ", ".join(f"`{value}`" for value in values),
                         sources.get(parameter, "not stated")])
    return rows


def _entries():
    return sorted(catalogue("solvers").values(),
                  key=lambda entry: entry.name.lower())
