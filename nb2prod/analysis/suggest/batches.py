"""What a loop over batches says of each, as an answer for all rows; and the rows that batches are made of."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from textwrap import indent

from nb2prod.analysis.model import Dataflow
from nb2prod.analysis.suggest.answers.rows import MOVING, TENSORS
from nb2prod.analysis.suggest.candidates import Candidate
from nb2prod.analysis.suggest.events import BATCHES
from nb2prod.analysis.suggest.values import Story, Use
from nb2prod.notebook.called import called_name

MOST_DEEP = 8
AROUND = frozenset({"enumerate", "tqdm", "trange", "iter", "list"})
"""What is put around a loader in the head of a loop."""


@dataclass(frozen=True)
class RowsBehind:
    """The rows that batches are made of."""

    text: str
    statement: int
    """Where they are read."""
    call: str = "{}"
    """What the model is handed for them, with braces for the rows."""


@dataclass(frozen=True)
class BatchLoop:
    """What a loop over batches answers for each of them."""

    batch: str
    """The loop's name for a batch's rows."""
    loader: str
    lines: tuple[str, ...]
    """Statements of the loop that lead from a batch to the answer."""
    answer: str
    statement: int

    def statements(self, prediction: str, handed: str, model: str, torch: str) -> str:
        """Return the source of statements that answer for rows of which ``handed`` is made."""
        inner = "\n".join([f"{self.batch} = {handed}", *self.lines, f"{prediction} = {self.answer}"])
        return f"{model}.eval()\nwith {torch}.no_grad():\n{indent(inner, '    ')}"


class Batches:
    """Looks through loaders, and through loops over them."""

    def __init__(self, flow: Dataflow, story: Story) -> None:
        self.flow, self.story = flow, story

    def rows(self, loader: str, at: int) -> RowsBehind | None:
        """Return the rows that a loader hands out, where they are in a variable: ``X_val`` of
        ``DataLoader(TensorDataset(torch.tensor(X_val), ...))``."""
        made = self._made(ast.Name(loader, ast.Load()), at)
        if not isinstance(made[0], ast.Call):
            return None
        data = _argument(made[0], "dataset")
        held, where = self._made(data, made[1]) if data is not None else (None, at)
        if not isinstance(held, ast.Call) or self.path(held.func) != "torch.utils.data.TensorDataset" or not held.args:
            return None
        return self._unwrapped(held.args[0], where, 0)

    def _made(self, node: ast.expr, at: int) -> tuple[ast.expr, int]:
        """Return the expression that gave a name its value, and where it stands; any other as it is."""
        if isinstance(node, ast.Name):
            sources = self.flow.sources[at].get(node.id, frozenset())
            made = self.flow.statements[next(iter(sources))] if len(sources) == 1 else None
            if made is not None and isinstance(made.node, ast.Assign) and isinstance(made.node.targets[0], ast.Name):
                return made.node.value, made.index
        return node, at

    def _unwrapped(self, node: ast.expr, at: int, deep: int) -> RowsBehind | None:
        if isinstance(node, ast.Name):
            value, where = self._made(node, at)
            if deep < MOST_DEEP and (self._is_tensor(value) or _is_moved(value)):
                return self._unwrapped(value, where, deep + 1)
            return RowsBehind(node.id, at)
        if isinstance(node, ast.Call) and self._is_tensor(node) and node.args:
            inner = self._unwrapped(node.args[0], at, deep + 1)
            if inner is None or node.args[1:]:
                return None
            options = "".join(f", {ast.unparse(keyword)}" for keyword in node.keywords)
            return RowsBehind(inner.text, inner.statement, f"{ast.unparse(node.func)}({inner.call}{options})")
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and _is_moved(node):
            inner = self._unwrapped(node.func.value, at, deep + 1)
            given = ast.unparse(node).removeprefix(ast.unparse(node.func))
            return inner and RowsBehind(inner.text, inner.statement, f"{inner.call}.{node.func.attr}{given}")
        if isinstance(node, ast.Attribute) and node.attr == "values" and isinstance(node.value, ast.Name):
            return RowsBehind(node.value.id, at, "{}.values")
        return None

    def _is_tensor(self, node: ast.expr) -> bool:
        return isinstance(node, ast.Call) and self.path(node.func) in TENSORS

    def path(self, func: ast.expr) -> str:
        """Return the full name of what is called, empty where it is the notebook's own."""
        first, _, rest = ast.unparse(func).partition(".")
        value = self.story.variables.get(first)
        path = self.story.paths.get(first) or (value.path if value is not None and value.symbol else "")
        return f"{path}.{rest}" if rest else path

    # Loops.

    def loops(self, served: Candidate, sample: str) -> Iterator[BatchLoop]:
        """Yield what loops over batches answer, the last in the notebook first; ``sample`` begins the names that the
        loop's have there."""
        uses = [use for use in served.uses if use.kind == "answer" and use.fit is served.fit]
        for use in sorted(uses, key=lambda each: -each.statement):
            yield from self._of_use(use, served.name, sample)

    def _of_use(self, use: Use, model: str, sample: str) -> Iterator[BatchLoop]:
        node: ast.stmt = self.flow.statements[use.statement].node
        given: Mapping[str, ast.expr] = {}
        if use.through:
            value = self.story.variables.get(use.through[-1])
            if len(use.through) > 1 or value is None or not isinstance(value.node, ast.FunctionDef):
                return
            given = _arguments(node, value.node)
            node = value.node
        for loop in (n for n in ast.walk(node) if isinstance(n, ast.For)):
            if any(isinstance(n, ast.Attribute) and n.attr == "backward" for n in ast.walk(loop)):
                continue
            found = self._of_loop(loop, given, model, use.statement, sample)
            if found is not None:
                yield found

    def _of_loop(
        self, loop: ast.For, given: Mapping[str, ast.expr], model: str, at: int, sample: str
    ) -> BatchLoop | None:
        iterated, target = loop.iter, loop.target
        while isinstance(iterated, ast.Call) and called_name(iterated) in AROUND and iterated.args:
            if called_name(iterated) == "enumerate" and isinstance(target, ast.Tuple) and len(target.elts) == 2:
                target = target.elts[1]
            iterated = iterated.args[0]
        loader = given.get(iterated.id, iterated) if isinstance(iterated, ast.Name) else iterated
        known = self.story.variables.get(loader.id) if isinstance(loader, ast.Name) else None
        if known is None or known.path != BATCHES or not isinstance(loader, ast.Name):
            return None
        parts = target.elts if isinstance(target, ast.Tuple) else [target]
        if not all(isinstance(part, ast.Name) for part in parts):
            return None
        batch, *labels = [part.id for part in parts if isinstance(part, ast.Name)]
        names = {name: each.id for name, each in given.items() if isinstance(each, ast.Name)}
        asking = {model, *(name for name, each in names.items() if each == model)}
        body = list(_flat(loop.body))
        for answer, before in _answers(body, asking, set(labels)):
            lines = _leading(body[:before], answer, batch)
            if lines is not None:
                own = {batch, *(name for line in lines for target in line.targets for name in _stored(target))}
                names |= {name: f"{sample}_{name}" for name in own}
                renamed = [_renamed(each, names) for each in (*lines, answer)]
                return BatchLoop(names[batch], loader.id, tuple(renamed[:-1]), renamed[-1], at)
        return None


def _arguments(statement: ast.stmt, function: ast.FunctionDef) -> dict[str, ast.expr]:
    """Return what the call of a function in a statement hands to its parameters."""
    names = [argument.arg for argument in function.args.args]
    for call in (n for n in ast.walk(statement) if isinstance(n, ast.Call) and called_name(n) == function.name):
        given = dict(zip(names, call.args, strict=False))
        return {**given, **{k.arg: k.value for k in call.keywords if k.arg}}
    return {}


def _flat(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """Yield the statements of a loop's body, those below ``with`` included."""
    for each in body:
        if isinstance(each, ast.With):
            yield from _flat(each.body)
        else:
            yield each


def _answers(body: list[ast.stmt], asking: set[str], labels: set[str]) -> Iterator[tuple[ast.expr, int]]:
    """Yield what is kept of each batch, then what is set against the truth, with the statement's place."""
    found: list[tuple[ast.expr, int]] = []
    told = set(labels)
    made = set(asking)
    for place, each in enumerate(body):
        kept = each.value if isinstance(each, ast.Expr) and isinstance(each.value, ast.Call) else None
        if kept is not None and called_name(kept) in {"append", "extend"} and len(kept.args) == 1:
            read = _names(kept.args[0])
            if read & made and not read & told:
                yield kept.args[0], place
        for compared in (n for n in ast.walk(each) if isinstance(n, ast.Compare) and isinstance(n.ops[0], ast.Eq)):
            sides = [compared.left, compared.comparators[0]]
            ours = [side for side in sides if _names(side) & made and not _names(side) & told]
            if len(ours) == 1 and any(_names(side) & told for side in sides):
                found.append((ours[0], place))
        if isinstance(each, ast.Assign):
            stored = {n.id for n in ast.walk(each) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
            pairs = list(_pairs(each)) or [(stored, _names(each.value))]
            for names, read in pairs:
                made |= names if read & made else set()
                told |= names if read & told else set()
    yield from found


def _pairs(node: ast.Assign) -> Iterator[tuple[set[str], set[str]]]:
    """Yield the names that ``a, b = x, y`` binds, each with what it reads."""
    target = node.targets[0]
    if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple) and len(target.elts) == len(node.value.elts):
        for name, value in zip(target.elts, node.value.elts, strict=True):
            yield _stored(name), _names(value)


def _leading(body: list[ast.stmt], answer: ast.expr, batch: str) -> list[ast.Assign] | None:
    """Return the statements that lead to an answer; ``None`` where it needs one that is no plain assignment."""
    needed, lines = _names(answer), list[ast.Assign]()
    for each in reversed(body):
        stored = {n.id for n in ast.walk(each) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
        if not stored & needed:
            continue
        if not isinstance(each, ast.Assign):
            return None
        alone = _only(each, needed)
        lines.insert(0, alone)
        needed = (needed - stored) | _names(alone.value)
    return lines if batch in needed else None


def _only(node: ast.Assign, needed: set[str]) -> ast.Assign:
    """Return of ``a, b = x, y`` what is needed."""
    target = node.targets[0]
    if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple) and len(target.elts) == len(node.value.elts):
        pairs = [p for p in zip(target.elts, node.value.elts, strict=True) if _stored(p[0]) & needed]
        if len(pairs) == 1:
            return ast.Assign([pairs[0][0]], pairs[0][1], lineno=0)
    return node


def _renamed(node: ast.AST, names: Mapping[str, str]) -> str:
    class Renaming(ast.NodeTransformer):
        def visit_Name(self, node: ast.Name) -> ast.AST:
            return ast.Name(names.get(node.id, node.id), node.ctx)

    return ast.unparse(ast.fix_missing_locations(Renaming().visit(ast.parse(ast.unparse(node)))))


def _argument(call: ast.Call, name: str) -> ast.expr | None:
    if call.args:
        return call.args[0]
    return next((keyword.value for keyword in call.keywords if keyword.arg == name), None)


def _is_moved(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in MOVING


def _names(node: ast.AST) -> set[str]:
    return {n.id for n in ast.walk(node) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)}


def _stored(node: ast.AST) -> set[str]:
    return {n.id for n in ast.walk(node) if isinstance(n, ast.Name)}
