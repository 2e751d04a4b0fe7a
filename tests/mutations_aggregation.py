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
        "weights of votes are not used", AGGREGATION + "confusion.py",
        "        if vote_weight is not None:\n", "        if False:\n",
        "test_panel_votes.py::test_weights_are_powers_of_the_likelihood"),
    Mutation(
        "models are discounted where they are alone",
        AGGREGATION + "panel_votes.py",
        "discounted = model & (n < votes.per_task)[votes.task]",
        "discounted = model", "test_panel_votes.py::test_weights"),
    Mutation(
        "a vote is a pair with itself", AGGREGATION + "panel_votes.py",
        "    pairs[np.diag_indices_from(pairs)] -= counts.sum(axis=0)\n", "",
        "test_panel_votes.py::test_isp_on_the_worked_example"),
    Mutation(
        "a voter is correlated with itself",
        AGGREGATION + "error_correlation.py",
        "                task * G + group, value ** 2, votes.n_tasks * G\n",
        "                task * G + group, 0 * value, votes.n_tasks * G\n",
        "test_error_correlation.py::test_worked_example"),
    Mutation(
        "one vote is as correlated as others of its kind",
        AGGREGATION + "error_correlation.py",
        "np.where(n <= 1, 0, A[..., own, own])", "A[..., own, own]",
        "test_error_correlation.py::test_effective_votes_by_hand"),
    Mutation(
        "the distance to votes keeps its bias", AGGREGATION + "held_out.py",
        "(counts * (counts - 1)).sum(axis=1)[task] / (m * (m - 1))",
        "(counts * counts).sum(axis=1)[task] / m ** 2",
        "test_label_probabilities.py::test_vote_distance_has_no_bias"),
    Mutation(
        "kinds are not needed", "benchmark_utils/solver.py",
        "if self.needs_kinds and (", "if False and (",
        "test_panel_votes.py::test_one_kind_is_skipped_with_the_reason"),
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
