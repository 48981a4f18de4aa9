"""PyTorch modules go in; whether a file can hold all of them, and not only their tensors, comes out."""

from __future__ import annotations

import sys
import types
from typing import Any

from .as_json import is_a, loaded

_SCALARS = (bool, int, float, complex, str, bytes, type(None))
_KEPT_APART = ("_parameters", "_buffers", "_modules")
_DEPTH = 5
_TRUSTED = ("__main__", "torch", "torchvision", "numpy")
"""Packages whose functions a file may name."""


def are_modules(value: Any) -> bool:
    """Say whether a value is a list, a tuple or a dict of PyTorch modules, as the models of all folds are kept."""
    if type(value) not in (list, tuple, dict) or not value:
        return False
    return all(is_a(item, "torch.nn", "Module") for item in _modules(value))


def whole(value: Any) -> dict[str, Any]:
    """Return ``whole``, whether every part of a module, or of several, can be brought back by its class and its
    attributes alone, and ``own_parts``, the names of the notebook's own classes and functions in them."""
    own: set[str] = set()
    fits = all(_fits(part, own) for module in _modules(value) for part in module.modules())
    return {"whole": fits, "own_parts": sorted(own) if fits else []}


def _modules(value: Any) -> list[Any]:
    if isinstance(value, (list, tuple, dict)):
        return list(value.values() if isinstance(value, dict) else value)
    return [value]


def _fits(part: Any, own: set[str]) -> bool:
    if not _is_found(type(part), own, as_part=True):  # a class that torch made for this one module
        return False
    return all(
        _is_plain(item, own, _DEPTH) or is_a(item, "torch", "Tensor")
        for name, item in vars(part).items()
        if name not in _KEPT_APART and name not in ("_flat_weights", "_flat_weight_refs")
    )


def _is_plain(item: Any, own: set[str], depth: int) -> bool:
    if isinstance(item, _SCALARS) or is_a(item, "torch", "device") or is_a(item, "numpy", "ndarray", "generic"):
        return not (is_a(item, "numpy", "ndarray") and item.dtype.hasobject)
    if not depth:
        return False
    if type(item).__name__ in ("list", "tuple", "set", "frozenset", "OrderedDict", "dict"):
        parts = [*item, *item.values()] if hasattr(item, "values") else [*item]
        return all(_is_plain(each, own, depth - 1) for each in parts)
    if isinstance(item, (types.FunctionType, types.BuiltinFunctionType, type)):
        return _is_found(item, own)
    return False


def _is_found(subject: Any, own: set[str], *, as_part: bool = False) -> bool:
    """Say whether a class or a function is found by its name in its module; note it if that is the notebook."""
    name = getattr(subject, "__qualname__", "")
    module = getattr(subject, "__module__", None) or ""
    if isinstance(subject, types.BuiltinFunctionType):
        return getattr(loaded("torch"), subject.__name__, None) is subject
    if not as_part and module.partition(".")[0] not in _TRUSTED:
        return False
    if not name.isidentifier() or getattr(sys.modules.get(module), name, None) is not subject:
        return False
    if module == "__main__":
        own.add(name)
    return True
