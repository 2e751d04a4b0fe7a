"""The networks that recipes name."""
import numpy as np
import torch
from torch import nn


def mlp(recipe, shape, n_classes):
    layers, width = [nn.Flatten()], int(torch.Size(shape).numel())
    for hidden in recipe.hidden:
        layers += [nn.Linear(width, hidden), nn.ReLU()]
        if recipe.dropout:
            layers.append(nn.Dropout(recipe.dropout))
        width = hidden
    return nn.Sequential(*layers, nn.Linear(width, n_classes))


def smallcnn(recipe, shape, n_classes):
    """Two convolutions and a head, for grey images of about 8 x 8."""
    channels, height, width = shape
    return nn.Sequential(
        nn.Conv2d(channels, 16, 3, padding=1), nn.ReLU(),
        nn.Conv2d(16, 32, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Dropout(recipe.dropout),
        nn.Linear(32 * (height // 2) * (width // 2), n_classes))


def resnet18(recipe, shape, n_classes):
    from torchvision.models import resnet18 as torchvision_resnet18
    return torchvision_resnet18(num_classes=n_classes)


def resnet18small(recipe, shape, n_classes):
    """ResNet-18 with a stem that keeps the resolution of small images."""
    network = resnet18(recipe, shape, n_classes)
    network.conv1 = nn.Conv2d(shape[0], 64, 3, padding=1, bias=False)
    network.maxpool = nn.Identity()
    return network


def resnet18pad3(recipe, shape, n_classes):
    """The network of the WAUM paper's public code: maps of 36, 18, 9 and 5
    pixels for images of 32 (peerannot, f15a4dd, helpers/networks.py)."""
    network = resnet18small(recipe, shape, n_classes)
    network.conv1.padding = 3, 3
    return network


NETWORKS = {builder.__name__: builder for builder in (
    mlp, smallcnn, resnet18, resnet18small, resnet18pad3)}
# Mean and deviation of the channels that images are scaled by, of 0 to 255,
# instead of their own: ImageNet's.
SCALES = {"resnet18pad3": (np.array([123.675, 116.28, 103.53]),
                           np.array([58.395, 57.12, 57.375]))}


def build_network(recipe, shape, n_classes):
    """The recipe's network: inputs (n, *shape) -> logits (n, n_classes)."""
    return NETWORKS[recipe.network](recipe, shape, n_classes)


def last_linear(network):
    """The last linear layer; its inputs are the learnt features."""
    return [layer for layer in network.modules()
            if isinstance(layer, nn.Linear)][-1]
