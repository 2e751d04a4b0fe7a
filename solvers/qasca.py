from benchmark_utils.online.assignment import best_pairs
from benchmark_utils.online.expected_accuracy import mean_gain, of_all_pairs
from benchmark_utils.online.solver import OnlineSolver
from benchmark_utils.papers import papers


class Solver(OnlineSolver):
    """QASCA: votes that increase the expected accuracy most.

    E_z max_k P(k | z) - max_k ybar_k with z the vote of worker j on task i:
    sum_l max_k ybar_ik wbar_j[k, l] - max_k ybar_ik, per unit of cost.
    """
    name = "QASCA"
    references = papers("zheng2015")

    def query(self, belief, candidates, n):
        gain = of_all_pairs(mean_gain, belief) / self.oracle.cost
        return best_pairs(self.rng, gain, candidates, n)
