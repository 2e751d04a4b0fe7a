from benchmark_utils.aggregation.committee import committee
from benchmark_utils.papers import papers
from benchmark_utils.solver import CrowdSolver


class Solver(CrowdSolver):
    """Committee: mean posterior of DS after 10 iterations, MACE and BWA.

    A member is left out if the entropy of its labels over the classes is less
    than half of the majority's: it has collapsed.
    """
    name = "Committee"
    votes_only = True
    chosen = "its members were chosen on the datasets marked as seen"
    references = papers("dawid1979", "hovy2013", "li2019b")

    def run(self, _):
        self.soft_labels = committee(self.votes, self.known_truth).T
