"""The objects that benchopt sends with a cell to another process."""
import pickle

import pytest
from benchopt_internals import new_terminal
from joblib.externals.loky.backend.reduction import dumps

from benchmark_utils.harness.parallel import send_terminals_without_counts


class Part:
    """In place of a solver: while it is pickled, the main thread counts
    another cell."""
    def __init__(self, terminal):
        self.terminal = terminal

    def __str__(self):
        return "DS[max_iter=100]"

    def __reduce__(self):
        self.terminal.rep["a cell", len(self.terminal.rep)] += 1
        return str, (str(self),)


@pytest.fixture
def terminal():
    send_terminals_without_counts()
    terminal = new_terminal(n_repetitions=3, show_progress=True)
    part = Part(terminal)
    terminal.set(solver=part, dataset=part, objective=part)
    for cell in range(5):
        terminal.rep[part, cell] += 1
        terminal.status[part, cell] = "done"
    return terminal


@pytest.mark.parametrize("pickled", [pickle.dumps, dumps])
def test_a_terminal_can_be_pickled_while_its_counts_grow(terminal, pickled):
    sent = pickle.loads(pickled(terminal))
    assert (sent.n_repetitions, sent.show_progress) == (3, True)
    assert sent.solver == "DS[max_iter=100]"
    assert sent.solver_tag == terminal.solver_tag
    assert not sent.rep and not sent.status
    assert sent.rep["a new cell"] == 0 and sent.status["a new cell"] == ""

