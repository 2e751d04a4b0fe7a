"""How benchopt sends cells to other processes."""
import copyreg
import os
import sys
from functools import lru_cache

import click
from benchopt.utils.terminal_output import TerminalOutput

from benchmark_utils.harness.failures import end_with

# dask reads this when it is imported. No worker holds cells that wait: they
# would count as tried when the worker dies of another cell. A worker that
# takes longer than 30 s to connect, on a busy machine, does not come back, and
# a run without workers would wait for ever.
for _name, _value in dict(
        SCHEDULER__WORKER_SATURATION="1.0", COMM__TIMEOUTS__CONNECT="120s",
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

    joblib 1.6 reports no task that ended in an error of dask's own, such as
    KilledWorker, and benchopt 1.10 waits for it. joblib also keeps arguments
    in the memory of workers, and a task whose arguments died with a worker
    never ends. A joblib that passes such errors on would replace this
    function.
    """
    if "distributed" not in sys.modules:  # which takes a second to import
        return
    from joblib._dask import Batch, DaskDistributedBackend
    context = click.get_current_context(silent=True)
    plain = DaskDistributedBackend.submit

    async def with_arguments(self, func):
        tasks = [(run, list(arguments), dict(named))
                 for run, arguments, named in func.items]
        return Batch(tasks), tasks

    def submit(self, func, callback=None):
        def ended(done):
            error = done.exception()
            if error is None:
                return
            line = f"the workers of this cell died ({type(error).__name__})"
            keys = [tuple(named["meta"][f"{part}_name"] for part in (
                "dataset", "objective", "solver"))
                for _, _, named in func.items]
            for dataset, _, solver in keys:
                end_with(context, f"{solver} on {dataset}", line)
            callback([([], key, "error", line) for key in keys])
        future = plain(self, func, callback)
        future.add_done_callback(ended)
        return future
    DaskDistributedBackend.submit = submit
    DaskDistributedBackend._to_func_args = with_arguments
