"""``SLIM=true``: a service without the libraries that only the notebook's own code needs; compiled code answers alone."""

from __future__ import annotations

import ast
import sys
from importlib.util import find_spec
from pathlib import Path

from .finder import Finder

PACKAGE = Path(__file__).parent
SERVING = ("compiled", "service")
"""Folders of the package whose imports are those of the service."""


def imported() -> frozenset[str]:
    """Return the libraries that the package's sources import, but for those that serve."""
    found: set[str] = set()
    for path in PACKAGE.rglob("*.py"):
        if path.relative_to(PACKAGE).parts[0] not in SERVING:
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Import):
                    found |= {alias.name.partition(".")[0] for alias in node.names}
                elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
                    found.add(node.module.partition(".")[0])
    return frozenset(found - sys.stdlib_module_names - {PACKAGE.name})


def prepare() -> frozenset[str]:
    """Have what is not installed imported all the same; return what that is."""
    missing = frozenset(name for name in imported() if find_spec(name) is None)
    sys.meta_path.append(Finder(missing))
    return missing
