"""Wrong edits of networks, of their losses and of the solvers' glue."""
from mutations import Mutation

TRAINING = "benchmark_utils/training/"
CONAL = "test_vote_losses.py::test_conal_mixes_common_and_own_confusions"
CLASSIC_CONAL = (
    "test_vote_losses.py::test_classic_conal_is_free_under_a_second_softmax")
MARKED = ("test_network_solvers.py::"
          "test_the_objective_trains_on_the_marked_tasks_alone")
TRAINABLE = ("test_network_solvers.py::"
             "test_networks_learn_from_the_trainable_tasks_alone")
GLUE = "test_network_glue.py::"
DECAY = ("test_training.py::"
         "test_weight_decay_shrinks_the_network_and_not_the_loss")
IMAGES = "test_training.py::test_bytes_are_scaled_as_the_training_images_are"
MUTATIONS = [
    Mutation(
        "CoNAL without the common matrix", TRAINING + "conal.py",
        "nn.functional.logsigmoid(score)\n", "-1e9 + 0 * score\n", CONAL),
    Mutation(
        "CoNAL's penalty with the wrong sign", TRAINING + "conal.py",
        "-self.distance_weight * distances(\n            self.matrices()",
        "self.distance_weight * distances(\n            self.matrices()",
        CONAL),
    Mutation(
        "classic CoNAL without the common matrix", TRAINING + "conal.py",
        "(w * self.common.scores(", "(0 * w * self.common.scores(",
        CLASSIC_CONAL),
    Mutation(
        "classic CoNAL's penalty with the wrong sign", TRAINING + "conal.py",
        "-self.distance_weight * distances(\n            self.own",
        "self.distance_weight * distances(\n            self.own",
        CLASSIC_CONAL),
    Mutation(
        "VW learns b and VB learns w", TRAINING + "vote_loss.py",
        'torch.ones(shape), "W" in variant)\n'
        '        self.b = nn.Parameter(torch.zeros(shape), "B" in variant)',
        'torch.ones(shape), "B" in variant)\n'
        '        self.b = nn.Parameter(torch.zeros(shape), "W" in variant)',
        "test_vote_losses.py::"
        "test_scaled_scores_learn_what_their_letters_say"),
    Mutation(
        "no start on the shares of the votes", TRAINING + "engine.py",
        "(warm_up if step < n_warm else loss)(", "loss(",
        "test_warm_up.py::test_a_class_pushed_to_0_returns"),
    Mutation(
        "the warm-up never ends", TRAINING + "engine.py",
        "step < n_warm", "n_warm", "test_warm_up.py::"
        "test_a_fifth_of_the_recipes_steps_and_the_matrices_rest"),
    Mutation(
        "AdamW without weight decay", TRAINING + "engine.py",
        "weight_decay=recipe.weight_decay,\n                fused=True)",
        "weight_decay=0.0,\n                fused=True)", DECAY),
    Mutation(
        "SGD without weight decay", TRAINING + "engine.py",
        "weight_decay=recipe.weight_decay,\n                nesterov",
        "weight_decay=0.0,\n                nesterov", DECAY),
    Mutation(
        "a loss's own parameters decay", TRAINING + "engine.py",
        "groups.append(dict(params=own, weight_decay=0.0))",
        "groups.append(dict(params=own))", DECAY),
    Mutation(
        "images are not scaled", TRAINING + "engine.py",
        "x = (x.to(self.mean.dtype) - self.mean) / self.std",
        "x = x.to(self.mean.dtype) / 255", IMAGES),
    Mutation(
        "one scale for all channels", TRAINING + "engine.py",
        "some.std(axis=(0, 2, 3)) + 1e-6",
        "np.full(X.shape[1], some.std()) + 1e-6", IMAGES),
    Mutation(
        "the paper's images on their own scale", TRAINING + "engine.py",
        "SCALES.get(recipe.network) or (", "(", "test_paper_network.py::"
        "test_images_are_scaled_as_those_of_imagenet"),
    Mutation(
        "the selected epoch is the last", TRAINING + "selection.py",
        "if loss < self.lowest:", "if True:", "test_paper_network.py::"
        "test_the_epoch_with_the_lowest_validation_loss"),
    Mutation(
        "the rate with the worst held-out likelihood", TRAINING + "solver.py",
        "np.nanargmin", "np.nanargmax", "test_network_options.py::"
        "test_auto_takes_what_predicts_held_out_votes"),
    Mutation(
        "dropout while predicting", TRAINING + "engine.py",
        "        self.network.eval()\n", "",
        "test_training.py::test_predictions_are_made_without_dropout"),
    Mutation(
        "n_train is ignored", "benchmark_utils/contract/problem.py",
        "else np.arange(self.n_tasks) < n_train)",
        "else np.arange(self.n_tasks) >= 0)", MARKED),
    Mutation(
        "train_mask is ignored", "benchmark_utils/contract/answer.py",
        "for mask in (self.train_mask, self.problem.trainable):",
        "for mask in (None, self.problem.trainable):",
        MARKED + " test_objective.py::test_unlabelled_tasks_are_left_out"
    ),
    Mutation(
        "n_train stops the objective alone", TRAINING + "solver.py",
        "if self.trainable is None:", "if True:", TRAINABLE),
    Mutation(
        "votes on other tasks are learnt", TRAINING + "solver.py",
        "self.train_votes = self.votes.of_tasks(self.train_tasks)",
        "self.train_votes = self.votes.of_tasks("
        "np.arange(len(self.train_tasks)))", TRAINABLE),
    Mutation(
        "test predictions of the training inputs", TRAINING + "solver.py",
        "training.probabilities(self.X_test)",
        "training.probabilities(self.X)",
        GLUE + "test_predictions_are_of_the_test_inputs"),
    Mutation(
        "all networks start alike, whatever the seed",
        TRAINING + "solver.py",
        "self.votes.n_classes,\n                        self.seed)",
        "self.votes.n_classes,\n                        0)",
        GLUE + "test_a_network_starts_from_the_seed_handed_out"),
    Mutation(
        "AUM drops the tasks that are learnt best", "solvers/aum.py",
        "above_quantile(self.task_score, self.quantile)",
        "above_quantile(-self.task_score, self.quantile)",
        GLUE + "test_the_tasks_with_the_lowest_scores_are_dropped"),
    Mutation(
        "WAUM drops the tasks that are learnt best", "solvers/waum.py",
        "self.task_score, self.quantile)",
        "-self.task_score, self.quantile)",
        GLUE + "test_the_tasks_with_the_lowest_scores_are_dropped"),
    Mutation(
        "WAUM keeps the votes of pruned tasks", "solvers/waum.py",
        "rest = self.votes.select(self.train_mask[self.votes.task])",
        "rest = self.votes",
        GLUE + "test_waum_is_wds_on_the_votes_that_are_left"),
    Mutation(
        "WAUM's random control is WAUM", "solvers/waum.py",
        'if self.prune == "random":', 'if self.prune == "chance":',
        GLUE + "test_the_control_prunes_without_a_network"),
    Mutation(
        "CROWDLAB's networks see the tasks that they predict",
        TRAINING + "cross_fit.py",
        "learnt = (fold != hidden) & (label >= 0)", "learnt = label >= 0",
        "test_crowdlab_network.py::"
        "test_cross_fit_predicts_what_it_did_not_learn"),
    Mutation(
        "CROWDLAB ignores labels = soft",
        "solvers/crowdlab.py", 'if self.labels == "hard":', "if True:",
        GLUE + "test_hard_labels_are_the_best_of_the_soft"),
]
