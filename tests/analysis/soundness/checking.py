"""What analysis says of a program against what really happens when it runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tests.analysis.cells import flow_of
from tests.analysis.soundness.running import RaisedAt, run, without_failing


def wrong_about(statements: Sequence[str], start: int = 0) -> list[str]:
    """Return what analysis missed: changes that no statement owns to, and slices that give something else.

    The statements before ``start`` are taken for granted.
    """
    kept = without_failing(statements)
    if kept is None:
        return []
    flow = flow_of(*kept)
    assert [len(kept), *range(len(kept))] == [len(flow.statements), *(each.cell for each in flow.statements)]
    final, changes = run(kept, start=start)
    missed = []
    for change in changes:
        facts = flow.statements[change.statement].facts
        said = facts.deletions if change.how == "deleted" else facts.definitions
        if change.how == "changed":
            said = facts.definitions | facts.mutations
        if change.name not in said:
            missed.append(f"`{kept[change.statement]}` ({change.statement}): {change.name} is {change.how}")
    if missed:
        return missed
    slices: dict[tuple[int, ...], list[str]] = {}
    for name in final:
        chosen = tuple(sorted(flow.ancestors(flow.final.get(name, ()))))
        if not chosen or (start <= chosen[-1] and len(chosen) < len(kept)):
            slices.setdefault(chosen, []).append(name)
    return [each for chosen, names in slices.items() for each in _wrong_slice(kept, chosen, names, final)]


def _wrong_slice(
    statements: Sequence[str], chosen: Sequence[int], names: Sequence[str], final: Mapping[str, object]
) -> list[str]:
    try:
        found, _ = run([statements[index] for index in chosen], watch=names)
    except RaisedAt as raised:
        return [f"the slice for {names} {chosen}: {raised}"]
    return [
        f"the slice for {name} {chosen} gives {found.get(name)!r}, not {final[name]!r}"
        for name in names
        if found.get(name) != final[name]
    ]
