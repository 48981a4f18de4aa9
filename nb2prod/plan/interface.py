"""What flows between the functions: inputs, parameters and outputs of each."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from nb2prod.plan.graph import Graph
from nb2prod.plan.partition import ORDER, Partition


@dataclass
class Interface:
    """The outside of one section's function."""

    inputs: dict[str, str] = field(default_factory=dict)
    """Name to the section that makes it."""
    settings: list[str] = field(default_factory=list)
    """Parameters that it reads."""
    outputs: list[str] = field(default_factory=list)


def interfaces(graph: Graph, parts: Partition) -> Mapping[str, Interface]:
    """Return the interface of each section that has statements."""
    place = {i: section for section in ORDER for i in parts.sections[section] if not graph.is_floating(i)}
    found = {section: Interface() for section in ORDER if parts.sections[section]}
    if parts.metrics:
        found.setdefault("evaluation", Interface())
    given = {index: name for name, index in graph.parameters.items()}
    for section, interface in found.items():
        for index in parts.sections[section]:
            for name, sources in graph.needs(index).items():
                if name.startswith("<"):
                    continue
                _note_settings(interface, name, sources, given)
                makers = {place[s] for s in sources if s in place} - {section}
                earlier = [m for m in ORDER[: ORDER.index(section)] if m in makers]
                if earlier:
                    interface.inputs[name] = earlier[-1]
    _note_metrics(found, parts, place)
    _note_outputs(found, parts, place)
    for interface in found.values():
        interface.inputs = {name: interface.inputs[name] for name in in_order(graph, interface.inputs)}
        interface.settings.sort(key=list(graph.parameters).index)
        interface.outputs = in_order(graph, interface.outputs)
    return found


def in_order(graph: Graph, names: Iterable[str]) -> list[str]:
    """Return names in the order in which the notebook first defines them, those of one statement as it lists them."""

    def place(name: str) -> tuple[int, int, int, str]:
        first = min(graph.definers.get(name, ()), default=-1)
        stores = ast.walk(graph.flow.statements[first].node) if first >= 0 else ()
        spots = [(n.lineno, n.col_offset) for n in stores if isinstance(n, ast.Name) and n.id == name]
        return (first, *min(spots, default=(0, 0)), name)

    return sorted(names, key=place)


def _note_settings(interface: Interface, name: str, sources: frozenset[int], given: Mapping[int, str]) -> None:
    if any(given.get(s) == name for s in sources) and name not in interface.settings:
        interface.settings.append(name)


def _note_metrics(found: Mapping[str, Interface], parts: Partition, place: Mapping[int, str]) -> None:
    """Let evaluation be given the numbers that an earlier section makes."""
    for name, sources in parts.metrics.items():
        makers = {place[s] for s in sources if s in place}
        if makers and "evaluation" not in makers:
            found["evaluation"].inputs[name] = max(makers, key=ORDER.index)


def _note_outputs(found: Mapping[str, Interface], parts: Partition, place: Mapping[int, str]) -> None:
    for interface in found.values():
        for name, maker in interface.inputs.items():
            _add(found[maker].outputs, name)
    for name, sources in parts.artifacts.items():
        makers = [section for section in ORDER if section in {place[s] for s in sources if s in place}]
        if makers:
            _add(found[makers[-1]].outputs, name)


def _add(names: list[str], name: str) -> None:
    if name not in names:
        names.append(name)


def producer(found: Mapping[str, Interface], name: str, before: str = "") -> str:
    """Return the last section that hands out ``name`` (before section ``before``, if given), or an empty string."""
    sections = [s for s in ORDER if s in found and (not before or ORDER.index(s) < ORDER.index(before))]
    return next((s for s in reversed(sections) if name in found[s].outputs), "")
