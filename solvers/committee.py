from benchmark_utils.aggregation.committee import committee
from benchmark_utils.solver import CrowdSolver


class Solver(CrowdSolver):
    """Committee: mean posterior of DS after 10 iterations, MACE and BWA.

    A member is left out if the entropy of its labels over the classes is less
    than half of the majority's: it has collapsed.
    """
    name = "Committee"
    votes_only = True
    references = [
        "A. Dawid, A. Skene. Maximum likelihood estimation of observer "
        "error-rates using the EM algorithm. JRSS C, 1979. "
        "https://doi.org/10.2307/2346806",
        "D. Hovy, T. Berg-Kirkpatrick, A. Vaswani, E. Hovy. Learning whom to "
        "trust with MACE. NAACL-HLT 2013. https://aclanthology.org/N13-1132",
        "Y. Li, B. Rubinstein, T. Cohn. Truth inference at scale: a Bayesian "
        "model for adjudicating highly redundant crowd annotations. WWW 2019. "
        "https://arxiv.org/abs/1902.08918"]

    def run(self, _):
        self.soft_labels = committee(self.votes, self.known_truth).T
