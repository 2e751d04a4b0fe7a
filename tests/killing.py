"""kill -9 at random moments."""
import os
import signal
import subprocess
import time
import traceback
from contextlib import suppress
from functools import partial

import numpy as np


def random_kills(n, start, seconds, undo):
    """kill -9 what ``start()`` starts, and all that this started, at ``n``
    random moments of the ``seconds`` that it takes; yields after each. A run
    that ends before its moment does not count: it updates ``seconds``, and
    ``undo()`` reverts what it did."""
    draw = np.random.default_rng(n)
    while n:
        begun = time.monotonic()
        process = start()
        try:
            assert process.wait(draw.uniform(0, seconds)) == 0
            seconds = time.monotonic() - begun
            undo()
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            n -= 1
            yield


def command(words, **options):
    """What starts a command, for `random_kills`."""
    return partial(subprocess.Popen, words, stdin=subprocess.DEVNULL,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                   start_new_session=True, **options)


class Forked:
    """A copy of this process that does ``action``, which returns its exit
    status or None; ``pid`` and ``wait`` as of a `subprocess.Popen`. A copy
    does not import again, so most moments fall into the action itself."""
    def __init__(self, action):
        self.pid = os.fork()
        if self.pid == 0:
            os.setpgid(0, 0)
            try:
                os._exit(action() or 0)
            except BaseException:
                traceback.print_exc()
                os._exit(1)
        with suppress(OSError):  # the child was faster
            os.setpgid(self.pid, self.pid)

    def wait(self, seconds=float("inf")):
        end = time.monotonic() + seconds
        while True:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                return os.waitstatus_to_exitcode(status)
            if time.monotonic() >= end:
                raise subprocess.TimeoutExpired("a fork", seconds)
            time.sleep(.001)
