"""Sizes that a PyTorch module is made with get a name: ``Net(X.shape[1])`` is ``n_in = X.shape[1]; Net(n_in)``.

Whoever loads the module's state makes the module first, and then has the size, and not the table that it was read off.
"""

from __future__ import annotations

import ast
import builtins
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from nb2prod.notebook.lambdas import Names, snake
from nb2prod.notebook.model import SKIP, Cell, NamedValue, Notebook
from nb2prod.notebook.replacing import replace_nodes

POSITIONS = {
    "Linear": ("in_features", "out_features"),
    "Bilinear": ("in1_features", "in2_features", "out_features"),
    "Embedding": ("num_embeddings", "embedding_dim"),
    "EmbeddingBag": ("num_embeddings", "embedding_dim"),
    "RNN": ("input_size", "hidden_size", "num_layers"),
    "LSTM": ("input_size", "hidden_size", "num_layers"),
    "GRU": ("input_size", "hidden_size", "num_layers"),
    "Conv1d": ("in_channels", "out_channels", "kernel_size"),
    "Conv2d": ("in_channels", "out_channels", "kernel_size"),
    "BatchNorm1d": ("num_features",),
    "BatchNorm2d": ("num_features",),
    "LayerNorm": ("normalized_shape",),
}
"""Parameters of torch.nn's classes by position, as its documentation has them, for names that are read."""

MODULES = frozenset({"nn.Module", "torch.nn.Module", "Module", "LightningModule", "pl.LightningModule"})
TORCH = frozenset({"nn", "torch.nn"})
MEASURING = frozenset(
    {"len", "set", "int", "float", "max", "min", "sum", "abs", "round", "list", "tuple", "sorted", "str"}
)
"""Built-in functions that only look at what they are given."""
MEASURES = frozenset({"nunique", "unique", "max", "min", "size", "dim", "item", "keys", "tolist", "sum", "mean"})
"""Methods that only look at their object."""
SIZES = frozenset({"shape", "size", "ndim"})


def with_named_sizes(notebook: Notebook) -> Notebook:
    """Return the notebook with the sizes in ``code`` named, in front of the statement and in its line; ``named`` says
    what to take from a run for each, since the kernel runs ``source``."""
    text = "\n".join(cell.code for cell in notebook.cells)
    if "nn" not in text or "torch" not in text:
        return notebook
    trees = {cell.index: ast.parse(cell.code) for cell in notebook.cells if cell.section != SKIP}
    classes = _modules(trees.values())
    names = Names(set(dir(builtins)).union(*map(_global_names, trees.values())))
    cells: list[Cell] = []
    named: list[NamedValue] = []
    for cell in notebook.cells:
        found = list(_statements(cell.index, trees[cell.index], classes)) if cell.index in trees else []
        code = cell.code
        new = [{ast.unparse(node): names.new(wish) for node, wish in _first(sizes)} for _, _, sizes in found]
        for (value, statement, sizes), given in reversed([*zip(found, new, strict=True)]):
            code = _named(code, statement, sizes, given)
            named += [replace(value, name=name, expression=expression) for expression, name in given.items()]
        cells.append(replace(cell, code=code))
    return replace(notebook, cells=tuple(cells), named=(*notebook.named, *named))


Size = tuple[ast.expr, str]
"""An expression and what to call it."""


def _modules(trees: Iterable[ast.Module]) -> Mapping[str, tuple[str, ...]]:
    """Return the notebook's own modules: class to the parameters of its constructor."""
    found: dict[str, tuple[str, ...]] = {}
    for tree in trees:
        for node in tree.body:
            if isinstance(node, ast.ClassDef) and any(
                ast.unparse(base) in MODULES | found.keys() for base in node.bases
            ):
                inherited = (found[ast.unparse(base)] for base in node.bases if ast.unparse(base) in found)
                found[node.name] = _parameters(node) or next(inherited, ())
    return found


def _parameters(node: ast.ClassDef) -> tuple[str, ...]:
    for each in node.body:
        if isinstance(each, ast.FunctionDef) and each.name == "__init__":
            return tuple(argument.arg for argument in each.args.args[1:])
    return ()


def _statements(
    cell: int, tree: ast.Module, classes: Mapping[str, tuple[str, ...]]
) -> Iterator[tuple[NamedValue, ast.stmt, list[Size]]]:
    """Yield the statements that make a module and measure something for it."""
    seen: Counter[str] = Counter()
    for statement in tree.body:
        dumped = ast.dump(statement)
        binds = any(isinstance(n, ast.NamedExpr) for n in ast.walk(statement))
        if isinstance(statement, ast.Assign) and not binds:
            sizes = list(_sizes(statement.value, classes))
            if sizes:
                yield NamedValue(cell, ast.unparse(statement), seen[dumped]), statement, sizes
        seen[dumped] += 1


def _sizes(node: ast.AST, classes: Mapping[str, tuple[str, ...]], wish: str = "") -> Iterator[Size]:
    """Yield what is measured in the arguments of a module's constructor, and in those of its parts."""
    if isinstance(node, ast.Call):
        called = ast.unparse(node.func)
        short = called.rpartition(".")[2]
        if called in classes or (called.rpartition(".")[0] in TORCH and short[:1].isupper()):
            positions = classes.get(called) or POSITIONS.get(short, ())
            wishes = [*positions, *[f"{snake(short)}_size"] * len(node.args)]
            for argument, each in zip(node.args, wishes, strict=False):
                yield from _sizes(argument, classes, each)
            for keyword in node.keywords:
                yield from _sizes(keyword.value, classes, keyword.arg or f"{snake(short)}_size")
            return
    if wish and isinstance(node, ast.expr) and _only_measures(node) and _measures(node):
        yield node, wish
        return
    if isinstance(node, ast.Call | ast.Attribute | ast.List | ast.Tuple | ast.Starred | ast.keyword):
        for child in ast.iter_child_nodes(node):
            yield from _sizes(child, classes, wish if isinstance(node, ast.List | ast.Tuple) else "")


def _only_measures(node: ast.AST) -> bool:
    """Return whether evaluating an expression a little earlier gives the same and changes nothing."""
    match node:
        case ast.Call(func=ast.Name(id=name)) if name not in MEASURING:
            return False
        case ast.Call(func=ast.Attribute(attr=name)) if name not in MEASURES:
            return False
        case ast.Call(func=ast.Name() | ast.Attribute()) | ast.Name() | ast.Constant() | ast.Attribute():
            pass
        case ast.Subscript() | ast.BinOp() | ast.UnaryOp() | ast.operator() | ast.unaryop() | ast.expr_context():
            pass
        case ast.Slice() | ast.Tuple() | ast.List() | ast.keyword():
            pass
        case _:
            return False
    return all(_only_measures(child) for child in ast.iter_child_nodes(node))


def _measures(node: ast.expr) -> bool:
    """Return whether an expression looks at an object, and does not only name or compute a number."""
    return any(
        isinstance(each, ast.Call) or (isinstance(each, ast.Attribute) and each.attr in SIZES)
        for each in ast.walk(node)
    )


def _first(sizes: Iterable[Size]) -> list[Size]:
    """Return each expression once, with the first name that it may have."""
    return list({ast.unparse(node): (node, wish) for node, wish in reversed([*sizes])}.values())[::-1]


def _named(code: str, statement: ast.stmt, sizes: Iterable[Size], names: Mapping[str, str]) -> str:
    """Return the code with the sizes of one statement named; ``names`` has them by expression."""
    named = [(expression, names[ast.unparse(expression)]) for expression, _ in sizes]
    lines = replace_nodes(code, named, keep_lines=True).encode().split(b"\n")
    line, column = statement.lineno - 1, statement.col_offset
    first = "; ".join(f"{name} = {text}" for text, name in names.items()).encode()
    lines[line] = lines[line][:column] + first + b"; " + lines[line][column:]
    return b"\n".join(lines).decode()


def _global_names(tree: ast.AST) -> set[str]:
    """Return the names that are used outside functions and classes, and those of functions, classes and imports."""
    found: set[str] = set()
    for node in ast.iter_child_nodes(tree):
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                found.add(name)
                continue
            case ast.Name(id=name):
                found.add(name)
            case ast.alias(name=name, asname=other):
                found.add(other or name.split(".")[0])
        found |= _global_names(node)
    return found
