"""Which statement goes into which function: the slices of data, training, evaluation and inference."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from nb2prod.analysis.inference import Inference
from nb2prod.analysis.inference.expressions import is_drawing, loaded_names
from nb2prod.analysis.model import Kind
from nb2prod.errors import Problem, UnusableInput
from nb2prod.plan.graph import Graph

ORDER = ("data", "training", "evaluation")


class Slice(StrEnum):
    """How much of the notebook is taken along."""

    TIDY = "tidy"
    """What the artifacts and the metrics need."""
    CONSERVATIVE = "conservative"
    """That, and every statement before the end of training that may have an effect."""


@dataclass(frozen=True)
class Partition:
    """Statements by function, in notebook order, and what flows from training to inference."""

    slice: Slice
    sections: Mapping[str, tuple[int, ...]]
    """``data``, ``training`` and ``evaluation``; functions that stay closures are listed in each that needs them."""
    body: tuple[int, ...]
    """Statements of ``predict``, closures included. For a function of the notebook: its definition and closures."""
    artifacts: Mapping[str, frozenset[int]]
    """Name to the statements that gave it the value that inference needs."""
    settings: tuple[str, ...]
    """Parameters that inference needs; their values travel with the model."""
    modes: Mapping[str, str]
    """Artifact to the mode that it has to be put into before it is saved, as nothing in training does it."""
    metrics: Mapping[str, frozenset[int]]
    """Name to the statements that give it the value that evaluation ends with."""
    left_out: tuple[int, ...]
    """Statements of tagged cells that may have effects and are in no function."""


def inference_needs(graph: Graph, inference: Inference) -> tuple[dict[str, frozenset[int]], set[int]]:
    """Return what answering needs from outside (name to statements), and the closures that go into ``predict``."""
    own = set(inference.body)
    outside: dict[str, frozenset[int]] = {}
    closures: set[int] = set()
    for index in inference.body:
        read = _names_left(graph, inference, index)
        for name, sources in graph.needs(index).items():
            if read is not None and name not in read:
                continue
            if inference.function and not _function_needs(graph, inference, index, name):
                continue
            if name in inference.inputs and not inference.function and not (sources & own):
                continue
            rest = sources - own
            closures |= {s for s in rest if graph.is_closure(s)}
            rest = frozenset(s for s in rest if not graph.is_floating(s))
            if rest and not (inference.inputs and rest <= _request_chain(graph, inference)):
                outside[name] = outside.get(name, frozenset()) | rest
    return outside, closures


def _names_left(graph: Graph, inference: Inference, index: int) -> set[str] | None:
    """Return the names that a statement needs which was rewritten for ``predict``, what its functions read included;
    ``None`` where it stands as it was."""
    text = inference.rewritten.get(index)
    if text is None:
        return None
    found: set[str] = set()
    waiting = loaded_names(ast.parse(text)) | {n for n in graph.needs(index) if n.startswith("<")}
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            for source in graph.needs(index).get(name, ()):
                if graph.is_floating(source):
                    facts = graph.flow.statements[source].facts
                    waiting |= facts.deferred | facts.references
    mentioned = {node.id for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Name)}
    return found | (graph.flow.statements[index].facts.mutations & mentioned)


def _request_chain(graph: Graph, inference: Inference) -> frozenset[int]:
    """Return the statements inside that only make the request."""
    if inference.function:
        return frozenset()
    return frozenset(
        i
        for i in range(inference.first, min(inference.body, default=inference.first))
        if graph.notebook.cells[graph.flow.statements[i].cell].section == "inference"
        and graph.flow.statements[i].facts.definitions & set(inference.inputs)
    )


def _function_needs(graph: Graph, inference: Inference, index: int, name: str) -> bool:
    """Return whether the function that answers needs ``name``: by itself, through what it calls, or as an argument
    that is not part of the request."""
    if name == inference.function:
        return True
    reached: set[str] = set()
    waiting = [inference.function]
    while waiting:
        for source in graph.needs(index).get(waiting.pop(), frozenset()):
            facts = graph.flow.statements[source].facts
            fresh = (facts.deferred | facts.references) - reached
            reached |= fresh
            waiting += [n for n in fresh if any(graph.is_floating(s) for s in graph.needs(index).get(n, ()))]
    return name in reached or any(name in text for text in inference.bound.values())


def partition(
    graph: Graph,
    inference: Inference,
    metrics: Iterable[str],
    slice_: Slice,
    shown: Mapping[str, int],
    modes: Mapping[str, str],
) -> Partition:
    """Return the statements of each function; ``shown`` maps metrics that are only shown to the statements that do,
    ``modes`` objects to the mode that inference found them in.

    Raises ``UnusableInput`` where the sections cannot be put in order."""
    outside, closures = inference_needs(graph, inference)
    artifacts, settings = _artifacts_and_settings(graph, outside)
    switched = {name: graph.without_switches(name, artifacts[name]) for name in artifacts if modes.get(name)}
    needed_modes = {name: modes[name] for name, sources in switched.items() if sources != artifacts[name]}
    artifacts |= switched
    metric_roots = _metric_roots(graph, metrics, shown)
    fitted = _without_floating(graph, graph.ancestors(s for sources in artifacts.values() for s in sources))
    only_answering = _only_answering(graph, inference)
    fitted -= only_answering
    measured = _without_floating(graph, graph.ancestors(s for sources in metric_roots.values() for s in sources))
    kept = fitted | measured
    if slice_ is Slice.CONSERVATIVE:
        extra = _everything_before(graph, kept, inference)
        kept |= _without_floating(graph, graph.ancestors(extra)) - only_answering
        fitted |= {i for i in kept if _tag(graph, i) not in {"evaluation", "inference"}}
    places = _assign(graph, kept, fitted, artifacts, inference)
    sections = {}
    for number, section in enumerate(ORDER):
        chosen = {i for i, place in places.items() if place == number}
        sections[section] = tuple(sorted(chosen | _closures_for(graph, chosen)))
    own = set() if inference.function else set(inference.body) - graph.lifted
    body = tuple(sorted(own | closures))
    return Partition(
        slice=slice_,
        sections=sections,
        body=body,
        artifacts=artifacts,
        settings=settings,
        modes=needed_modes | {name: modes[name] for name in switched if _switches(graph, name, sections["evaluation"])},
        metrics=metric_roots,
        left_out=_left_out(graph, {*kept, *body, *inference.body}, inference),
    )


def _only_answering(graph: Graph, inference: Inference) -> set[int]:
    """Return the statements of ``predict`` that stand nowhere else; one that was taken from training stays there."""
    cells = graph.notebook.cells
    return {i for i in inference.body if cells[graph.flow.statements[i].cell].section in {"inference", None}}


def _switches(graph: Graph, name: str, statements: Iterable[int]) -> bool:
    """Return whether one of the statements puts the object into another mode."""
    return any(name in graph.flow.statements[index].facts.switched for index in statements)


def _tag(graph: Graph, index: int) -> str | None:
    """Return the tag of a statement's cell, which the conservative slice keeps to."""
    return graph.notebook.cells[graph.flow.statements[index].cell].section


def _without_floating(graph: Graph, indices: Iterable[int]) -> set[int]:
    return {i for i in indices if not graph.is_floating(i)}


def _artifacts_and_settings(
    graph: Graph, outside: Mapping[str, frozenset[int]]
) -> tuple[dict[str, frozenset[int]], tuple[str, ...]]:
    artifacts: dict[str, frozenset[int]] = {}
    settings: list[str] = []
    given = set(graph.parameters.values())
    for name, sources in sorted(outside.items()):
        if name.startswith("<") or all(graph.is_import(s) or s in graph.lifted for s in sources):
            continue
        if sources <= given:
            settings.append(name)
        else:
            artifacts[name] = sources
    return artifacts, tuple(settings)


def _metric_roots(graph: Graph, metrics: Iterable[str], shown: Mapping[str, int]) -> dict[str, frozenset[int]]:
    judging = [s.index for s in graph.flow.statements if graph.section(s.index) == "evaluation"]
    roots: dict[str, frozenset[int]] = {}
    for name in metrics:
        if name in shown:
            roots[name] = frozenset({shown[name]})
            continue
        own = [i for i in judging if name in _writes(graph, i)]
        tagged = [i for i in judging if i not in graph.judging]
        # A later cell of the section may change it through another name.
        last = own[-1] if own and own[-1] in graph.judging else max(tagged, default=-1)
        roots[name] = graph.flow.sources_after(last).get(name, frozenset()) if last >= 0 else frozenset()
    return {name: sources for name, sources in roots.items() if sources}


def _closures_for(graph: Graph, chosen: Collection[int]) -> set[int]:
    return {s for i in chosen for sources in graph.needs(i).values() for s in sources if graph.is_closure(s)}


def _everything_before(graph: Graph, kept: set[int], inference: Inference) -> set[int]:
    """Return the statements that may have an effect on what training makes, whether or not anybody saw them need it."""
    tagged = [s.index for s in graph.flow.statements if graph.notebook.cells[s.cell].section in {"data", "training"}]
    last = max([*tagged, *kept], default=-1)
    return {
        s.index
        for s in graph.flow.statements[: last + 1]
        if s.facts.effects
        and s.index not in inference.body
        and _tag(graph, s.index) in {"data", "training", "parameters", None}
        and not graph.is_boundary(s.index)
        and s.kind not in {Kind.FUNCTION, Kind.CLASS}
        and not is_drawing(s.node, set())
    }


def _assign(
    graph: Graph,
    kept: set[int],
    fitted: set[int],
    artifacts: Mapping[str, frozenset[int]],
    inference: Inference,
) -> dict[int, int]:
    """Return each statement's place in ``ORDER``, so that running the functions one after the other keeps every
    pair of statements that touch the same name in their order."""
    before = _constraints(graph, kept)
    after: dict[int, set[int]] = defaultdict(set)
    for later, earlier in before.items():
        for index in earlier:
            after[index].add(later)
    cap: dict[int, int] = {}
    for index in sorted(kept, reverse=True):
        own = 1 if index in fitted else 2
        cap[index] = min([own, *(cap[later] for later in after[index])])
    wish = _wishes(graph, kept, fitted, after)
    places: dict[int, int] = {}
    problems = []
    for index in sorted(kept):
        writes = _writes(graph, index)
        late = index > inference.first and bool(writes & set(artifacts)) and index not in fitted
        lowest = max([wish[index], *(places[earlier] for earlier in before.get(index, ()))])
        places[index] = 2 if late else min(cap[index], lowest)
        if late and cap[index] < 2:
            names = ", ".join(f"`{n}`" for n in sorted(writes & set(artifacts)))
            problems.append(
                Problem(
                    f"{names} is changed here, behind the inference section that already uses it, and training needs "
                    "the changed one as well",
                    graph.place(index),
                    "give the second object a name of its own",
                )
            )
    if problems:
        raise UnusableInput(problems)
    return places


def _wishes(graph: Graph, kept: set[int], fitted: set[int], after: Mapping[int, set[int]]) -> dict[int, int]:
    """Return the place that each statement's tag asks for; untagged ones go with the first that needs them."""
    wish: dict[int, int] = {}
    judged_in = {graph.flow.statements[index].cell for index in graph.judging}
    for index in sorted(kept, reverse=True):
        tag = graph.section(index)
        beside = graph.flow.statements[index].cell in judged_in and index not in graph.judging
        if beside and index not in fitted and after[index]:
            tag = None  # it may be there for the judging's sake
        if tag in ORDER:
            wish[index] = ORDER.index(tag)
        else:
            wish[index] = min([wish[later] for later in after[index]], default=1 if index in fitted else 2)
        if index in fitted:
            wish[index] = min(wish[index], 1)
    return wish


def _writes(graph: Graph, index: int) -> frozenset[str]:
    facts = graph.flow.statements[index].facts
    return facts.definitions | facts.mutations | facts.deletions


def _constraints(graph: Graph, kept: set[int]) -> dict[int, set[int]]:
    """Return for each statement the earlier ones that must not come after it: they made what it reads, or read or
    made what it overwrites."""
    before: dict[int, set[int]] = {}
    writers: dict[str, int] = {}
    readers: dict[str, set[int]] = defaultdict(set)
    for index in sorted(kept):
        needs = graph.needs(index)
        earlier = {s for sources in needs.values() for s in sources if s in kept}
        for name in _writes(graph, index):
            earlier |= readers[name]
            if name in writers:
                earlier.add(writers[name])
        before[index] = earlier - {index}
        for name in needs:
            readers[name].add(index)
        for name in _writes(graph, index):
            writers[name] = index
            readers[name] = {index} if name in needs else set()
    return before


def _left_out(graph: Graph, used: set[int], inference: Inference) -> tuple[int, ...]:
    return tuple(
        s.index
        for s in graph.flow.statements
        if s.index not in used
        and s.facts.effects
        and s.kind is Kind.OTHER
        and not graph.is_boundary(s.index)
        and graph.notebook.cells[s.cell].section in {*ORDER}
    )
