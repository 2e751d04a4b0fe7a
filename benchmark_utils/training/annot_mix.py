"""Annot-Mix: mixup of inputs, workers and votes."""
import torch

from benchmark_utils.training.confusions import WorkerConfusions


class MixedVotes(WorkerConfusions):
    """Every vote (x_i, e_j, y_ij) of a batch is mixed with another of it.

    With s ~ Beta(alpha, alpha) for each vote, the network sees s x_i +
    (1 - s) x_i', and log C, C the confusion matrix, is the log-softmax of
    s theta_j + (1 - s) theta_j'. The loss of a vote is -s log P(y_ij) -
    (1 - s) log P(y_i'j'). ``alpha`` = 0: s = 1, nothing is mixed.
    """
    fewest = 1  # votes that a batch needs

    def __init__(self, votes, lr, alpha):
        super().__init__(votes, lr)
        self.alpha = alpha

    def rows(self, examples):
        self.vote, place = self.votes_of(examples)
        # A batch without votes teaches nothing, but has to be something.
        return examples[place] if len(place) else examples

    def mix(self, x, examples, network):
        n = len(self.vote)
        if not n:
            return x
        self.share = torch.ones(n, device=x.device)
        if self.alpha:
            self.share = torch.distributions.Beta(
                self.alpha, self.alpha).sample((n,)).to(x.device)
        order = torch.randperm(n, device=x.device)
        self.partner = self.vote[order]
        share = self.share.reshape(-1, *[1] * (x.ndim - 1))
        return share * x + (1 - share) * x[order]

    def forward(self, logits, examples):
        if len(self.vote) < self.fewest:
            return logits.sum() * 0
        log_z = logits.log_softmax(-1)
        log_C = self.mixed_theta().log_softmax(0)  # (K labels, n, K truths)
        place = torch.arange(len(log_z), device=log_z.device)
        log_own, log_other = (
            (log_z + log_C[self.label[vote], place]).logsumexp(-1)
            for vote in (self.vote, self.partner))
        return -(self.share * log_own + (1 - self.share) * log_other).mean()

    def mixed_theta(self):
        share = self.share[:, None]
        return (share * self.matrices.theta[:, self.worker[self.vote]]
                + (1 - share) * self.matrices.theta[
                    :, self.worker[self.partner]])
