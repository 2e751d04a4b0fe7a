from benchmark_utils.online.assignment import best_pairs
from benchmark_utils.online.information_gain import label_information
from benchmark_utils.online.solver import OnlineSolver
from benchmark_utils.papers import papers


class Solver(OnlineSolver):
    """LabelInfo: votes with most information about labels and workers.

    I(z; y, W) = H(z) - sum_k ybar_ik E H(row_jk) in closed form, per unit of
    cost: BALD with the label as an unknown.
    """
    name = "LabelInfo"
    references = papers("houlsby2011")

    def query(self, belief, candidates, n):
        score = label_information(belief.label_posterior, belief.dirichlet)
        return best_pairs(self.rng, score / self.oracle.cost, candidates, n)
