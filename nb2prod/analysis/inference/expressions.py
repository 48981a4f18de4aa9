"""Questions about expressions: is it spelled out, is it a model's call, which names does it read."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator

from nb2prod.analysis.children import children_of
from nb2prod.notebook.called import called_name

PREDICTING = frozenset(
    {
        "predict", "predict_proba", "predict_log_proba", "decision_function", "score_samples", "transform", "apply",
        "forecast", "get_forecast", "inverse_transform", "kneighbors", "predict_classes", "predict_step", "forward",
        "inplace_predict", "predict_on_batch", "get_prediction", "classify", "staged_predict", "fit_predict",
    }
)  # fmt: skip
"""Methods that answer for data they are given, as scikit-learn, the boosters, keras and statsmodels name them."""

SELECTING = frozenset(
    {"head", "tail", "sample", "copy", "iloc", "loc", "iat", "at", "values", "to_numpy", "tolist", "to_list",
     "reset_index", "drop", "reshape", "squeeze", "unsqueeze", "flatten", "ravel", "numpy", "T", "to_frame", "query",
     "filter", "take"}
)  # fmt: skip
"""Attributes and methods that only choose or reshape rows and columns."""

GIVING_DATA = frozenset({"fit_transform", "fit_resample", "fit_predict", "read_csv", "get_group"})
"""Methods of tools that give data."""

WRAPPING = frozenset({"DMatrix", "Pool"})
"""Classes that a booster wants its data in, which no client has."""

TRAINED_ON = frozenset({"lightgbm.Dataset"})
"""Classes that a booster is trained on and cannot be asked about: it is asked about the rows that they were made of."""

NAMING_KEYWORDS = frozenset(
    {"columns", "index", "dtype", "names", "target_names", "labels", "name", "device", "orient"}
)
"""Keyword arguments that describe data and are not data."""

PLAIN_CALLS = frozenset({"dict", "list", "tuple", "set", "str", "int", "float", "bool", "range"})

DRAWING = frozenset(
    {"plot", "hist", "bar", "barh", "scatter", "imshow", "subplots", "figure", "show", "boxplot", "heatmap", "barplot",
     "lineplot", "histplot", "title", "legend", "axhline", "axvline", "savefig", "suptitle", "matshow"}
)  # fmt: skip
"""Methods that make pictures; their value is no answer."""


def loaded_names(node: ast.AST) -> set[str]:
    """Return the names that are read anywhere below ``node``."""
    found: set[str] = set()
    pending = [node]
    while pending:
        each = pending.pop()
        if not isinstance(each, ast.Name):
            pending += children_of(each)
        elif isinstance(each.ctx, ast.Load):
            found.add(each.id)
    return found


def root_name(node: ast.expr) -> str:
    """Return the name at the left end of ``a.b[0].c(...)``, or an empty string."""
    while isinstance(node, ast.Attribute | ast.Subscript | ast.Call):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.id if isinstance(node, ast.Name) else ""


def called_names(node: ast.expr) -> Iterator[str]:
    """Yield the names of what is called along ``A(...).b(...).c(...)``, the last first; what ``fit_transform`` gives
    is data, whatever it is called on."""
    while isinstance(node, ast.Call | ast.Attribute | ast.Subscript):
        if isinstance(node, ast.Call):
            name = called_name(node)
            if name in GIVING_DATA or name in PREDICTING:
                return
            yield name
            node = node.func
        else:
            node = node.value


def calls(node: ast.AST) -> Iterator[ast.Call]:
    """Yield the calls below ``node``, the bodies of functions and lambdas left out, outermost first."""
    pending = [node]
    while pending:
        each = pending.pop()
        if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda):
            continue
        if isinstance(each, ast.Call):
            yield each
        pending += reversed([child for child in children_of(each) if not isinstance(child, ast.Name | ast.Constant)])


def data_names(node: ast.expr) -> set[str]:
    """Return names read below ``node`` as data: not as what is called, nor as a key that something is looked up by."""
    if isinstance(node, ast.Name):
        return {node.id}
    if isinstance(node, ast.Subscript):
        return data_names(node.value)
    if isinstance(node, ast.Call):
        parts = [*node.args, *(kw.value for kw in node.keywords if kw.arg not in NAMING_KEYWORDS)]
        if isinstance(node.func, ast.Attribute) and node.func.attr not in PREDICTING:
            parts.append(node.func.value)
        return set().union(*(data_names(p) for p in parts), set())
    children = [c for c in ast.iter_child_nodes(node) if isinstance(c, ast.expr)]
    children += [c.iter for c in ast.iter_child_nodes(node) if isinstance(c, ast.comprehension)]
    return set().union(*(data_names(c) for c in children), set())


def is_spelled_out(node: ast.expr, known: Callable[[str], bool]) -> bool:
    """Return whether the value is written down here: literals, containers of them, and constructors of imported
    libraries applied to them. ``known`` says whether a name is an import or a value that is spelled out itself."""
    match node:
        case ast.Constant():
            return True
        case ast.List() | ast.Tuple() | ast.Set():
            return all(is_spelled_out(element, known) for element in node.elts)
        case ast.Dict():
            parts = [*(key for key in node.keys if key is not None), *node.values]
            return all(is_spelled_out(part, known) for part in parts)
        case ast.UnaryOp():
            return is_spelled_out(node.operand, known)
        case ast.BinOp():
            return is_spelled_out(node.left, known) and is_spelled_out(node.right, known)
        case ast.Name():
            return known(node.id)
        case ast.Attribute():
            return bool(root_name(node)) and known(root_name(node))
        case ast.Call():
            return _is_spelled_out_call(node, known)
    return False


def _is_spelled_out_call(node: ast.Call, known: Callable[[str], bool]) -> bool:
    name = root_name(node.func)
    if isinstance(node.func, ast.Attribute) and not name:  # "text".split(), [..].copy()
        receiver = is_spelled_out(node.func.value, known)
    else:
        receiver = name in PLAIN_CALLS or known(name)
    data = [*node.args, *(kw.value for kw in node.keywords if kw.arg not in NAMING_KEYWORDS)]
    return receiver and bool(data) and all(is_spelled_out(argument, known) for argument in data)


def without_choice(node: ast.expr) -> ast.expr:
    """Return an expression without what chooses its first rows, so that there is less to look at: ``answers[:5]``."""
    while True:
        match node:
            case ast.Call(func=ast.Attribute(value=inner, attr="head" | "tail")):
                node = inner
            case ast.Subscript(value=inner, slice=ast.Slice(lower=None | ast.Constant(value=0), step=None)):
                node = inner
            case _:
                return node


def is_container(node: ast.expr) -> bool:
    """Return whether a spelled-out value holds something, as a record does and a threshold does not."""
    return not isinstance(node, ast.Constant | ast.UnaryOp | ast.BinOp) or (
        isinstance(node, ast.Constant) and isinstance(node.value, str)
    )


def is_drawing(node: ast.stmt, modules: set[str]) -> bool:
    """Return whether a statement's value comes from plotting; ``modules`` are names bound to plotting libraries."""
    value = getattr(node, "value", None)
    if not isinstance(value, ast.expr):
        return False
    if isinstance(value, ast.Await | ast.Yield):
        return False
    top = value.func if isinstance(value, ast.Call) else value
    return (isinstance(top, ast.Attribute) and top.attr in DRAWING) or root_name(value) in modules


def replace_expression(source: str, node: ast.expr, text: str) -> str:
    """Return ``source`` with the expressions equal to ``node`` replaced by ``text``.

    Raises ``LookupError`` where it is not found outside f-strings, whose inner positions are wrong before Python 3.12.
    """
    wanted = ast.dump(node)
    found = [n for n in _outside_fstrings(ast.parse(source)) if isinstance(n, ast.expr) and ast.dump(n) == wanted]
    if not found:
        raise LookupError(wanted)
    lines = source.encode().split(b"\n")
    for each in sorted(found, key=lambda n: (n.lineno, n.col_offset), reverse=True):
        start, end = each.lineno - 1, (each.end_lineno or each.lineno) - 1
        head, tail = lines[start][: each.col_offset], lines[end][each.end_col_offset or 0 :]
        lines[start : end + 1] = [head + text.encode() + tail]
    return b"\n".join(lines).decode()


def without_statement(source: str, statement: ast.stmt) -> str:
    """Return a compound statement's source without the lines of one statement that stands on lines of its own."""
    wanted = ast.dump(statement)
    found = next(n for n in ast.walk(ast.parse(source)) if isinstance(n, ast.stmt) and ast.dump(n) == wanted)
    lines = source.split("\n")
    del lines[found.lineno - 1 : found.end_lineno]
    return "\n".join(lines)


def _outside_fstrings(node: ast.AST) -> Iterator[ast.AST]:
    yield node
    if not isinstance(node, ast.JoinedStr):
        for child in ast.iter_child_nodes(node):
            yield from _outside_fstrings(child)


def returns_value(node: ast.stmt) -> bool:
    """Return whether a function returns a value, unlike one that only draws or prints."""
    if not isinstance(node, ast.FunctionDef):
        return False
    pending: list[ast.AST] = [*node.body]
    while pending:
        inner = pending.pop()
        if isinstance(inner, ast.Return | ast.Yield | ast.YieldFrom) and inner.value is not None:
            return True
        if not isinstance(inner, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda):
            pending.extend(ast.iter_child_nodes(inner))
    return False
