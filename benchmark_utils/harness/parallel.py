"""How benchopt sends cells to other processes."""
import copyreg
import os
import sys
from asyncio import CancelledError, Semaphore
from concurrent.futures import Future
from functools import lru_cache
from uuid import uuid4

import click
from benchopt.utils.terminal_output import TerminalOutput

from benchmark_utils.harness.failures import end_with

# dask reads this when it is imported. A worker that takes longer than 30 s to
# connect, on a busy machine, does not come back, and a run without workers
# would wait for ever.
for _name, _value in dict(COMM__TIMEOUTS__CONNECT="120s",
                          SCHEDULER__NO_WORKERS_TIMEOUT="300s").items():
    os.environ.setdefault(f"DASK_DISTRIBUTED__{_name}", _value)


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


@lru_cache(maxsize=1)
def end_cells_of_dead_workers():
    """Let a run under dask end when the workers of a cell died, with an error
    for the cell.

    joblib 1.6 waits for ever for a task that ended in an error of dask's own,
    such as KilledWorker, for one whose result or arguments, which it keeps in
    the memory of workers, died with a worker and cannot be made again. A
    joblib that passes such errors on would replace this function. No more
    cells are sent than workers can run: one that waits counts as tried when
    its worker dies of another cell.
    """
    if "distributed" not in sys.modules:  # which takes a second to import
        return
    from joblib._dask import Batch, DaskDistributedBackend
    from joblib._utils import _TracebackCapturingWrapper
    context = click.get_current_context(silent=True)

    def submit(self, func, callback=None):
        tasks = [(run, list(arguments), dict(named))
                 for run, arguments, named in func.items]
        future = Future()
        if not hasattr(self, "slots"):
            self.slots = Semaphore(sum(self.client.ncores().values()) or 1)

        async def finish():
            try:
                async with self.slots:
                    results = await self.client.submit(
                        _TracebackCapturingWrapper(Batch(tasks)), tasks=tasks,
                        key=f"cell-{uuid4().hex}", **self.submit_kwargs)
            except (Exception, CancelledError) as error:
                line = ("the workers of this cell died "
                        f"({type(error).__name__})")
                results = []
                for _, _, named in tasks:
                    key = tuple(named["meta"][f"{part}_name"] for part in (
                        "dataset", "objective", "solver"))
                    end_with(context, f"{key[2]} on {key[0]}", line)
                    results.append(([], key, "error", line))
            future.set_result(results)
            callback(results)
        self.client.loop.add_callback(finish)
        return future
    DaskDistributedBackend.submit = submit
