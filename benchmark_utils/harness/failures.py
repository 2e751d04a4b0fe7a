"""Errors in words. Those that skip a dataset are reported in one line where
they happen and again at the end of the run, which then exits with an error.

benchopt 1.10 ends the run where ``get_data`` or ``set_data`` raises, and with
a traceback where it cannot write a file. Skipping the dataset instead, as it
skips a solver that raises, and a message would replace this module.
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
        context.meta.setdefault(__name__, {})[str(who)] = line


def _end(context):
    error, lines = sys.exc_info()[1], context.meta.get(__name__)
    if isinstance(error, OSError) and not DEBUG:  # such as on a full disk
        raise click.ClickException(
            f"{error}\nThe same command continues from the cell that it had "
            "reached, unless it has --no-cache.")
    if lines and not isinstance(error, Exception):  # it has more to say
        raise click.ClickException("skipped for an error:\n" + "\n".join(
            f"  {who}: {line}" for who, line in lines.items()))


# benchopt imports this with the objective, before it makes a folder.
if (_context := click.get_current_context(silent=True)) is not None:
    _context.call_on_close(partial(_end, _context))
