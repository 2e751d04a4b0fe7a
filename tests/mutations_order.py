"""Wrong edits that leak the order or hidden data."""
from mutations import Mutation

ASSIGNMENT = "benchmark_utils/online/assignment.py"
ORDER = "test_order.py::test_order_changes_nothing"
OBJECTIVE = (
    "test_order.py::test_trust_in_numbers_is_trust_in_anybody "
    "test_order.py::test_the_objective_gives_it_no_order_to_profit_from")
TOUCHES = "test_touches.py::test_no_solver_uses_hidden_data"
MUTATIONS = [
    Mutation(
        "solvers get the order of the dataset", "objective.py",
        "self.problem, self._order_seed = self._given.shuffled(seed), seed",
        "self.problem = self._given", OBJECTIVE),
    Mutation(
        "greedy ties go to the lowest number", "solvers/greedy.py",
        "score += TIE * self.rng.random(score.shape)", "pass",
        ORDER + "[GreedyAssign]"),
    Mutation(
        "tied pairs go to the lowest worker", ASSIGNMENT,
        "score + tie * rng.random(score.shape), -np.inf", "score, -np.inf",
        ORDER + "[QASCA]"),
    Mutation(
        "tied tasks come by number", ASSIGNMENT,
        "-(score + tie * rng.random(len(score)))", "-score",
        ORDER + "[EntropyAssign]"),
    Mutation(
        "consensus follows the order of the votes", "solvers/consensus.py",
        "np.random.default_rng(self.seed).permutation(len(votes))",
        "np.arange(len(votes))", ORDER + "[Consensus]"),
    Mutation(
        "votes stay while workers move",
        "benchmark_utils/contract/problem.py",
        "new.votes = self.votes.reordered(rng, **order)",
        "new.votes = self.votes.reordered(\n                rng, order['task']"
        ", np.arange(self.n_workers))",
        "test_problem.py::test_every_row_keeps_its_task_or_worker"),
    Mutation(
        "values of workers in the dataset's order",
        "benchmark_utils/scoring/workers.py",
        "return _VALUES[key][problem.worker_order]",
        "return _VALUES[key]",
        "test_order.py::"
        "test_what_is_kept_of_a_dataset_follows_its_workers"),
    Mutation(
        "the worker artefact is in the order handed out",
        "benchmark_utils/scoring/workers.py",
        "place = np.argsort(problem.worker_order)",
        "place = np.arange(problem.n_workers)",
        "test_order.py::"
        "test_the_worker_artefact_is_in_the_order_of_the_dataset"),
    Mutation(
        "simulators share their draws", "benchmark_utils/crowds/dataset.py",
        'f"{self.name} {stream}"', 'f"{stream}"',
        "test_contract.py::test_simulators_draw_independently"),
    Mutation(
        "an aggregator looks up the truth", "solvers/majority_vote.py",
        "    def run(self, _):\n",
        "    def run(self, _):\n        self._objective.problem\n",
        TOUCHES + "[MV]"),
    Mutation(
        "the budget depends on the truth",
        "benchmark_utils/contract/problem.py",
        '            yield "oracle", Oracle(answers',
        "            spec['budget'] -= truth[0]\n"
        '            yield "oracle", Oracle(answers',
        TOUCHES + "[RandomAssign]"),
    Mutation(
        "pooled votes by default", "solvers/agg_net.py",
        '"pooled": [0.0]', '"pooled": [2.0]',
        "test_network_options.py::test_without_options_it_is_as_published"),
]
