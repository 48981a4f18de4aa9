"""What the plan says to people: what came along and why, what stayed behind."""

from __future__ import annotations

import ast
from collections.abc import Mapping

from nb2prod.analysis.suggest.doubted_scores import Measure, said_of_measures
from nb2prod.plan.graph import Graph
from nb2prod.plan.interface import Interface
from nb2prod.plan.model import CameAlong
from nb2prod.plan.partition import ORDER, Partition
from nb2prod.plan.request import Request

CLOCK = frozenset({"now", "today", "utcnow"})
"""Methods that read the clock."""

MOST_TOLD = 3


def came_along(graph: Graph, parts: Partition, found: Mapping[str, Interface]) -> tuple[CameAlong, ...]:
    """Return the cells that went into a section which is not the one they are tagged with, and what for."""
    rows: dict[tuple[int, str], list[str]] = {}
    judging: set[int] = set()
    places = [(section, i) for section in ORDER for i in parts.sections[section]]
    places += [("inference", i) for i in parts.body]
    for section, index in places:
        statement = graph.flow.statements[index]
        if graph.notebook.cells[statement.cell].section == section:
            continue
        if index in graph.judging and section == "evaluation":
            judging.add(statement.cell)
            continue
        names = sorted((statement.facts.definitions | statement.facts.mutations) - {"_"})
        seen = graph.flow.seen.get(index, frozenset())
        named = [f"`{n}` (seen in the run)" if n in seen else f"`{n}`" for n in names if not n.startswith("<")]
        if names and not named:
            named = ["the state of a random generator"]
        rows.setdefault((statement.cell, section), []).extend(named)
    told = []
    for cell, section in sorted({*rows, *((cell, "evaluation") for cell in judging)}):
        tag = graph.notebook.cells[cell].section
        tagged = f"tagged {tag}" if tag else "untagged"
        made = ", ".join(dict.fromkeys(rows.get((cell, section), [])))
        does = [f"defines or changes {made}"] if made else []
        if not does or (section == "evaluation" and cell in judging):
            does.append("judges the model")
        told.append(CameAlong(cell, section, f"{tagged}, went into {section}: it {' and '.join(does)}"))
    return tuple(told)


def unmeasured(request: Request, parts: Partition) -> tuple[str, ...]:
    """Return a note where the notebook measures its model and the repository does not; nothing where both do or
    neither does."""
    if parts.metrics:
        return ()
    graph, found = request.graph, list[str]()
    for each in request.judgements:
        model = f"`{each.model}`" if each.model else "the model"
        gives = f"inside `{each.within}`, which returns" if each.within else "and shows"
        how = each.obstacle or f"{gives} no number that could be kept"
        by = f" by `{each.call}`" if each.call else ""
        found.append(f"{graph.place(each.statement)} measures {model}{by} {how}")
    cells = [cell for cell in request.notebook.cells if cell.section == "evaluation"]
    found += [f"{cell.label}, tagged `evaluation`, shows no number that could be kept" for cell in cells]
    if not found:
        return ()
    more = f"; and {len(found) - MOST_TOLD} more" if len(found) > MOST_TOLD else ""
    return (
        f"nothing in the repository measures how good the model is: {'; '.join(found[:MOST_TOLD])}{more}. "
        "Measure it in a cell tagged `evaluation`, behind the training, and give each number a name, as in "
        "`accuracy = accuracy_score(y_test, model.predict(X_test))`",
    )


def measured(request: Request, parts: Partition) -> tuple[str, ...]:
    """Return notes on numbers that do not say how good the model that is served is for new rows."""
    texts = {metric.name: metric.expression for metric in request.shown_metrics}
    found = [
        Measure(name, index, texts.get(name, ""))
        for name, sources in parts.metrics.items()
        for index in sorted(sources)
    ]
    return said_of_measures(request.notebook, request.flow, request.inference, found)


def left_out(graph: Graph, parts: Partition, added: frozenset[str]) -> tuple[str, ...]:
    """Return the statements of tagged cells that may have effects and went nowhere, with their places, without those
    for the ``added`` names, which its user did not write."""
    statements = [graph.flow.statements[i] for i in parts.left_out]
    return tuple(
        f"{graph.place(s.index)}: {s.source.strip().splitlines()[-1][:100]}"
        for s in statements
        if not (s.facts.definitions | s.facts.references) & added
    )


def by_the_clock(inference: str) -> tuple[str, ...]:
    """Return a note where the code that answers reads the clock: what it answers changes from day to day."""
    calls = (node for node in ast.walk(ast.parse(inference)) if isinstance(node, ast.Call))
    found = [ast.unparse(call) for call in calls if getattr(call.func, "attr", "") in CLOCK and not call.args]
    if not found:
        return ()
    return (
        f"answers depend on the day: `{found[0]}` is read for each request, so the same record gets another answer "
        "later, and the repository's own tests may fail then. Take the date from the request, or give it a name in a "
        "training cell, as in `as_of = pd.Timestamp.now()`, to have it frozen",
    )
