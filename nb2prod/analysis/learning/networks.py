"""Loops that train a network step by step to what it learns from: the rows it was asked about before ``backward()``."""

from __future__ import annotations

from dataclasses import dataclass

from nb2prod.analysis.learning.values import Value

LIBRARIES = ("torch.nn.", "torchvision.models.")
FUNCTIONAL = "torch.nn.functional."
BACKWARD = "backward"
"""The method by which such a fit is known."""


@dataclass
class Asked:
    """A network was asked, and its answers may have been held against a truth."""

    network: Value
    features: Value | None
    truth: Value | None = None


def is_loss(path: str) -> bool:
    """Return whether a class or function of PyTorch tells how far answers are from the truth."""
    name = path.rpartition(".")[2].lower()
    return path.startswith("torch.nn.") and (name.endswith("loss") or "cross_entropy" in name)


def is_network(value: Value) -> bool:
    """Return whether an object is a module of PyTorch that answers."""
    return value.estimator is not None and value.path.startswith(LIBRARIES) and not is_loss(value.path)
