"""Eight tasks with votes of three people and four models, and the truth: the
formulas about people and models were computed on them by hand."""
import numpy as np

from benchmark_utils.votes import Votes

ROWS = ("001|0000 000|1111 010|0010 100|0001 110|1111 111|0000 011|1110 "
        "101|0011").replace("|", "").split()
VOTES = Votes(*np.transpose([(i, j, int(label))
                             for i, row in enumerate(ROWS)
                             for j, label in enumerate(row)]), 8, 7, 2)
TRUTH = np.array([0, 0, 0, 0, 1, 1, 1, 1])
KIND = np.array([0, 0, 0, 1, 1, 1, 1])
