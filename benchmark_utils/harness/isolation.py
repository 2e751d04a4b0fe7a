"""Solvers and datasets share a process: what one of them changes there is
reported and put back before the next one runs."""
import os
import random
import sys
import warnings
from functools import wraps
from typing import NamedTuple

import numpy as np
import torch

# Environment variables that libraries set when they are first used.
SET_BY_LIBRARIES = ("TORCHINDUCTOR_", "KMP_", "CUDA_MODULE_LOADING")


class State(NamedTuple):
    """A part of a process that any code in it can change."""
    name: str
    read: callable
    write: callable


def _read_numpy():
    state = np.random.get_state()
    return state[0], state[1].tobytes(), *state[2:]


def _write_numpy(state):
    np.random.set_state((
        state[0], np.frombuffer(state[1], np.uint32), *state[2:]))


def _read_torch():
    generators = [torch.get_rng_state()]
    if torch.cuda.is_initialized():
        generators += torch.cuda.get_rng_state_all()
    return tuple(state.numpy().tobytes() for state in generators)


def _write_torch(states):
    states = [torch.frombuffer(bytearray(state), dtype=torch.uint8)
              for state in states]
    torch.set_rng_state(states[0])
    if len(states) > 1:
        torch.cuda.set_rng_state_all(states[1:])


def _read_environment():
    return {name: value for name, value in os.environ.items()
            if not name.startswith(SET_BY_LIBRARIES)}


def _write_environment(wanted):
    for name in set(_read_environment()) - set(wanted):
        del os.environ[name]
    os.environ.update(wanted)


def _read_cudnn():
    cudnn = torch.backends.cudnn
    return cudnn.enabled, cudnn.benchmark, cudnn.deterministic


def _write_cudnn(flags):
    cudnn = torch.backends.cudnn
    cudnn.enabled, cudnn.benchmark, cudnn.deterministic = flags


def _write_list(live, wanted):
    live[:] = wanted


STATES = (
    State("the working directory", os.getcwd, os.chdir),
    State("environment variables", _read_environment, _write_environment),
    State("sys.path", lambda: list(sys.path),
          lambda wanted: _write_list(sys.path, wanted)),
    State("the generator of random", random.getstate, random.setstate),
    State("the generator of numpy.random", _read_numpy, _write_numpy),
    State("numpy.seterr", np.geterr, lambda wanted: np.seterr(**wanted)),
    State("the generator of torch", _read_torch, _write_torch),
    State("torch.set_default_dtype", torch.get_default_dtype,
          torch.set_default_dtype),
    # None, not "cpu", which PyTorch would look up at every call.
    State("torch.set_default_device", torch.get_default_device,
          lambda wanted: torch.set_default_device(
              None if wanted.type == "cpu" else wanted)),
    State("torch.set_grad_enabled", torch.is_grad_enabled,
          torch.set_grad_enabled),
    State("torch.set_num_threads", torch.get_num_threads,
          torch.set_num_threads),
    State("torch.use_deterministic_algorithms",
          torch.are_deterministic_algorithms_enabled,
          torch.use_deterministic_algorithms),
    State("torch.set_float32_matmul_precision",
          torch.get_float32_matmul_precision,
          torch.set_float32_matmul_precision),
    State("torch.backends.cudnn", _read_cudnn, _write_cudnn),
)


def snapshot():
    """The state that `restore` puts back."""
    return [state.read() for state in STATES]


def restore(before, owner):
    """Put the process back to a `snapshot`, and warn of what ``owner`` has
    changed in it."""
    changed = []
    for state, wanted in zip(STATES, before):
        if _now(state) != wanted:
            state.write(wanted)
            changed.append(state.name)
    if changed:
        warnings.warn(
            f"{owner} changed {', '.join(changed)}, which all solvers and "
            "datasets of this process share: restored", RuntimeWarning,
            stacklevel=3)


def _now(state):
    try:
        return state.read()
    except OSError:  # the working directory was deleted
        return None


class Isolated:
    """Mixin of solvers: what the methods that benchopt calls change in the
    process is put back once the result is known or a method fails. None of
    that is in the measured time."""
    _before, _inside = None, False

    def __init_subclass__(cls, **options):
        super().__init_subclass__(**options)
        for name in ("skip", "set_objective", "warm_up", "run", "get_result"):
            if name in vars(cls):
                setattr(cls, name, _isolated(name, vars(cls)[name]))


def _isolated(name, method):
    @wraps(method)
    def isolated(self, *arguments, **given):
        nested = self._inside  # such as a call of the base's method
        if name in ("skip", "set_objective") and not nested:
            self._before = snapshot()
        self._inside, done = True, False
        try:
            result = method(self, *arguments, **given)
            # The points of a curve are scored while its solver is running.
            done = name == "get_result" or not nested and (
                name == "skip" or name == "run"
                and self.sampling_strategy == "callback")
            return result
        except BaseException:
            done = not nested
            raise
        finally:
            self._inside = nested
            if done and self._before is not None:
                restore(self._before, self.name)
    return isolated
