"""A crowd from tables of votes and truths, by one rule for its names."""
import warnings
from dataclasses import dataclass, replace

import numpy as np

from benchmark_utils.aggregation.guards import without_repeats
from benchmark_utils.reading.columns import (
    KIND,
    check_rows,
    column_of,
    count,
    is_value,
)
from benchmark_utils.reading.files import BadFile
from benchmark_utils.reading.values import Rule, is_nested, rule_of
from benchmark_utils.reading.vote_tables import (
    known_labels,
    number_truths,
    votes_of,
    warn_of_spellings,
)
from benchmark_utils.votes import UNVOTED, Votes


@dataclass(frozen=True, eq=False)
class Crowd:
    """Votes and the names behind their numbers: task i is ``task_ids[i]``,
    worker j ``worker_ids[j]``, class k ``class_names[k]``. ``task_rule`` and
    ``label_rule`` are the `Rule`s of these names, which truths follow too;
    ``n_repeats`` votes were left out because they repeat another one. ``kind``
    (n_workers,): 0 = person, 1 = model; None if nothing is said of it."""
    votes: Votes
    task_ids: list
    worker_ids: list
    class_names: list
    task_rule: Rule = Rule(False)
    label_rule: Rule = Rule(False, True)
    n_repeats: int = 0
    kind: np.ndarray | None = None
    worker_rule: Rule = Rule(False)


@dataclass(frozen=True)
class Options:
    """What to do with votes that may be none."""
    drop_empty: bool = False  # leave out empty labels, else they are an error
    fold_case: bool = False  # labels that differ by case only are one class
    # ``once`` counts equal rows of task, worker and label once, ``count`` all.
    repeats: str = "once"


# The values of the column that says what a worker is.
KINDS = {"person": 0, "people": 0, "human": 0, "model": 1, "models": 1,
         "llm": 1}
ONCE, COUNT = Options(), Options(repeats="count")
MISSING = {"nan", "NaN", "None", "null", "<NA>"}  # as programs write it


def crowd_of(table, names, options=ONCE):
    """`Crowd` of the columns of a `Table` that hold tasks, workers and labels
    (``names``). Notes are given as warnings."""
    tasks, workers, labels = (table.columns[name] for name in names)
    check_labels(table, names[2])
    label_rule = rule_of(labels, True, options.fold_case, table.decimal_comma)
    labels = label_rule.column(labels)
    empty = empty_labels(table, names[2], labels, options.drop_empty)
    rules = [rule_of(column, decimal_comma=table.decimal_comma)
             for column in (tasks, workers)]
    if any(rule.decimal_comma for rule in (label_rule, *rules)):
        warnings.warn(f"{table.source}: decimal commas were read as points")
    tasks, all_workers = (rule.column(column) for rule, column in zip(
        rules, (tasks, workers)))
    tasks, workers = (keep_rows(column, ~empty)
                      for column in (tasks, all_workers))
    votes, ids = votes_of(tasks, workers, keep_rows(labels, ~empty),
                          table.source)
    warn_of_spellings(table.source, ids["class_names"])
    warn_of_spellings(table.source, ids["worker_ids"], ("workers",) * 2)
    for what in ("task", "worker"):
        for name in MISSING.intersection(ids[f"{what}_ids"]):
            warnings.warn(f"{table.source}: {name!r} counts as a {what}; "
                          "remove these rows if it stands for a missing one")
    once = without_repeats(votes) if options.repeats == "once" else votes
    n_repeats = len(votes) - len(once)
    if n_repeats:
        warnings.warn(f"{table.source}: left out {count(n_repeats, 'vote')} "
                      "with the task, worker and label of another one; "
                      "--repeats count keeps them")
    kind = None
    if KIND in table.columns and KIND not in names:
        if {*map(str.casefold, table.columns[KIND].ids)} <= set(KINDS):
            kind = match_kinds(table, all_workers, ids["worker_ids"])
        else:
            warnings.warn(f"{table.source}: the column {KIND} is ignored; it "
                          "would say person or model")
    return Crowd(once, **ids, task_rule=rules[0], label_rule=label_rule,
                 n_repeats=n_repeats, kind=kind, worker_rule=rules[1])


def match_kinds(table, workers, worker_ids):
    """(n_workers,), 0 = person, 1 = model, from the column kind of a `Table`
    whose rows are of these ``workers`` (Column).

    Raises a BadFile for another kind, a worker of two kinds, or a worker
    without one.
    """
    column = table.columns[KIND]
    of_value = [KINDS.get(value.casefold()) for value in column.ids]
    if None in of_value:
        k = of_value.index(None)
        raise BadFile(f"{table.where(int((column.codes == k).argmax()))}: the "
                      f"kind must be person or model, got {column.ids[k]!r}")
    given, found = np.array(of_value)[column.codes], {}
    for row in np.unique(workers.codes * 2 + given, return_index=True)[1]:
        worker = workers.ids[workers.codes[row]]
        if found.setdefault(worker, given[row]) != given[row]:
            raise BadFile(f"{table.where(row)}: worker {worker!r} is both a "
                          "person and a model")
    missing = [worker for worker in worker_ids if worker not in found]
    unused = sorted(set(found).difference(worker_ids))
    if unused:
        warnings.warn(f"{table.source}: {count(len(unused), 'worker')} with a "
                      f"kind, but without a vote: {unused[0]!r}")
    if missing:
        raise BadFile(f"{table.source}: the kind of worker {missing[0]!r} is "
                      f"missing ({count(len(missing), 'worker')})")
    return np.array([found[worker] for worker in worker_ids])


def keep_rows(column, keep):
    return column if keep.all() else column_of(column.codes[keep], column.ids)


def check_labels(table, name):
    """Raise a BadFile for a label that is a list or an object."""
    column = table.columns[name]
    nested = np.array([*map(is_nested, column.ids)], bool)[column.codes]
    if nested.any():
        row = int(nested.argmax())
        raise BadFile(f"{table.where(row)}: the {name} is "
                      f"{table.value(name, row):.80}; a vote must be a single "
                      "class")


def empty_labels(table, name, labels, drop):
    """Which rows have no label, (n_rows,) bool: an error unless ``drop``."""
    empty = is_value(labels, "")
    if empty.any() and not drop:
        raise BadFile(
            f"{table.where(empty.argmax())}: the {name} is empty "
            f"({count(empty.sum(), table.unit)}). Remove it, or pass "
            "--drop-empty to ignore empty labels")
    if empty.all():
        raise BadFile(f"{table.source} has no vote: all labels are empty")
    if empty.any():
        warnings.warn(f"{table.source}: ignored "
                      f"{count(empty.sum(), 'empty label')}")
    return empty


def match_truths(table, crowd, drop_empty=False, gold=False):
    """Truths of a `Table` of tasks and labels, by the rules of a crowd's
    names. Warnings say how many of the tasks have votes, and which labels
    have none, unless all have.

    Returns (n_tasks,), -1 = unknown, -2 = a label that has no vote.

    Raises a BadFile for a task with two labels, for an empty label unless
    ``drop_empty``, and if none of the tasks has a vote.
    """
    name = list(table.columns)[1]
    check_labels(table, name)
    rules = (replace(rule, decimal_comma=rule.decimal_comma or (
        rule.numeric and table.decimal_comma))
        for rule in (crowd.task_rule, crowd.label_rule))
    tasks, labels = (rule.column(column) for rule, column in zip(
        rules, table.columns.values()))
    voted = ~empty_labels(table, name, labels, drop_empty)
    table = replace(table, place=table.place[voted])
    known = known_labels(keep_rows(tasks, voted), keep_rows(labels, voted),
                         table.where)
    truth, unused = number_truths(known, crowd.task_ids, crowd.class_names)
    wrong = [crowd.task_ids[i] for i in np.flatnonzero(truth == UNVOTED)]
    if wrong and gold:
        raise BadFile(
            f"{table.source}: the truth of task {wrong[0]!r} is a label that "
            f"has no vote, {known[wrong[0]]!r:.80}; the labels are "
            + ", ".join(crowd.class_names[:20]))
    others = sorted({known[name] for name in wrong})
    if others:
        warnings.warn(f"{table.source}: {count(len(others), 'label')} without "
                      f"a vote: {', '.join(map(repr, others[:5]))}")
    n_met = len(known) - len(unused)
    if not n_met:
        raise BadFile(
            f"{table.source}: none of its {len(known):,} tasks has a vote; "
            f"one is {unused[0]!r}, a task with votes is "
            f"{crowd.task_ids[0]!r}")
    if unused:
        warnings.warn(f"{table.source}: {n_met:,} of {len(known):,} tasks "
                      f"have votes; without a vote is {unused[0]!r}")
    return truth


def match_gold(table, crowd, drop_empty=False):
    """As `match_truths`, but a label without votes is an error, because the
    analysis cannot use it."""
    return match_truths(table, crowd, drop_empty, gold=True)


def match_predictions(table, crowd, drop_empty=False):
    """{name: (n_tasks,)} as `match_truths`, of classifiers: of each value of
    the column name, if there is one."""
    columns = dict(table.columns)
    names = columns.pop("name", None)
    if names is None:
        return {"predictions": match_truths(table, crowd, drop_empty)}
    check_rows(table, ["name"])
    names = crowd.worker_rule.column(names)  # one may be a voter
    found = {}
    for k, name in enumerate(names.ids):
        own = names.codes == k
        found[name] = match_truths(replace(
            table, place=table.place[own], columns={
                key: keep_rows(column, own)
                for key, column in columns.items()}), crowd, drop_empty)
    return found
