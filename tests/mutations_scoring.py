"""Wrong edits of the contract, the objective and the scores."""
from mutations import Mutation

SCORING = "benchmark_utils/scoring/"
PROBLEM = "benchmark_utils/contract/problem.py"
ANSWER = "benchmark_utils/contract/answer.py"
HAND, OBJECTIVE = "test_scores_by_hand.py::", "test_objective.py::"
ORDER = "test_problem.py::"
MUTATIONS = [
    # --- scores --------------------------------------------------------
    Mutation(
        "bins are (a, b]", SCORING + "calibration.py",
        'confidence, side="right")', 'confidence, side="left")',
        "test_calibration.py::test_an_edge_belongs_to_the_bin_above"),
    Mutation(
        "F1 breaks ties by the number of the class", SCORING + "labels.py",
        "predicted = best_shares(soft_labels[known])",
        "predicted = best_shares(soft_labels[known] - 1e-6 * np.arange(K))",
        HAND + "test_f1_of_ties_by_hand"),
    Mutation(
        "F1 leaves out the tasks that abstain", SCORING + "labels.py",
        "unsure.sum() / K", "0", HAND + "test_f1_of_ties_by_hand"),
    Mutation(
        "the weight of a class that is always wrong has no bound",
        SCORING + "network.py",
        "np.maximum(right[met], .5)", "np.maximum(right[met], 1e-9)",
        HAND + "test_importance_of_workers_by_hand"),
    Mutation(
        "votes to 95% at the last point", SCORING + "curves.py",
        "i = int(there.argmax())", "i = len(there) - 1",
        "test_report_curves.py::"
        "test_the_goal_is_reached_when_it_is_first_reached"),
    Mutation(
        "votes to 95% at the next point", SCORING + "curves.py",
        "return float(self.cost[i - 1] + min(share, 1) * step)",
        "return float(self.cost[i - 1] + step)",
        "test_report_curves.py::test_scores_of_a_curve"),
    Mutation(
        "the area ends at the last query, not at the budget",
        SCORING + "curves.py",
        "cost = np.append(curve.cost, curve.budget)",
        "cost = np.append(curve.cost, curve.cost[-1])",
        "test_report_curves.py::test_scores_of_a_curve"),
    Mutation(
        "cost is the number of votes", SCORING + "purchases.py",
        "cost_per_task=oracle.spent / n", "cost_per_task=oracle.n_votes / n",
        HAND + "test_query_costs_by_hand"),
    Mutation(
        "precision of all tasks, not only of finished ones",
        SCORING + "purchases.py",
        "answer.soft_labels[finished], problem.scored_truth[finished]",
        "answer.soft_labels, problem.scored_truth",
        HAND + "test_query_costs_by_hand"),
    Mutation(
        "label sets of annotators count as expert labels",
        SCORING + "label_sets.py", "1 - oracle.n_expert / n",
        "1 - oracle.n_sets / n", HAND + "test_label_sets_by_hand"),
    Mutation(
        "set quality ignores wrong labels", SCORING + "label_sets.py",
        "union = (sets | truth).sum(axis=1)",
        "union = truth.sum(axis=1)", HAND + "test_label_sets_by_hand"),
    Mutation(
        "top 2 of the network is its accuracy", SCORING + "network.py",
        "test_top2=label_recovery(p, y, k=2)",
        "test_top2=label_recovery(p, y, k=1)",
        HAND + "test_a_network_by_hand"),
    Mutation(
        "the worker AUC is reversed",
        SCORING + "workers.py", "auc(score, ~problem.spammer)",
        "auc(score, problem.spammer)",
        HAND + "test_spammers_and_ambiguous_tasks_by_hand"),
    Mutation(
        "revealed truths are scored", PROBLEM,
        "if self.known_truth is None:\n            return self.ground",
        "if True:\n            return self.ground",
        "test_known_truth.py::test_only_the_other_tasks_are_scored"),
    Mutation(
        "outcomes in the order handed out", SCORING + "labels.py",
        "place = np.argsort(problem.task_order)",
        "place = np.arange(problem.n_tasks)",
        "test_outcomes.py::test_credits_are_in_the_order_of_the_dataset"),
    Mutation(
        "calibration gaps have 14 bins", SCORING + "outcomes.py",
        "def _gaps(text, n_bins=15)", "def _gaps(text, n_bins=14)",
        "test_outcomes.py::"
        "test_calibration_gaps_have_the_bins_of_the_score"),
    Mutation(
        "the recipe is left out of the data version",
        "benchmark_utils/contract/fingerprint.py",
        "if problem.recipe is not None:", "if False:",
        "test_hardening_checks.py::test_the_whole_recipe_counts"),
    # --- what is handed out ---------------------------------------------
    Mutation(
        "the order of the dataset is handed out", "objective.py",
        "self._given.shuffled(seed), seed", "self._given, seed",
        OBJECTIVE + "test_each_repetition_has_an_order_of_tasks_and_workers"),
    Mutation(
        "one order for all repetitions", "objective.py",
        "if seed != self._order_seed:", "if self._order_seed is None:",
        OBJECTIVE + "test_one_objective_serves_several_repetitions"),
    Mutation(
        "every solver may ask for the validation set", PROBLEM,
        "if not solver.needs_gold:", "if False:",
        "test_contract.py::test_no_other_solver_gets_the_validation_set"),
    Mutation(
        "no solver asks for the validation set", "benchmark_utils/solver.py",
        "if gold is not None and self.needs_gold:", "if False:",
        "test_contract.py::"
        "test_the_validation_set_is_given_to_solvers_that_declare_it"),
    Mutation(
        "authors keep their old numbers", PROBLEM,
        "np.where(value < 0, -1, number[value])", "value",
        ORDER + "test_authors_are_renumbered_as_workers_are"),
    Mutation(
        "authors are renumbered backwards", PROBLEM,
        'number = np.argsort(order[part.metadata["ids"]])',
        'number = order[part.metadata["ids"]]',
        ORDER + "test_authors_are_renumbered_as_workers_are"),
    Mutation(
        "prices stay while workers move", PROBLEM,
        'order["worker"]] if isinstance(value, np.ndarray)',
        'order["worker"]] if name in ("confusion", "latency")',
        ORDER + "test_an_oracle_keeps_its_workers"),
    Mutation(
        "skills stay while workers move", PROBLEM,
        'order["worker"]] if isinstance(value, np.ndarray)',
        'order["worker"]] if name in ("cost", "latency")',
        ORDER + "test_an_oracle_keeps_its_workers"),
    Mutation(
        "visibility stays while tasks move", PROBLEM,
        'visibility=spec["visibility"][order["task"]]',
        'visibility=spec["visibility"]',
        ORDER + "test_label_sets_keep_their_tasks"),
    Mutation(
        "n_train marks the first tasks handed out", PROBLEM,
        '("trainable", "task")', '("task_order", "task")',
        ORDER + "test_every_row_keeps_its_task_or_worker"),
    Mutation(
        "arrays can be written by solvers", PROBLEM,
        "value.setflags(write=False)", "value.setflags()",
        "test_hardening_checks.py::test_data_for_solvers_are_read_only"),
    Mutation(
        "true label sets are handed out", PROBLEM,
        'truth_sets: np.ndarray = data(rows="task")',
        'truth_sets: np.ndarray = data(rows="task", public=True)',
        "test_refinement.py::"
        "test_no_truth_can_be_read_off_what_is_handed_out"),
    Mutation(
        "the truth is handed out", PROBLEM,
        'ground_truth: np.ndarray = data(rows="task")',
        'ground_truth: np.ndarray = data(rows="task", public=True)',
        "test_contract.py::test_no_truth_is_handed_out"),
    # --- the objective's network ------------------------------------------
    Mutation(
        "the objective's networks all start alike", "objective.py",
        "seed=self.get_seed(use_repetition=True))\n        held_out",
        "seed=0)\n        held_out",
        OBJECTIVE + "test_all_networks_of_a_repetition_start_alike"),
    Mutation(
        "the epoch is selected on the training tasks", "objective.py",
        "~problem.trainable & ", "problem.trainable & ",
        "test_paper_network.py::test_columns_selected_on_true_labels"),
    Mutation(
        "a solver's own predictions are replaced", "objective.py",
        "                and answer.test_probabilities is None):", "):",
        OBJECTIVE + "test_predictions_of_a_solver_are_scored_not_replaced"),
    Mutation(
        "a network for every point of a curve", "objective.py",
        "is not None and answer.final", "is not None and True",
        OBJECTIVE + "test_no_network_is_trained_before_the_last_point"),
    Mutation(
        "queries of the previous solver are counted", "objective.py",
        "        self._oracles = {name: handed[name]",
        "        self._oracles = self._oracles or {name: handed[name]",
        OBJECTIVE + "test_each_run_gets_oracles_of_its_own"),
    # --- answers ------------------------------------------------------------
    Mutation(
        "soft labels need not sum to one", ANSWER,
        "            self.soft_labels = check_distributions(\n"
        '                "soft_labels", self.soft_labels, (n_tasks, K),\n'
        "                may_abstain=True)", "            pass",
        "test_contract.py::test_wrong_results_are_refused"),
    Mutation(
        "worker scores of the wrong length are accepted", ANSWER,
        '"worker_score", self.worker_score, problem.n_workers)',
        '"worker_score", self.worker_score, np.size(self.worker_score))',
        "test_contract.py::test_wrong_results_are_refused"),
    Mutation(
        "unknown keys of a result are accepted",
        "benchmark_utils/contract/problem_checks.py",
        "if set(given) - known or needed not in given:",
        "if needed not in given:",
        "test_online.py::test_queries_outside_the_loop_are_counted"),
]
