"""The command line of the report: tables, the page, the published results,
the generated docs.

    python -m benchmark_utils.report [RESULT.parquet ...]

prints a table for each dataset and the best methods, and writes the page.
Without a file it takes the newest result in outputs/. `COMMAND -h` explains
a command.
"""
import argparse
import os
import sys
from pathlib import Path

from benchmark_utils.report import commands as run
from benchmark_utils.report.store import store


def main(arguments=None):
    arguments = list(sys.argv[1:] if arguments is None else arguments)
    parser, commands = _parser()
    if not arguments or arguments[0] not in (*commands, "-h", "--help"):
        arguments.insert(0, "show")
    options = parser.parse_args(arguments)
    try:
        options.run(options)
        sys.stdout.flush()
    except BrokenPipeError:  # say, `| head` has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (ValueError, OSError) as error:  # its message is for the user
        lines = getattr(error, "reasons", [str(error)])
        sys.exit("\n".join(["refused:", *lines]))


def _parser():
    parser = argparse.ArgumentParser(
        prog=run.NAME, description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(metavar="COMMAND", required=True)

    def command(name, text, *shared, action=None):
        one = commands.add_parser(name, help=text, description=text,
                                  parents=shared)
        one.set_defaults(run=action or getattr(run, name), format=name)
        return one

    results = _shared("results", nargs="*", type=Path,
                      metavar="RESULT.parquet", help="result files of "
                      "benchopt run; default: the newest in outputs/")
    result = _shared("result", type=Path, metavar="RESULT.parquet",
                     help="a result file of benchopt run")
    published = _shared("name", help="of the published file")
    stored = _shared("--store", type=Path, default=store.STORE,
                     metavar="FOLDER", help="the folder of published results; "
                     "default: leaderboard/")

    option = command("show", "print the tables and write the page; the "
                     "default command", results).add_argument
    option("--all", action="store_true", dest="every",
           help="all scores, not only the main ones")
    option("--width", type=int, metavar="COLUMNS",
           help="of the tables; default: the terminal's")
    option("--page", type=Path, metavar="PAGE.html",
           default=run.OUTPUTS / "leaderboard.html",
           help="file of the page; default: outputs/leaderboard.html")
    option("--no-page", action="store_true", help="print only")
    command("timing", "print the share of the time that each method, the "
            "training and each dataset took", results)
    option = command("compare", "check that two runs of one configuration "
                     "have equal scores, to the last bit").add_argument
    for name in ("one", "other"):
        option(name, type=Path, metavar=f"{name.upper()}.parquet",
               help="a result file of benchopt run")
    for name, text in (("json", "print the page's data as JSON"),
                       ("csv", "print a row per dataset and method as CSV"),
                       ("bibtex", "print the papers of methods and datasets")):
        command(name, text, results, stored,
                action=run.export).add_argument(
            "--published", action="store_true",
            help="of the published results, not of RESULT.parquet")

    option = command("add", "publish a result file", result,
                     stored).add_argument
    option("--name", help="its name in the store; default: the file's")
    option("--replace", action="store_true",
           help="these rows replace published rows of the same cells")
    option("--verified", action="store_true", help="you ran it here yourself; "
           "otherwise it is shown as submitted")
    command("verify", "compare a submitted result with your own run; if they "
            "agree, it is shown as verified", published, stored).add_argument(
        "again", type=Path, metavar="AGAIN.parquet",
        help="your run of its cells, in a clean clone")
    command("rerun", "print the configuration for benchopt run that makes a "
            "published file again", published, stored)
    command("validate", "check that the published results are in order",
            stored)
    command("page", "write the page of the published results, and beside it "
            "results.json, csv/ and papers.bib", stored).add_argument(
        "--output", type=Path, metavar="PAGE.html",
        help="default: index.html in the store")
    command("screenshot", "make the picture of the page for the README, with "
            "Chromium", stored).add_argument(
        "--output", type=Path, default=run.PICTURE, metavar="PICTURE.png",
        help="default: docs/leaderboard.png")

    command("docs", "write every generated file of docs/ and the tables and "
            "findings of README.md").add_argument(
        "--measure", action="store_true", help="first measure the recorded "
        "datasets whose files are in the data folder")
    command("store-study", "keep a result that a page of docs/findings "
            "quotes, in docs/findings/results/", result,
            action=run.store_study).add_argument(
        "--name", help="of the study; default: the file's")
    option = command(
        "provenance", "print the version of the scoring protocol, or record "
        "an edit of files that score"
    ).add_mutually_exclusive_group().add_argument
    option("--scores-unchanged", action="store_true",
           help="after an edit that cannot change any score")
    option("--bump", action="store_true", help="after an edit that may change "
           "a score: a new version, for which published results must be made "
           "again")
    return parser, commands.choices


def _shared(*words, **options):
    """An argument of several commands."""
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument(*words, **options)
    return parser
