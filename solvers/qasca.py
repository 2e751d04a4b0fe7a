import numpy as np

from benchmark_utils.online.solver import OnlineSolver, best_pairs


class Solver(OnlineSolver):
    """Accuracy gain: the votes that raise the expected accuracy most.

    E_z max_k P(k | z) - max_k ybar_k with z the vote of worker j on task i:
    sum_l max_k ybar_ik wbar_j[k, l] - max_k ybar_ik. The rule of QASCA.
    """
    name = "QASCA"
    references = [
        "Y. Zheng et al. QASCA: a quality-aware task assignment system for "
        "crowdsourcing applications. SIGMOD 2015"]

    def choose(self, belief, free, n):
        joint = np.einsum("ik,jkl->ijkl", belief.label_posterior, belief.mean_confusion)
        gain = (joint.max(axis=2).sum(axis=2)
                - belief.label_posterior.max(axis=1)[:, None])
        # Equal gains, as before any vote, in random order.
        gain += 1e-9 * self.rng.random(gain.shape)
        return best_pairs(gain / self.oracle.cost, free, n)
