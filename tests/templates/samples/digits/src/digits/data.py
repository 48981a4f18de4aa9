"""Load the digits."""

from __future__ import annotations

import torch
from sklearn.datasets import load_digits

from .parameters import Parameters


def load_data(parameters: Parameters) -> tuple[torch.Tensor, torch.Tensor]:
    """Return images and labels."""
    digits = load_digits()
    images = torch.tensor(digits.images[:200], dtype=torch.float32) / 16
    return images, torch.tensor(digits.target[:200])
