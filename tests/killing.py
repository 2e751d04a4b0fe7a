"""kill -9 at random moments."""
import os
import signal
import subprocess
import time

import numpy as np


def random_kills(n, command, seconds, undo, **options):
    """kill -9 ``command`` and all it started at ``n`` random moments of the
    ``seconds`` that it takes; yields after each. A run that ended before its
    moment does not count: it says anew how long runs take, and ``undo()``
    takes back what it did."""
    draw = np.random.default_rng(n)
    while n:
        start = time.monotonic()
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL, start_new_session=True, **options)
        try:
            assert process.wait(draw.uniform(0, seconds)) == 0, command
            seconds = time.monotonic() - start
            undo()
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            n -= 1
            yield
