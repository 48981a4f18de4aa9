"""Where a notebook presents what it made of answers: it writes it to a file, shows it, or judges it."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from nb2prod.analysis.inference.expressions import returns_value, without_choice
from nb2prod.analysis.suggest.answers.following import Following, inserted, marked
from nb2prod.analysis.suggest.answers.in_functions import written_out
from nb2prod.analysis.suggest.answers.one_row import inlined
from nb2prod.analysis.suggest.answers.tables import Column, columns_of, is_among, made_of
from nb2prod.notebook.called import called_name

FORMING = frozenset({"sample", "tolist", "to_list", "copy", "to_string", "to_markdown"})
"""Methods at the end of what is shown that only choose rows or change their form."""
PRINTING = frozenset({"ljust", "rjust", "center", "strip", "title"})
"""Methods of a text that only make it look better."""
COUNTING = frozenset({"value_counts", "nunique", "unique"})
"""Methods that say how often each answer is given: the answers are what is presented."""
NO_FILES = frozenset(
    {"to_numpy", "to_frame", "to_list", "to_dict", "to_datetime", "to_numeric", "to_string", "to_period", "to_markdown"}
)
SHOWING = frozenset({"builtins.print", "builtins.display", "IPython.display.display"})
WRITING = frozenset({"numpy.savetxt", "numpy.save"})


@dataclass(frozen=True)
class Final:
    """An expression that the notebook presents, made of answers."""

    how: str
    """``written``, ``shown``, ``judged`` or, of one of the notebook's own functions, ``asked``."""
    statement: int
    """At which it is read."""
    value: ast.expr
    place: int
    """The statement that presents it."""
    before: tuple[ast.stmt, ...] = ()
    """What the same block of the statement does before."""
    loop: ast.For | None = None
    block: ast.With | None = None
    inside: bool = False
    """Whether one of the notebook's functions does it."""


class Finals:
    """Looks for what is presented."""

    def __init__(self, following: Following, shown_last: set[int]) -> None:
        self.following, self.flow = following, following.flow
        self.shown_last = shown_last
        """Statements whose value Jupyter shows: the last expression of each cell."""

    def of(self, index: int) -> Iterator[Final]:
        """Yield what statement ``index`` presents."""
        node = self.flow.statements[index].node
        if isinstance(node, ast.For):
            yield from self._in_block(index, node.body, loop=node)
        elif isinstance(node, ast.With):
            yield from self._in_block(index, node.body, block=node)
        else:
            yield from self._presented(index, node, (), None, None)

    def _in_block(
        self, index: int, body: Sequence[ast.stmt], loop: ast.For | None = None, block: ast.With | None = None
    ) -> Iterator[Final]:
        before: list[ast.stmt] = []
        for each in body:
            if isinstance(each, ast.If) and not each.orelse and chosen_by_number(each.test):
                yield from self._in_block(index, [*before, *each.body], loop, block)
            elif not isinstance(each, ast.For | ast.While | ast.With | ast.Try):
                yield from self._presented(index, each, tuple(before), loop, block)
            before.append(each)

    def _presented(
        self, index: int, node: ast.stmt, before: tuple[ast.stmt, ...], loop: ast.For | None, block: ast.With | None
    ) -> Iterator[Final]:
        for each in written_out(self.following, node, index):
            for how, value in self._values(index, each, inside=True):
                for part in [part for _, part in made_of(value)] or [value]:
                    yield Final(how, index, part, index, (), loop, None, inside=True)
            yield from self._asked(index, each, inside=True)
        yield from self._asked(index, node)
        for how, value in self._values(index, node, before=before):
            if before or loop is not None or block is not None:
                yield Final(how, index, value, index, before, loop, block)
                continue
            for place, inner in self._taken_apart(value, index):
                if self.following.reads_answers(inner, place):
                    yield Final(how, place, inner, index)

    def _asked(self, index: int, node: ast.stmt, *, inside: bool = False) -> Iterator[Final]:
        """Yield what one of the notebook's functions gives that asks a model and measures nothing."""
        value = node.value if isinstance(node, ast.Assign) else None
        if not isinstance(value, ast.Call) or called_name(value) not in self.following.functions_asking_at(index):
            return
        uses = (use for use in self.following.story.uses if use.statement == index and use.kind == "judge")
        if next(uses, None) is None:
            yield Final("asked", index, value, index, inside=inside)

    def _values(
        self, index: int, node: ast.stmt, inside: bool = False, before: tuple[ast.stmt, ...] = ()
    ) -> Iterator[tuple[str, ast.expr]]:
        if isinstance(node, ast.If):
            chosen = said_by_branches(node)
            if chosen is not None:
                yield "shown", chosen
            return
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            return
        for call in (n for n in ast.walk(node) if isinstance(n, ast.Call)):
            path = self.following.path_of(call.func)
            if path in SHOWING:
                yield from (("shown", without_looks(part)) for arg in call.args for part in parts_of(arg))
            elif path in WRITING and len(call.args) > 1:
                yield "written", without_form(call.args[1])
            elif isinstance(call.func, ast.Attribute) and _writes(call.func.attr):
                yield "written", without_form(call.func.value)
            elif self.following.roles.is_metric(path):
                yield from (("judged", value) for value in [*call.args, *(k.value for k in call.keywords)])
        yield from (("judged", value) for value in self._compared(node, index, before))
        drawing = self.flow.statements[index].cell in self.following.story.drawing
        if (
            index in self.shown_last
            and isinstance(node, ast.Expr)
            and not drawing
            and not self._has_its_own_effect(node.value)
        ):
            yield "shown", without_looks(node.value)

    def _has_its_own_effect(self, node: ast.expr) -> bool:
        """Return whether an expression at the end of a cell is there for something else than its value."""
        if isinstance(node, ast.Call) and self.following.path_of(node.func) in SHOWING | WRITING:
            return True
        if isinstance(node, ast.Call) and _writes(called_name(node)):
            return True
        own = self.following.story.variables.get(called_name(node)) if isinstance(node, ast.Call) else None
        if own is not None and isinstance(own.node, ast.FunctionDef) and not returns_value(own.node):
            return True
        return self.following.draws(node)

    def _compared(self, node: ast.stmt, index: int, before: tuple[ast.stmt, ...]) -> Iterator[ast.expr]:
        """Yield what is set against the truth: ``(pred == y).mean()``; ``before`` is what its block does before."""
        for inner in ast.walk(node):
            sides: list[ast.expr] = []
            if isinstance(inner, ast.BinOp) and isinstance(inner.op, ast.Sub):
                sides = [inner.left, inner.right]
            elif isinstance(inner, ast.Compare) and isinstance(inner.ops[0], ast.Eq | ast.NotEq):
                sides = [inner.left, inner.comparators[0]]
            answers = [self.following.reads_answers(inlined(side, before), index) for side in sides]
            if answers.count(True) == 1:
                yield sides[answers.index(True)]

    def _together(self, columns: list[Column], at: int) -> tuple[int, ast.expr]:
        """Return columns as one answer: the only one, or a table of them with their names."""
        first = columns[-1]
        pandas = next((name for name, path in self.following.story.paths.items() if path == "pandas"), "")
        if len(columns) == 1 or not pandas or not all(_named(column) for column in columns):
            return first.statement, first.value
        values = [marked(column.value, column.statement) for column in columns]
        table = ast.Dict([column.key for column in columns], values)
        return at, ast.Call(inserted(f"{pandas}.DataFrame"), [table], [])

    def _taken_apart(self, value: ast.expr, at: int) -> Iterator[tuple[int, ast.expr]]:
        """Yield the answers in what is presented, where it is a table of them and of other things."""
        table = value.value if isinstance(value, ast.Subscript) and isinstance(value.slice, ast.List) else value
        if isinstance(table, ast.Name):
            columns = columns_of(self.following, table.id, at) or []
            if isinstance(value, ast.Subscript):
                columns = [column for column in columns if is_among(column, value.slice)]
            if columns:
                if columns[0].key is None and len(columns) > 1:
                    yield at, value  # It was all answers to begin with.
                else:
                    yield self._together(columns, at)
                return
        made = [part for _, part in made_of(value)]
        if made:
            yield from ((at, part) for part in made if self.following.reads_answers(part, at))
            return
        yield at, value


def _named(column: Column) -> bool:
    return isinstance(column.key, ast.Constant) and isinstance(column.key.value, str)


def _writes(method: str) -> bool:
    return method.startswith("to_") and method not in NO_FILES


def parts_of(node: ast.expr) -> Iterator[ast.expr]:
    """Yield what a text that is shown says of values: the braces of an f-string, what a format is given."""
    match node:
        case ast.JoinedStr():
            for part in node.values:
                if isinstance(part, ast.FormattedValue):
                    yield from parts_of(part.value)
        case ast.BinOp(left=ast.Constant(value=str()), op=ast.Mod()):
            right = node.right
            yield from (right.elts if isinstance(right, ast.Tuple) else [right])
        case ast.BinOp(op=ast.Add()) if _is_text(node.left) or _is_text(node.right):
            yield from parts_of(node.left)
            yield from parts_of(node.right)
        case ast.Call(func=ast.Attribute(value=ast.Constant(), attr="format")):
            yield from node.args
            yield from (keyword.value for keyword in node.keywords)
        case ast.Call(func=ast.Name(id="str" | "repr"), args=[inner]):
            yield from parts_of(inner)
        case ast.Dict():
            yield from (inner for each in node.values for inner in parts_of(each))
        case ast.Constant() | ast.Starred():
            return
        case _:
            yield node


def _is_text(node: ast.expr) -> bool:
    match node:
        case ast.Constant(value=str()) | ast.JoinedStr() | ast.Call(func=ast.Name(id="str")):
            return True
        case ast.BinOp(op=ast.Add()):
            return _is_text(node.left) or _is_text(node.right)
    return False


def without_form(node: ast.expr) -> ast.expr:
    """Return an expression without what only chooses some rows of it to be shown, or their form."""
    while True:
        match node := without_choice(node):
            case ast.Call(func=ast.Attribute(value=inner, attr=method)) if method in FORMING:
                node = inner
            case ast.Call(func=ast.Name(id="list"), args=[inner]):
                node = inner
            case _:
                return node


def without_looks(node: ast.expr) -> ast.expr:
    """Return an expression without what only makes it easier to look at, such as fewer decimals: ``price.round(2)``.
    Rounded to whole numbers it is another answer."""
    while True:
        match node := without_form(node):
            case ast.Call(func=ast.Attribute(value=inner, attr=method)) if method in PRINTING | COUNTING:
                node = inner
            case ast.Call(func=ast.Attribute(attr="Series"), args=[inner]):
                node = inner  # of which the next method says something
            case ast.Call(args=[inner]) if called_name(node) in {"Counter", "unique"}:
                node = inner
            case ast.Call(func=ast.Attribute(value=inner, attr="round"), args=[ast.Constant(value=int() as kept)]):
                if not kept > 0:
                    return node
                node = inner
            case ast.Call(args=[inner, ast.Constant(value=int() as kept)]) if called_name(node) == "round" and kept > 0:
                node = inner
            case _:
                return node


def said_by_branches(node: ast.If) -> ast.expr | None:
    """Return ``"yes" if test else "no"`` for branches that each only show a text."""
    yes = _said(node.body)
    if len(node.orelse) == 1 and isinstance(node.orelse[0], ast.If):
        no = said_by_branches(node.orelse[0])
    else:
        no = _said(node.orelse)
    return ast.IfExp(node.test, yes, no) if yes is not None and no is not None else None


def _said(body: Sequence[ast.stmt]) -> ast.expr | None:
    if len(body) != 1 or not isinstance(body[0], ast.Expr) or not isinstance(body[0].value, ast.Call):
        return None
    call = body[0].value
    if (
        called_name(call) not in {"print", "display"}
        or len(call.args) != 1
        or not isinstance(call.args[0], ast.Constant)
    ):
        return None
    return call.args[0]


def chosen_by_number(test: ast.expr) -> bool:
    """Return whether a condition only chooses which turns of a loop show something: ``if i < 5``."""
    if not isinstance(test, ast.Compare):
        return False
    return all(isinstance(side, ast.Name | ast.Constant | ast.BinOp) for side in (test.left, *test.comparators))
