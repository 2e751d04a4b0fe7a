"""What benchopt keeps of the cell that runs: one dataset, one solver and one
repetition.

All of it is undocumented in benchopt 1.10. A documented attribute of
`BaseObjective` and `BaseDataset` would replace each function.
"""


def context_of(component):
    """Names of the cell and output of the run, None outside of a run."""
    return component._run_context


def is_in_a_run(dataset):
    """Is the dataset loaded for a cell, and not only prepared? benchopt 1.10
    sets no repetition for ``benchopt prepare``."""
    return getattr(context_of(dataset), "repetition", None) is not None


def dataset_of(objective):
    """The dataset whose data are given to ``skip`` and ``set_data``.

    benchopt 1.10 passes the data without the dataset; errors name it.
    """
    return objective._dataset


def forget_data(objective):
    """Let benchopt call ``set_data`` before the objective is used again.

    benchopt 1.10 keeps one objective for each solver until the run ends, and
    with it the inputs of each dataset. No documented hook frees them.
    """
    objective._dataset_ready = False
