"""A network's passes as CUDA graphs: recorded once, launched as a whole."""
import torch
from torch import nn

# Recording costs as much as about as many steps as this.
WORTH_RECORDING = 100


class _Passes(nn.Module):
    """A module of its own, since recording replaces its ``forward``."""
    def __init__(self, network):
        super().__init__()
        self.network = network

    def forward(self, x):
        # Autocast's cache of weights must not outlive a recording.
        with torch.autocast("cuda", torch.bfloat16, cache_enabled=False):
            return self.network(x)


def recorded(network, x):
    """The network, for training on batches of x's shape, as a function.

    A batch of small images leaves a GPU idle while Python launches the
    hundreds of kernels of a step; replayed, they follow one another. Other
    shapes go through the network itself. Its parameters and buffers are left
    as they were.
    """
    before = [buffer.clone() for buffer in network.buffers()]
    passes = torch.cuda.make_graphed_callables(_Passes(network), (x,))
    with torch.no_grad():  # batch normalisation counted the trial passes
        for buffer, value in zip(network.buffers(), before):
            buffer.copy_(value)
    network.zero_grad(set_to_none=True)
    shape = x.shape
    return lambda batch: (passes if batch.shape == shape else network)(batch)
