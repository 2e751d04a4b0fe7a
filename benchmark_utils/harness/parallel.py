"""How benchopt sends cells to other processes."""
import copyreg
from functools import lru_cache

from benchopt.utils.terminal_output import TerminalOutput


@lru_cache(maxsize=1)
def send_terminals_without_counts():
    """Pickle benchopt's terminal without its counts of cells.

    benchopt 1.10 sends the terminal with each cell, while the main thread
    still adds counts to it: pickling it in another thread fails with
    "dictionary changed size during iteration". The keys of the counts are
    solvers and datasets, which a worker would load again for each cell. Only
    the main process reads the counts. A ``__getstate__`` of TerminalOutput
    that drops them would replace this function.
    """
    copyreg.pickle(TerminalOutput, _without_counts)


def _without_counts(terminal):
    # One step of the interpreter: no other thread interferes.
    sent = vars(terminal).copy()
    for counts in ("rep", "status"):
        sent.pop(counts, None)
    for part in ("dataset", "objective", "solver"):
        sent[part] = str(sent[part])
    return TerminalOutput, (), sent
