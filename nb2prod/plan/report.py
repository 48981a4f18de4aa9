"""What the plan says to people: what came along and why, what stayed behind."""

from __future__ import annotations

from collections.abc import Mapping

from nb2prod.plan.graph import Graph
from nb2prod.plan.interface import Interface
from nb2prod.plan.model import CameAlong
from nb2prod.plan.partition import ORDER, Partition


def came_along(graph: Graph, parts: Partition, found: Mapping[str, Interface]) -> tuple[CameAlong, ...]:
    """Return the cells that went into a section which is not the one they are tagged with, and what for."""
    rows: dict[tuple[int, str], list[str]] = {}
    places = [(section, i) for section in ORDER for i in parts.sections[section]]
    places += [("inference", i) for i in parts.body]
    for section, index in places:
        statement = graph.flow.statements[index]
        if graph.notebook.cells[statement.cell].section == section:
            continue
        names = sorted((statement.facts.definitions | statement.facts.mutations) - {"_"})
        named = [n for n in names if not n.startswith("<")] or ["the state of a random generator"]
        seen = graph.flow.seen.get(index, frozenset())
        named = [f"`{n}` (seen in the run)" if n in seen else f"`{n}`" for n in named]
        rows.setdefault((statement.cell, section), []).extend(named)
    told = []
    for (cell, section), names in sorted(rows.items()):
        tag = graph.notebook.cells[cell].section
        tagged = f"tagged {tag}" if tag else "untagged"
        made = ", ".join(dict.fromkeys(names))
        told.append(CameAlong(cell, section, f"{tagged}, went into {section}: it defines or changes {made}"))
    return tuple(told)


def left_out(graph: Graph, parts: Partition, added: frozenset[str]) -> tuple[str, ...]:
    """Return the statements of tagged cells that may have effects and went nowhere, with their places, without those
    for the ``added`` names, which its user did not write."""
    statements = [graph.flow.statements[i] for i in parts.left_out]
    return tuple(
        f"{graph.place(s.index)}: {s.source.strip().splitlines()[-1][:100]}"
        for s in statements
        if not (s.facts.definitions | s.facts.references) & added
    )
