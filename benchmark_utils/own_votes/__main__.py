"""Labels with probabilities, a quality estimate for each worker, the tasks
worth relabelling, and a report page, from votes without ground truth.
"""
import argparse
import os
import sys
import warnings
from dataclasses import replace
from pathlib import Path

import numpy as np
from tqdm import tqdm

from benchmark_utils.own_votes.analysis import analyse
from benchmark_utils.own_votes.estimates import (
    check_predictions,
    draw,
    where_differ,
)
from benchmark_utils.own_votes.files import (
    TABLES,
    Refused,
    check_folder,
    write_results,
    write_sample,
)
from benchmark_utils.own_votes.page import page
from benchmark_utils.own_votes.probabilities import KINDS, METHODS
from benchmark_utils.own_votes.summary import lines, plain, summary
from benchmark_utils.own_votes.tables import assignments_table, differ_table
from benchmark_utils.reading.crowd import (
    KIND,
    Options,
    match_gold,
    match_kinds,
    match_predictions,
    match_truths,
)
from benchmark_utils.reading.files import BadFile
from benchmark_utils.reading.formats import kind_of, read_crowd, read_truths
from benchmark_utils.reading.values import clean


def parser():
    found = argparse.ArgumentParser(
        prog="python -m benchmark_utils.own_votes", description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    add = found.add_argument
    add("votes", type=Path, help=".csv, .tsv or .parquet with a row per vote, "
        "or a .json export of Label Studio or Argilla; .gz may follow")
    add("--task", help="column of the tasks [task]; in JSON the field that "
        "identifies a task [id]")
    add("--worker", help="column of the workers [worker]")
    add("--label", help="column of the labels [label]; in JSON the question")
    add("--wide", action="store_true", help="the table has a row per task and "
        "a column per worker")
    add("--gold", type=Path, help="table of tasks with known truth (a column "
        "of tasks, a column of truths), which the analysis uses")
    add("--truth", type=Path, help="such a table, used only to score the "
        "labels")
    add("--truth-label", default="label", help="column of the truths in these "
        "tables [label]")
    add("--drop-empty", action="store_true", help="ignore rows with an empty "
        "label, also in --gold, --truth and --predictions")
    add("--fold-case", action="store_true", help="labels that differ by case "
        "only are one class")
    add("--repeats", choices=["once", "count"], default="once", help="how "
        "often equal rows of task, worker and label count [once]")
    add("--kinds", type=Path, help="table of the workers and their kind, "
        "person or model")
    add("--estimate", action="store_true", help="estimate the share of each "
        "class, with an interval, from --gold")
    add("--predictions", type=Path, help="table of tasks and the labels of a "
        "classifier, or of several (column name); with --gold estimates their "
        "accuracies")
    add("--gold-sample", type=int, metavar="N", help="draw N tasks to find "
        "the truth of, into DIRECTORY-gold.csv; with --predictions those on "
        "which they differ")
    add("--voters", choices=sorted(KINDS), help="what all voters are "
        "[unknown]")
    add("--method", choices=METHODS, default="Committee", help="method of the "
        "labels [Committee]")
    add("--budget", type=int, help="write assignments.csv, a task and a "
        "worker for each of so many votes")
    add("--cap", type=int, help="most of these votes of a worker [twice an "
        "equal share]")
    add("--output", type=Path, help="directory of the results [NAME-labels]")
    add("--replace", action="store_true", help="replace earlier results, "
        "which are kept as DIRECTORY.previous")
    add("--seed", type=int, default=0, help="seed of ties and random draws "
        "[0]")
    return found


def main(arguments=None):
    """Returns the exit status: 0, or 2 after an error, printed in one line."""
    if sys.stderr is None:  # closed
        sys.stderr = open(os.devnull, "w", encoding="utf-8")
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # an id that it cannot show
            stream.reconfigure(errors="backslashreplace")
    options = parser().parse_args(arguments)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", UserWarning)
        try:
            said = run(options)
        except (BadFile, Refused) as problem:
            print(" ".join(str(problem).split()), file=sys.stderr)
            return 2
        except KeyboardInterrupt:
            print("interrupted; nothing was written", file=sys.stderr)
            return 130
        except OSError as problem:  # a full disk, a folder without permission
            print(f"nothing was written: {problem}", file=sys.stderr)
            return 2
    for warning in caught:
        if warning.category is UserWarning:
            print(f"Note: {warning.message}", file=sys.stderr)
    try:
        print("\n".join(said), flush=True)
    except OSError as problem:  # a closed pipe, a full disk
        print("the results were written, but could not be printed: "
              f"{problem}", file=sys.stderr)
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 2
    return 0


def run(options):
    """Read, analyse and write; returns the five lines."""
    if options.seed < 0:
        raise Refused("--seed must be a non-negative integer, got "
                      f"{options.seed}")
    for name in ("budget", "cap", "gold_sample"):
        value = getattr(options, name)
        if value is not None and value < 1:
            raise Refused(f"--{name.replace('_', '-')} must be a positive "
                          f"integer, got {value}")
    if options.estimate and not options.gold:
        raise Refused("--estimate needs --gold, a random sample of tasks with "
                      "known truth; --gold-sample N draws one")
    kind_of(options.votes)
    # A file's name need not be Unicode.
    source = os.fsencode(options.votes).decode(errors="backslashreplace")
    name = options.votes.name.partition(".")[0] or "votes"
    folder = options.output or Path(f"{name}-labels")
    if not folder.name:  # .
        folder = folder.absolute()
    check_folder(folder, options.replace)
    sample = folder.with_name(f"{folder.name}-gold.csv")
    if options.gold_sample and os.path.lexists(sample):
        raise Refused(f"{sample} exists; it may hold truths that you filled "
                      "in, move it first")
    with tqdm(total=1, desc="reading", leave=False, disable=None) as bar:
        crowd = read_crowd(
            options.votes, options.task, options.worker, options.label,
            options.wide, Options(options.drop_empty, options.fold_case,
                                  options.repeats))
        task, predictions = clean(options.task or "task"), {}
        if options.kinds:
            worker = clean(options.worker or "worker")
            table = read_truths(options.kinds, worker, KIND)
            crowd = replace(crowd, kind=match_kinds(
                table, crowd.worker_rule.column(table.columns[worker]),
                crowd.worker_ids))
        if options.predictions:
            predictions = match_predictions(read_truths(
                options.predictions, task, more=["name"]), crowd,
                options.drop_empty)
            check_predictions(predictions, crowd.votes, crowd.worker_ids)
        gold, truth = (
            path and match(read_truths(path, task, options.truth_label),
                           crowd, options.drop_empty)
            for path, match in ((options.gold, match_gold),
                                (options.truth, match_truths)))
        bar.update()
    analysis = analyse(crowd, gold, options.seed, _progress,
                       KINDS.get(options.voters), options.method)
    for note in analysis.notes:
        warnings.warn(note)
    numbers = dict(summary(analysis, truth), source=source,
                   seed=options.seed)
    frames = {table: getattr(analysis, table) for table in TABLES}
    if options.budget is not None:
        found = analysis.assign(options.budget, options.cap, options.seed)
        frames["assignments"] = assignments_table(analysis, found)
        numbers["budget"] = dict(assigned=len(found.task), left=found.n_left,
                                 gain_at_most=found.expected)
    if len(analysis.models):
        frames["models"] = analysis.models
        numbers["models"] = plain(analysis.models.to_dict("records"))
    differ = draw(where_differ(predictions), options.seed)
    if len(predictions) > 1:
        frames["differ"] = differ_table(crowd, predictions, differ)
    if options.gold and (options.estimate or predictions):
        frames["estimates"], found = analysis.estimate(
            predictions, options.seed)
        numbers["estimates"] = plain(frames["estimates"].to_dict("records"))
        for sentence in found:
            warnings.warn(sentence)
        numbers["notes"] = [*numbers["notes"], *(
            f"{s[0].upper()}{s[1:]}." for s in found)]
    with tqdm(total=1, desc="writing", leave=False, disable=None) as bar:
        numbers = write_results(
            folder, frames, numbers, lambda numbers: page(
                analysis, numbers, Path(source).name), options.replace)
        bar.update()
    if options.gold_sample:
        tasks = differ if len(predictions) > 1 else draw(
            np.flatnonzero(crowd.votes.per_task), options.seed)
        write_sample([crowd.task_ids[i] for i in tasks[:options.gold_sample]],
                     sample, task, options.truth_label)
    return lines(numbers, folder) + ([
        f"Fill in the column {options.truth_label} of {sample} and pass it as "
        "--gold with --estimate"] if options.gold_sample else [])


def _progress(step, parts):
    return tqdm(list(parts), desc=step, leave=False, disable=None)


if __name__ == "__main__":
    sys.exit(main())
