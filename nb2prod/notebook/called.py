"""A call to the name that it calls."""

from __future__ import annotations

import ast


def called_name(call: ast.Call) -> str:
    """Return the last name of what is called: ``mean`` for ``df.x.mean()`` and for ``mean(x)``; none for ``f()()``."""
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
