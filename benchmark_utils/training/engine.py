"""The training loop of all networks of the benchmark."""
import contextlib
import sys
import warnings

import numpy as np
import torch
from tqdm import tqdm

from benchmark_utils.training.batches import Shuffled, crop_and_flip
from benchmark_utils.training.cuda_graphs import WORTH_RECORDING, recorded
from benchmark_utils.training.networks import SCALES, build_network
from benchmark_utils.training.recipes import get_device, schedule

# Rows predicted at once.
PREDICT_ROWS = 4096
# Share of the steps in which the network learns from the shares of the votes,
# before the loss. The gradient of log(z W) with respect to the logits is
# proportional to z, so a class that early steps push to 0 would never return.
WARM_UP = .2


class TrainingError(RuntimeError):
    """Training failed; the message says why and what to change."""


class Training:
    """A network, its training inputs and the training loop.

    Images on CUDA use bfloat16 autocast, channels_last and CUDA graphs. Small
    networks run on one CPU thread: it is faster, and equal seeds give results
    equal to the bit.

    Parameters
    ----------
    recipe : Recipe
    X : (n, ...) array
        Copied to the device as a whole. uint8 images are scaled to zero mean
        and unit variance of each channel, or as in `networks.SCALES`.
    n_classes : int
    seed : int
        Of initial weights, order of the examples, augmentation and dropout.
        The global random state is not changed.
    make_network : optional, shape -> module, instead of the recipe's network
    """

    def __init__(self, recipe, X, n_classes, seed, make_network=None):
        self.recipe, self.seed = recipe, seed
        self.device = get_device()
        self.images = X.ndim == 4 and X.dtype == np.uint8
        self.X = _on_device(X, self.device)
        if self.images:
            some = X[:10_000].astype(np.float32)
            scale = SCALES.get(recipe.network) or (
                some.mean(axis=(0, 2, 3)), some.std(axis=(0, 2, 3)) + 1e-6)
            self.mean, self.std = (
                torch.tensor(stat.reshape(1, -1, 1, 1), device=self.device,
                             dtype=torch.get_default_dtype())
                for stat in scale)
        self._own_network = make_network is not None
        make_network = make_network or (
            lambda shape: build_network(recipe, shape, n_classes))
        with self.reproducible():
            self.network = make_network(X.shape[1:]).to(self.device)
        if self._fast_images:
            self.network.to(memory_format=torch.channels_last)

    @property
    def _fast_images(self):
        return self.images and self.device.type == "cuda"

    def fit(self, loss, batches=None, on_step=None, on_epoch=None,
            epochs=None):
        """Train the network; returns self.

        Parameters
        ----------
        loss : module, (logits, examples) -> scalar
            Its own parameters are trained by Adam at the rate ``loss.lr`` or,
            if that is None, by the network's optimiser without weight decay.
            ``loss.rows(examples)`` gives the rows of X that the examples need;
            without it examples are rows. ``loss.mix(x, examples, network)``
            replaces the inputs x. ``loss.warm_up(logits, examples)`` takes the
            place of the loss in the first fifth of the recipe's steps; as it
            does not depend on the loss's own parameters, they rest.
        batches : optional, generator -> list of example tensors
            The batches of one epoch; default: all rows of X, shuffled.
        on_step : optional
            Called with (epoch, examples, logits) before each update.
        on_epoch : optional
            Called with (epoch) after each epoch.
        epochs : int, optional
            Stop after this many; the schedule remains that of the recipe.

        Raises
        ------
        TrainingError
            If the loss is not finite or the GPU's memory is too small.
        """
        recipe = self.recipe
        if batches is None:
            batches = Shuffled(len(self.X), recipe.batch_size)
        rows = getattr(loss, "rows", lambda examples: examples)
        mix = getattr(loss, "mix", lambda x, examples, network: x)
        warm_up = getattr(loss, "warm_up", None)
        loss.to(self.device)
        optimizers = self._optimizers(loss)
        order = torch.Generator().manual_seed(self.seed)
        augment = torch.Generator(self.device).manual_seed(self.seed + 1)
        n_steps = recipe.epochs * batches.n_batches
        n_warm = WARM_UP * n_steps if warm_up else 0
        step = 0
        epochs = recipe.epochs if epochs is None else epochs
        progress = tqdm(range(epochs), desc=recipe.name, unit="epoch",
                        delay=2, leave=False, disable=not sys.stderr.isatty())
        with (self.reproducible(2), _explain_memory(recipe),
              self._cuda_settings()):
            forward = self._forward(batches, epochs)
            for epoch in progress:
                self.network.train()
                total = torch.zeros((), device=self.device)
                for examples in batches(order):
                    examples = examples.to(self.device, non_blocking=True)
                    x = self._inputs(self.X[rows(examples)], augment)
                    with self._autocast():
                        x = mix(x, examples, self.network)
                        logits = forward(x)
                    logits = full_precision(logits)
                    if on_step is not None:
                        on_step(epoch, examples, logits.detach())
                    value = (warm_up if step < n_warm else loss)(
                        logits, examples)
                    factor = schedule(recipe, step, n_steps)
                    for optimizer, lr in optimizers:
                        for group in optimizer.param_groups:
                            group["lr"] = lr * factor
                        optimizer.zero_grad(set_to_none=True)
                    value.backward()
                    for optimizer, _ in optimizers:
                        optimizer.step()
                    total += value.detach()
                    step += 1
                # Once in each epoch, as every check waits for the device.
                if not torch.isfinite(total):
                    raise TrainingError(
                        f"recipe {recipe.name}: the loss is {total.item()} in "
                        f"epoch {epoch + 1}; a smaller lr than {recipe.lr} "
                        "may help")
                if on_epoch is not None:
                    on_epoch(epoch)
        return self

    def _forward(self, batches, epochs):
        """The network, as a CUDA graph where that is faster."""
        if (not self._fast_images or self._own_network
                or batches.n_batches * epochs < WORTH_RECORDING):
            return self.network
        self.network.train()
        return recorded(self.network, self._inputs(
            self.X[:self.recipe.batch_size]))

    @contextlib.contextmanager
    def _cuda_settings(self):
        """Let cuDNN choose its algorithms, since all batches have one shape.
        """
        if not self._fast_images:
            yield
            return
        with torch.backends.cudnn.flags(
                enabled=True, benchmark=True, deterministic=False,
                allow_tf32=True), warnings.catch_warnings():
            # Both warn of what recording does on purpose.
            for message in ("The AccumulateGrad node's stream",
                            "Attempting to run cuBLAS"):
                warnings.filterwarnings("ignore", message)
            yield

    def _optimizers(self, loss):
        """The optimisers of the network and the loss, with learning rates."""
        recipe = self.recipe
        own = [p for p in loss.parameters() if p.requires_grad]
        alone = [] if getattr(loss, "lr", None) is None else own
        groups = [dict(params=list(self.network.parameters()))]
        if own and not alone:
            groups.append(dict(params=own, weight_decay=0.0))
        if recipe.optimizer == "sgd":
            optimizer = torch.optim.SGD(
                groups, lr=recipe.lr, momentum=recipe.momentum,
                weight_decay=recipe.weight_decay,
                nesterov=recipe.schedule == "cosine", fused=True)
        else:
            optimizer = torch.optim.AdamW(
                groups, lr=recipe.lr, weight_decay=recipe.weight_decay,
                fused=True)
        optimizers = [(optimizer, recipe.lr)]
        if alone:
            optimizers.append(
                (torch.optim.Adam(alone, lr=loss.lr, fused=True), loss.lr))
        return optimizers

    def _inputs(self, x, augment=None):
        if self.images:
            x = (x.to(self.mean.dtype) - self.mean) / self.std
            if self.recipe.augment and augment is not None:
                x = crop_and_flip(x, augment)
            if self._fast_images:
                x = x.contiguous(memory_format=torch.channels_last)
        return x

    def _autocast(self):
        return torch.autocast(self.device.type, torch.bfloat16,
                              enabled=self._fast_images)

    @torch.no_grad()
    def log_probabilities(self, X=None):
        """Log of the network's probabilities for X, or for the training
        inputs, as a tensor on the device, (n, n_classes)."""
        was_training = self.network.training
        self.network.eval()
        parts = []
        data = self.X if X is None else X
        with _one_thread(self.recipe), _explain_memory(self.recipe):
            for start in range(0, len(data), PREDICT_ROWS):
                x = data[start:start + PREDICT_ROWS]
                if X is not None:
                    x = _on_device(x, self.device)
                with self._autocast():
                    logits = self.network(self._inputs(x))
                parts.append(full_precision(logits).log_softmax(dim=-1))
        self.network.train(was_training)
        return torch.cat(parts)

    def probabilities(self, X=None):
        """The network's probabilities as a NumPy array, (n, n_classes)."""
        p = self.log_probabilities(X).double().exp().cpu().numpy()
        return p / p.sum(axis=1, keepdims=True)

    def as_inputs(self, X=None):
        """A function: row indices -> those rows of X, or of the training
        inputs, in the form that networks take."""
        X = self.X if X is None else _on_device(X, self.device)
        return lambda rows: self._inputs(X[rows])

    @contextlib.contextmanager
    def reproducible(self, offset=0):
        """A context with random numbers of this training's seed plus an
        ``offset``; the global random state is not changed."""
        devices = [self.device] if self.device.type == "cuda" else []
        with torch.random.fork_rng(devices), _one_thread(self.recipe):
            torch.manual_seed(self.seed + offset)
            yield


def _on_device(X, device):
    X = torch.tensor(X)
    if X.is_floating_point():
        X = X.to(torch.get_default_dtype())
    return X.to(device)


def full_precision(logits):
    """Logits that autocast left in bfloat16, as float32."""
    return logits.float() if logits.dtype == torch.bfloat16 else logits


@contextlib.contextmanager
def _one_thread(recipe):
    """One CPU thread for small networks, within the context."""
    before = torch.get_num_threads()
    if not recipe.needs_gpu:
        torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


@contextlib.contextmanager
def _explain_memory(recipe):
    try:
        yield
    except torch.cuda.OutOfMemoryError as error:
        raise TrainingError(
            f"recipe {recipe.name} with batches of {recipe.batch_size} does "
            f"not fit the GPU's memory; a smaller batch_size does. {error}"
        ) from error
