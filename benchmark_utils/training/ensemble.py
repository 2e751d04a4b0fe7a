"""Many networks of one kind trained in parallel, as one module."""
import copy

import torch
from torch import nn
from torch.func import functional_call, stack_module_state, vmap
from torch.nn.utils.rnn import pad_sequence

from benchmark_utils.training.batches import Shuffled
from benchmark_utils.training.networks import build_network


class Stack(nn.Module):
    """One network of the recipe for each seed; (W, B, ...) -> (W, B, K).

    Each has the initial weights of a single network with its seed. The
    gradient of the sum of their losses is each network's own gradient, so
    training the stack is training each alone.
    """
    def __init__(self, recipe, shape, n_classes, seeds):
        super().__init__()
        networks = []
        for seed in seeds:
            torch.manual_seed(seed)  # within the engine's forked state
            networks.append(build_network(recipe, shape, n_classes))
        parameters, _ = stack_module_state(networks)
        self.names = list(parameters)
        self.stacked = nn.ParameterList(
            nn.Parameter(parameters[name].detach()) for name in self.names)
        # A copy without storage gives the structure; a list keeps it out of
        # the module tree, as its parameters are not trained.
        self._skeleton = [copy.deepcopy(networks[0]).to("meta")]

    def forward(self, x):
        skeleton = self._skeleton[0].train(self.training)

        def one(parameters, x):
            return functional_call(skeleton, parameters, (x,))

        return vmap(one, randomness="different")(
            dict(zip(self.names, self.stacked)), x)


def check_stackable(recipe, shape, n_classes):
    """Number of parameters of the recipe's network. Raises a ValueError if it
    has running statistics, which a stack cannot keep."""
    with torch.device("meta"):  # neither memory nor random numbers
        network = build_network(recipe, shape, n_classes)
    if any(True for _ in network.buffers()):
        raise ValueError(
            f"mode perworker cannot stack {recipe.network}, whose batch "
            "normalisation keeps statistics; choose stacked or sharedforward")
    return sum(parameter.numel() for parameter in network.parameters())


class PerWorkerVotes(nn.Module):
    """Sum over workers of the mean cross-entropy of their votes.

    Examples are positions of votes, (W, B), -1 = padding.
    """
    def __init__(self, votes):
        super().__init__()
        for name in ("task", "label"):
            self.register_buffer(
                name, torch.tensor(getattr(votes, name).copy()))

    def rows(self, examples):
        return self.task[examples.clamp(min=0)]

    def forward(self, logits, examples):
        real = examples >= 0
        loss = nn.functional.cross_entropy(
            logits.flatten(0, 1), self.label[examples.clamp(min=0)].flatten(),
            reduction="none").view_as(real)
        number = real.sum(1).clamp(min=1)
        return ((loss * real).sum(1) / number).sum()


class ShuffledEach:
    """`Shuffled` batches of every worker's votes, in parallel.

    positions : one array for each worker; all give the same number of batches.
    A batch is (W, B) positions, -1 = padding.
    """

    def __init__(self, positions, batch_size, seeds):
        self.positions = [torch.as_tensor(some) for some in positions]
        self.shuffled = [Shuffled(len(some), batch_size)
                         for some in positions]
        self.n_batches, = {some.n_batches for some in self.shuffled}
        self.generators = [torch.Generator().manual_seed(seed)
                           for seed in seeds]
        # The order within a single batch does not matter.
        self.whole = [pad_sequence(self.positions, batch_first=True,
                                   padding_value=-1)]

    def __call__(self, _):
        if self.n_batches == 1:
            return self.whole
        each = [[position[part] for part in shuffled(generator)]
                for position, shuffled, generator in zip(
                    self.positions, self.shuffled, self.generators)]
        return [pad_sequence(parts, batch_first=True, padding_value=-1)
                for parts in zip(*each)]
