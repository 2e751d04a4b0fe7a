from benchmark_utils.refinement import RefineSolver


class Solver(RefineSolver):
    """RandomRefine: label sets; the expert gets random tasks, the control
    that `Refine` must beat."""
    name = "RandomRefine"

    def choose(self, expected_errors, n):
        return self.rng.permutation(len(expected_errors))[:n]
