"""The state of a PyTorch module as safetensors; code builds the module, the file fills it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from safetensors.torch import load_file, save_file


def save(value: Any, path: Path) -> dict[str, Any]:
    """Write parameters and buffers; tensors that share memory are written once.

    Raises:
        TypeError: if the module's state holds anything but tensors.
    """
    state = value.state_dict()
    odd = [name for name, tensor in state.items() if not hasattr(tensor, "data_ptr")]
    if odd:
        raise TypeError(f"The module's state holds other things than tensors: {', '.join(odd)}.")
    first: dict[tuple[Any, ...], str] = {}
    shared: dict[str, str] = {}
    tensors: dict[str, Any] = {}
    for name, tensor in state.items():
        same = first.setdefault(_place(tensor, name), name)
        if same == name:
            tensors[name] = tensor.detach().cpu().contiguous().clone()
        else:
            shared[name] = same
    save_file(tensors, path)
    modes = [name for name, module in value.named_modules() if module.training]
    return {"shared": shared, "training": modes}


def load(path: Path, details: Mapping[str, Any], build: Callable[[], Any] | None = None) -> Any:
    """Build the module, fill it, and put it on the CPU in the mode (training or not) it was in."""
    if build is None:
        raise TypeError(f"{path} holds only a module's state: the catalog must say what builds it.")
    module = build()
    state = load_file(path)
    state.update({name: state[same] for name, same in details["shared"].items()})
    for name, tensor in module.state_dict(keep_vars=True).items():
        if name in state and state[name].dtype != tensor.dtype:
            tensor.data = tensor.data.to(state[name].dtype)
    module.load_state_dict(state, strict=True)
    for name, part in module.named_modules():
        part.training = name in details["training"]
    return module


def _place(tensor: Any, name: str) -> tuple[Any, ...]:
    """Identify the memory that a tensor shows; empty tensors show none."""
    if not tensor.numel():
        return (name,)
    return tensor.data_ptr(), tensor.shape, tensor.stride(), tensor.dtype
