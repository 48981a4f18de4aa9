"""Environment variables that the notebook sets for its libraries: set before anything of the package is imported."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping

from nb2prod.plan.graph import Graph
from nb2prod.plan.write.text import docstring

_SECRET = re.compile(r"KEY|TOKEN|SECRET|PASS|CREDENTIAL|USER|AUTH", re.IGNORECASE)


def environment_variables(graph: Graph) -> Mapping[str, str]:
    """Return name to value of the variables that the notebook sets to spelled-out texts, secrets left out."""
    found: dict[str, str] = {}
    for statement in graph.flow.statements:
        if graph.notebook.cells[statement.cell].section == "skip":
            continue
        name, value = _assigned(statement.node)
        if name and not _SECRET.search(name):
            found[name] = value
    return found


def _assigned(node: ast.stmt) -> tuple[str, str]:
    match node:
        case ast.Assign(targets=[ast.Subscript(value=holder, slice=ast.Constant(value=str(name)))], value=value):
            pass
        case ast.Expr(
            value=ast.Call(
                func=ast.Attribute(value=holder, attr="setdefault"), args=[ast.Constant(value=str(name)), value]
            )
        ):
            pass
        case _:
            return "", ""
    if ast.unparse(holder) not in {"os.environ", "environ"} or not isinstance(value, ast.Constant):
        return "", ""
    return (name, value.value) if isinstance(value.value, str) else ("", "")


def package_text(title: str, variables: Mapping[str, str]) -> str:
    """Return the text of the package's ``__init__.py``."""
    lines = [docstring(f"{title}: a service made from a notebook."), "", "import os", ""]
    lines.append("# Libraries look at these when they are imported, so they are set here, before any of them is.")
    lines += [f"os.environ.setdefault({name!r}, {value!r})" for name, value in sorted(variables.items())]
    return "\n".join(lines) + "\n"
