"""A cell's plain Python to what is wrong with it as Python."""

from __future__ import annotations

import ast
import warnings

from nb2prod.errors import Problem


def syntax_problems(code: str, where: str) -> list[Problem]:
    """Return why ``code`` cannot run at the top level of a module; ``where`` is how the problems name the cell."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(code)
            awaited = _first_await(tree)
            if awaited is not None:
                remedy = "call it through `asyncio.run(...)`, or use the library's synchronous function"
                return [Problem("`await` outside a function", f"{where}, line {awaited}", remedy)]
            compile(tree, where, "exec", dont_inherit=True)
    except SyntaxError as error:
        place = f"{where}, line {error.lineno}" if error.lineno else where
        return [Problem(f"syntax error: {error.msg}", place, "correct it, or tag the cell `skip`")]
    except (ValueError, OverflowError):
        return [Problem("the code holds characters that Python cannot read", where, "retype the cell")]
    except (RecursionError, MemoryError):
        return [Problem("the code is nested too deeply for Python", where, "split the expression")]
    return []


def _first_await(tree: ast.Module) -> int | None:
    """Return the line of the first ``await``, ``async for`` or ``async with`` outside functions."""
    pending: list[ast.AST] = list(reversed(tree.body))
    while pending:
        node = pending.pop()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            continue
        if isinstance(node, ast.Await | ast.AsyncFor | ast.AsyncWith):
            return node.lineno
        if isinstance(node, ast.comprehension) and node.is_async:
            return node.target.lineno
        pending.extend(reversed(list(ast.iter_child_nodes(node))))
    return None
