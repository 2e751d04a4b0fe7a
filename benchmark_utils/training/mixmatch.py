"""MixMatch (Berthelot et al., NeurIPS 2019): few labels, many examples."""
import numpy as np
import torch
from torch import nn

from benchmark_utils.training.losses import float_tensor


class MixMatchLoss(nn.Module):
    """Cross-entropy of labelled and squared error of unlabelled mixtures.

    Augmentation is Gaussian noise of ``NOISE`` standard deviations of each
    feature, since features cannot be cropped or flipped. The weight of the
    unlabelled part increases to ``WEIGHT`` over the first ``n_ramp`` steps;
    10, as the paper's 75 is for 10,000 times as many steps. The other
    constants are the paper's.

    Parameters
    ----------
    targets : (n, K)
        Soft labels; those of unlabelled examples are not read.
    labelled : (n,) bool
    X : (n, ...) array
        Sets the scale of the noise of each feature.
    n_ramp : int
    """
    NOISE, GUESSES, SHARPENING, ALPHA, WEIGHT = .1, 2, .5, .75, 10.0

    def __init__(self, targets, labelled, X, n_ramp):
        super().__init__()
        self.register_buffer("targets", float_tensor(targets))
        self.register_buffer("labelled", torch.tensor(labelled))
        # On the network's scale, where uint8 images have unit variance.
        sd = np.std(X, axis=0) if X.dtype != np.uint8 else np.ones(X.shape[1:])
        self.register_buffer("sd", float_tensor(sd)[None])
        self.n_ramp, self.step = max(n_ramp, 1), 0

    def mix(self, x, examples, network):
        """Mixtures of the batch's noisy inputs; keeps their labels for the
        loss."""
        labelled = self.labelled[examples]
        y = self.targets[examples].clone()
        if not labelled.all():
            y[~labelled] = self.guess(x[~labelled], network)
        share = torch.distributions.Beta(self.ALPHA, self.ALPHA).sample(
            (len(x),)).to(x.device)
        share = torch.maximum(share, 1 - share)  # the first has most weight
        other = torch.randperm(len(x), device=x.device)
        noisy = self.noisy(x)
        wide = share.reshape(-1, *[1] * (x.ndim - 1))
        self.mixed = (share[:, None] * y + (1 - share[:, None]) * y[other],
                      labelled)
        return wide * noisy + (1 - wide) * noisy[other]

    @torch.no_grad()
    def guess(self, x, network):
        """Sharpened mean of the network's predictions for noisy inputs."""
        p = torch.stack([network(self.noisy(x)).softmax(-1)
                         for _ in range(self.GUESSES)]).mean(dim=0)
        p = p ** (1 / self.SHARPENING)
        return p / p.sum(dim=-1, keepdim=True)

    def noisy(self, x):
        return x + self.NOISE * self.sd * torch.randn_like(x)

    def forward(self, logits, examples):
        y, labelled = self.mixed
        loss = logits.sum() * 0
        if labelled.any():
            log_p = logits[labelled].log_softmax(-1)
            loss = loss - (y[labelled] * log_p).sum(-1).mean()
        if not labelled.all():
            ramp = min(self.step / self.n_ramp, 1)
            error = (logits[~labelled].softmax(-1) - y[~labelled]) ** 2
            loss = loss + self.WEIGHT * ramp * error.mean()
        self.step += 1
        return loss


class Paired:
    """Batches of half labelled and half unlabelled examples. An epoch has as
    many batches as one pass over all of them; the smaller half repeats."""

    def __init__(self, labelled, unlabelled, batch_size):
        kinds = [torch.tensor(ids) for ids in (labelled, unlabelled)
                 if len(ids)]
        n = sum(map(len, kinds))
        self.n_batches = -(-n // batch_size)
        self.kinds, self.size = kinds, -(-batch_size // len(kinds))

    def __call__(self, generator):
        parts = [self._stream(ids, generator) for ids in self.kinds]
        return [torch.cat(batch) for batch in zip(*parts)]

    def _stream(self, ids, generator):
        needed = self.n_batches * self.size
        rounds = -(-needed // len(ids))
        order = torch.cat([ids[torch.randperm(len(ids), generator=generator)]
                           for _ in range(rounds)])
        return order[:needed].split(self.size)
