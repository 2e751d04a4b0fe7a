"""Features of small colour images from whitened patches. They are computed
once; any classifier then trains on them in seconds.

A. Coates, H. Lee, A. Ng. An analysis of single-layer networks in unsupervised
feature learning. AISTATS 2011.
"""
import numpy as np
import torch
from sklearn.cluster import MiniBatchKMeans
from tqdm import tqdm

SIDE, N_CODES, N_PATCHES, BATCH = 6, 400, 100_000, 50
CONTRAST, WHITENING = 10.0, .1  # the paper's regularisers, for 0..255 pixels


def patch_features(images, others, seed=0):
    """Features of ``images`` and ``others``, float16, (n, 4 N_CODES).

    The dictionary is learnt from ``images`` only: N_PATCHES of their patches,
    contrast-normalised and whitened, form N_CODES clusters. The activation of
    a code by a patch is the mean distance of the patch to all codes minus its
    distance to this code, at least 0. A feature is the sum of a code's
    activations over a quadrant, standardised by ``images``.

    images, others : uint8, (n, channels, height, width)
    """
    code = _dictionary(images, np.random.default_rng(seed))
    bar = tqdm(total=len(images) + len(others), unit="image", delay=2,
               desc="features", disable=None)
    with bar, torch.inference_mode():
        first, second = (_encode(part, *code, bar)
                         for part in (images, others))
    mean, scale = first.mean(axis=0), first.std(axis=0) + 1e-6
    return tuple(((part - mean) / scale).astype(np.float16)
                 for part in (first, second))


def _patches(images):
    """All contrast-normalised patches, (n, n_places, channels SIDE^2)."""
    x = torch.tensor(np.asarray(images), dtype=torch.float32)
    return _normalised(torch.nn.functional.unfold(x, SIDE).transpose(1, 2))


def _normalised(x):
    x = x - x.mean(dim=-1, keepdim=True)
    return x / (x.square().mean(dim=-1, keepdim=True) + CONTRAST).sqrt()


def _dictionary(images, rng):
    """Whitening, mean patch and codes (N_CODES, channels SIDE^2), of random
    patches."""
    places = np.lib.stride_tricks.sliding_window_view(
        images, (SIDE, SIDE), axis=(2, 3))  # (n, channels, rows, cols, 6, 6)
    image, row, col = (rng.integers(places.shape[axis], size=N_PATCHES)
                       for axis in (0, 2, 3))
    x = _normalised(torch.tensor(
        places[image, :, row, col].reshape(N_PATCHES, -1),
        dtype=torch.float32))
    mean = x.mean(dim=0)
    values, vectors = torch.linalg.eigh(torch.cov((x - mean).T))
    whiten = vectors @ torch.diag((values + WHITENING).rsqrt()) @ vectors.T
    codes = MiniBatchKMeans(
        N_CODES, batch_size=4096, n_init=1,
        random_state=int(rng.integers(2**32))).fit(
            ((x - mean) @ whiten).numpy()).cluster_centers_
    return whiten, mean, torch.tensor(codes, dtype=torch.float32)


def _encode(images, whiten, mean, codes, bar):
    rows, cols = (size - SIDE + 1 for size in images.shape[2:])
    out = np.empty((len(images), 4 * len(codes)), np.float32)
    for start in range(0, len(images), BATCH):
        x = (_patches(images[start:start + BATCH]) - mean) @ whiten
        distance = (x.square().sum(dim=2, keepdim=True) - 2 * x @ codes.T
                    + codes.square().sum(dim=1)).clamp(min=0).sqrt_()
        active = (distance.mean(dim=2, keepdim=True) - distance).clamp_(min=0)
        active = active.reshape(len(x), rows, cols, -1)
        quadrants = [part.sum(dim=(1, 2))
                     for half in active.tensor_split(2, dim=1)
                     for part in half.tensor_split(2, dim=2)]
        out[start:start + BATCH] = torch.cat(quadrants, dim=1)
        bar.update(len(x))
    return out
