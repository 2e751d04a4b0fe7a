"""The epoch that papers select on true labels, for comparison with them."""
import math

from benchmark_utils.training.losses import long_tensor


class SelectedEpoch:
    """Keeps the network of the epoch with the lowest mean loss on validation
    inputs X (n, ...) with the true classes y (n,): an ``on_epoch`` of
    `Training.fit`."""

    def __init__(self, training, X, y):
        self.training, self.X, self.lowest = training, X, math.inf
        self.y = long_tensor(y).to(training.device)[:, None]

    def __call__(self, epoch):
        log_p = self.training.log_probabilities(self.X)
        loss = -log_p.gather(1, self.y).mean().item()
        if loss < self.lowest:
            self.lowest, self.weights = loss, {
                name: value.clone() for name, value in
                self.training.network.state_dict().items()}

    def probabilities(self, X):
        """Those of the selected epoch for X, (n, n_classes); the network
        keeps its weights."""
        self.training.network.load_state_dict(self.weights)
        return self.training.probabilities(X)
