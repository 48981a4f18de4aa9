"""Requests reach ``predict`` as PyTorch tensors."""

from __future__ import annotations

from typing import Any

import torch


def hold(value: Any, dtype: Any) -> Any:
    """Return a tensor; records lie along its first axis where there are many."""
    return torch.tensor(value, dtype=getattr(torch, str(dtype).removeprefix("torch.")))
