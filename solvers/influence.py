from benchmark_utils.aggregation.influence import Pipeline
from benchmark_utils.checks import number, one_of
from benchmark_utils.worker_values import WorkerValueSolver


class Solver(WorkerValueSolver):
    """Influence: the effect of a worker's votes on a classifier's loss.

    Smoothed Dawid-Skene, then softmax regression, then the loss on the
    validation set. A worker's score is minus the sum of the loss's gradient
    with respect to the worker's votes, by implicit differentiation of both
    fits (``step=gradient``), or the effect of removing the votes from the
    worker's tasks (``removal``). Labels are the posteriors, test predictions
    those of the regression.
    """
    name = "Influence"
    parameters = {"step": ["gradient"], "smoothing": [5.0], "ridge": [.01]}
    accepts = {"step": one_of("gradient", "removal"),
               "smoothing": number(1e-9, 1e9), "ridge": number(1e-9, 1e9)}
    defaults_from = {
        "step": "Koh and Liang 2017",
        "smoothing": "our choice",
        "ridge": "our choice"}

    def run(self, _):
        pipeline = Pipeline(self.votes, self.X, self.smoothing, self.ridge)
        value = pipeline.value(self.X_gold, self.y_gold)
        self.soft_labels = value.T
        if self.X_test is not None:
            self.test_probabilities = pipeline.probabilities(
                value.theta, self.X_test)
        self.worker_score = (value.contribution if self.step == "gradient"
                             else value.removal)
