"""The text of ``predict``: the notebook's own statements, or its own function, with what it needs as arguments."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence

from nb2prod.analysis.inference import Inference
from nb2prod.analysis.inference.expressions import loaded_names
from nb2prod.plan.arguments import pass_arguments
from nb2prod.plan.graph import Graph
from nb2prod.plan.write.functions import SUMMARY, Writer, with_summary
from nb2prod.plan.write.text import dedent, docstring, indent, plain

INPUT_TYPES = {
    "pandas.DataFrame": ("pd.DataFrame", "import pandas as pd"),
    "pandas.Series": ("pd.Series", "import pandas as pd"),
    "numpy.ndarray": ("np.ndarray", "import numpy as np"),
    "torch.Tensor": ("torch.Tensor", "import torch"),
    "list": ("list[Any]", "from typing import Any"),
    "dict": ("dict[str, Any]", "from typing import Any"),
    "str": ("str", ""),
    "float": ("float", ""),
    "int": ("int", ""),
    "bool": ("bool", ""),
}


def predict_text(
    writer: Writer,
    inference: Inference,
    body: Sequence[int],
    values: Mapping[str, tuple[str, str]],
    inputs: Mapping[str, str],
    returns: tuple[str, str],
    *,
    shared: bool,
) -> tuple[str, set[str]]:
    """Return the text of ``predict`` and the import lines for its annotations.

    ``values`` holds name to (annotation, import lines) of artifacts and settings, ``inputs`` the container of each
    input, ``returns`` the answer's annotation; ``shared`` says that other functions call the notebook's function too,
    so that it has its own place.
    """
    imports: set[str] = set()
    arguments = [f"{name}: {_container(inputs.get(name, ''), imports)}" for name in inference.inputs]
    named = []
    for name, (annotation, lines) in values.items():
        named.append(f"{name}: {annotation}")
        imports.update(line for line in lines.split("\n") if line)
    function = None if shared else _own_function(writer.graph, inference)
    left = _left_at_default(function, inference) if function is not None else []
    frozen = {a.arg: ast.unparse(d) for a, d in left if loaded_names(d) & set(values)}
    keyword_only = [*named, *(_with_default(a, d) for a, d in left if a.arg not in frozen)]
    if keyword_only:
        arguments += ["*", *keyword_only]
    imports.update(line for line in returns[1].split("\n") if line)
    lines = (
        _function_body(writer, inference, function, body, frozen)
        if function is not None
        else _statement_body(writer, inference, body)
    )
    signature = f"def predict({', '.join(arguments)}) -> {returns[0]}:"
    return f"{signature}\n{indent(lines)}\n", imports


def _container(name: str, imports: set[str]) -> str:
    text, line = INPUT_TYPES.get(name, ("Any", "from typing import Any"))
    if line:
        imports.add(line)
    return text


def _statement_body(writer: Writer, inference: Inference, body: Sequence[int]) -> str:
    headings = [plain(writer.graph.notebook.cells[writer.graph.flow.statements[i].cell].heading) for i in body]
    doc = with_summary(next((h for h in headings if h), ""), SUMMARY["inference"])
    if inference.function:  # stays a closure, and is called
        arguments = ", ".join(
            [*(f"{n}={n}" for n in inference.inputs), *(f"{n}={e}" for n, e in inference.bound.items())]
        )
        last = pass_arguments(f"return {inference.function}({arguments})", writer.graph.freed_names)
    else:
        last = f"return {inference.output}"
    return "\n".join([docstring(doc), writer.statements(body, skip_first_heading=True), last])


def _own_function(graph: Graph, inference: Inference) -> ast.FunctionDef | None:
    """Return the notebook's function where its body can stand as the body of ``predict``."""
    if not inference.function:
        return None
    for statement in graph.flow.statements:
        node = statement.node
        if (
            isinstance(node, ast.FunctionDef)
            and node.name == inference.function
            and statement.index not in graph.lifted
        ):
            plain_arguments = node.args.vararg is None and node.args.kwarg is None and not node.decorator_list
            inner = {n.id for child in node.body for n in ast.walk(child) if isinstance(n, ast.Name)}
            scoped = any(isinstance(n, ast.Global | ast.Yield | ast.YieldFrom) for n in ast.walk(node))
            separate = node.body[0].lineno > node.lineno
            if plain_arguments and node.name not in inner and not scoped and separate:
                return ast.parse(statement.source).body[0]  # type: ignore[return-value]
    return None


def _left_at_default(function: ast.FunctionDef, inference: Inference) -> list[tuple[ast.arg, ast.expr]]:
    """Return the function's parameters that the notebook leaves at their defaults, with these."""
    arguments = function.args
    positional = [*arguments.posonlyargs, *arguments.args]
    pairs = list(zip(reversed(positional), reversed(arguments.defaults), strict=False))[::-1]
    pairs += [(a, d) for a, d in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True) if d is not None]
    return [(a, d) for a, d in pairs if a.arg not in inference.inputs and a.arg not in inference.bound]


def _with_default(parameter: ast.arg, default: ast.expr) -> str:
    if parameter.annotation:
        return f"{parameter.arg}: {ast.unparse(parameter.annotation)} = {ast.unparse(default)}"
    return f"{parameter.arg}={ast.unparse(default)}"


def _function_body(
    writer: Writer,
    inference: Inference,
    function: ast.FunctionDef,
    body: Sequence[int],
    frozen: Mapping[str, str],
) -> str:
    """Return the function's own text; ``frozen`` are parameters whose defaults are values that come with the model, as
    in ``def similar(title, table=table)``."""
    own = next(s.index for s in writer.graph.flow.statements if getattr(s.node, "name", "") == function.name)
    source = writer.source(own).split("\n")
    first = function.body[0]
    documented = ast.get_docstring(function) is not None
    start = first.lineno - 1
    while not source[start - 1].strip() or source[start - 1].lstrip().startswith("#"):
        start -= 1
    bound = [f"{name} = {text}" for name, text in {**inference.bound, **frozen}.items() if name != text]
    closures = writer.statements([i for i in body if i != own])
    heading = plain(writer.graph.notebook.cells[writer.graph.flow.statements[own].cell].heading)
    top = docstring(with_summary(heading, SUMMARY["inference"]))
    if documented:
        start = first.end_lineno or first.lineno
        top = dedent("\n".join(source[first.lineno - 1 : start]))
    inner = dedent("\n".join(source[start:]).rstrip())
    return "\n".join(part for part in [top, closures, *bound, inner] if part.strip())
