"""What every oracle is: a thing that counts."""


class CountingOracle:
    """The sizes of what can be asked. What was asked is counted once: there
    are no copies, and nothing can be written."""
    __slots__ = ("__sizes",)

    def __init__(self, n_tasks, n_classes):
        self.__sizes = int(n_tasks), int(n_classes)

    def __reduce__(self):
        raise TypeError("an oracle counts what it is asked: it has no copies")

    @property
    def n_tasks(self):
        return self.__sizes[0]

    @property
    def n_classes(self):
        return self.__sizes[1]
