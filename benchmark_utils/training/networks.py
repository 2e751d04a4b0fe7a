"""The networks that recipes name; torchvision's where it has them."""
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
    """ResNet-18 whose stem keeps the resolution of 32 x 32 images."""
    network = resnet18(recipe, shape, n_classes)
    network.conv1 = nn.Conv2d(shape[0], 64, 3, padding=1, bias=False)
    network.maxpool = nn.Identity()
    return network


NETWORKS = {builder.__name__: builder
            for builder in (mlp, smallcnn, resnet18, resnet18small)}


def build_network(recipe, shape, n_classes):
    """The recipe's network for inputs of ``shape``; logits (n, n_classes)."""
    if recipe.network not in NETWORKS:
        raise ValueError(f"network {recipe.network!r} is unknown; choose from "
                         + ", ".join(NETWORKS))
    return NETWORKS[recipe.network](recipe, shape, n_classes)


def last_linear(network):
    """The layer whose inputs are the features that a network learnt."""
    return [layer for layer in network.modules()
            if isinstance(layer, nn.Linear)][-1]
