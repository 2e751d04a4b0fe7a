from benchmark_utils.online.label_sets import RefineSolver


class Solver(RefineSolver):
    """RandomRefine: label sets where the expert gets random tasks, the
    baseline for `Refine`."""
    name = "RandomRefine"
    references = [
        "L. Beyer, O. Henaff, A. Kolesnikov, X. Zhai, A. van den Oord. Are "
        "we done with ImageNet? 2020. https://arxiv.org/abs/2006.07159"]

    def query(self, expected_errors, n):
        return self.rng.permutation(len(expected_errors))[:n]
