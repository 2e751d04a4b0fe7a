"""Wrong edits of the report of results."""
from mutations import Mutation

REPORT = "benchmark_utils/report/"
MUTATIONS = [
    Mutation(
        "the first point of a curve counts", REPORT + "results/runs.py",
        "RUN, sort=False, dropna=False).tail(1)",
        "RUN, sort=False, dropna=False).head(1)",
        "test_report_runs.py::test_the_last_point_of_a_curve_counts"),
    Mutation(
        "files of two seeds are compared", REPORT + "results/runs.py",
        '("base_seed", ["dataset_name"], "the seed"),',
        '("no_such_column", ["dataset_name"], "the seed"),',
        "test_report_runs.py::"
        "test_files_that_contradict_each_other_are_refused"),
    Mutation(
        "runs that never reach the goal are left out",
        REPORT + "results/runs.py",
        "np.where(np.isnan(values), np.inf, values)",
        "values[~np.isnan(values)]",
        "test_report_curves.py::"
        "test_half_of_the_runs_without_the_goal_are_infinite"),
    Mutation(
        "a curve with gold tasks starts at its first vote",
        REPORT + "results/curves.py",
        "if len(cost) > 1 and cost[0] > 0:", "if False:",
        "test_report_curves.py::test_a_curve_with_gold_starts_at_a_guess"),
    Mutation(
        "any row of the baseline will do", REPORT + "results/curves.py",
        "or any(own.get(k) != v for k, v in wanted.items())):", "):",
        "test_report_curves.py::test_a_baseline_is_the_row_that_is_named"),
    Mutation(
        "one source may carry a claim", REPORT + "comparison/stability.py",
        "return self.significant and self.held >= ROBUST - 1e-9",
        "return self.significant",
        "test_headline.py::"
        "test_better_on_average_is_not_significantly_better"),
    Mutation(
        "variants compete", REPORT + "comparison/ranking_table.py",
        "return not (self.base or self.variant_of\n",
        "return not (self.base\n",
        "test_headline.py::"
        "test_variants_are_listed_below_their_method_and_do_not_compete"),
    Mutation(
        "a lower error is a loss", REPORT + "comparison/gains.py",
        "difference = (own - base).dropna().to_numpy() * metric.better",
        "difference = (own - base).dropna().to_numpy()",
        "test_report_gains.py::test_calibration_resamples_test_examples"),
    Mutation(
        "label accuracy at unequal cost", REPORT + "comparison/gains.py",
        "if metric.column != RECOVERY:", "if True:",
        "test_report_gains.py::"
        "test_label_accuracy_is_compared_at_equal_cost"),
    Mutation(
        "repetitions on the same votes count as independent",
        REPORT + "comparison/gains.py",
        "drawn = _drawn(metric, runs, points, values) if fixed else {}",
        "drawn, fixed = {}, False",
        "test_report_gains.py::"
        "test_repetitions_on_the_same_votes_are_not_independent"),
    Mutation(
        "label accuracies at unequal cost are bold",
        REPORT + "comparison/tables.py",
        'or entry["buy"] and metric.curve is None):', "):",
        "test_report_tables.py::"
        "test_label_accuracies_at_unequal_cost_are_never_bold"),
    Mutation(
        "seconds are bold", REPORT + "comparison/tables.py",
        "metric in CLOCKS or metric.censored", "metric.censored",
        "test_report_tables.py::test_seconds_are_never_bold"),
    Mutation(
        "facts of the first row", REPORT + "results/settings.py",
        "row = own.loc[votes.idxmax()]", "row = own.iloc[0]",
        "test_report_tables.py::"
        "test_facts_of_a_dataset_are_those_of_the_run_with_most_votes"),
    Mutation(
        "files in the order handed out", "benchmark_utils/scoring/export.py",
        "tasks, workers = (np.argsort(order) for order in (",
        "tasks, workers = (np.arange(len(order)) for order in (",
        "test_export.py::test_rows_come_in_the_order_of_the_dataset"),
    Mutation(
        "an abstention is written as the first class",
        "benchmark_utils/scoring/export.py",
        "np.where(unlabelled, -1, best), probability",
        "best, probability",
        "test_export.py::test_rows_come_in_the_order_of_the_dataset"),
    Mutation(
        "data of another version are added",
        REPORT + "store/admission.py",
        '("objective_data_version", [CELL[0], "idx_rep"], rows),', "",
        "test_store.py::test_rows_that_cannot_be_compared_are_refused"),
    Mutation(
        "means alone are verified", REPORT + "store/verification.py",
        '[("", *last, allowed), *by_point]', '[("", *last, allowed)]',
        "test_leaderboard.py::"
        "test_every_repetition_is_compared_and_not_the_mean_alone"),
    Mutation(
        "a label accuracy needs no credits", REPORT + "store/values.py",
        ').get("kind") in RECORDED:', ').get("kind") in ():',
        "test_store.py::test_rows_that_cannot_be_compared_are_refused"),
    Mutation(
        "rows that were replaced stay", REPORT + "store/store.py",
        "if old != name and len(kept[old]) < len(own):", "if False:",
        "test_store.py::test_published_cells_stay_unless_replaced"),
    Mutation(
        "edits of the store are not noticed", REPORT + "store/store.py",
        "        _refuse_edited(folder, stored, files)\n", "",
        "test_store.py::test_validate_reports_edits_of_the_store"),
    Mutation(
        "rows are written before their description",
        REPORT + "store/store.py",
        'return {f"{name}.json": said.encode(), f"{name}.parquet": content}',
        'return {f"{name}.parquet": content, f"{name}.json": said.encode()}',
        "test_store_interrupted.py::"
        "test_killed_at_any_moment_nothing_is_lost"),
    Mutation(
        "a default without a source is an error",
        REPORT + "docs/methods.py",
        'sources.get(parameter, "not stated")', "sources[parameter]",
        "test_publishing.py::"
        "test_a_default_without_a_source_is_not_stated"),
    Mutation(
        "datasets of one source group count twice",
        REPORT + "docs/published.py",
        'and d["source_group"] not in source_groups):', "):",
        "test_published.py::"
        "test_one_dataset_of_a_family_enters_the_table_by_votes"),
]
