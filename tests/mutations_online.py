"""Wrong edits of oracles, the online loop and the belief."""
from mutations import Mutation

ORACLE = "benchmark_utils/oracles/vote_oracle.py"
LOOP = "benchmark_utils/online/solver.py"
MUTATIONS = [
    Mutation(
        "gold answers from the stream of the votes",
        "benchmark_utils/contract/problem.py",
        "gold_answers([seed, GOLD_STREAM], confusion)",
        "gold_answers([seed, VOTE_STREAM], confusion)",
        "test_oracle.py::test_gold_answers_are_independent_of_the_votes"),
    Mutation(
        "every vote costs 1", ORACLE,
        'self.__charge(f"ask: {len(task)} votes", self.cost[worker].sum(),',
        'self.__charge(f"ask: {len(task)} votes", 1.0 * len(worker),',
        "test_oracle.py::test_budget_and_prices"),
    Mutation(
        "gold tasks cost nothing", ORACLE,
        "n * self.cost.sum(), n * self.latency.sum())", "0, 0)",
        "test_oracle.py::"
        "test_gold_tasks_have_a_price_and_follow_the_confusion_matrix"),
    Mutation(
        "an expert costs nothing", ORACLE,
        "self.expert_price * len(task))", "0.0)",
        "test_oracle.py::test_the_expert_is_right_and_expensive"),
    Mutation(
        "a pair may be queried twice", ORACLE,
        "        self.__asked[task, worker] = True\n", "",
        "test_oracle_refusals.py::"
        "test_refusals_name_the_pair_and_count_nothing"),
    Mutation(
        "unaffordable workers are candidates", ORACLE,
        "candidates[:, ~self.__within(self.cost, self.latency)] = False",
        "pass", "test_oracle.py::test_budget_and_prices"),
    Mutation(
        "finished tasks get more votes", LOOP,
        "self.oracle.candidates() & self.unfinished()[:, None]",
        "self.oracle.candidates()",
        "test_online.py::test_finished_tasks_get_no_more_votes"),
    Mutation(
        "votes spend the expert's share of the budget", LOOP,
        "self.vote_budget = (1 - self.expert_share) * oracle.budget",
        "self.vote_budget = oracle.budget",
        "test_online_options.py::"
        "test_votes_leave_the_experts_share_of_the_budget"),
    Mutation(
        "an expert's label is one vote among others", LOOP,
        "self.log_expert[tasks] = -np.inf", "self.log_expert[tasks] = -1.0",
        "test_online_options.py::test_an_expert_overrules_any_votes"),
    Mutation(
        "the likelihood of a vote includes the vote",
        "benchmark_utils/online/belief.py",
        "e_step(dirichlet, own if leave_out else None)",
        "e_step(dirichlet, None)",
        "test_online_parts.py::test_the_likelihood_of_a_vote_excludes_the_vote"),
    Mutation(
        "truth and label of the confusion rows are swapped",
        "benchmark_utils/online/belief.py",
        "hits = dirichlet.transpose(0, 2, 1)[votes.worker, votes.label]",
        "hits = dirichlet[votes.worker, votes.label]",
        "test_online_parts.py::test_one_step_by_hand"),
    Mutation(
        "a learner predicts its training tasks",
        "benchmark_utils/online/learners.py",
        "self.fit(np.flatnonzero(learnt & (self.fold != fold)), seen)",
        "self.fit(np.flatnonzero(learnt), seen)",
        "test_online_parts.py::test_predictions_and_draws_are_held_out"),
    Mutation(
        "votes outweigh revealed skills",
        "benchmark_utils/online/priors.py", "GIVEN = 1e4", "GIVEN = 10.0",
        "test_online_parts.py::test_given_skills_outweigh_all_votes"),
    Mutation(
        "an offline method on an oracle gets the first workers",
        "benchmark_utils/oracles/design.py",
        "rng.random((len(tasks), candidates.shape[1])), -1)", "1.0, -1)",
        "test_policies.py::test_random_workers_are_candidates_and_all_come"),
]
