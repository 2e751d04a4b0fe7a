"""CUDA graphs of a network's forward and backward pass."""
import torch
from torch import nn

# Recording takes about as long as this many steps.
WORTH_RECORDING = 100


class _Passes(nn.Module):
    """A wrapper, as recording replaces the ``forward`` of its module."""
    def __init__(self, network):
        super().__init__()
        self.network = network

    def forward(self, x):
        # Autocast's cache of weights must not outlive a recording.
        with torch.autocast("cuda", torch.bfloat16, cache_enabled=False):
            return self.network(x)


def recorded(network, x):
    """The network as a function for training, recorded for the shape of x.

    With small images a GPU waits while Python launches the hundreds of
    kernels of a step; a graph launches them at once. Batches of other shapes
    go through the network itself. Recording leaves its parameters and buffers
    unchanged.
    """
    before = [buffer.clone() for buffer in network.buffers()]
    passes = torch.cuda.make_graphed_callables(_Passes(network), (x,))
    with torch.no_grad():  # batch normalisation counted the trial passes
        for buffer, value in zip(network.buffers(), before):
            buffer.copy_(value)
    network.zero_grad(set_to_none=True)
    shape = x.shape
    return lambda batch: (passes if batch.shape == shape else network)(batch)
