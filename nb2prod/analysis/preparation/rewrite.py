"""A notebook and its preparation go in; out comes the same notebook, its inference section asked about raw rows."""

from __future__ import annotations

import ast
import keyword
import textwrap
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from nb2prod.analysis.inference import Inference
from nb2prod.analysis.model import Dataflow, Statement
from nb2prod.analysis.preparation.model import Preparation
from nb2prod.notebook.model import Cell, Notebook

RECORDS = ("records", "raw_records", "records_of_raw_rows")
Scalar = str | int | float | bool

TABLE = ("raw_rows", "raw_rows_kept", "raw_rows_of_table")
ANSWERING = ("predict", "predict_raw", "predict_from_raw_rows")
"""Names for what is added, the best first: the first that the notebook does not use is taken."""


@dataclass(frozen=True)
class Rewritten:
    """A notebook that takes raw rows. Every cell keeps its index."""

    notebook: Notebook
    table: str
    """Name of the copy of the raw table."""
    records: str
    """Name of the request."""
    prepare: str
    """Expression that makes the model's input of the request."""
    definitions: str
    """Source of ``prepare`` and of the function that answers."""
    lines: tuple[int, ...]
    """For each statement of ``notebook``: the line in its cell as the user has it."""

    def with_lines(self, flow: Dataflow) -> Dataflow:
        """Return the dataflow of ``notebook`` with the lines that its user knows."""
        if len(self.lines) != len(flow.statements):
            return flow
        pairs = zip(flow.statements, self.lines, strict=True)
        return replace(flow, statements=tuple(replace(statement, line=line) for statement, line in pairs))


def rewrite(
    notebook: Notebook,
    flow: Dataflow,
    inference: Inference,
    preparation: Preparation,
    layout: Sequence[str | int] = (),
    filled: Mapping[str, Scalar] | None = None,
) -> Rewritten:
    """Return the notebook with learnt values in statements of their own and, at the end of its inference section, a
    function that answers raw rows. The section's own statements stay, because evaluation may read what they define.

    Rows get the columns of ``layout``, where there are any, before they are prepared; some of them are ``filled`` with
    a value, whatever it is.
    """
    used = _names(flow)
    table, answering = _free(TABLE, used), _free(ANSWERING, used)
    records = _free(RECORDS, used - set(inference.inputs) if inference.inputs == RECORDS[:1] else used)
    given = "".join(f", {name}={name}" for name in preparation.arguments)
    prepare = f"{_function_name(preparation.function)}({records}{given})"
    laid_out = _laid_out(records, layout, filled or {})
    guarded = (
        f"{preparation.refuse_gaps}({inference.inputs[0]}, {preparation.complete})\n" if preparation.complete else ""
    )
    steps = f"{laid_out}{inference.inputs[0]} = {prepare}\n{guarded}{inference.run}\nreturn {inference.output}"
    functions = (preparation.guards, preparation.function, f"def {answering}({records}):\n{_indented(steps)}\n")
    definitions = "\n\n\n".join(function.strip() for function in functions if function) + "\n"
    added = _added(preparation, table)
    home = _home(notebook, flow, inference)
    touched = {flow.statements[index].cell for index in {*preparation.rewritten, *(index for index, _ in added)}}
    by_cell: dict[int, list[Statement]] = defaultdict(list)
    for statement in flow.statements:
        by_cell[statement.cell].append(statement)
    cells: list[Cell] = []
    lines: list[int] = []
    for cell in notebook.cells:
        if cell.index not in {*touched, home}:
            cells.append(cell)
            lines += [statement.line for statement in by_cell[cell.index]]
            continue
        pieces = list(_pieces(by_cell[cell.index], preparation, added))
        if cell.index == home:
            last = pieces[-1][1]
            pieces += [(definitions, last), (f"{answering}({table})", last)]
        lines += [line for text, line in pieces for _ in ast.parse(text).body]
        code = "\n".join(text for text, _ in pieces)
        cells.append(replace(cell, code=code, source=code))
    return Rewritten(replace(notebook, cells=tuple(cells)), table, records, prepare, definitions, tuple(lines))


def _laid_out(records: str, layout: Sequence[str | int], filled: Mapping[str, Scalar]) -> str:
    """Return the statements that give rows all columns that preparing them needs to be there."""
    text = f"{records} = {records}.reindex(columns={list(layout)!r})\n" if layout else ""
    if filled:
        text += "# these have to be there, and it does not matter with which of the values that training knew\n"
        plain = all(column.isidentifier() and not keyword.iskeyword(column) for column in filled)
        given = ", ".join(f"{c}={v!r}" for c, v in filled.items()) if plain else f"**{dict(filled)!r}"
        text += f"{records} = {records}.assign({given})\n"
    return text


def _names(flow: Dataflow) -> set[str]:
    """Return every name that occurs in the notebook."""
    found: set[str] = set()
    for statement in flow.statements:
        facts = statement.facts
        found |= facts.definitions | facts.references | facts.deferred
        found |= {node.id for node in ast.walk(statement.node) if isinstance(node, ast.Name)}
    return found


def _free(wanted: tuple[str, ...], used: set[str]) -> str:
    numbered = (f"{wanted[0]}_{number}" for number in range(2, len(used) + 3))
    return next(name for name in (*wanted, *numbered) if name not in used)


def _function_name(source: str) -> str:
    return next(node.name for node in ast.parse(source).body if isinstance(node, ast.FunctionDef))


def _indented(source: str) -> str:
    """Return statements one level deeper; where a text goes over several lines, all of it is written anew, since its
    lines must not be moved."""
    tree = ast.parse(f"def _():\n{textwrap.indent(source, '    ')}")
    texts = (node for node in ast.walk(tree) if isinstance(node, ast.Constant | ast.JoinedStr))
    if any((node.end_lineno or node.lineno) > node.lineno for node in texts):
        source = "\n".join(ast.unparse(node) for node in _statements(source))
    return textwrap.indent(source, "    ")


def _statements(source: str) -> list[ast.stmt]:
    """Return the statements of a function's body as they are before anything is moved."""
    *rest, last = source.split("\n")
    return [*ast.parse("\n".join(rest)).body, ast.Return(ast.parse(last.removeprefix("return "), mode="eval").body)]


def _added(preparation: Preparation, table: str) -> Mapping[tuple[int, bool], list[str]]:
    """Return the statements to add: (statement, whether behind it) to their texts."""
    added: dict[tuple[int, bool], list[str]] = {
        (preparation.statement, True): [f"{table} = {preparation.raw}.copy()"],
    }
    for learned in preparation.learned:
        text = f"{learned.name} = {learned.expression}"
        added.setdefault((learned.statement, learned.after), []).append(text)
    return added


def _pieces(
    statements: Iterable[Statement], preparation: Preparation, added: Mapping[tuple[int, bool], list[str]]
) -> Iterator[tuple[str, int]]:
    """Yield the texts of a cell's statements, new ones included, and the line each has or stands beside."""
    for statement in statements:
        for text in added.get((statement.index, False), ()):
            yield text, statement.line
        yield preparation.rewritten.get(statement.index, statement.source), statement.line
        for text in added.get((statement.index, True), ()):
            yield text, statement.line


def _home(notebook: Notebook, flow: Dataflow, inference: Inference) -> int:
    """Return the cell that gets the function that answers: the last tagged one in which the model is asked."""
    tagged = [cell.index for cell in notebook.cells if cell.section == "inference"]
    asked = [flow.statements[index].cell for index in inference.body]
    inside = [index for index in tagged if index in asked]
    return max(inside or tagged)
