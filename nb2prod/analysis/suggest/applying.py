"""Expressions that apply what the notebook has learnt by code of its own: ``X_new @ theta``, ``predict(w, X)``."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from nb2prod.analysis.inference.expressions import (
    is_spelled_out,
    loaded_names,
    returns_value,
    root_name,
)
from nb2prod.analysis.model import Dataflow, Kind, Statement
from nb2prod.analysis.suggest.learnt import Learnt, imported
from nb2prod.analysis.suggest.roles import load_roles
from nb2prod.notebook.called import called_name

ROW_WORDS = frozenset(
    {"x", "X", "row", "rows", "sample", "example", "instance", "data", "point", "query", "text", "message", "sentence",
     "title", "user", "item", "features", "inputs"}
)  # fmt: skip
"""What functions call the rows that they answer for."""
COUNTING = frozenset(
    {"n", "k", "num", "top", "topn", "count", "size", "number", "limit", "verbose", "max", "min", "seed"}
)
"""Words in the names of parameters that say how many are wanted, or how."""
NEW_ROWS = ("test", "new", "sample", "valid")
"""Parts of the names of rows that a model has not learnt from."""


@dataclass(frozen=True)
class Applied:
    """An expression that answers for rows, and where the rows are in it."""

    expression: ast.expr
    learnt_in: int
    """The statement that learns what is applied."""
    names: tuple[str, ...]
    """What is applied, as the expression names it."""
    rows: ast.expr | None = None
    """``None`` where the cell as it stands has to say what is asked."""
    example: str = ""
    """How rows to ask about can be had at the top level."""
    function: str = ""
    """The function of the notebook's that answers."""
    named: bool = False
    """Whether its name says so."""


Loops = Mapping[str, str]
"""Variables of the loops around an expression, to how their first value can be had; empty where it cannot."""


class Applying:
    """Looks for such expressions."""

    def __init__(self, flow: Dataflow, learnt: Learnt) -> None:
        self.flow, self.learnt, self.roles = flow, learnt, load_roles()
        self.paths: dict[str, str] = {}
        self.definitions: dict[str, Statement] = {}
        for statement in flow.statements:
            if isinstance(statement.node, ast.Import | ast.ImportFrom):
                self.paths.update(imported(statement.node))
            elif isinstance(statement.node, ast.FunctionDef):
                self.definitions[statement.node.name] = statement

    def found_in(self, statement: Statement) -> Iterator[Applied]:
        """Yield the outermost such expressions of a statement of the notebook."""
        yield from self._below(statement.node, statement.index, {})

    def _below(self, node: ast.AST, at: int, loops: Loops) -> Iterator[Applied]:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda):
            return
        if isinstance(node, ast.expr):
            found = self._applied(node, at, loops)
            if found is not None:
                yield found
                return
        inner = {**loops, **_loop_variables(node)}
        for child in ast.iter_child_nodes(node):
            yield from self._below(child, at, inner)

    def _applied(self, node: ast.expr, at: int, loops: Loops) -> Applied | None:
        if isinstance(node, ast.Call):
            passed = self._passed_function(node, at)
            if passed is not None:
                return passed
            function = self._own_function(node, at)
            if function is not None and self.roles.answers(function.name):
                return self._named_call(node, function, at, loops)
            if function is not None and not self._may_answer(function):
                return None
            if function is None and self._only_wraps(node):
                return None
        elif not isinstance(node, ast.BinOp):
            return None
        return self._general(node, at, loops)

    # What is read.

    def _values(self, node: ast.AST, at: int) -> list[str]:
        """Return the names of values below a node, those of loops included and literals' left out."""
        code = {each.func.id for each in ast.walk(node) if isinstance(each, ast.Call) and self._own_function(each, at)}  # type: ignore[attr-defined]
        names = sorted(loaded_names(node) - set(self.paths) - set(self.definitions) - code)
        known = self.flow.sources[at]
        return [n for n in names if (n not in known and n not in __builtins__) or not self.learnt.is_constant(n, at)]  # type: ignore[operator]

    def _parted(self, node: ast.AST, at: int) -> tuple[list[str], list[str]]:
        """Return the names of what is learnt, and the others."""
        values = self._values(node, at)
        learnt = [name for name in values if self.learnt.learnt_by(name, at) >= 0]
        return learnt, [name for name in values if name not in learnt]

    def _own_function(self, node: ast.Call, at: int) -> ast.FunctionDef | None:
        """Return the notebook's function that is called, other names for it included."""
        if not isinstance(node.func, ast.Name):
            return None
        name = node.func.id
        for source in sorted(self.flow.sources[at].get(name, ()), reverse=True):
            value = getattr(self.flow.statements[source].node, "value", None)
            if isinstance(value, ast.Name):
                name = value.id
        definition = self.definitions.get(name)
        return definition.node if definition is not None and isinstance(definition.node, ast.FunctionDef) else None

    def _may_answer(self, function: ast.FunctionDef) -> bool:
        return returns_value(function) and not self.roles.judges_or_trains(function.name)

    def _only_wraps(self, node: ast.Call) -> bool:
        """Return whether a call shows, draws, judges or adds up what it is given."""
        name = called_name(node)
        root = root_name(node.func)
        path = self.paths.get(root, "") + ast.unparse(node.func)[len(root) :] if root in self.paths else ""
        builtin = isinstance(node.func, ast.Name) and root not in self.paths and root in __builtins__  # type: ignore[operator]
        shown = self.roles.is_drawing(path) if path else name in {"plot", "scatter", "hist", "append", "format", "set"}
        return builtin or shown or self.roles.is_metric(path) or name in self.roles.totals

    # Kinds of expressions.

    def _general(self, node: ast.expr, at: int, loops: Loops) -> Applied | None:
        """Read an expression of learnt values and one other."""
        learnt, others = self._parted(node, at)
        if at in self.learnt.how and not self._is_plain_call(node, at):
            return None  # A part of what is learnt there.
        if not learnt or len(others) != 1 or not self._applies(node, set(learnt), others[0], at):
            return None
        return self._about(node, ast.Name(others[0], ast.Load()), learnt, at, loops)

    def _is_plain_call(self, node: ast.expr, at: int) -> bool:
        """Return whether it is a call of the notebook's function that is handed names: ``net(features, w, b)``."""
        if not isinstance(node, ast.Call) or self._own_function(node, at) is None:
            return False
        return all(isinstance(each, ast.Name | ast.Constant) for each in node.args) and not node.keywords

    def _applies(self, node: ast.expr, learnt: set[str], rows: str, at: int) -> bool:
        return any(self._applies_itself(each, learnt, rows, at) for each in ast.walk(node))

    def _applies_itself(self, node: ast.AST, learnt: set[str], rows: str, at: int) -> bool:
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult | ast.MatMult):
            left, right = loaded_names(node.left), loaded_names(node.right)
            return bool((left & learnt and rows in right) or (right & learnt and rows in left))
        if not isinstance(node, ast.Call) or rows not in loaded_names(node):
            return False
        if isinstance(node.func, ast.Name):
            own = self._own_function(node, at)
            given = set().union(*(loaded_names(each) for each in node.args))
            path = self.paths.get(node.func.id, "")
            return node.func.id in learnt or bool((own is not None or path in self.roles.applying) and given & learnt)
        name, root = getattr(node.func, "attr", ""), root_name(node.func)
        path = self.paths.get(root, "?") + ast.unparse(node.func)[len(root) :]
        return bool(loaded_names(node) & learnt) and (name in {"dot", "matmul", "mm"} or path in self.roles.applying)

    def _named_call(self, node: ast.Call, function: ast.FunctionDef, at: int, loops: Loops) -> Applied | None:
        """Read a call of a function of the notebook's whose name says that it answers."""
        if not returns_value(function) or any(isinstance(each, ast.Starred) for each in node.args):
            return None
        names = [each.arg for each in (*function.args.posonlyargs, *function.args.args)]
        given = {**dict(zip(names, node.args, strict=False)), **{k.arg: k.value for k in node.keywords if k.arg}}
        learnt, _ = self._parted(ast.Tuple(list(given.values()), ast.Load()), at)
        asked = {n: v for n, v in given.items() if set(self._values(v, at)) - set(learnt)}
        inside = self._learnt_inside(function, at)
        if not asked:
            spelled = [v for v in given.values() if is_spelled_out(v, lambda name: name in self.paths)]
            return self._whole(node, [*learnt, *inside], at, function.name) if spelled else None
        rows = list(asked) if len(asked) == 1 else _rows_among(asked, loops)
        literal = _asked_literal(node, given) if len(asked) != 1 and not set(rows) & ROW_WORDS else ""
        if literal:
            rows = [literal]
        if len(rows) != 1:
            return None
        kept = [n for name in asked if name not in rows for n in self._values(asked[name], at)]
        return self._about(node, given[rows[0]], [*learnt, *kept, *inside], at, loops, function.name)

    def _learnt_inside(self, function: ast.FunctionDef, at: int) -> list[str]:
        """Return the notebook's variables that a function reads."""
        pending, seen, found = [function.name], set[str](), set[str]()
        while pending:
            definition = self.definitions.get(pending.pop())
            if definition is None or definition.facts is None or definition.source in seen:
                continue
            seen.add(definition.source)
            pending += sorted(definition.facts.deferred & set(self.definitions))
            found |= definition.facts.deferred - set(self.definitions)
        return [name for name in sorted(found) if name in self.flow.sources[at] and not self._is_spelled(name, at)]

    def _passed_function(self, node: ast.Call, at: int) -> Applied | None:
        """Read ``texts.apply(classify)``."""
        if not isinstance(node.func, ast.Attribute) or node.func.attr not in {"apply", "map"} or len(node.args) != 1:
            return None
        passed, receiver = node.args[0], node.func.value
        definition = self.definitions.get(passed.id) if isinstance(passed, ast.Name) else None
        if definition is None or not isinstance(definition.node, ast.FunctionDef) or node.keywords:
            return None
        function = definition.node
        if not self.roles.answers(function.name) or not returns_value(function):
            return None
        item = ast.Name("_item", ast.Load())
        call = ast.Call(ast.Name(function.name, ast.Load()), [item], [])
        example = {"_item": f"next(iter({ast.unparse(receiver)}))"}
        return self._about(call, item, self._learnt_inside(function, at), at, example, function.name)

    # What is found.

    def _about(
        self, node: ast.expr, rows: ast.expr, learnt: list[str], at: int, loops: Loops, function: str = ""
    ) -> Applied | None:
        learnt_in = self._learnt_in(learnt, at)
        inner = sorted(loaded_names(rows) & set(loops))
        if learnt_in < 0 or (inner and not (isinstance(rows, ast.Name) and loops[rows.id])):
            return None
        example = loops[rows.id] if inner and isinstance(rows, ast.Name) else ast.unparse(rows)
        if any(name in loops for name in learnt) or self._depends_on_learnt(rows, at, loops):
            return self._whole(node, learnt, at, function)
        return Applied(node, learnt_in, tuple(learnt), rows, example, function, bool(function))

    def _whole(self, node: ast.expr, learnt: list[str], at: int, function: str) -> Applied | None:
        learnt_in = self._learnt_in(learnt, at)
        if learnt_in < 0:
            return None
        return Applied(node, learnt_in, tuple(learnt), function=function, named=bool(function))

    def _learnt_in(self, names: list[str], at: int) -> int:
        """Return the statement that learns what is applied: where no name is known to be learnt, the last that makes
        one of them, and makes it of data."""
        certain = max((self.learnt.learnt_by(name, at) for name in names), default=-1)
        if certain >= 0:
            return certain
        made = [s for name in names for s in self.flow.sources[at].get(name, ()) if self._is_made(s)]
        return max((s for s in made if s < at), default=-1)

    def _is_made(self, index: int) -> bool:
        return self.flow.statements[index].kind is Kind.OTHER

    def _is_spelled(self, name: str, at: int) -> bool:
        """Return whether a name holds what is written down in the notebook, or code."""
        sources = self.flow.sources[at].get(name, ())
        values = [getattr(self.flow.statements[s].node, "value", None) for s in sources if self._is_made(s)]
        return all(is_written_down(value) for value in values)

    def _depends_on_learnt(self, rows: ast.expr, at: int, loops: Loops) -> bool:
        start = {s for name in loaded_names(rows) for s in self.flow.sources[at].get(name, ())}
        return any(s in self.learnt.how for s in self.flow.ancestors(start - {at}))

    def without_steps(self, found: list[tuple[int, Applied]]) -> list[tuple[int, Applied]]:
        """Leave out expressions that are one step of several, as a layer of a network is that stands in a line of its
        own: what they are asked about, or what they give, is no client's."""
        steps = {at for at, each in found if each.rows is None and not each.named}
        earlier = self.flow.ancestors(steps) if steps else frozenset()
        return [(at, each) for at, each in found if each.named or at not in earlier]


def is_written_down(node: ast.expr | None) -> bool:
    """Return whether a value is a literal, or an array or a table of literals."""
    if isinstance(node, ast.Call):
        name = called_name(node)
        makes = name in {"array", "asarray", "matrix", "tensor", "DataFrame", "Series", "list", "dict", "set", "tuple"}
        return makes and all(is_written_down(each) for each in node.args)
    return node is not None and is_spelled_out(node, lambda name: False)


def _rows_among(asked: dict[str, ast.expr], loops: Loops) -> list[str]:
    """Return the parameters that are given rows, the surest way to tell first."""
    ways = (
        [n for n, v in asked.items() if loaded_names(v) & set(loops)],
        [n for n, v in asked.items() if any(word in ast.unparse(v).lower() for word in NEW_ROWS)],
        [n for n in asked if n in ROW_WORDS],
    )
    return next((way for way in ways if len(way) == 1), [])


def _asked_literal(node: ast.Call, given: dict[str, ast.expr]) -> str:
    """Return the parameter that is given the only literal that says what is asked, beside tables: the user in
    ``recommend(ratings, 11, movies, 10)``, where how many are wanted says nothing; empty where that is not so."""
    literals = {name: value for name, value in given.items() if isinstance(value, ast.Constant)}
    found = [name for name in literals if not {word.lower() for word in name.split("_")} & COUNTING]
    if len(found) != 1:
        return ""
    text = ast.unparse(literals[found[0]])
    alone = sum(ast.unparse(each) == text for each in ast.walk(node) if isinstance(each, ast.expr)) == 1
    return found[0] if alone else ""


def _loop_variables(node: ast.AST) -> dict[str, str]:
    loops: list[tuple[ast.expr, ast.expr]] = []
    if isinstance(node, ast.For):
        loops = [(node.target, node.iter)]
    elif isinstance(node, ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp):
        loops = [(each.target, each.iter) for each in node.generators]
    found = {}
    for target, whole in loops:
        plain = isinstance(target, ast.Name) and isinstance(whole, ast.Name | ast.Attribute | ast.Subscript)
        for each in ast.walk(target):
            if isinstance(each, ast.Name):
                found[each.id] = f"next(iter({ast.unparse(whole)}))" if plain else ""
    return found
