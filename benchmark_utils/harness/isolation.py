"""Solvers and datasets share a process: what one of them changes there is
reported and put back before the next one runs. A solver starts each
repetition as it was constructed."""
import copy
import os
import random
import sys
import threading
import time
import warnings
from functools import partial, wraps

import numpy as np
import torch

# Environment variables that libraries set when they are first used.
SET_BY_LIBRARIES = ("TORCHINDUCTOR_", "KMP_", "CUDA_MODULE_LOADING")


def _read_numpy():
    name, keys, *rest = np.random.get_state()
    return name, tuple(keys.tolist()), *rest


def _read_torch():
    generators = [torch.get_rng_state()]
    if torch.cuda.is_initialized():
        generators += torch.cuda.get_rng_state_all()
    return tuple(state.numpy().tobytes() for state in generators)


def _write_torch(states):
    cpu, *cuda = (torch.frombuffer(bytearray(state), dtype=torch.uint8)
                  for state in states)
    torch.set_rng_state(cpu)
    torch.cuda.set_rng_state_all(cuda)


def _read_environment():
    return {name: value for name, value in os.environ.items()
            if not name.startswith(SET_BY_LIBRARIES)}


def _write_environment(wanted):
    for name in set(_read_environment()) - set(wanted):
        del os.environ[name]
    os.environ.update(wanted)


def _write_filters(wanted):
    warnings.resetwarnings()  # also forgets which warnings were shown
    warnings.filters[:] = wanted


FILTERS = "the filters of warnings"
# {name: (read, write)} of what any code can change in its process.
STATES = {
    "the working directory": (os.getcwd, os.chdir),
    "environment variables": (_read_environment, _write_environment),
    "sys.path": (lambda: list(sys.path),
                 lambda wanted: sys.path.__setitem__(slice(None), wanted)),
    "the generator of random": (random.getstate, random.setstate),
    "the generator of numpy.random": (_read_numpy, np.random.set_state),
    FILTERS: (lambda: list(warnings.filters), _write_filters),
    "sys.setrecursionlimit": (sys.getrecursionlimit, sys.setrecursionlimit),
    "numpy.seterr": (np.geterr, lambda wanted: np.seterr(**wanted)),
    "the generator of torch": (_read_torch, _write_torch),
    # None, not "cpu", which PyTorch would look up at every call.
    "torch.set_default_device": (
        torch.get_default_device, lambda wanted: torch.set_default_device(
            None if wanted.type == "cpu" else wanted)),
    **{f"torch.{write}": (getattr(torch, read), getattr(torch, write))
       for read, write in (
           ("get_default_dtype", "set_default_dtype"),
           ("is_grad_enabled", "set_grad_enabled"),
           ("get_num_threads", "set_num_threads"),
           ("are_deterministic_algorithms_enabled",
            "use_deterministic_algorithms"),
           ("get_float32_matmul_precision", "set_float32_matmul_precision"))},
    **{f"torch.backends.cudnn.{name}": (
        partial(getattr, torch.backends.cudnn, name),
        partial(setattr, torch.backends.cudnn, name))
       for name in ("enabled", "benchmark", "deterministic")},
}


def snapshot():
    """The state that `restore` puts back."""
    return [read() for read, _ in STATES.values()]


def restore(before, owner):
    """Put the process back to a `snapshot`, and warn of what ``owner`` has
    changed in it."""
    changed = []
    for (name, (read, write)), wanted in zip(STATES.items(), before):
        try:
            now = read()
        except OSError:  # the working directory was deleted
            now = None
        if now != wanted:
            write(wanted)
            if name != FILTERS:  # libraries add some when they are imported
                changed.append(name)
    # In a worker of dask the threads of dask may have changed it.
    if changed and threading.current_thread() is threading.main_thread():
        warnings.warn(
            f"{owner} changed {', '.join(changed)}, which all solvers and "
            "datasets of this process share: restored", RuntimeWarning,
            stacklevel=3)


# Seconds before the run that copying the data may take.
FREE = .001
# What benchopt 1.10 sets in a solver after it has constructed it. Not
# ``_warmup_done``: a solver that forgets must warm up again.
BY_BENCHOPT = ("_objective", "_run_context", "_seed_params", "_used_seed")


class Isolated:
    """Mixin of solvers: what the methods that benchopt calls change in the
    process is put back once the result is known or a method fails. None of
    that is in the measured time.

    benchopt 1.10 measures ``run`` alone. Work that a solver does before it is
    counted too: the run begins with a pause of the same length. A clock that
    covers ``set_objective`` would replace the pause."""
    _before, _inside, _built = None, False, None
    _seconds = 0.0  # of work before the run

    def save_parameters(self, **parameters):
        """benchopt 1.10 constructs a solver with this undocumented method."""
        super().save_parameters(**parameters)
        self._built = copy.deepcopy(_own(self))

    def forget(self):
        """Drop every attribute that was set since the construction: one
        instance serves all datasets and repetitions, and what it keeps of a
        repetition would depend on their order. A benchopt that constructs a
        solver for each repetition would replace this method."""
        built = self._built
        if built is not None:
            own = _own(self)
            kept = {name: value for name, value in own.items()
                    if name in BY_BENCHOPT}
            own.clear()
            own.update(copy.deepcopy(built), **kept, _built=built)

    def __init_subclass__(cls, **options):
        super().__init_subclass__(**options)
        for base in cls.__mro__:
            if vars(base).get("__slots__"):  # `forget` would not see them
                raise TypeError(f"{cls.__name__}: a solver's attributes may "
                                f"not be __slots__, as in {base.__name__}")
        for name in ("skip", "set_objective", "warm_up", "pre_run_hook", "run",
                     "get_result"):
            owner = next(base for base in cls.__mro__ if name in vars(base))
            if owner is cls or not issubclass(owner, Isolated):
                setattr(cls, name, _isolated(name, vars(owner)[name]))


def _own(thing):
    """Its attributes, not through a __getattribute__ of its class."""
    return object.__getattribute__(thing, "__dict__")


def _isolated(name, method):
    @wraps(method)
    def isolated(self, *arguments, **given):
        nested = self._inside  # such as a call of the base's method
        if name == "set_objective" and not nested:
            self.forget()
        if name in ("skip", "set_objective") and not nested:
            self._before = snapshot()
        # The points of a curve are scored while its solver is running.
        done = name == "get_result" or not nested and (
            name == "skip" or name == "run"
            and self.sampling_strategy == "callback")
        self._inside = True
        start = time.perf_counter()
        try:
            if name == "run" and not nested and self._seconds > FREE:
                time.sleep(self._seconds)
            return method(self, *arguments, **given)
        except BaseException:
            done = not nested
            raise
        finally:
            self._inside = nested
            if name in ("set_objective", "pre_run_hook") and not nested:
                self._seconds += time.perf_counter() - start
            if done and self._before is not None:
                restore(self._before, self.name)
    return isolated
