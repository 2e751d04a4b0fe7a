"""Wrong edits of the kernels that turn votes into labels."""
from mutations import Mutation

AGGREGATION = "benchmark_utils/aggregation/"
MUTATIONS = [
    Mutation(
        "EM stops at an absolute change", AGGREGATION + "em.py",
        "abs(now - last) <= tol * abs(last)", "abs(now - last) <= tol",
        "test_em.py::test_objective_settles_relative_to_its_size"),
    Mutation(
        "a spammer score of 0 where none is known",
        AGGREGATION + "spammers.py",
        "score = np.full(votes.n_workers, np.nan)",
        "score = np.zeros(votes.n_workers)",
        "test_em.py::test_spammer_score_by_hand"),
]
