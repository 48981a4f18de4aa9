"""A name and a statement to the statements that have made the object which the name holds there."""

from __future__ import annotations

from nb2prod.analysis.model import Dataflow, Kind, Statement

_WHOLE = frozenset({Kind.IMPORT, Kind.FUNCTION, Kind.CLASS})


def makers(flow: Dataflow, index: int, name: str) -> list[Statement]:
    """Return the statements that have given ``name`` the object that statement ``index`` reads, in order; those that
    have only changed it since are followed to the ones before them."""
    found: dict[int, Statement] = {}
    pending, seen = [index], {index}
    while pending:
        for origin in flow.sources[pending.pop()].get(name, ()):
            source = flow.statements[origin]
            if name in source.facts.definitions or source.kind in _WHOLE:
                found[origin] = source
            elif origin not in seen:
                seen.add(origin)
                pending.append(origin)
    return [found[origin] for origin in sorted(found)]
