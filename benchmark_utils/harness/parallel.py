"""How benchopt's cells travel to other processes."""
import copyreg
from functools import lru_cache

from benchopt.utils.terminal_output import TerminalOutput


@lru_cache(maxsize=1)
def send_terminals_without_counts():
    """Every cell takes benchopt's terminal along, with a count of all cells
    so far that the main thread goes on raising. A thread that pickles it in
    the meantime fails, "dictionary changed size during iteration", and its
    keys are solvers and datasets, each of which a worker would load anew for
    every cell. Only the main process reads the counts: they stay there.
    """
    copyreg.pickle(TerminalOutput, _without_counts)


def _without_counts(terminal):
    sent = vars(terminal).copy()  # at once: no other thread comes between
    for counts in ("rep", "status"):
        sent.pop(counts, None)
    for part in ("dataset", "objective", "solver"):
        sent[part] = str(sent[part])
    return TerminalOutput, (), sent
