"""What results say, and the published leaderboard.

    python -m benchmark_utils.report [RESULT.parquet ...]

prints a table of each dataset and who is best, and writes the page. Without a
file: the newest result in outputs/. `COMMAND -h` explains a command.
"""
import argparse
import os
import sys
from pathlib import Path

from benchmark_utils.report import commands as run
from benchmark_utils.report.commands import (
    METHODS,
    NAME,
    OUTPUTS,
    PICTURE,
    SCORES,
)
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
    except ValueError as error:  # what is refused, in words
        lines = getattr(error, "reasons", [str(error)])
        sys.exit("\n".join(["refused:", *lines]))


def _parser():
    parser = argparse.ArgumentParser(
        prog=NAME, description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(metavar="COMMAND", required=True)

    def command(name, action, text, results=False, stored=False):
        one = commands.add_parser(name, help=text, description=text)
        one.set_defaults(run=action)
        if results:
            one.add_argument(
                "results", nargs="*", type=Path, metavar="RESULT.parquet",
                help="result files of benchopt run; default: the newest in "
                "outputs/" + (", or --published" if stored else ""))
        if stored:
            one.add_argument(
                "--store", type=Path, default=store.STORE, metavar="FOLDER",
                help="the folder of published results; default: leaderboard/")
        return one

    show = command("show", run.show, "print the tables, write the page; what "
                   "happens without a command", results=True)
    show.add_argument("--all", action="store_true", dest="every",
                      help="all scores, not only the main ones")
    show.add_argument("--width", type=int, metavar="COLUMNS",
                      help="of the tables; default: the terminal's")
    show.add_argument("--page", type=Path, metavar="PAGE.html",
                      default=OUTPUTS / "leaderboard.html",
                      help="where the page goes; default: "
                      "outputs/leaderboard.html")
    show.add_argument("--no-page", action="store_true",
                      help="print only")

    command("time", run.time, "where the time of results went: by method, "
            "training and dataset", results=True)

    add = command("add", run.add, "publish a result file beside the others",
                  stored=True)
    add.add_argument("result", type=Path, metavar="RESULT.parquet",
                     help="a result file of benchopt run")
    add.add_argument("--name", help="its name in the store; default: its own")
    add.add_argument("--replace", action="store_true",
                     help="these rows take the place of published ones")
    add.add_argument("--complete", action="store_true",
                     help="leave out methods that lack repetitions, of a run "
                     "that was ended early")
    add.add_argument("--verified", action="store_true",
                     help="you ran it here yourself; else it is shown as "
                     "submitted")

    verify = command("verify", run.verify, "compare a submitted result with a "
                     "run of yours; if they agree, it is shown as verified",
                     stored=True)
    verify.add_argument("name", help="of the published file")
    verify.add_argument("again", type=Path, metavar="AGAIN.parquet",
                        help="your run of its cells, in a clean clone")

    same = command("same", run.same, "are all scores of two runs of one "
                   "configuration equal, to the last bit?")
    for name in ("one", "other"):
        same.add_argument(name, type=Path, metavar=f"{name.upper()}.parquet",
                          help="a result file of benchopt run")

    rerun = command("rerun", run.rerun, "print the configuration for benchopt "
                    "run that makes a published file again", stored=True)
    rerun.add_argument("name", help="of the published file")

    command("check", run.check, "is the store in order?", stored=True)

    page = command("page", run.page, "write the page of the published "
                   "results, and beside it results.json, csv/ and papers.bib",
                   stored=True)
    page.add_argument("--output", type=Path, metavar="PAGE.html",
                      help="default: index.html in the store")

    picture = command("picture", run.picture, "photograph the page for the "
                      "README, with Chromium", stored=True)
    picture.add_argument("--output", type=Path, default=PICTURE,
                         metavar="PICTURE.png", help="default: "
                         "docs/leaderboard.png")

    for name, text in (("json", "print the page's data as JSON"),
                       ("csv", "print a row per dataset and method as CSV"),
                       ("bibtex", "print the papers of methods and datasets")):
        one = command(name, run.export, text, results=True, stored=True)
        one.set_defaults(format=name)
        one.add_argument("--published", action="store_true",
                         help="of the published results")

    study = command("study", run.study, "keep a result that a page of "
                    "docs/findings quotes, in docs/findings/results/")
    study.add_argument("result", type=Path, metavar="RESULT.parquet",
                       help="a result file of benchopt run")
    study.add_argument("--name", help="of the study; default: the file's")
    command("findings", run.findings, "write docs/findings and the findings "
            "of README.md from the published results and the studies")

    scores = command("scores", run.scores, "write docs/scores.md, what every "
                     "score means")
    scores.add_argument("--output", type=Path, default=SCORES,
                        metavar="SCORES.md", help="default: docs/scores.md")
    methods = command("methods", run.methods, "write docs/methods.md, every "
                      "solver with its papers and defaults")
    methods.add_argument("--output", type=Path, default=METHODS,
                         metavar="METHODS.md", help="default: docs/methods.md")
    return parser, commands.choices
