"""Names short enough to read, that stay when other results join."""
import re

from benchmark_utils.catalogue import (
    catalogue,
    dataset_facts,
    default_parameters,
)


class Ambiguous(ValueError):
    """Two different settings would go by one name."""


def parameters_of(full):
    """``DS[max_iter=100,smoothing=0.0]`` -> DS, {max_iter: "100", ...}"""
    base, _, rest = full.partition("[")
    pairs, depth, part = {}, 0, ""
    for letter in rest[:-1] + "," if rest else "":
        depth += (letter in "[({") - (letter in "])}")
        if letter == "," and depth == 0:
            name, _, value = part.partition("=")
            pairs[name] = value
            part = ""
        else:
            part += letter
    return base, pairs


def short_names(kind, full_names):
    """{full name: short name}: the id that the facts of a dataset give, else
    the base and the parameters that are not at the defaults of its file in
    ``datasets`` or ``solvers`` (``kind``).

    A parameter that the file has and the result has not, as it was made
    before, counts as different. Of a base without a file, the first
    parameters seen stand for its defaults.

    Raises
    ------
    Ambiguous
        If two full names would have one short name or one `slug`.
    """
    known, names, first = catalogue(kind), {}, {}
    for full in dict.fromkeys(full_names):
        base, own = parameters_of(full)
        usual = (default_parameters(known[base]) if base in known
                 else first.setdefault(base, own))
        names[full] = kind == "datasets" and dataset_facts(base, own).get(
            "id") or _name(base, own, usual)
    seen, addresses = {}, {}
    for full, short in names.items():
        if short in seen:
            raise Ambiguous(
                f"{seen[short]} and {full} would both be called {short}: "
                "results of two versions of one file? Keep one of them")
        seen[short] = full
        other = addresses.setdefault(slug(short), short)
        if other != short:
            raise Ambiguous(f"{other} and {short} would both have the address "
                            f"{slug(short)}: rename one of them")
    return names


def variant(full, entry):
    """{parameter: value} of those that are not at the defaults of the file,
    an entry of the catalogue or None."""
    return {} if entry is None else _different(
        parameters_of(full)[1], default_parameters(entry))


def slug(name):
    """An id for addresses: ``DS (smoothing=0.1)`` -> ds-smoothing-0.1"""
    return re.sub(r"[^a-z0-9.]+", "-", name.lower()).strip("-.")


def _name(base, own, usual):
    said = [f"{name}={value}" if value is not None else f"without {name}"
            for name, value in _different(own, usual).items()]
    return f"{base} ({', '.join(said)})" if said else base


def _different(own, usual):
    different = {name: _plain(value) for name, value in own.items()
                 if _plain(value) != _plain(usual.get(name))}
    different.update({name: None for name in usual if name not in own})
    return different


def _plain(value):
    """``10.0`` and ``10`` are one number."""
    try:
        return f"{float(value):g}"
    except (TypeError, ValueError):
        return value
