"""What a generated module defines: the one answer for all who ask where a name of the notebook went."""

from __future__ import annotations

import ast
from functools import cache


@cache
def defined(text: str) -> frozenset[str]:
    """Return the functions, classes and variables that a module's text defines at its top level."""
    names: set[str] = set()
    for node in ast.parse(text).body:
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                names.add(name)
            case ast.Assign(targets=targets):
                names.update(target.id for target in targets if isinstance(target, ast.Name))
            case ast.AnnAssign(target=ast.Name(id=name)):
                names.add(name)
    return frozenset(names)
