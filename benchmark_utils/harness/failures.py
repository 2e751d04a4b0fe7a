"""Errors that skip a dataset: reported in one line where they happen and
again at the end of the run, which then exits with an error.

benchopt 1.10 ends the run where ``get_data`` or ``set_data`` raises. Skipping
the dataset instead, as it skips a solver that raises, would replace this
module.
"""
import sys
from functools import partial

import click
from benchopt.config import DEBUG


def refused(who, error):
    """One line about an error that skips the dataset ``who``. The run goes
    on, saves its results and exits with 1.

    benchopt 1.10 documents BENCHOPT_DEBUG, which raises the error, but not
    ``DEBUG``, through which its settings are read.
    """
    if DEBUG:
        raise error
    line = f"{type(error).__name__}: " + " ".join(str(error).split())
    end_with(click.get_current_context(silent=True), who, line)
    return line


def end_with(context, who, line):
    """Let the run of this context end with an error that has this line."""
    if context is not None:  # there is none in distributed workers
        lines = context.meta.get(__name__)
        if lines is None:
            lines = context.meta[__name__] = {}
            context.call_on_close(partial(_end, lines))
        lines[str(who)] = line


def _end(lines):
    if isinstance(sys.exc_info()[1], Exception):  # it has more to say
        return
    raise click.ClickException("skipped for an error:\n" + "\n".join(
        f"  {who}: {line}" for who, line in lines.items()))
