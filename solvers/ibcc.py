from benchmark_utils.aggregation.ebcc import ebcc
from benchmark_utils.checks import integer, number
from benchmark_utils.papers import papers
from benchmark_utils.solver import CrowdSolver


class Solver(CrowdSolver):
    """IBCC: Dawid-Skene with priors, by variational inference.

    z_i ~ rho ~ Dir(1), y_ij | z_i = k ~ pi^j_k ~ Dir(beta_k), beta_kl =
    ``a_v`` if l = k, else ``b_v``. A worker's score is the distance of the
    expected matrix to rank one.
    """
    name = "IBCC"
    votes_only = True
    parameters = {"a_v": [4.0], "b_v": [1.0], "max_iter": [500]}
    accepts = {"a_v": number(1e-9), "b_v": number(1e-9),
               "max_iter": integer(1)}
    defaults_from = {
        "a_v": "code of the EBCC paper",
        "b_v": "code of the EBCC paper",
        "max_iter": "code of the EBCC paper"}
    references = papers("kim2012", "simpson2013")
    # Label accuracy, by the id of a dataset.
    published_in = "Li et al. 2019, outputs of the authors' code"
    published = {
        "ti-rte": .9275, "ti-web": .7508, "ti-trec": .7055, "ti-dog": .8389,
        "ti-cf": .8833, "ti-cf-amt": .8567, "ti-ms": .79, "ti-sp": .915,
        "ti-zencrowd-us": .827, "ti-product": .9383, "ti-tweet": .96,
        "ti-face": .6404,
    }

    def run(self, _):
        fit = ebcc(self.votes, alpha=1.0, a_v=self.a_v, b_v=self.b_v,
                   max_iter=self.max_iter, known_truth=self.known_truth)
        self.soft_labels = fit.T
        self.worker_score = fit.worker_score
