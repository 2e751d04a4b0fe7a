"""Wrong edits of the methods' updates: a sign, a prior, an axis."""
from mutations import Mutation

AGGREGATION = "benchmark_utils/aggregation/"
TRAINING = "benchmark_utils/training/"
ONE_COIN = "test_one_coin.py::test_agrees_with_the_naive_twin"
MACE = "test_mace.py::test_agrees_with_the_naive_twin"
BWA = "test_bwa.py::test_agrees_with_the_naive_twin"
EBCC = "test_variational.py::test_ebcc_agrees_with_the_naive_twin"
PTBCC = "test_variational.py::test_ptbcc_agrees_with_the_naive_twin"
CROWDLAB = "test_crowdlab.py::test_crowdlab_is_the_papers_formulas_twice"
SPARSE = "test_sparse_confusion.py::test_zeros_are_skipped_and_nothing_else"
MIXED = ("test_vote_losses.py::"
         "test_annot_mix_mixes_inputs_workers_and_votes")
MUTATIONS = [
    Mutation(
        "OneCoin without pseudo-votes", AGGREGATION + "one_coin.py",
        "(right + 1) / (n_votes + 2), uniform",
        "right / np.maximum(n_votes, 1), uniform",
        "test_one_coin.py::test_one_step_by_hand"),
    Mutation(
        "OneCoin adds the error's logarithm", AGGREGATION + "one_coin.py",
        "(np.log(p) - np.log1p(-p))[worker]",
        "(np.log(p) + np.log1p(-p))[worker]", ONE_COIN),
    Mutation(
        "OneCoin+ swaps labels and truths", AGGREGATION + "one_coin.py",
        "e = T.T @ given + .5", "e = given.T @ T + .5", ONE_COIN),
    Mutation(
        "MACE's prior of guesses is of one class", AGGREGATION + "mace.py",
        "GUESSES * votes.n_classes", "GUESSES", MACE),
    Mutation(
        "MACE's knowing share without its divisor", AGGREGATION + "mace.py",
        "(ratio / (1 + ratio))", "ratio", MACE),
    Mutation(
        "MACE guesses every vote", AGGREGATION + "mace.py",
        "guessed = self.n_given - known", "guessed = 1.0 * self.n_given",
        MACE),
    Mutation(
        "BWA's squares with the wrong sign", AGGREGATION + "bwa.py",
        "- 2 * agreed + self.given", "+ 2 * agreed + self.given", BWA),
    Mutation(
        "BWA's b does not grow with a", AGGREGATION + "bwa.py",
        "4 * a_v * (1 - 1 / K)", "4 * (1 - 1 / K)", BWA),
    Mutation(
        "BWA's prior mean without its strength", AGGREGATION + "bwa.py",
        "x = (self.strength * mean", "x = (mean",
        "test_bwa.py::test_options_reach_the_updates"),
    Mutation(
        "EBCC's rows without the prior in their sum",
        AGGREGATION + "ebcc.py",
        "digamma(n, out=n), digamma(total)",
        "digamma(n, out=n), digamma(total - self.B + 1e-3)", EBCC),
    Mutation(
        "EBCC's subtypes are equally likely", AGGREGATION + "ebcc.py",
        "+ expected_log(number, self.tau)).ravel()",
        "+ 0 * expected_log(number, self.tau)).ravel()", EBCC),
    Mutation(
        "EBCC's bound without the priors of pi", AGGREGATION + "ebcc.py",
        "gammaln(n).sum() - of_priors", "gammaln(n).sum() - 0 * of_priors",
        "test_variational.py::test_bound_is_exact_where_all_truths_are_known"),
    Mutation(
        "EBCC takes the run of lowest bound", AGGREGATION + "ebcc.py",
        "return max(fits,", "return min(fits,",
        "test_variational.py::test_the_best_runs_after_20_iterations_go_on"),
    Mutation(
        "the runs of lowest bound go on", AGGREGATION + "ebcc.py",
        "key=lambda run: -run[0]", "key=lambda run: run[0]",
        "test_variational.py::test_the_best_runs_after_20_iterations_go_on"),
    Mutation(
        "accelerated steps may lower the bound", AGGREGATION + "ebcc.py",
        "if model.bound(trial, *counts) >= bound:", "if True:",
        "test_variational.py::"
        "test_a_step_that_lowers_the_bound_is_not_taken"),
    Mutation(
        "expected logarithms of the prior alone",
        AGGREGATION + "dirichlet.py",
        "digamma(prior + n) - digamma((prior",
        "digamma(prior) - digamma((prior",
        "test_variational.py::test_expected_log_is_that_of_draws"),
    Mutation(
        "PTBCC swaps labels and truths", AGGREGATION + "ptbcc.py",
        "given @ matrix.T", "given @ matrix", PTBCC),
    Mutation(
        "PTBCC's weights without their share of the prior",
        AGGREGATION + "ptbcc.py", ".4 * self.by_worker(r)",
        "self.by_worker(r)", PTBCC),
    Mutation(
        "PTBCC's theta without the prototypes", AGGREGATION + "ptbcc.py",
        " + self.of_votes(T, log_v)\n", "\n", PTBCC),
    Mutation(
        "Committee keeps collapsed members", AGGREGATION + "committee.py",
        "if spread[name] >= enough)", "if True)",
        "test_committee.py::test_members_that_collapse_are_dropped"),
    Mutation(
        "Committee's Dawid-Skene runs on", AGGREGATION + "committee.py",
        "max_iter=10,", "max_iter=100,",
        "test_committee.py::test_mean_of_the_members_kept"),
    Mutation(
        "the crowd's matrix is normalised over truths",
        AGGREGATION + "confusion.py", "np.maximum(pooled.sum(axis=0),",
        "np.maximum(pooled.sum(axis=1),",
        "test_pooled.py::test_pooled_step_by_the_formula"),
    Mutation(
        "known truths only start", AGGREGATION + "truths.py",
        "        if len(self.known):\n            n_subtypes",
        "        if False:\n            n_subtypes",
        "test_em.py::test_known_truth_clamps_classes_with_subtypes"),
    Mutation(
        "voted labels forget known truths", AGGREGATION + "voted_labels.py",
        "        log_joint[self.refuted] = -np.inf\n", "",
        "test_restricted.py::test_dawid_skene_keeps_known_truths"),
    Mutation(
        "pseudo-votes for answers that were given",
        AGGREGATION + "restricted.py", "(n_classes - answers)", "n_classes",
        "test_restricted.py::"
        "test_dawid_skene_is_the_full_one_where_all_labels_are_voted"),
    Mutation(
        "sparse steps take log 0 for 0", AGGREGATION + "sparse_confusion.py",
        "joint.data.imag == self.votes.per_task[task]",
        "joint.data.imag > 0", SPARSE),
    Mutation(
        "sparse totals of the answer, not of the worker",
        AGGREGATION + "sparse_confusion.py",
        "self.voter[row_of(log_pi)]", "row_of(log_pi)", SPARSE),
    Mutation(
        "Pl@ntNet counts others' classes in full",
        AGGREGATION + "plantnet.py", ".1 * further.sum(axis=1)",
        "further.sum(axis=1)", "test_plantnet.py::test_against_loops"),
    Mutation(
        "CROWDLAB trusts workers who disagree", AGGREGATION + "crowdlab.py",
        "np.maximum(1 - (1 - agreement) / e0, LEAST)",
        "np.maximum((1 - agreement) / e0, LEAST)", CROWDLAB),
    Mutation(
        "CROWDLAB's votes have P twice", AGGREGATION + "crowdlab.py",
        "(P - missed) * votes.counts(weight)", "P * votes.counts(weight)",
        CROWDLAB),
    Mutation(
        "CROWDLAB measures against the majority twice",
        AGGREGATION + "crowdlab.py",
        "return _pool(votes, p, consensus, agreement)",
        "return _pool(votes, p, majority, agreement)", CROWDLAB),
    Mutation(
        "UnionNet's softmax within a worker", TRAINING + "confusions.py",
        "self.theta.flatten(0, 1).log_softmax(0).view_as(self.theta)",
        "self.theta.log_softmax(0)",
        "test_vote_losses.py::test_union_net_shares_one_distribution"),
    Mutation(
        "GeoCrowdNet penalises volume", TRAINING + "confusions.py",
        "return -self.weight * torch.logdet(",
        "return self.weight * torch.logdet(",
        "test_vote_loss_limits.py::"
        "test_weight_0_is_crowd_layer_and_weight_widens"),
    Mutation(
        "Annot-Mix forgets the partner's vote", TRAINING + "annot_mix.py",
        "self.share * log_own + (1 - self.share) * log_other",
        "self.share * log_own", MIXED),
    Mutation(
        "Annot-Mix mixes no workers", TRAINING + "annot_mix.py",
        ":, self.worker[self.partner]])", ":, self.worker[self.vote]])",
        MIXED),
]
