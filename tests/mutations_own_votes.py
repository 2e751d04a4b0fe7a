"""Wrong edits of the own-votes command and of the readers of votes."""
from mutations import Mutation

OWN = "benchmark_utils/own_votes/"
READING = "benchmark_utils/reading/"
MUTATIONS = [
    Mutation(
        "gold tasks help to predict themselves", OWN + "share_right.py",
        "            without = without or (p, guess)\n",
        "            without = P[0], label\n",
        "test_own_votes_estimates.py::"
        "test_the_fit_of_the_estimates_does_not_see_the_gold"),
    Mutation(
        "models weigh as much as people", OWN + "analysis.py",
        "    mixed = kind if kind is not None", "    mixed = None if kind",
        "test_own_votes_panels.py::test_models_count_less_in_dawid_skene"),
    Mutation(
        "a difference of all tasks, from those that differ",
        OWN + "estimates.py", "*(part * x for x in value[:3])", "*value[:3]",
        "test_own_votes_estimates.py::"
        "test_a_difference_is_that_of_the_tasks_that_differ"),
    Mutation(
        "a person is compared with itself", OWN + "panels.py",
        "gain = counts[v.task, h] - 1 -", "gain = counts[v.task, h] -",
        "test_own_votes_panels.py::"
        "test_the_worked_example_of_the_alternative_annotator_test"),
    Mutation(
        "a single vote supports a probability", OWN + "share_right.py",
        "    shared = votes.n_voters > 1\n",
        "    shared = votes.n_voters > 0\n",
        "test_own_votes_summary.py::"
        "test_nothing_is_accepted_without_a_second_vote_or_a_truth"),
    Mutation(
        "gold tasks are relabelled", OWN + "analysis.py",
        "        gain[known_truth >= 0] = 0\n", "        pass\n",
        "test_own_votes_relabel.py::test_gold_counts_and_is_not_asked_about"),
    Mutation(
        "n votes share the error of n others", OWN + "probabilities.py",
        "np.maximum(n_votes - 1, 0)", "np.maximum(n_votes, 0)",
        "test_own_votes_labels.py::test_tempering_by_hand"),
    Mutation(
        "tempering may change the label", OWN + "probabilities.py",
        "return w * sharp + (1 - w) * soft", "return soft",
        "test_own_votes_labels.py::"
        "test_the_label_stays_on_top_and_as_little_sharp_as_that_takes"),
    Mutation(
        "the first of tied labels", OWN + "probabilities.py",
        "np.where(best, rng.random(best.shape), -1)", "best",
        "test_own_votes_labels.py::"
        "test_ties_are_broken_at_random_and_the_same_way_by_the_same_seed"),
    Mutation(
        "the verdict ignored", OWN + "verdicts.py",
        "keep = (verdict == KEEP)", "keep = (verdict != '')",
        "test_own_votes_relabel.py::test_only_workers_to_keep_are_asked"),
    Mutation(
        "workers without votes are asked", OWN + "verdicts.py",
        "keep = (verdict == KEEP) & (n_votes > 0)", "keep = verdict == KEEP",
        "test_own_votes_relabel.py::test_only_workers_to_keep_are_asked"),
    Mutation(
        "a worker is asked again", OWN + "relabel.py",
        "place[given.worker[voted]]] = -1", "place[given.worker[voted]]] = 0",
        "test_own_votes_relabel.py::test_whom_to_ask"),
    Mutation(
        "the vote expected, not the best after it", OWN + "relabel.py",
        "(p * likelihood).max(axis=1)", "(p * likelihood).mean(axis=1)",
        "test_own_votes_relabel.py::test_gains_that_are_known"),
    Mutation(
        "the certain task first", OWN + "relabel.py",
        "(rng.random(len(gain)), -doubt, -gain)",
        "(rng.random(len(gain)), doubt, -gain)",
        "test_own_votes_relabel.py::"
        "test_order_by_gain_then_doubt_then_chance"),
    Mutation(
        "the error by vote", OWN + "method_check.py",
        "gain.groupby(level=0).sum()", "gain",
        "test_own_votes_labels.py::"
        "test_the_error_of_a_gain_is_that_of_independent_tasks"),
    Mutation(
        "a warning for any difference", OWN + "method_check.py",
        "if gain > WORTH and gain > SURE * error]", "if gain > WORTH]",
        "test_own_votes_labels.py::test_warnings_of_a_check"),
    Mutation(
        "tied methods disagree", OWN + "method_check.py",
        "initial=0) - TIE", "initial=0) + TIE",
        "test_own_votes_labels.py::"
        "test_tasks_that_differ_share_no_best_class"),
    Mutation(
        "the variance of one draw", OWN + "learning_curve.py",
        "                         / rights.shape[1], 0)",
        "                         / 1, 0)",
        "test_own_votes_labels.py::"
        "test_the_band_of_the_curve_is_that_of_a_mean_over_draws"),
    Mutation(
        "one vote too many", OWN + "learning_curve.py",
        "< first[votes.task[order]] + n", "<= first[votes.task[order]] + n",
        "test_own_votes_labels.py::"
        "test_subsampling_keeps_n_votes_of_each_task"),
    Mutation(
        "a falling curve is extrapolated", OWN + "learning_curve.py",
        "b = max(-(dx @ dy) / (dx @ dx), 0)", "b = -(dx @ dy) / (dx @ dx)",
        "test_own_votes_labels.py::test_extrapolation_by_hand"),
    Mutation(
        "unvoted truths are left out", OWN + "summary.py",
        "known = truth != -1", "known = truth >= 0",
        "test_own_votes_summary.py::"
        "test_a_truth_without_votes_counts_as_an_error"),
    Mutation(
        "a worker agrees with itself", OWN + "probabilities.py",
        "votes.per_task ** 2.0 - own,", "votes.per_task ** 2.0,",
        "test_own_votes_summary.py::test_pairwise_agreement_by_hand"),
    Mutation(
        "the share of all votes", OWN + "tables.py",
        "/ total[worker, worst[answer]]", "/ total[worker].sum(axis=1)",
        "test_own_votes_relabel.py::test_the_most_confused_share_by_hand "
        "test_own_votes_relabel.py::test_most_confused_pairs_match_a_loop"),
    Mutation(
        "the share of the votes for the label", OWN + "tables.py",
        "/ total[worker, worst[answer]]",
        "/ total[worker, votes.answer_label[answer]]",
        "test_own_votes_relabel.py::test_the_most_confused_share_by_hand"),
    Mutation(
        "doubtful tasks with many votes are relabelled", OWN + "tables.py",
        "[ACCEPT, SPOT, MANUAL], RELABEL)",
        "[ACCEPT, SPOT, RELABEL], RELABEL)",
        "test_own_votes_summary.py::test_actions_by_hand"),
    Mutation(
        "accepted with one voter", OWN + "share_right.py",
        "known | (shared & (top >= SURE))", "known | (top >= SURE)",
        "test_own_votes_sheet.py::"
        "test_a_label_is_accepted_with_two_voters_only"),
    Mutation(
        "a vote is compared with itself", OWN + "workers.py",
        "T = log_T[task] - log_pi[votes.answer_index[rows]]",
        "T = log_T[task] - 0",
        "test_own_votes_workers.py::test_the_others_judge_as_in_a_loop"),
    Mutation(
        "labels are taken for the truth", OWN + "workers.py",
        "INTERVAL * np.hypot(\n        sampling, PEOPLE.label_error * doubt)",
        "INTERVAL * sampling",
        "test_own_votes_workers.py::"
        "test_intervals_include_errors_of_the_labels"),
    Mutation(
        "3 of 3 is certain", OWN + "workers.py",
        "drawn = (share * n + 1) / (n + 2)", "drawn = share",
        "test_own_votes_workers.py::test_standard_error_by_hand"),
    Mutation(
        "few votes remove a worker", OWN + "verdicts.py",
        "           & (m.n >= ENOUGH))", "           & (m.n >= FEW))",
        "test_own_votes_workers.py::test_a_verdict_needs_all_its_criteria"),
    Mutation(
        "agreement does not matter", OWN + "verdicts.py",
        "(sure_little | m.always_same) & alone",
        "(sure_little | m.always_same)",
        "test_own_votes_workers.py::test_a_verdict_needs_all_its_criteria"),
    Mutation(
        "a crowd of guessers removes workers", OWN + "verdicts.py",
        "elif bad[j] and usual >= KNOWS_LITTLE:", "elif bad[j]:",
        "test_own_votes_workers.py::"
        "test_no_worker_is_removed_where_most_are_barely_better_than_chance"),
    Mutation(
        "an apostrophe is left alone", OWN + "files.py",
        '"\\r", "\\n", "\'")', '"\\r", "\\n")',
        "test_own_votes_files.py::"
        "test_a_cell_that_a_spreadsheet_would_run_is_quoted"),
    Mutation(
        "other files are replaced", OWN + "files.py",
        "    if others:\n", "    if False:\n",
        "test_own_votes_files.py::"
        "test_a_folder_with_something_in_it_is_left_alone"),
    Mutation(
        "a quote is read by Arrow", READING + "csv_columns.py",
        "_read_quoted if '\"' in text else _read_plain", "_read_plain",
        "test_vote_tables.py::test_an_unclosed_quote_does_not_swallow_rows"),
    Mutation(
        "Arrow keeps its threads", READING + "csv_columns.py",
        "block_size=BLOCK, use_threads=False)",
        "block_size=BLOCK, use_threads=True)",
        "test_vote_tables.py::"
        "test_a_file_without_quotes_is_read_without_threads"),
    Mutation(
        "blank lines are not counted", READING + "csv_columns.py",
        "[line - 2 for line, _ in blank]", "[]",
        "test_vote_tables.py::"
        "test_lines_are_counted_as_an_editor_counts_them"),
    Mutation(
        "the last truth wins in silence", READING + "vote_tables.py",
        "    if wrong.any():\n        row", "    if False:\n        row",
        "test_vote_tables.py::test_contradicting_truth"),
    Mutation(
        "cells of a wide table by worker", READING + "formats.py",
        "np.nonzero(voted.reshape(len(workers), -1))",
        "np.nonzero(voted.reshape(-1, len(workers)).T)",
        "test_own_votes_formats.py::"
        "test_every_format_gives_the_same_votes"),
    Mutation(
        "a repeat counts in the support", "benchmark_utils/votes.py",
        "    first[np.unique(key, return_index=True)[1]] = True",
        "    first[:] = True",
        "test_own_votes_sheet.py::test_repeats_are_left_out_once"),
    Mutation(
        "one worker twice is a second voter", "benchmark_utils/votes.py",
        "pairs = pairs[np.diff(pairs, prepend=-1) > 0]", "pass",
        "test_own_votes_sheet.py::"
        "test_one_worker_twice_on_a_task_is_not_agreement"),
    Mutation(
        "known truths are no second opinion", "benchmark_utils/aggregation/"
        "guards.py", "shared = shared | (known_truth >= 0)",
        "shared = shared | (known_truth > 99)",
        "test_own_votes_sheet.py::test_support_matches_a_loop"),
    Mutation(
        "the method decides, the majority breaks ties",
        "benchmark_utils/aggregation/guards.py",
        "axis=1, keepdims=True)) + T / 2",
        "axis=1, keepdims=True)) + 99 * T",
        "test_own_votes_sheet.py::"
        "test_the_majority_decides_and_the_method_breaks_its_ties"),
    Mutation(
        "a class of half of the labels makes others rare",
        "benchmark_utils/aggregation/guards.py", "DOMINANT = .9",
        "DOMINANT = .5", "test_own_votes_sheet.py::test_a_dominant_class"),
    Mutation(
        "agreement of any number of tasks", OWN + "probabilities.py",
        "min(m, 400) *", "min(m, 1) *",
        "test_own_votes_sheet.py::test_the_accuracy_of_one_vote"),
    Mutation(
        "the method alone", OWN + "probabilities.py",
        "weight * own + (1 - weight) * base", "own",
        "test_own_votes_sheet.py::test_probabilities_and_the_share_right"),
    Mutation(
        "language models are as independent as people",
        OWN + "probabilities.py", 'Voters("models", .8,',
        'Voters("models", .4,',
        "test_own_votes_sheet.py::test_probabilities_and_the_share_right"),
    Mutation(
        "the range ignores what is unknown of the workers",
        OWN + "share_right.py",
        "half = np.hypot(voters.half_width, vote)",
        "half = voters.half_width",
        "test_own_votes_sheet.py::test_probabilities_and_the_share_right"),
    Mutation(
        "gold tasks do not matter", OWN + "share_right.py",
        "(n_gold - n_right) * np.log1p(-p))", "0 * np.log1p(-p))",
        "test_own_votes_sheet.py::test_the_share_right_by_gold"),
    Mutation(
        "a number from the first shared task", OWN + "share_right.py",
        "self.n_shared >= ENOUGH_SHARED and", "self.n_shared and",
        "test_own_votes_sheet.py::"
        "test_what_may_be_said_grows_with_the_second_votes"),
    Mutation(
        "language models are accepted", OWN + "share_right.py",
        "        top = np.zeros(len(top))\n", "        pass\n",
        "test_own_votes_sheet.py::test_models_are_accepted_with_gold_only"),
    Mutation(
        "a worker gets all votes", OWN + "budget.py",
        "            left[j] -= 1\n", "            pass\n",
        "test_own_votes_budget.py::test_the_rules_of_an_assignment"),
    Mutation(
        "a pair is asked twice", OWN + "budget.py",
        "            asked[i].add(j)\n", "            pass\n",
        "test_own_votes_budget.py::test_the_rules_of_an_assignment"),
    Mutation(
        "007 is a number", READING + "values.py",
        "-?(0|[1-9][0-9]*)", "-?([0-9]+)",
        "test_own_votes_values.py::test_what_counts_as_a_number"),
    Mutation(
        "accents may be composed or not", READING + "values.py",
        'unicodedata.normalize("NFC", text.translate(ZERO_WIDTH))',
        "text.translate(ZERO_WIDTH)",
        "test_own_votes_values.py::"
        "test_forms_and_invisible_characters_are_one_class"),
    Mutation(
        "NaN is a class", READING + "values.py",
        'if pd.isna(value):\n        return ""',
        'if pd.isna(value):\n        return "not a number"',
        "test_own_votes_values.py::"
        "test_what_is_missing_is_named_or_left_out"),
    Mutation(
        "truths keep their own spelling", READING + "crowd.py",
        "for rule in (crowd.task_rule, crowd.label_rule))",
        "for rule in (Rule(False), Rule(False)))",
        "test_own_votes_values.py::"
        "test_truths_meet_the_votes_in_every_spelling"),
    Mutation(
        "annotations count each time they are exported",
        READING + "annotation_tools.py",
        "if number is not None and key in self.seen:", "if False:",
        "test_own_votes_exports.py::"
        "test_an_annotation_exported_again_counts_once"),
    Mutation(
        "a region is a task", READING + "annotation_tools.py",
        "(len(value) > 1 or question in done)", "question in done",
        "test_own_votes_exports.py::test_an_answer_per_region_is_refused"),
    Mutation(
        "ignored answers are votes", READING + "annotation_tools.py",
        "if answer not in PRODIGY[:2] or", "if answer not in PRODIGY or",
        "test_own_votes_exports.py::"
        "test_prodigy_accepts_and_rejects_are_votes_and_ignored_are_not"),
]
