"""PyTorch modules, one or several, with their parts through skops: no code in the file is executed, every type is checked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any

import torch

from . import sklearn_file

PLACES = ("_parameters", "_buffers", "__dict__")
"""Where a module keeps its tensors."""


def save(value: Any, path: Path) -> dict[str, Any]:
    """Write a module, or a list or a dict of modules; return the types in it that loading has to trust.

    Raises:
        ArtifactError: if one of them is not from a module that is trusted here.
    """
    found = list(tensors(value))
    numbers: dict[int, int] = {}
    for _, tensor in found:
        numbers.setdefault(id(tensor), len(numbers))
    parts: dict[int, Any] = {id(tensor): None for _, tensor in found}
    empty = deepcopy(value, parts)
    for part in (part for module in modules(empty) for part in module.modules()):
        if "_flat_weights" in vars(part):
            part._flat_weights = []  # a second list of the parameters, in recurrent layers
    state = {numbers[id(tensor)]: as_array(tensor) for _, tensor in found}
    content = {
        "value": empty,
        "places": [[*place, numbers[id(tensor)]] for place, tensor in found],
        "tensors": [state[number] for number in range(len(state))],
    }
    return sklearn_file.save(content, path)


def load(path: Path, details: Mapping[str, Any], build: Any = None) -> Any:
    """Return what was saved, on the CPU, each part in the mode (training or not) that it was in.

    Raises:
        ArtifactError: if the file holds a type that is not recorded or not trusted.
    """
    content = sklearn_file.load(path, details)
    state = [as_tensor(item) for item in content["tensors"]]
    found = modules(content["value"])
    for module, part, place, name, number in content["places"]:
        owner = vars(found[module].get_submodule(part))
        (owner if place == "__dict__" else owner[place])[name] = state[number]
    for part in (part for module in found for part in module.modules()):
        if "_flat_weights" in vars(part):
            listed_again(part)
    return content["value"]


def modules(value: Any) -> list[Any]:
    """Return the modules that a value is or has in a list or a dict."""
    if isinstance(value, torch.nn.Module):
        return [value]
    return list(value.values() if isinstance(value, dict) else value)


def listed_again(part: Any) -> None:
    """Let a recurrent layer list its parameters again; before PyTorch 2.2 it has no method for it."""
    part._flat_weights = [getattr(part, name) for name in part._flat_weights_names]
    if hasattr(part, "_init_flat_weights"):
        part._init_flat_weights()


def tensors(value: Any) -> Iterator[tuple[tuple[int, str, str, str], Any]]:
    """Yield each tensor with its place: the module's number, the part, what it is kept as there, its name."""
    for number, module in enumerate(modules(value)):
        for part, each in module.named_modules():
            for place in PLACES:
                kept = vars(each) if place == "__dict__" else vars(each)[place]
                found = ((name, item) for name, item in kept.items() if isinstance(item, torch.Tensor))
                yield from (((number, part, place, name), item) for name, item in found)


def as_array(tensor: Any) -> dict[str, Any]:
    """Return what a tensor holds; NumPy has no bfloat16, and float32 holds all of its numbers."""
    plain = tensor.detach().cpu()
    short = plain.float() if plain.dtype == torch.bfloat16 else plain
    return {
        "values": short.contiguous().numpy().copy(),
        "dtype": str(tensor.dtype).removeprefix("torch."),
        "parameter": isinstance(tensor, torch.nn.Parameter),
        "requires_grad": tensor.requires_grad,
    }


def as_tensor(kept: Mapping[str, Any]) -> Any:
    """Return the tensor that ``as_array`` took apart."""
    values = torch.from_numpy(kept["values"].copy()).to(getattr(torch, kept["dtype"]))
    if kept["parameter"]:
        return torch.nn.Parameter(values, requires_grad=kept["requires_grad"])
    return values
