"""Every loaded module of the notebook's goes in; the installed distributions that they come from come out."""

# ruff: noqa: PTH120
# os.path: the notebook may have changed into another folder, and the audit hook must stay cheap.
from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Iterable
from importlib import metadata
from typing import Any


def distributions(names: Iterable[str], own_files: dict[str, str]) -> dict[str, dict[str, Any]]:
    """Return, by normalised name, the distributions that provide the top-level modules ``names`` and what these need.

    ``own_files`` maps top-level modules that no distribution provides to their files: they are named as a problem.
    """
    installed = _installed()
    providers, imports = _providers(installed)
    queue = sorted({name for module in names for name in providers.get(module, ())})
    found: dict[str, dict[str, Any]] = {}
    while queue:
        name = queue.pop(0)
        if name in found or name not in installed:
            continue
        needed = sorted(set(_needs(installed[name])) & set(installed))
        found[name] = {
            "name": installed[name].metadata["Name"],
            "version": installed[name].version,
            "requires": needed,
            "imports": sorted(imports.get(name, ())),
            "problem": _origin_problem(installed[name]),
        }
        queue += needed
    for module, path in sorted(own_files.items()):
        if module not in providers:
            found.setdefault(normalised(module), _module_beside(module, path))
    return found


def normalised(name: str) -> str:
    """Return a distribution's name as PEP 503 writes it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def _module_beside(module: str, path: str) -> dict[str, Any]:
    problem = f"imported from {path}, which no installed distribution provides"
    return {"name": module, "version": "", "requires": [], "imports": [module], "problem": problem}


def _installed() -> dict[str, Any]:
    found: dict[str, Any] = {}
    for distribution in metadata.distributions():
        name = distribution.metadata["Name"]
        if name:
            found.setdefault(normalised(name), distribution)  # the first on sys.path is the one imported
    return found


def _providers(installed: dict[str, Any]) -> tuple[dict[str, set[str]], dict[str, set[str]]]:
    """Return top-level module to distributions, and distribution to its top-level modules."""
    providers: dict[str, set[str]] = {}
    imports: dict[str, set[str]] = {}
    for name, distribution in installed.items():
        for module in _top_level(distribution):
            providers.setdefault(module, set()).add(name)
            imports.setdefault(name, set()).add(module)
    return providers, imports


def _top_level(distribution: Any) -> set[str]:
    listed = (distribution.read_text("top_level.txt") or "").split()
    if listed:
        return set(listed)
    found = set()
    for path in distribution.files or ():
        first, rest = path.parts[0], path.parts[1:]
        if (
            rest
            and not first.endswith((".dist-info", ".data", ".egg-info"))
            and str(path).endswith((".py", ".so", ".pyd"))
        ):
            found.add(first)
        elif not rest and first.endswith((".py", ".so", ".pyd")):
            found.add(first.split(".")[0])
    return {name for name in found if name.isidentifier()}


def _needs(distribution: Any) -> list[str]:
    """Return the normalised names of what the distribution needs here, extras left out."""
    names = []
    for text in distribution.requires or ():
        requirement, _, marker = text.partition(";")
        if "extra" in marker or not _holds(marker.strip()):
            continue
        found = re.match(r"\s*([A-Za-z0-9][A-Za-z0-9._-]*)", requirement)
        if found:
            names.append(normalised(found.group(1)))
    return names


def _holds(marker: str) -> bool:
    if not marker:
        return True
    try:
        from packaging.markers import Marker

        return bool(Marker(marker).evaluate({"extra": ""}))
    except Exception:
        return True  # without packaging: what is installed counts as needed


def _origin_problem(distribution: Any) -> str:
    """Say why the distribution cannot be pinned, by PEP 610's record of where it came from."""
    try:
        record = json.loads(distribution.read_text("direct_url.json") or "null")
    except ValueError:
        record = None
    url = str((record or {}).get("url", ""))
    if record is None:
        files = distribution.files
        egg_link = files is None and str(getattr(distribution, "_path", "")).endswith(".egg-info")
        return "installed for development from its source folder" if egg_link and _outside_prefix(distribution) else ""
    if record.get("dir_info", {}).get("editable"):
        return f"installed as editable from {url}"
    if "vcs_info" in record:
        return f"installed from version control: {url}"
    if url.startswith("file:"):
        return f"installed from a local path: {url}"
    return f"installed from an address, not from an index: {url}"


def _outside_prefix(distribution: Any) -> bool:
    path = os.path.realpath(str(distribution._path))
    return not path.startswith(os.path.realpath(sys.prefix) + os.sep)


def imported_since(before: set[str], folder: str) -> tuple[set[str], dict[str, str]]:
    """Return the top-level names of modules loaded since ``before``, and the files of those that are not installed.

    A package that the kernel itself had begun to load does not count: the rest of it may come whenever it likes.
    """
    kernels_own = {name.split(".")[0] for name in before}
    standard: set[str] = set(getattr(sys, "stdlib_module_names", ())) | set(sys.builtin_module_names)
    names: set[str] = set()
    files: dict[str, str] = {}
    for full, module in list(sys.modules.items()):
        top = full.split(".")[0]
        if top in kernels_own or top in standard or top.startswith("_nb2prod") or top == "__main__":
            continue
        names.add(top)
        path = getattr(sys.modules.get(top), "__file__", None) or next(iter(getattr(module, "__path__", ())), None)
        if isinstance(path, str) and not _is_installed(path):
            files[top] = os.path.relpath(path, folder) if path.startswith(folder + os.sep) else path
    return names, files


def _is_installed(path: str) -> bool:
    real = os.path.realpath(path)
    roots = {os.path.realpath(root) for root in (sys.prefix, sys.base_prefix, os.path.dirname(os.__file__))}
    return "site-packages" in real or "dist-packages" in real or any(real.startswith(root + os.sep) for root in roots)
