"""What goes wrong in a run without ending it: said in one line where it
happens, and again at the end, which then is an error."""
import sys
from functools import partial

import click
from benchopt.config import DEBUG


def refused(who, error):
    """One line about an error that skips a dataset; the run goes on, saves
    what it has and exits with 1. Under BENCHOPT_DEBUG the error is raised.
    """
    if DEBUG:
        raise error
    line = f"{type(error).__name__}: " + " ".join(str(error).split())
    context = click.get_current_context(silent=True)
    if context is not None:  # there is none in distributed workers
        lines = context.meta.get(__name__)
        if lines is None:
            lines = context.meta[__name__] = {}
            context.call_on_close(partial(_end, lines))
        lines[str(who)] = line
    return line


def _end(lines):
    if isinstance(sys.exc_info()[1], Exception):  # it has more to say
        return
    raise click.ClickException("skipped for an error:\n" + "\n".join(
        f"  {who}: {line}" for who, line in lines.items()))
