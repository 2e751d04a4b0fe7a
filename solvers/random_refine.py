from benchmark_utils.online.label_sets import RefineSolver
from benchmark_utils.papers import papers


class Solver(RefineSolver):
    """RandomRefine: label sets where the expert gets random tasks, the
    baseline for `Refine`."""
    name = "RandomRefine"
    references = papers("beyer2020")

    def query(self, expected_errors, n):
        return self.rng.permutation(len(expected_errors))[:n]
