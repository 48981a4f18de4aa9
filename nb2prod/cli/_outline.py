"""A module's name in, the line that says what its command does out; nothing is imported."""

from __future__ import annotations

import ast
from importlib.machinery import SourceFileLoader
from importlib.util import find_spec


def summary(module: str) -> str:
    """Return the first line of the docstring of the function ``command`` in ``module``, or of the module itself."""
    spec = find_spec(module)
    if spec is None or not isinstance(spec.loader, SourceFileLoader):
        return ""
    tree = ast.parse(spec.loader.get_source(module) or "")
    functions = (node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == "command")
    text = next((ast.get_docstring(node) for node in functions), None) or ast.get_docstring(tree) or ""
    return text.partition("\n")[0].strip()
