"""From the model's input back to the raw rows: ``Preparation``, or why it cannot be had."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from nb2prod.analysis.inference.model import RECORDS, Inference
from nb2prod.analysis.model import Dataflow, Kind, Statement
from nb2prod.analysis.preparation.inlining import Inlining
from nb2prod.analysis.preparation.inside_functions import chosen_from, prepared_inside
from nb2prod.analysis.preparation.model import Learned, NotSplit, Preparation
from nb2prod.analysis.preparation.model import Step as Told
from nb2prod.analysis.preparation.needed import needed
from nb2prod.analysis.preparation.reading import named_columns
from nb2prod.analysis.preparation.sources import fitted_rows
from nb2prod.analysis.preparation.stores import Step
from nb2prod.analysis.preparation.syntax import constant, free_names, name
from nb2prod.analysis.preparation.targets import targets_of
from nb2prod.analysis.preparation.values import Free, Rows, Shape, Stuck, Value
from nb2prod.analysis.preparation.write import Writer
from nb2prod.analysis.statements import split_statements
from nb2prod.notebook.called import called_name
from nb2prod.notebook.model import Notebook

TABLES = {Shape.FRAME, Shape.ARRAY}
SPARSE = {
    "CountVectorizer",
    "TfidfVectorizer",
    "TfidfTransformer",
    "HashingVectorizer",
    "DictVectorizer",
    "OneHotEncoder",
}
"""Tools whose arrays may be sparse, which have no gaps."""


def find_preparation(notebook: Notebook, flow: Dataflow, inference: Inference) -> Preparation | NotSplit | None:
    """Return how raw rows become what the inference section asks about.

    ``None`` where they are that already: spelled out, straight from a file or a data set, or with nothing done to them
    but choosing rows and columns.
    """
    if len(inference.inputs) != 1:
        return None
    way = _Way(notebook, flow, inference)
    try:
        return way.found()
    except RecursionError:
        why = "an expression that the model's input is made with is too deeply nested to be followed"
        return NotSplit(why, way.last(), "take it apart: give its parts names in lines of their own")


@dataclass
class _Way:
    notebook: Notebook
    flow: Dataflow
    inference: Inference
    at: int = 0
    """The statement that is being looked at."""

    def last(self) -> str:
        """Return the place of the statement that was looked at last."""
        return self._at(self.at, self.flow.statements[self.at].line)

    def found(self) -> Preparation | NotSplit | None:
        """Go through the statements and back."""
        wanted = self.inference.inputs[0]
        walk = Inlining(self.flow)
        for statement in self._before():
            self.at = statement.index
            walk.run(statement)
        self._setup(walk)
        value = walk.env.get(wanted)
        if value is None or isinstance(value, Free):
            return self._inside_a_function()
        by_column = (walk.guards["table_as_categories"], walk.guards["as_types"])
        steps = needed(walk.steps, self._result(wanted, value), _constants(self.flow), by_column)
        try:
            return self._preparation(walk, steps, wanted)
        except Stuck as stuck:
            return self._not_split(stuck)

    def _inside_a_function(self) -> NotSplit | None:
        """Return that a function gives the rows already prepared, if it does."""
        before = self._before()
        names = set(self.inference.inputs)
        for node in reversed([*(s.node for s in before), *ast.parse(self.inference.setup).body]):
            names |= chosen_from(node, names)
        for statement in reversed(before):
            found = prepared_inside(self.flow, statement.index, names)
            if found is not None:
                return NotSplit(found.why, self._at(found.statement, getattr(found.node, "lineno", 0)), found.remedy)
        return None

    def _result(self, wanted: str, value: Value) -> ast.expr:
        """Return what the model needs of its input: of a table, all but what the model explains."""
        targets = sorted(targets_of(self.flow, self.inference))
        if not targets or not isinstance(value, Rows) or value.shape is not Shape.FRAME:
            return name(wanted)
        return ast.parse(f"{wanted}.drop(columns={targets!r})", mode="eval").body

    def _before(self) -> list[Statement]:
        """Return the statements that the input may need, in notebook order."""
        first = self.inference.first
        known = self.flow.sources_after(first - 1)
        setup = ast.parse(self.inference.setup)
        names = {n.id for n in ast.walk(setup) if isinstance(n, ast.Name)} | set(self.inference.inputs)
        start = {s for n in names for s in known.get(n, ()) if s < first}
        return [self.flow.statements[i] for i in sorted(self.flow.ancestors(start)) if i < first]

    def _setup(self, walk: Inlining) -> None:
        """Go through the section's own statements that make the request."""
        walk.index, walk.asking = self.inference.first, True
        walk.start()
        for piece in split_statements(self.inference.setup):
            walk.kept.append(piece.node)
            walk.run_node(
                piece.node,
                {n.id for n in ast.walk(piece.node) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)},
            )

    def _preparation(self, walk: Inlining, steps: Sequence[Step], wanted: str) -> Preparation | NotSplit | None:
        stuck = next((step.stuck for step in steps if step.stuck is not None), None)
        if stuck is not None:
            raise stuck
        origins = [step for step in steps if step.raw]
        work = [step for step in steps if step.node is not None]
        if not work or not any(_prepares(step) for step in work):
            return None
        if len(origins) != 1:
            return self._several(origins)
        origin = origins[0]
        shape = self._shape(walk, origin)
        steps, result = _shortened(work, wanted)
        writer = Writer(self.flow, walk.holes, self.inference.first)
        function = writer.write(origin.raw, shape, steps, result)
        complete = self._complete(walk, writer, shape)
        used = {n.id for n in ast.walk(ast.parse(function)) if isinstance(n, ast.Name)}
        used |= {walk.guards["refuse_gaps"]} if complete else set()
        guards = walk.guards.sources(used, _pandas(walk))
        return Preparation(
            raw=origin.raw,
            statement=origin.statement,
            prepared=wanted,
            function=function,
            arguments=tuple(writer.arguments),
            learned=_with_tables(writer.learned, walk),
            complete=complete,
            guards="\n\n".join(guards),
            refuse_gaps=walk.guards["refuse_gaps"] if complete else "",
            steps=_told(walk.steps, work, self.inference.first),
            lines=tuple(writer.lines),
        )

    def _complete(self, walk: Inlining, writer: Writer, raw: Shape) -> str:
        """Learn which columns of what the model is fitted to are without gaps; return the name, if it can be told."""
        table = walk.env.get(self.inference.inputs[0])
        fitted = fitted_rows(self.flow, self.inference)
        if raw is not Shape.FRAME or not isinstance(table, Rows) or not fitted or not _pandas(walk):
            return ""
        place = fitted[-1]
        same = walk.env.get(place.expression) or self._held(place.expression)
        if not isinstance(same, Rows) or same.shape is not table.shape or table.shape not in TABLES:
            return ""
        if table.shape is Shape.ARRAY and _may_be_sparse(self.flow):
            return ""
        held = f"{_pandas(walk)}.DataFrame({place.expression})" if same.shape is not Shape.FRAME else place.expression
        return writer.learn(
            "complete_columns",
            f"{held}.columns[{held}.notna().all()].tolist()",
            place.statement,
            f"the columns of `{place.expression}` without a gap: a request may leave no gap there, elsewhere the model "
            "is asked about gaps as it was in the notebook",
        )

    def _held(self, spelled: str) -> Value | None:
        """Return what a variable holds before the request, whether or not the request needs it."""
        walk = Inlining(self.flow)
        for statement in self.flow.statements[: self.inference.first]:
            walk.run(statement)
        return walk.env.get(spelled)

    def _shape(self, walk: Inlining, origin: Step) -> Shape:
        held = walk.origins.get((origin.raw, origin.statement))
        return held.shape if isinstance(held, Rows) else Shape.UNKNOWN

    def _several(self, origins: Sequence[Step]) -> NotSplit:
        if not origins:
            return NotSplit(
                "where the rows of the model's input come from is not known",
                "",
                "read them from a file, in a line of its own",
            )
        where = self._at(origins[-1].statement, self.flow.statements[origins[-1].statement].line)
        names = " and ".join(f"`{step.raw}`" for step in origins)
        return NotSplit(
            f"the model's input is made from several tables: {names}", where, "join them into one table first"
        )

    def _not_split(self, stuck: Stuck) -> NotSplit:
        statement = stuck.statement
        if not 0 <= statement < len(self.flow.statements):
            return NotSplit(stuck.why, "", stuck.remedy)
        found = self.flow.statements[statement]
        inside = found.line <= stuck.line <= (found.node.end_lineno or found.line)
        return NotSplit(stuck.why, self._at(statement, stuck.line if inside else found.line), stuck.remedy)

    def _at(self, statement: int, line: int) -> str:
        return f"{self.notebook.cells[self.flow.statements[statement].cell].label}, line {line}"


def _with_tables(learned: Sequence[Learned], walk: Inlining) -> tuple[Learned, ...]:
    """Return what is learnt with the tables that it is learnt from, where the notebook reads several."""
    if len({raw for raw, _ in walk.origins}) < 2:
        return tuple(learned)
    found = []
    for each in learned:
        read = dict.fromkeys(free_names(ast.parse(each.expression, mode="eval").body))
        tables = [f"`{n}`" for n in read if isinstance(walk.env.get(n), Rows) and f"`{n}`" not in each.what]
        found.append(replace(each, what=f"{each.what}, from {' and '.join(tables)}") if tables else each)
    return tuple(found)


def _pandas(walk: Inlining) -> str:
    """Return how the notebook spells pandas, an empty string where it does not import it as a module."""
    return next((spelling for spelling, path in walk.paths.items() if path == "pandas"), "")


def _may_be_sparse(flow: Dataflow) -> bool:
    """Return whether the notebook makes a tool whose arrays may be sparse."""
    calls = (node for s in flow.statements for node in ast.walk(s.node) if isinstance(node, ast.Call))
    return any(
        called_name(call) in SPARSE
        and not any(kw.arg in {"sparse", "sparse_output"} and constant(kw.value, False) for kw in call.keywords)
        for call in calls
    )


def _prepares(step: Step) -> bool:
    """Return whether a step does more than choose rows and columns."""
    node = step.node
    match node:
        case ast.Assign(targets=[ast.Name()], value=value):
            return not _only_chooses(value)
        case ast.Expr(value=ast.Call(func=ast.Attribute(value=ast.Name(), attr="drop"))):
            return False
    return True


def _only_chooses(node: ast.expr) -> bool:
    match node:
        case ast.Name():
            return True
        case ast.Subscript(value=inner):
            return _only_chooses(inner)
        case ast.Attribute(value=inner, attr="values"):
            return _only_chooses(inner)
        case ast.Call(func=ast.Attribute(value=inner, attr="drop" | "copy" | "to_numpy")):
            return _only_chooses(inner)
        case ast.Call(func=ast.Attribute(value=ast.Name(), attr="array" | "asarray"), args=[inner]):
            return _only_chooses(inner)
    return False


def _shortened(steps: list[Step], wanted: str) -> tuple[list[Step], ast.expr]:
    """Return the steps and the result, where a last assignment to the result is returned at once."""
    if steps:
        match steps[-1].node:
            case ast.Assign(targets=[ast.Name(id=spelled)], value=ast.Name() as value) if spelled == wanted:
                return _shortened(steps[:-1], value.id)
            case ast.Assign(targets=[ast.Name(id=spelled)], value=value) if spelled == wanted == RECORDS:
                return steps[:-1], value
    return steps, name(wanted)


def _constants(flow: Dataflow) -> dict[str, frozenset[str]]:
    """Return the columns that variables name which are assigned once and never changed."""
    definitions = Counter(n for s in flow.statements for n in s.facts.definitions | s.facts.mutations)
    found: dict[str, frozenset[str]] = {}
    for statement in flow.statements:
        for spelled in statement.facts.definitions if statement.kind is Kind.CONSTANT else ():
            value = getattr(statement.node, "value", None)
            columns = named_columns(value) if isinstance(value, ast.expr) else None
            if definitions[spelled] == 1 and columns is not None:
                found[spelled] = columns
    return found


def _told(every: Sequence[Step], kept: Sequence[Step], first: int) -> tuple[Told, ...]:
    """Return what became of each statement, in words."""
    told: dict[int, dict[str, list[str]]] = {}
    for step in kept:
        for note in step.notes:
            told.setdefault(step.statement, {}).setdefault(note.how, []).append(note.what)
    found: list[Told] = []
    for statement, ways in sorted(told.items()):
        how = next(h for h in ("learnt", "training", "row") if h in ways)
        found.append(Told(min(statement, first), how, "; ".join(dict.fromkeys(ways[how]))))
    return tuple(found)
