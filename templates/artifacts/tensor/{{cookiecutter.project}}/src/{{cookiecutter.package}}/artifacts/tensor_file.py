"""A PyTorch tensor, or a dict of tensors such as a state dict, as safetensors."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file, save_file


def save(value: Any, path: Path) -> dict[str, Any]:
    """Write one tensor or a dict from names to tensors."""
    single = isinstance(value, torch.Tensor)
    tensors = {"value": value} if single else value
    order = list(tensors)
    copies = {name: tensor.detach().cpu().contiguous().clone() for name, tensor in tensors.items()}
    save_file(copies, path)
    return {"single": single, "order": order}


def load(path: Path, details: Mapping[str, Any], build: Any = None) -> Any:
    """Return the tensor or the dict, on the CPU."""
    tensors = load_file(path)
    return tensors["value"] if details["single"] else {name: tensors[name] for name in details["order"]}
