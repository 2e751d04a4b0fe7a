"""Two groups of workers by hand, as counts of class by class."""
import numpy as np

# Group a: classes 0 and 1, two workers; group b: classes 2 and 3, one.
FIRST = [[3, 1, 0, 0], [1, 1, 0, 0], [0] * 4, [0] * 4]
SECOND = [[1, 3, 0, 0], [2, 0, 0, 0], [0] * 4, [0] * 4]
ONLY = [[0] * 4, [0] * 4, [0, 0, 4, 0], [0, 0, 1, 3]]
GROUPS = {"a": np.array([FIRST, SECOND]), "b": np.array([ONLY])}
TOTAL = np.sum([FIRST, SECOND, ONLY], axis=0)
