"""A statement of a cell's code to the one that the kernel runs in its place, which has not been rewritten."""

from __future__ import annotations

import ast

from nb2prod.notebook.model import Cell


def as_run(cell: Cell, statement: ast.stmt, source: str) -> tuple[str, int]:
    """Return the text of the statement that the kernel runs for ``statement``, and how many before it are the same.

    ``statement`` is one of the cell's ``code``, with the text ``source``; of one that was rewritten, what it was.
    """
    code, run = _statements(cell.code), _statements(cell.run or cell.code)
    wanted = ast.dump(statement)
    texts = [ast.dump(each) for each in run]
    if wanted not in texts:
        known = {ast.dump(each) for each in code}
        here = [
            place for place, each in enumerate(run)
            if each.lineno <= statement.lineno <= (each.end_lineno or each.lineno) and texts[place] not in known
        ]  # fmt: skip
        if len(here) == 1:
            return ast.unparse(run[here[0]]), texts[: here[0]].count(texts[here[0]])
    places = [_place(each) for each in code]
    before = code[: places.index(_place(statement))] if _place(statement) in places else []
    return source, sum(ast.dump(each) == wanted for each in before)


def _statements(source: str) -> list[ast.stmt]:
    """Return the statements at the top level, and then those that only stand below ``if __name__ == "__main__"``: the
    probe counts them in this order too."""
    found = list(ast.parse(source).body)
    guards = [each for each in found if isinstance(each, ast.If) and "__name__" in ast.dump(each.test)]
    for guard in guards:
        margin = guard.body[0].col_offset
        for inner in guard.body:
            inner.col_offset -= margin  # where analysis has it
            found.append(inner)
    return found


def _place(node: ast.stmt) -> tuple[int, int]:
    return node.lineno, node.col_offset
