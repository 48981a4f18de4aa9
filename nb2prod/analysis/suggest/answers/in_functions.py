"""What the notebook's own functions do to answers inside, written out with what they are called with."""

from __future__ import annotations

import ast
import copy
from collections.abc import Collection, Iterator

from nb2prod.analysis.suggest.answers.blocks import names_made
from nb2prod.analysis.suggest.answers.following import Following, inserted, loaded
from nb2prod.notebook.called import called_name

NEW_OBJECTS = frozenset({"fit", "fit_transform", "compile"})


def written_out(following: Following, node: ast.stmt, index: int) -> Iterator[ast.stmt]:
    """Yield the statements of the notebook's functions that a statement calls, with arguments and what was assigned
    before in the place of names."""
    for call in (n for n in ast.walk(node) if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)):
        value = following.story.variables.get(call.func.id)  # type: ignore[attr-defined]
        function = value.node if value is not None else None
        if isinstance(function, ast.FunctionDef) and function.name in following.functions_asking_at(index):
            given = _bound(function.args, call)
            if given is not None:
                yield from _body(function, given, _handed_back(function, node, call))


def _bound(arguments: ast.arguments, call: ast.Call) -> dict[str, ast.expr] | None:
    """Return what each parameter is given, ``None`` where that cannot be told."""
    names = [each.arg for each in (*arguments.posonlyargs, *arguments.args)]
    if any(isinstance(a, ast.Starred) for a in call.args) or any(k.arg is None for k in call.keywords):
        return None
    given: dict[str, ast.expr] = dict(
        zip(names[len(names) - len(arguments.defaults) :], arguments.defaults, strict=True)
    )
    given.update(
        {a.arg: default for a, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True) if default}
    )
    given.update(zip(names, call.args, strict=False))
    given.update({k.arg: k.value for k in call.keywords if k.arg is not None})
    return given


def _handed_back(function: ast.FunctionDef, node: ast.stmt, call: ast.Call) -> dict[str, str]:
    """Return the variables of a function that it returns, to what they are called where it is called."""
    last = function.body[-1]
    stores = (n for n in ast.walk(node) if isinstance(n, ast.Assign) and n.value is call and len(n.targets) == 1)
    store = next(stores, None)
    if store is None or not isinstance(last, ast.Return) or last.value is None:
        return {}
    pairs = [(last.value, store.targets[0])]
    if isinstance(last.value, ast.Tuple) and isinstance(store.targets[0], ast.Tuple):
        pairs = list(zip(last.value.elts, store.targets[0].elts, strict=False))
    return {inner.id: outer.id for inner, outer in pairs if isinstance(inner, ast.Name) and isinstance(outer, ast.Name)}


def _body(function: ast.FunctionDef, given: dict[str, ast.expr], handed_back: dict[str, str]) -> Iterator[ast.stmt]:
    changed = _changed(function)
    given = {name: value for name, value in given.items() if name not in changed or isinstance(value, ast.Name)}
    written = _written(function)
    for place, each in enumerate(function.body):
        if isinstance(each, ast.FunctionDef | ast.ClassDef):
            continue
        made: ast.stmt = Inlining(given).visit(copy.deepcopy(each))
        table = made.targets[0] if isinstance(made, ast.Assign) else None
        if isinstance(table, ast.Subscript) and isinstance(table.value, ast.Name) and table.value.id in written:
            assert isinstance(made, ast.Assign)
            yield ast.Expr(ast.Call(ast.Attribute(made.value, "to_csv", ast.Load()), [], []))
        stored, later = _stored(each), set[str]().union(*map(_stored, function.body[place + 1 :]))
        yield made
        for name in sorted(stored):
            given.pop(name, None)
        single = isinstance(made, ast.Assign) and len(made.targets) == 1 and isinstance(made.targets[0], ast.Name)
        if single and not stored & changed and not _makes_object(made.value):  # type: ignore[attr-defined]
            given[made.targets[0].id] = made.value  # type: ignore[attr-defined]
        given.update({name: inserted(handed_back[name]) for name in stored & set(handed_back) - later})


def _stored(node: ast.stmt) -> set[str]:
    return {n.id for n in ast.walk(node) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}


def _written(function: ast.FunctionDef) -> set[str]:
    """Return the tables that a function writes to files."""
    calls = (n.func for n in ast.walk(function) if isinstance(n, ast.Call) and isinstance(n.func, ast.Attribute))
    tables = (func.value for func in calls if func.attr in {"to_csv", "to_excel", "to_parquet", "to_json"})
    return {n.id for table in tables for n in ast.walk(table) if isinstance(n, ast.Name)}


def _changed(function: ast.FunctionDef) -> set[str]:
    """Return the names of objects that a function changes by a method, as ``model.fit(...)`` does, or adds to."""
    found: set[str] = set()
    for node in ast.walk(function):
        if (
            isinstance(node, ast.Expr)
            and isinstance(node.value, ast.Call)
            and isinstance(node.value.func, ast.Attribute)
        ):
            if not node.value.func.attr.startswith("to_"):
                found |= {n.id for n in ast.walk(node.value.func) if isinstance(n, ast.Name)}
        elif isinstance(node, ast.AugAssign):
            found |= {n.id for n in ast.walk(node.target) if isinstance(n, ast.Name)}
        elif isinstance(node, ast.Subscript | ast.Attribute) and isinstance(node.ctx, ast.Store):
            found |= {n.id for n in ast.walk(node.value) if isinstance(n, ast.Name)}
    return found


def _makes_object(node: ast.expr) -> bool:
    """Return whether an expression makes an object anew, which is no other way to write it."""
    for call in (n for n in ast.walk(node) if isinstance(n, ast.Call)):
        name = called_name(call)
        if name in NEW_OBJECTS or (name[:1].isupper() and name not in {"DataFrame", "Series", "DMatrix", "Pool"}):
            return True
    return False


def is_asked_of_arguments(following: Following, function: ast.FunctionDef, arguments: Collection[str]) -> bool:
    """Return whether a function asks about what it is handed as ``arguments``, and not about rows that it finds outside
    itself."""
    held = names_made(function, lambda value, found: bool(found & {n.id for n in loaded(value)}), arguments)
    own = following.answering_functions
    for call in (n for n in ast.walk(function) if isinstance(n, ast.Call)):
        asks = isinstance(call.func, ast.Attribute) or (isinstance(call.func, ast.Name) and call.func.id not in own)
        given = [*call.args, *(k.value for k in call.keywords)]
        if held & {n.id for each in given for n in loaded(each)}:
            name = called_name(call)
            known = following.story.variables.get(name)
            model = known is not None and (known.is_model or bool(known.fits))
            if not asks or name in following.roles.methods["answer"] or model:
                return True
    return False


def with_receiver(following: Following, node: ast.expr, index: int, name: str) -> ast.expr:
    """Return an expression with the model ``name`` in the place of one that only a function's variable holds."""
    known = following.flow.sources[index]
    local = {
        call.func.value.id
        for call, _ in following.asks(node, index)
        if isinstance(call.func, ast.Attribute) and isinstance(call.func.value, ast.Name)
        if call.func.value.id not in known
    }
    if len(local) != 1 or not local <= {n.id for n in loaded(node)}:
        return node
    return Inlining({local.pop(): inserted(name)}).visit(copy.deepcopy(node))  # type: ignore[no-any-return]


class Inlining(ast.NodeTransformer):
    """Puts expressions in the place of names."""

    def __init__(self, given: dict[str, ast.expr]) -> None:
        self.given = given

    def visit_Name(self, node: ast.Name) -> ast.expr:
        """Read a name."""
        if isinstance(node.ctx, ast.Load) and node.id in self.given:
            return copy.deepcopy(self.given[node.id])
        return node
