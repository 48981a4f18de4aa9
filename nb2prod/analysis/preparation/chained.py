"""Assignments of one value to several targets: in which order they can be written one after the other."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Sequence

from nb2prod.analysis.preparation.places import loaded
from nb2prod.analysis.preparation.reading import clash, reads
from nb2prod.analysis.preparation.syntax import shown
from nb2prod.analysis.preparation.values import Rows, Shape, Stuck, Value

Read = Callable[[ast.expr], Iterable[tuple[str, str]]]


def in_order(node: ast.Assign, read: Read) -> Sequence[ast.expr]:
    """Return the targets of ``a = b = value`` in an order in which the value is the same for each, though it is
    computed once for each of them: one that changes what the value reads comes last."""
    value = list(read(node.value))
    places = [list(read(loaded(target))) for target in node.targets]
    late = [number for number, place in enumerate(places) if _meet(value, place)]
    if not late or late == [len(places) - 1]:
        return node.targets
    order = sorted(range(len(places)), key=lambda number: number in late)
    apart = not any(_meet(places[one], places[other]) for one in order for other in order if one != other)
    if len(late) > 1 or not apart:
        why = f"`{shown(node)}` changes what it reads before it has stored all of it"
        raise Stuck(why, "give each of the targets its value in a line of its own", node.lineno)
    return [node.targets[number] for number in order]


def passed_on(target: ast.expr, value: ast.expr, held: Value | None) -> ast.expr:
    """Return what the next target gets: rows that a name has been given go on by that name, as they are shared."""
    if not (isinstance(target, ast.Name) and isinstance(held, Rows)):
        return value
    if held.shape in {Shape.GROUPS, Shape.BUNCH, Shape.LABELS}:
        return value
    return ast.copy_location(ast.Name(target.id, ast.Load()), value)


def swaps(target: ast.Tuple | ast.List, value: ast.Tuple) -> bool:
    """Return whether a value is read after the same statement, taken apart, would have changed it."""
    written: list[tuple[str, str]] = []
    for to, each in zip(target.elts, value.elts, strict=True):
        if _meet(reads(each), written):
            return True
        written += reads(loaded(to))
    return False


def _meet(read: Iterable[tuple[str, str]], written: Iterable[tuple[str, str]]) -> bool:
    changed = list(written)
    return any(clash(each, gone) or clash(gone, each) for each in read for gone in changed)
