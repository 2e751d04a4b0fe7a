from benchmark_utils.online.assignment import best_pairs
from benchmark_utils.online.expected_accuracy import (
    largest_gain,
    of_all_pairs,
)
from benchmark_utils.online.solver import OnlineSolver
from benchmark_utils.papers import papers


class Solver(OnlineSolver):
    """OptKG: votes whose most favourable answer increases accuracy most.

    max_l max_k P(k | z_ij = l) - max_k ybar_ik, P(k | l) proportional to
    ybar_ik wbar_j[k, l], per unit of cost. `QASCA` takes the mean over the
    answers l, which is 0 where no single vote can change the label.
    """
    name = "OptKG"
    references = papers("chen2013")

    def query(self, belief, candidates, n):
        gain = of_all_pairs(largest_gain, belief) / self.oracle.cost
        return best_pairs(self.rng, gain, candidates, n)
