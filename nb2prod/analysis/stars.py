"""A module's name to the names that ``from module import *`` binds, found in its source without importing it."""

from __future__ import annotations

import ast
import sys
import warnings
from collections.abc import Callable, Mapping, Sequence
from importlib.machinery import ModuleSpec, PathFinder
from pathlib import Path

from nb2prod.notebook.elsewhere import note

SAME_MODULE = {"os.path": "posixpath"}
"""Modules that stand in no file of their own name."""


def star_finder(
    modules: Mapping[str, str], folder: Path, search_path: Sequence[str] | None = None
) -> Callable[[str], frozenset[str] | None]:
    """Return a function from a module's name to its public names, ``None`` where they cannot be told.

    ``modules`` are those that the notebook writes (file name to text); ``folder`` is the notebook's, and comes before
    ``search_path`` (``sys.path`` unless given).
    """
    known: dict[str, frozenset[str] | None] = {}

    def find(module: str, depth: int = 0) -> frozenset[str] | None:
        if module not in known:
            known[module] = None
            text = modules.get(f"{module}.py") or _source(module, folder, search_path)
            known[module] = None if text is None else _public_names(text, module, depth)
        return known[module]

    def _public_names(text: str, module: str, depth: int) -> frozenset[str] | None:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                body = ast.parse(text).body
        except (SyntaxError, ValueError, RecursionError):
            return None
        listed = _dunder_all(body)
        if listed is not None:
            return listed
        names: set[str] = set()
        for node in body:
            if isinstance(node, ast.ImportFrom) and any(each.name == "*" for each in node.names):
                inner = find(_absolute(node, module), depth + 1) if depth < 5 else None
                if inner is None:
                    return None
                names |= inner
            else:
                names |= _bound(node)
        return frozenset(name for name in names if not name.startswith("_"))

    return find


def _source(module: str, folder: Path, search_path: Sequence[str] | None) -> str | None:
    inside = folder / module.partition(".")[0]
    if inside.is_dir():
        note(inside)
    spec: ModuleSpec | None = None
    module = SAME_MODULE.get(module, module)
    locations: Sequence[str] | None = [str(folder), *(sys.path if search_path is None else search_path)]
    name = ""
    for part in module.split("."):
        name = f"{name}.{part}" if name else part
        try:
            spec = PathFinder.find_spec(name, locations)
        except (ImportError, ValueError, AttributeError):
            return None
        if spec is None:
            return None
        locations = list(spec.submodule_search_locations or ())
    if spec is None or not spec.origin or not spec.origin.endswith(".py"):
        return None
    try:
        return Path(spec.origin).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return None


def _absolute(node: ast.ImportFrom, module: str) -> str:
    if not node.level:
        return node.module or ""
    package = module.split(".")[: -node.level] if node.level > 1 else module.split(".")
    return ".".join([*package, *([node.module] if node.module else [])])


def _dunder_all(body: Sequence[ast.stmt]) -> frozenset[str] | None:
    """Return what ``__all__`` lists, where it is nothing but a list of strings."""
    for node in body:
        targets = (
            node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
        )
        if any(isinstance(target, ast.Name) and target.id == "__all__" for target in targets):
            value = getattr(node, "value", None)
            if isinstance(value, ast.List | ast.Tuple):
                names = [each.value for each in value.elts if isinstance(each, ast.Constant)]
                if len(names) == len(value.elts):
                    return frozenset(str(name) for name in names)
    return None


def _bound(node: ast.stmt) -> set[str]:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return {node.name}
    if isinstance(node, ast.Import | ast.ImportFrom):
        return {each.asname or each.name.partition(".")[0] for each in node.names}
    if isinstance(node, ast.Assign | ast.AnnAssign | ast.For | ast.With | ast.If | ast.Try | ast.While):
        inner = [each for each in ast.walk(node) if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store)]
        nested = [
            each
            for each in ast.walk(node)
            if isinstance(each, ast.FunctionDef | ast.ClassDef | ast.ImportFrom | ast.Import)
        ]
        found = {each.id for each in inner}
        for each in nested:
            found |= _bound(each)
        return found
    return set()
