"""The inference section of a suggestion: the notebook's own where a service can be made of it, else a built cell."""

from __future__ import annotations

import ast
from dataclasses import replace
from itertools import islice

from nb2prod.analysis.dataflow import analyse
from nb2prod.analysis.inference import Inference, find_inference
from nb2prod.analysis.inference.expressions import loaded_names
from nb2prod.analysis.model import Dataflow
from nb2prod.analysis.suggest.answers.following import Following
from nb2prod.analysis.suggest.answers.in_functions import is_asked_of_arguments
from nb2prod.analysis.suggest.answers.paths import AnswerPaths, Path, is_for_all
from nb2prod.analysis.suggest.answers.printing import answering_function
from nb2prod.analysis.suggest.applying import Applied, is_written_down
from nb2prod.analysis.suggest.asking import Asking
from nb2prod.analysis.suggest.model import CellSuggestion, InferenceCell
from nb2prod.analysis.suggest.roles import load_roles
from nb2prod.analysis.suggest.sections import Sections
from nb2prod.analysis.suggest.unset import unset_names
from nb2prod.analysis.suggest.values import Story, Use
from nb2prod.errors import UnusableInput
from nb2prod.notebook.model import Cell, Notebook

MOST_TRIED = 4
"""Ways to ask the model that are tried; each is analysed as if it stood in the notebook."""


def find_or_build(
    notebook: Notebook, flow: Dataflow, story: Story, sections: Sections
) -> tuple[InferenceCell | None, str]:
    """Return the inference cell to be added, or why there is none; neither where the notebook has its own.

    ``sections`` learns which of the notebook's own cells will not do, and which rows the built cell asks about.
    """
    if any(cell.section == "inference" for cell in notebook.cells):
        return None, ""
    own, asking = sections.inference, Asking(flow, story, sections.served)
    if sections.served.applied:
        if _own_cell_by_hand(notebook, flow, sections) is not None:
            return None, ""
        return _ask_only(notebook, sections, asking, None)
    paths = AnswerPaths(flow, story, sections.served, asking.free_names(), asking.other_rows())
    if asking.is_asked_for_dates:
        sections.inference = None
        return _ask_only(notebook, sections, asking, own)
    ways = paths.found()
    sections.warnings = paths.warnings(ways)
    best = ways[0] if ways else None
    if (
        own is not None
        and not _asks_about_words(flow, own)
        and _own_will_do(notebook, flow, sections, own, best, paths)
    ):
        if best is not None:
            sections.also_serve(best.members)
        found = _inference(tagged(notebook, sections.result()), flow)
        sections.warnings = paths.warnings(ways, made=found.output if isinstance(found, Inference) else "")
        return None, ""
    sections.inference = None
    if best is not None and best.final.inside:
        function = _function(notebook, flow, sections, own, paths)
        if function is not None:
            return function
    if best is not None and (own is not None or not best.is_plain):
        for way in [way for way in ways if best.is_plain or not way.is_plain][:MOST_TRIED]:
            built = _as_built(notebook, sections, way, paths)
            if built is not None:
                sections.leave(own)
                sections.also_serve(way.members)
                if paths.tier(way.final) < paths.tier(best.final):
                    sections.warnings = (*sections.warnings, paths.not_taken(best, way))
                if not way.choice.literal:
                    sections.ask_about(way.choice.rows.text, way.choice.rows.statement)
                return built, ""
        if best.is_decision:
            sections.warnings = (*sections.warnings, paths.not_taken(best))
    answered = _function(notebook, flow, sections, own, paths) or _in_batches(notebook, sections, asking, own)
    return answered or _ask_only(notebook, sections, asking, own)


def _in_batches(
    notebook: Notebook, sections: Sections, asking: Asking, own: Use | None
) -> tuple[InferenceCell, str] | None:
    """Return a cell that answers as a loop over batches does; ``None`` where there is no such loop."""
    for built, rows in islice(asking.in_batches(), MOST_TRIED):
        found = _inference_of_built(notebook, sections.result(), built)
        if isinstance(found, Inference) and found.inputs == (built.request,):
            sections.leave(own)
            sections.ask_about(rows.text, rows.statement)
            return built, ""
    return None


def _function(
    notebook: Notebook, flow: Dataflow, sections: Sections, own: Use | None, paths: AnswerPaths
) -> tuple[InferenceCell, str] | None:
    """Return a cell with a function that returns what one of the notebook's only prints; ``None`` where none does."""
    for built in islice(answering_function(flow, paths.following, sections.served), MOST_TRIED):
        found = _inference_of_built(notebook, sections.result(), built)
        if isinstance(found, Inference) and found.function == built.request:
            sections.leave(own)
            return built, ""
    return None


def _ask_only(
    notebook: Notebook, sections: Sections, asking: Asking, own: Use | None
) -> tuple[InferenceCell | None, str]:
    """Return a cell that only asks the model."""
    if own is None and asking.several_inputs:
        return None, _told_of_inputs(
            sections.served.name, asking.several_inputs, asking.asked_for(asking.several_inputs)
        )
    cells = sections.result()
    for built, rows in islice(asking.ways(), MOST_TRIED):
        if isinstance(_inference_of_built(notebook, cells, built), Inference):
            if own is not None:
                sections.refused = own.cell
            if rows is not None:
                sections.ask_about(rows.text, rows.statement)
            return built, ""
    sections.inference = own
    if own is not None:
        return None, ""
    name, through = sections.served.name, sections.served.fit.through
    where = f": those that it saw live inside `{through[0]}`, which could return some too" if through else ""
    if sections.served.applied:
        return None, (
            f"no cell only applies `{name}`, and no rows that it could be asked about are left. Add a cell "
            "that asks about one: `sample = ...`, then `prediction = ...` in one expression or by a function."
        )
    return None, (
        f"no cell only asks `{name}`, and no rows that it could be asked about are left{where}. Add a cell that asks "
        f"it: `sample = ...`, then `prediction = {name}.predict(sample)`."
    )


def _told_of_inputs(name: str, inputs: str, answer: str) -> str:
    function = f"`def predict({inputs}): ...` that returns `{answer}`"
    return (
        f"`{name}` is asked about several things at once, `{name}({inputs})`, and no cell asks it about a table. Add a "
        f"cell with {function}, and its call for one example, or a cell that makes them of some rows of a table: "
        "`sample = df[:20]`"
    )


def _asks_about_words(flow: Dataflow, own: Use) -> bool:
    """Return whether a cell asks about a matrix that a text tool has made in another cell."""
    made = own.data.value.made_first if own.data is not None else None
    if made is None or made.tool.value.path not in load_roles().text_tools:
        return False
    return flow.statements[made.statement].cell != own.cell


def _own_will_do(
    notebook: Notebook, flow: Dataflow, sections: Sections, own: Use, best: Path | None, paths: AnswerPaths
) -> bool:
    """Return whether a service of the notebook's own cell answers what the notebook presents, by itself or with the
    cells that go on with its answers; ``sections`` knows those then."""
    found = _inference(tagged(notebook, sections.result()), flow)
    plain = best is None or best.is_plain
    if not isinstance(found, Inference):
        return plain and _is_settled(notebook, flow, sections, own)
    if not is_for_all(found) and best is not None:
        return False
    if found.function and not _is_asked_of_arguments(flow, paths.following, found):
        return False
    if best is None:
        return True
    if plain:
        there = flow.statements[best.final.place].cell == own.cell and best.is_decision
        return bool(found.function) or not there or best.asks <= set(found.body)
    if best.is_in(found, flow):
        return True
    busy = {use.cell for use in sections.story.uses if use.kind == "judge"} | set(sections.fits_in)
    sections.going_on = best.cells(flow) - busy - {own.cell}
    if sections.going_on and best.is_all_of(sections.going_on, flow):
        found = _inference(tagged(notebook, sections.result()), flow)
        if isinstance(found, Inference) and best.is_in(found, flow):
            return True
    sections.going_on = set()
    return False


def _is_asked_of_arguments(flow: Dataflow, following: Following, found: Inference) -> bool:
    nodes = [s.node for s in flow.statements if isinstance(s.node, ast.FunctionDef) and s.node.name == found.function]
    return not nodes or is_asked_of_arguments(following, nodes[-1], found.inputs)


def _as_built(notebook: Notebook, sections: Sections, way: Path, paths: AnswerPaths) -> InferenceCell | None:
    """Return the cell for a way, of which a service asks about its rows and answers its answer; ``None`` where none
    does."""
    for function in (False, True):
        built = paths.cell(way, function=function)
        if built is None:
            return None
        found = _inference_of_built(notebook, sections.result(), built)
        if isinstance(found, Inference) and found.inputs == (built.request,) and found.output == paths.prediction:
            return built
    return None


def _own_cell_by_hand(notebook: Notebook, flow: Dataflow, sections: Sections) -> Use | None:
    """Let the notebook's own cell be the inference section in which learnt values are applied to a request that is
    made there; return what it asks, ``None`` where no cell does."""
    served = sections.served
    judged = {use.cell for use in served.uses if use.kind == "judge"} | sections.story.drawing
    for index, applied in served.applied:
        use = next(use for use in served.uses if use.statement == index and use.kind == "answer")
        if use.cell in judged or use.cell == served.fit.cell or index <= served.fit.statement:
            continue
        sections.inference, sections.options = use, {}
        made = spelled_in_cell(flow, index, applied)
        definitions = sorted(flow.statements[index].facts.definitions)
        if made and len(definitions) == 1 and not notebook.cells[use.cell].options:
            sections.options = {"input": made, "output": definitions[0]}
        elif applied.rows is not None:
            continue
        if not _problem(tagged(notebook, sections.result()), flow):
            return use
    sections.inference, sections.options = None, {}
    return None


def spelled_in_cell(flow: Dataflow, index: int, applied: Applied) -> str:
    """Return the name of the one value, written down in the cell of a statement, that its rows are made of there;
    empty where it is not that easy."""
    cell = flow.statements[index].cell
    inside = {i for i in flow.ancestors([index]) if flow.statements[i].cell == cell and i != index}
    given = applied.rows or ast.Constant(None)
    start = {s for name in loaded_names(given) for s in flow.sources[index].get(name, ())}
    found = {
        name
        for i in sorted(flow.ancestors(start) & inside)
        for name in flow.statements[i].facts.definitions
        if is_written_down(getattr(flow.statements[i].node, "value", None))
    }
    return found.pop() if len(found) == 1 else ""


def _is_settled(notebook: Notebook, flow: Dataflow, sections: Sections, own: Use) -> bool:
    """Return whether a cell that asks about several things does once it is said which of them is meant; say it."""
    asked = own.data.text if own.data is not None else ""
    definitions = sorted(flow.statements[own.statement].facts.definitions)
    if not asked.isidentifier() or len(definitions) != 1 or notebook.cells[own.cell].options:
        return False
    sections.options = {"input": asked, "output": definitions[0]}
    if _problem(tagged(notebook, sections.result()), flow):
        sections.options = {}
    return bool(sections.options)


def tagged(notebook: Notebook, cells: list[CellSuggestion]) -> Notebook:
    """Return the notebook as it would be with the suggested tags."""
    pairs = zip(notebook.cells, cells, strict=True)
    return replace(
        notebook,
        cells=tuple(
            c if c.section is not None else replace(c, section=s.section, options=c.options or s.options)
            for c, s in pairs
        ),
    )


def with_cell(notebook: Notebook, built: InferenceCell) -> Notebook:
    """Return the notebook as it would be with the built cell."""
    cells = list(notebook.cells)
    place = len(cells) if built.after is None else built.after + 1
    cells.insert(place, Cell(place, place, "built", built.source, built.source, "inference"))
    return replace(notebook, cells=tuple(replace(cell, index=i, position=i) for i, cell in enumerate(cells)))


def _inference_of_built(notebook: Notebook, cells: list[CellSuggestion], built: InferenceCell) -> Inference | str:
    """Return what would be served with a built cell; why nothing could, which a name is that nothing gives a value."""
    there = with_cell(tagged(notebook, cells), built)
    flow = analyse(there)
    place = len(notebook.cells) if built.after is None else built.after + 1
    unset = unset_names(flow, place)
    return f"nothing sets `{unset[0]}`" if unset else _inference(there, flow)


def _problem(notebook: Notebook, flow: Dataflow) -> str:
    """Return why nothing could be served from the notebook's inference section; empty where something can."""
    found = _inference(notebook, flow)
    return found if isinstance(found, str) else ""


def _inference(notebook: Notebook, flow: Dataflow) -> Inference | str:
    """Return what would be served from the notebook's inference section, or why nothing could."""
    try:
        return find_inference(notebook, flow)
    except UnusableInput as error:
        return error.problems[0].what
