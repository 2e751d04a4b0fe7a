"""python -m benchmark_utils.own_votes votes.csv: what your votes say.

Labels with probabilities, a verdict on each worker, the tasks to have
labelled again, and a page, from nothing but who voted what.
"""
import argparse
import sys
import warnings
from pathlib import Path

from tqdm import tqdm

from benchmark_utils.own_votes.analysis import analyse
from benchmark_utils.own_votes.files import (
    TABLES,
    Refused,
    check_folder,
    write_results,
)
from benchmark_utils.own_votes.page import page
from benchmark_utils.own_votes.summary import lines, summary
from benchmark_utils.reading.files import BadFile
from benchmark_utils.reading.formats import kind_of, read_crowd, read_truths


def parser():
    found = argparse.ArgumentParser(
        prog="python -m benchmark_utils.own_votes", description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    found.add_argument(
        "votes", type=Path,
        help=".csv, .tsv or .parquet with a row per vote; .json of Label "
        "Studio or Argilla; .gz may follow")
    found.add_argument("--task", help="column of the tasks [task]; in JSON a "
                       "field that names the task [id]")
    found.add_argument("--worker", help="column of the workers [worker]")
    found.add_argument("--label", help="column of the labels [label]; in "
                       "JSON the question")
    found.add_argument("--wide", action="store_true",
                       help="a row per task, a column per worker")
    found.add_argument("--gold", type=Path, help="table of the tasks whose "
                       "truth is known (columns of tasks and truths): it "
                       "counts")
    found.add_argument("--truth", type=Path, help="the same, but only to "
                       "score the labels afterwards")
    found.add_argument("--truth-label", default="label", help="column of the "
                       "truths in these files [label]")
    found.add_argument("--output", type=Path, help="folder of the results "
                       "[NAME-labels beside where you are]")
    found.add_argument("--replace", action="store_true", help="put them in "
                       "the place of earlier ones, kept as FOLDER.previous")
    found.add_argument("--seed", type=int, default=0,
                       help="of ties and draws [0]")
    return found


def main(arguments=None):
    """Returns the exit status: 0, or 2 for bad input, said in one line."""
    options = parser().parse_args(arguments)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", UserWarning)
        try:
            said = run(options)
        except (BadFile, Refused) as problem:
            print(" ".join(str(problem).split()), file=sys.stderr)
            return 2
        except KeyboardInterrupt:
            print("stopped; nothing was written", file=sys.stderr)
            return 130
        except OSError as problem:  # a full disk, a folder without permission
            print(f"nothing was written: {problem}", file=sys.stderr)
            return 2
    for warning in caught:
        if warning.category is UserWarning:
            print(f"Note: {warning.message}", file=sys.stderr)
    print("\n".join(said))
    return 0


def run(options):
    """Read, analyse, write; returns the five lines."""
    if options.seed < 0:
        raise Refused(f"--seed {options.seed}: 0 or more is needed")
    kind_of(options.votes)
    name = options.votes.name.partition(".")[0] or "votes"
    folder = options.output or Path(f"{name}-labels")
    check_folder(folder, options.replace)
    with tqdm(total=1, desc="reading", leave=False, disable=None) as bar:
        crowd = read_crowd(options.votes, options.task, options.worker,
                           options.label, options.wide)
        gold, truth = (_truths(options, crowd, path)
                       for path in (options.gold, options.truth))
        bar.update()
    analysis = analyse(crowd, gold, options.seed, _progress)
    numbers = dict(summary(analysis, truth), source=str(options.votes),
                   seed=options.seed)
    with tqdm(total=1, desc="writing", leave=False, disable=None) as bar:
        numbers = write_results(
            folder, {table: getattr(analysis, table) for table in TABLES},
            numbers, lambda numbers: page(
                analysis, numbers, options.votes.name), options.replace)
        bar.update()
    return lines(numbers, folder)


def _truths(options, crowd, path):
    if path is None:
        return None
    truth, unused = read_truths(path, crowd, options.task or "task",
                                options.truth_label)
    if unused:
        warnings.warn(f"{path}: {len(unused):,} tasks have no vote, such as "
                      f"{unused[0]!r}")
    if path == options.gold and (truth == -2).any():
        first = crowd.task_ids[int((truth == -2).argmax())]
        raise BadFile(f"{path}: the truth of {first!r} is a label that nobody "
                      "voted")
    return truth


def _progress(step, parts):
    return tqdm(list(parts), desc=step, leave=False, disable=None)


if __name__ == "__main__":
    sys.exit(main())
