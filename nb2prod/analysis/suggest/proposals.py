"""Literals that people vary, as parameters that could be."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from nb2prod.analysis.model import Dataflow, Statement
from nb2prod.analysis.suggest.literals import is_setting, is_varied, literal_of
from nb2prod.analysis.suggest.model import ParameterProposal
from nb2prod.analysis.suggest.values import Story
from nb2prod.notebook.called import called_name

MOST = 24
VARIED = frozenset(
    {"test_size", "train_size", "random_state", "seed", "n_estimators", "max_depth", "learning_rate", "lr", "epochs",
     "batch_size", "max_iter", "C", "alpha", "gamma", "kernel", "degree", "n_neighbors", "n_clusters", "n_components",
     "n_splits", "cv", "eta", "subsample", "colsample_bytree", "min_samples_leaf", "min_samples_split", "max_features",
     "num_leaves", "num_boost_round", "iterations", "depth", "l2_leaf_reg", "reg_alpha", "reg_lambda", "penalty",
     "solver", "l1_ratio", "tol", "n_iter", "n_jobs", "threshold", "momentum", "weight_decay", "dropout", "min_df",
     "max_df", "ngram_range", "num_epochs", "validation_split", "nrows", "hidden_layer_sizes", "early_stopping_rounds",
     "bandwidth", "eps", "min_samples", "n_samples", "noise", "strategy", "patience", "eta0", "units", "rate"}
) - {"n_jobs"}  # fmt: skip
"""Keyword arguments that people vary, whatever they are handed to."""

SEEDING = frozenset({"seed", "manual_seed", "set_seed", "set_random_seed"})
ASKING = ("read_sql", "read_gbq")
READING = ("read_", "load", "open", "imread", "ImageFolder", "fetch_")


def propose(flow: Dataflow, story: Story, needed: Iterable[int]) -> tuple[ParameterProposal, ...]:
    """Return parameters that the statements in ``needed`` would take, in notebook order, no name twice."""
    taken: set[str] = set(story.variables)
    found: list[ParameterProposal] = []
    for index in sorted(set(needed)):
        statement = flow.statements[index]
        named = literal_of(statement.node)
        if named is not None and is_varied(statement):
            name, value = named
            if not any(each.name == name and each.cell == statement.cell for each in found):
                found.append(_named(statement, name, value))
            continue
        for name, value, why in _in_calls(statement):
            free = _free(name, taken)
            taken.add(free)
            line = statement.line + value.lineno - _first_line(statement)
            found.append(ParameterProposal(free, ast.unparse(value), type_of(value), statement.cell, line, why))
    return tuple(found[:MOST])


def _named(statement: Statement, name: str, value: ast.expr) -> ParameterProposal:
    why = "it has a name of its own already"
    return ParameterProposal(name, ast.unparse(value), type_of(value), statement.cell, statement.line, why)


def _first_line(statement: Statement) -> int:
    decorators = getattr(statement.node, "decorator_list", [])
    lines: list[int] = [statement.node.lineno, *(each.lineno for each in decorators)]
    return min(lines)


def _in_calls(statement: Statement) -> Iterator[tuple[str, ast.expr, str]]:
    """Yield a name, a literal and a reason for what a statement hands to calls."""
    target = literal_of(statement.node)
    for call in ast.walk(statement.node):
        if not isinstance(call, ast.Call):
            continue
        called = called_name(call)
        for keyword in call.keywords:
            if keyword.arg in VARIED and is_setting(keyword.value) and not _is_none(keyword.value):
                yield keyword.arg, keyword.value, f"`{called}` takes it as `{keyword.arg}`"
        if called in SEEDING and call.args and isinstance(call.args[0], ast.Constant):
            yield "seed", call.args[0], f"`{called}` makes chance repeatable with it"
        if called.startswith(READING) and call.args and _is_text(call.args[0]):
            asks = called.startswith(ASKING)
            name = "query" if asks else "path"
            what = "asks the database this" if asks else "reads this file"
            yield f"{target[0]}_{name}" if target is not None else name, call.args[0], f"`{called}` {what}"


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def _free(name: str, taken: set[str]) -> str:
    if name not in taken:
        return name
    number = 2
    while f"{name}_{number}" in taken:
        number += 1
    return f"{name}_{number}"


def type_of(node: ast.expr) -> str:
    """Return the type of a literal, as papermill names it."""
    if isinstance(node, ast.UnaryOp):
        return type_of(node.operand)
    if isinstance(node, ast.BinOp):
        kinds = {type_of(node.left), type_of(node.right)}
        return "int" if kinds == {"int"} and not isinstance(node.op, ast.Div) else "float"
    if isinstance(node, ast.List | ast.Tuple):
        return type(node).__name__.lower()
    if isinstance(node, ast.Dict):
        return "dict"
    return type(getattr(node, "value", "")).__name__
