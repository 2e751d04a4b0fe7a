"""The batches of an epoch, and the augmentation of images."""
import torch


class Shuffled:
    """Batches of 0..n-1, in a new random order in each epoch."""

    def __init__(self, n, batch_size):
        full, rest = divmod(n, batch_size)
        # Batch normalisation fails on a single example, so a last one joins
        # the batch before.
        self.n_batches = max(full + (rest > 1), 1)
        short = self.n_batches - 1
        self.sizes = [batch_size] * short + [n - short * batch_size]
        self.n = n

    def __call__(self, generator):
        order = torch.randperm(self.n, generator=generator)
        return order.split(self.sizes)


def crop_and_flip(x, generator, pad=4):
    """Random crop of the padded image and horizontal flip of each image of x
    (n, channels, height, width)."""
    n, _, height, width = x.shape
    device = x.device
    shift = torch.randint(0, 2 * pad + 1, (2, n, 1), generator=generator,
                          device=device)
    flip = torch.rand((n, 1), generator=generator, device=device) < .5
    row = torch.arange(height, device=device) + shift[0]  # (n, height)
    column = torch.arange(width, device=device)
    column = torch.where(flip, width - 1 - column, column) + shift[1]
    x = torch.nn.functional.pad(x, (pad,) * 4)
    image = torch.arange(n, device=device)[:, None, None]
    return x.permute(0, 2, 3, 1)[
        image, row[:, :, None], column[:, None, :]].permute(0, 3, 1, 2)
