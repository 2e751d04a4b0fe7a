"""Wrong edits of the kernels that turn votes into labels."""
from mutations import Mutation

AGGREGATION = "benchmark_utils/aggregation/"
MUTATIONS = [
    Mutation(
        "EM stops at an absolute change", AGGREGATION + "em.py",
        "abs(now - last) <= tol * abs(last)", "abs(now - last) <= tol",
        "test_em.py::test_objective_settles_relative_to_its_size"),
    Mutation(
        "pooled votes missing from the totals", AGGREGATION + "confusion.py",
        "            totals += self.pooled\n", "",
        "test_pooled.py::test_pooled_rows_sum_to_one"),
    Mutation(
        "a spammer score of 0 where none is known",
        AGGREGATION + "spammers.py",
        "score = np.full(votes.n_workers, np.nan)",
        "score = np.zeros(votes.n_workers)",
        "test_em.py::test_spammer_score_by_hand"),
    Mutation(
        "Newton steps are never halved", AGGREGATION + "glad.py",
        "        if not worse.any():\n            return z + step",
        "        return z + step",
        "test_glad.py::test_newton_steps_are_halved_where_they_overshoot"),
    Mutation(
        "no Beta prior of annotators", AGGREGATION + "label_sets.py",
        "return (hits + right) / (total + right + wrong)",
        "return (hits + 1e-9) / (total + 2e-9)",
        "test_refinement.py::test_one_step_of_the_posterior_by_hand"),
    Mutation(
        "an expert is an annotator", AGGREGATION + "label_sets.py",
        "[ANNOTATOR] * n_annotators + [EXPERT]",
        "[ANNOTATOR] * (n_annotators + 1)",
        "test_refinement.py::test_an_expert_is_believed_over_an_annotator"),
]
