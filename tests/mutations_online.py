"""Wrong edits of oracles, of who asks them, and of what is believed."""
from mutations import Mutation

ORACLE = "benchmark_utils/oracles/vote_oracle.py"
LOOP = "benchmark_utils/online/solver.py"
MUTATIONS = [
    Mutation(
        "gold answers from the stream of the votes",
        "benchmark_utils/contract/problem.py",
        "gold_answers([seed, GOLD_STREAM], confusion)",
        "gold_answers([seed, VOTE_STREAM], confusion)",
        "test_oracle.py::test_gold_answers_are_not_those_about_the_tasks"),
    Mutation(
        "every vote costs 1", ORACLE,
        'self.__charge(f"ask: {len(task)} votes", self.cost[worker].sum(),',
        'self.__charge(f"ask: {len(task)} votes", 1.0 * len(worker),',
        "test_oracle.py::test_budget_and_prices"),
    Mutation(
        "gold questions cost nothing", ORACLE,
        "n * self.cost.sum(), n * self.latency.sum())", "0, 0)",
        "test_oracle.py::"
        "test_gold_questions_are_paid_and_follow_the_confusion_matrix"),
    Mutation(
        "an expert costs nothing", ORACLE,
        "self.expert_price * len(task))", "0.0)",
        "test_oracle.py::test_the_expert_is_right_and_expensive"),
    Mutation(
        "an answer may be asked for twice", ORACLE,
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
        "votes spend what is kept for the expert", LOOP,
        "self.vote_budget = (1 - self.expert_share) * oracle.budget",
        "self.vote_budget = oracle.budget",
        "test_online_options.py::"
        "test_votes_leave_the_expert_the_share_that_is_kept"),
    Mutation(
        "an expert is one voice among others", LOOP,
        "self.log_expert[tasks] = -np.inf", "self.log_expert[tasks] = -1.0",
        "test_online_options.py::test_an_expert_decides_against_any_votes"),
    Mutation(
        "a vote vouches for itself", "benchmark_utils/online/belief.py",
        "e_step(dirichlet, own if leave_out else None)",
        "e_step(dirichlet, None)",
        "test_online_parts.py::test_a_vote_does_not_vouch_for_itself"),
    Mutation(
        "errors and truths change places",
        "benchmark_utils/online/belief.py",
        "hits = dirichlet.transpose(0, 2, 1)[votes.worker, votes.label]",
        "hits = dirichlet[votes.worker, votes.label]",
        "test_online_parts.py::test_one_step_by_hand"),
    Mutation(
        "a learner's predictions are of tasks that it learnt",
        "benchmark_utils/online/learners.py",
        "self.fit(np.flatnonzero(learnt & (self.fold != fold)), seen)",
        "self.fit(np.flatnonzero(learnt), seen)",
        "test_online_parts.py::test_predictions_and_draws_are_held_out"),
    Mutation(
        "given skills are soon forgotten",
        "benchmark_utils/online/priors.py", "GIVEN = 1e4", "GIVEN = 10.0",
        "test_online_parts.py::test_given_skills_outweigh_all_votes"),
    Mutation(
        "an offline method on an oracle sees the first workers",
        "benchmark_utils/oracles/design.py",
        "rng.random((len(tasks), candidates.shape[1])), -1)", "1.0, -1)",
        "test_policies.py::test_random_workers_are_candidates_and_all_come"),
]
