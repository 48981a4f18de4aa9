"""Which rows a built cell can ask about, so that all that is done to them on the way comes along."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from nb2prod.analysis.inference.expressions import WRAPPING, is_spelled_out, root_name
from nb2prod.analysis.inference.section import HOLDING_DATA
from nb2prod.analysis.model import Kind
from nb2prod.analysis.suggest.answers.copying import AskedRows
from nb2prod.analysis.suggest.answers.following import Following, loaded, reads_file
from nb2prod.analysis.suggest.roles import Role
from nb2prod.notebook.called import called_name

MOST_UP = 4
LONGEST_LITERAL = 2_000
SPELLING = HOLDING_DATA | {"array", "asarray", "tensor", "reshape", "dict", "list", "astype"}
"""What turns rows that are written down into a table."""


TENSORS = frozenset(
    {"torch.tensor", "torch.as_tensor", "torch.from_numpy", "torch.Tensor", "torch.FloatTensor", "torch.DoubleTensor"}
)
"""What makes tensors of arrays and tables, which are what a client has."""

MOVING = frozenset({"to", "cpu", "cuda", "float", "double", "long"})
"""Methods of tensors that give the same numbers, elsewhere or in another width."""


ROWS = 20
UNSLICED = frozenset(f"scipy.sparse.{name}" for name in ("hstack", "vstack", "bmat", "coo_matrix", "block_diag"))
"""What gives matrices that cannot be sliced."""


@dataclass(frozen=True)
class Choice:
    """Rows that a cell can ask about."""

    rows: AskedRows
    literal: str = ""
    """Their text, where the notebook spells them out."""
    handed: str = ""
    """What the model is handed for them, with braces for the rows, where they stand for others."""


class RowChoices:
    """Goes from what models are asked about back to what somebody could send."""

    def __init__(self, following: Following) -> None:
        self.following, self.flow, self.story = following, following.flow, following.story

    def of(self, asked: Sequence[AskedRows]) -> Iterator[Choice]:
        """Yield choices, the best first: the rows before tools were applied to them, then the rows as they are."""
        ways = [list(self._upwards(each, 0)) for each in dict.fromkeys(asked)]
        seen: set[AskedRows] = set()
        for way in ways:
            for rows in reversed(way):
                choice = self._choice(rows)
                if choice is not None and rows not in seen:
                    seen.add(rows)
                    yield choice
        for rows in dict.fromkeys(asked):
            whole = AskedRows(root_name(ast.parse(rows.text, mode="eval").body), rows.statement)
            choice = self._choice(whole) if whole.text else None
            if choice is not None and whole not in seen:
                yield choice  # The whole table, of which the model is asked about some columns.

    def _upwards(self, rows: AskedRows, deep: int) -> Iterator[AskedRows]:
        """Yield rows and what they are made of by tools, the last step first."""
        yield rows
        node = ast.parse(rows.text, mode="eval").body
        at = rows.statement
        if isinstance(node, ast.Name):
            sources = self.flow.sources[at].get(node.id, frozenset())
            made = self.flow.statements[next(iter(sources))] if len(sources) == 1 else None
            if made is None or not isinstance(made.node, ast.Assign) or made.index in self.following.fitting:
                return
            node, at = made.node.value, made.index
            if isinstance(node, ast.Name):
                return
        if deep < MOST_UP and _is_moved(node):
            yield from self._upwards(AskedRows(ast.unparse(node.func.value), at), deep + 1)  # type: ignore[attr-defined]
            return
        if deep < MOST_UP and isinstance(node, ast.Call) and self._is_step(node) and node.args:
            inner = node.args[0]
            if isinstance(inner, ast.List) and len(inner.elts) == 1:
                return
            yield from self._upwards(AskedRows(ast.unparse(inner), at), deep + 1)

    def _is_step(self, call: ast.Call) -> bool:
        """Return whether a call applies a fitted tool to rows, or packs them for one library."""
        if called_name(call) in WRAPPING or self.following.path_of(call.func) in TENSORS:
            return True
        if called_name(call) not in {"transform", "texts_to_sequences", "pad_sequences"}:
            return False
        return isinstance(call.func, ast.Attribute) or called_name(call) == "pad_sequences"

    def _choice(self, rows: AskedRows) -> Choice | None:
        node = ast.parse(rows.text, mode="eval").body
        literal = self._literal(node, rows.statement)
        if literal is not None:
            return Choice(rows, literal) if len(literal) <= LONGEST_LITERAL else None
        if not isinstance(node, ast.Name | ast.Subscript | ast.Attribute | ast.Call):
            return None
        if self._are_words_in_numbers(node, rows.statement):
            return None
        names = loaded(node)
        if any(name.id not in self.flow.sources[rows.statement] for name in names):
            return None
        if any(self.following.is_answer(name.id, rows.statement) for name in names):
            return None
        values = [self.story.variables.get(name.id) for name in names]
        data = any(v is not None and v.lineage and v.role is not Role.MODEL for v in values)
        return Choice(rows) if data or reads_file(node) else None

    def _literal(self, node: ast.expr, at: int, deep: int = 0) -> str | None:
        """Return the text of rows that are spelled out, here or where their name is given."""
        if isinstance(node, ast.Name) and deep < MOST_UP:
            sources = self.flow.sources[at].get(node.id, frozenset())
            made = self.flow.statements[next(iter(sources))] if len(sources) == 1 else None
            if made is None or not isinstance(made.node, ast.Assign) or not isinstance(made.node.targets[0], ast.Name):
                return None
            return self._literal(made.node.value, made.index, deep + 1)

        def known(name: str) -> bool:
            sources = self.flow.sources[at].get(name, frozenset())
            return bool(sources) and all(self.flow.statements[s].kind is Kind.IMPORT for s in sources)

        calls = (called_name(n) for n in ast.walk(node) if isinstance(n, ast.Call))
        if not all(name in SPELLING for name in calls):
            return None  # ``read_csv("a.csv")`` only spells where the rows are.
        if isinstance(node, ast.Constant) or not is_spelled_out(node, known):
            return None
        return ast.unparse(node)

    def _are_words_in_numbers(self, node: ast.expr, at: int) -> bool:
        """Return whether the rows are what a vectoriser made of texts, which nobody sends."""
        if isinstance(node, ast.Name):
            sources = self.flow.sources[at].get(node.id, frozenset())
            made = self.flow.statements[next(iter(sources))].node if len(sources) == 1 else None
            node = made.value if isinstance(made, ast.Assign) else node
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
            return False
        tool = self.story.variables.get(getattr(node.func.value, "id", ""))
        return tool is not None and tool.path in self.following.roles.text_tools


def _is_moved(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in MOVING


def some(text: str, path_of: Callable[[ast.expr], str]) -> str:
    """Return an expression for some of the rows."""
    node = ast.parse(text, mode="eval").body
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Slice):
        return text
    if isinstance(node, ast.ListComp):
        return f"[{ast.unparse(node.elt)} for text in {some(ast.unparse(node.generators[0].iter), path_of)}]"
    if isinstance(node, ast.Call) and path_of(node.func) in UNSLICED:
        return f"{text}.tocsr()[:{ROWS}]"
    if isinstance(node, ast.Call | ast.Name | ast.Attribute | ast.Subscript):
        return f"{text}[:{ROWS}]"
    return f"({text})[:{ROWS}]"
