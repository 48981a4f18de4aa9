"""From the inference section to an ``Inference``, in the order: said, a function, found from the dataflow."""

from __future__ import annotations

import ast

from nb2prod.analysis.inference.expressions import loaded_names, replace_expression, without_statement
from nb2prod.analysis.inference.function import find_function
from nb2prod.analysis.inference.model import ANSWER, RECORDS, Inference
from nb2prod.analysis.inference.request import Request, find_request, holder
from nb2prod.analysis.inference.response import Response, find_response
from nb2prod.analysis.inference.section import Section
from nb2prod.analysis.model import Dataflow, Kind
from nb2prod.analysis.room import room
from nb2prod.errors import Problem, UnusableInput
from nb2prod.notebook.model import Notebook

MOST_ROW_SOURCES = 40


def find_inference(notebook: Notebook, flow: Dataflow) -> Inference:
    """Return what the inference section asks and answers.

    Raises ``UnusableInput`` where there is no such section, where what is said in the cell's metadata is not there,
    or where two answers are equally good.
    """
    with room():  # values may be made of each other, one after the other, hundreds of statements long
        return _find(notebook, flow)


def _find(notebook: Notebook, flow: Dataflow) -> Inference:
    section = Section(notebook, flow)
    if not section.tagged:
        remedy = "tag the cell that tries the model on a row, in JupyterLab or by the first line `# nb2prod: inference`"
        hints = "".join(f"; {hint}" for hint in notebook.hints)
        what = "no cell is tagged `inference`, so there is nothing to serve"
        raise UnusableInput(Problem(what, notebook.path.name, remedy + hints))
    said = _said(section)
    found = None if said else find_function(section)
    if found is None:
        request = _said_request(section, said["input"]) if "input" in said else find_request(section)
        response = _said_response(section, said["output"]) if "output" in said else find_response(section, request)
        if "input" not in said and _reads_table_beside(section, request, response):
            request = Request((holder(section, request),))
            response = response if "output" in said else find_response(section, request)
        found = _describe(section, request, response, "said" if said else "found")
    return _with_row_sources(section, found)


def _reads_table_beside(section: Section, request: Request, response: Response) -> bool:
    """Return whether the answer takes more from the table that the request is chosen from, as the column that says
    which row it is: ``pd.DataFrame({"id": test.id, "price": model.predict(test.drop(columns="id"))})``."""
    if request.expression is None or not holder(section, request) or request.steps:
        return False
    root, wanted = holder(section, request), ast.dump(request.expression)
    outside = section.outer_sources(request.used_by, root)
    for index in _body(section, request, response, []):
        node: ast.AST = section.flow.statements[index].node
        if index == response.statement and response.expression is not None and response.alone:
            node = response.expression
        if root in _names_beside(node, wanted) and section.outer_sources(index, root) == outside:
            return True
    return False


def _names_beside(node: ast.AST, wanted: str) -> set[str]:
    """Return the names that are read below ``node``, those in the expression of which ``wanted`` is the dump left
    out."""
    if isinstance(node, ast.expr) and ast.dump(node) == wanted:
        return set()
    own = {node.id} if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) else set()
    return own.union(*(_names_beside(child, wanted) for child in ast.iter_child_nodes(node)))


def _said(section: Section) -> dict[str, str]:
    said: dict[str, str] = {}
    for cell in section.cells:
        for key, value in cell.options.items():
            if key in {"input", "output"}:
                said[key] = str(value)
    return said


def _said_request(section: Section, name: str) -> Request:
    names = tuple(part.strip() for part in name.split(","))
    defined = []
    for part in names:
        inner = [i for i, s in section.inside.items() if part in s.facts.definitions]
        outer = part in section.flow.final or any(part in s for s in section.flow.sources)
        if not inner and not outer:
            raise UnusableInput(_not_there("input", part, section))
        defined += inner[:1]
    return Request(names, tuple(defined))


def _said_response(section: Section, name: str) -> Response:
    for index, statement in reversed(section.inside.items()):
        if name in statement.facts.definitions | statement.facts.mutations:
            return Response(index, name=name)
    raise UnusableInput(_not_there("output", name, section))


def _not_there(key: str, name: str, section: Section) -> Problem:
    known = ", ".join(sorted({n for s in section.inside.values() for n in s.facts.definitions})) or "none"
    return Problem(
        f"the cell's metadata names `{name}` as {key}, but no such name is there",
        section.cells[0].label,
        f"name one of: {known}",
    )


def _describe(section: Section, request: Request, response: Response, how: str) -> Inference:
    flow = section.flow
    names, setup = request.names, ""
    rewritten: dict[int, str] = {}
    for step in request.steps:
        inner = step.call.args[0] if isinstance(step.call.args[0], ast.Name) else ast.Name(RECORDS, ast.Load())
        text = f"{step.name} = {ast.unparse(ast.Call(step.call.func, [inner], step.call.keywords))}"
        if ast.dump(ast.parse(text)) != ast.dump(ast.parse(flow.statements[step.statement].source)):
            rewritten[step.statement] = text
    if request.made_from is not None:
        setup = f"{RECORDS} = {ast.unparse(request.made_from)}"
    if request.hoisted is not None:
        setup = ast.unparse(request.hoisted)
        rewritten[request.used_by] = without_statement(flow.statements[request.used_by].source, request.hoisted)
    if request.expression is not None:
        names = (RECORDS,)
        setup = f"{RECORDS} = {ast.unparse(request.expression)}"
    setup_statements = [
        i
        for i in sorted(flow.ancestors(request.defined_by))
        if i in section.inside and flow.statements[i].kind not in {Kind.FUNCTION, Kind.CLASS}
    ]
    body = _body(section, request, response, setup_statements)
    body = sorted({*body, *(step.statement for step in request.steps)})
    if request.expression is not None:
        for index in [request.used_by, *(i for i in body if i != request.used_by)]:
            source = flow.statements[index].source
            if index == request.used_by or _mentions(source, request.expression):
                rewritten[index] = _replaced(section, index, source, request.expression, RECORDS)
    output = response.name
    if response.expression is not None:
        output = ANSWER if ANSWER not in names else f"{ANSWER}_"
        _name_the_answer(section, response, request, names, rewritten, output)
    run = "\n".join(rewritten.get(i, flow.statements[i].source) for i in body)
    made = "\n".join(flow.statements[i].source for i in setup_statements)
    return Inference(
        how=how,
        inputs=names,
        output=output,
        body=tuple(body),
        first=min([*request.defined_by, *body]),
        after_cell=max(flow.statements[i].cell for i in [*request.defined_by, *body]),
        setup="\n".join(part for part in (made, setup) if part),
        run=run,
        rewritten=rewritten,
        row_sources=tuple(
            n for i in [*setup_statements, *([request.used_by] if setup else [])] for n in _data(section, i)
        ),
    )


def _data(section: Section, index: int) -> list[str]:
    return sorted(n for n in section.reads(section.flow.statements[index].node, index) if section.is_data(index, n))


def _body(section: Section, request: Request, response: Response, setup: list[int]) -> list[int]:
    needed = section.flow.ancestors(_roots(section, response), stop=request.defined_by) | {response.statement}
    own = set(request.defined_by)
    made_only = set(setup) - own - _needed_otherwise(section, needed, own, request)
    fits = {i for i in needed if i in section.inside and i not in own and section.fits(i)}
    kept = [i for i in sorted(needed) if i in section.inside and i not in own and i not in made_only | fits]
    only_fitted = section.flow.ancestors(fits) - _reached(section, response.statement, fits | own)
    return [i for i in kept if i not in only_fitted]


def _roots(section: Section, response: Response) -> set[int]:
    """Return the statements that make the answer: where only a part of one is wanted, those that the part needs."""
    if not response.alone or response.expression is None:
        return {response.statement}
    sources = section.flow.sources[response.statement]
    return {s for name in loaded_names(response.expression) for s in sources.get(name, ())}


def _reached(section: Section, start: int, stop: set[int]) -> frozenset[int]:
    """Return what the statement needs by ways that do not lead through ``stop``."""
    return section.flow.ancestors([start], stop=stop) - stop


def _needed_otherwise(section: Section, needed: frozenset[int], own: set[int], request: Request) -> set[int]:
    """Return what the body needs by other ways than through the request."""
    direct: set[int] = set()
    for index in needed - own:
        if index not in section.inside:
            continue
        for name, sources in section.flow.sources[index].items():
            if name not in request.names:
                direct |= set(sources)
    return set(section.flow.ancestors(direct - own, stop=own))


def _name_the_answer(
    section: Section,
    response: Response,
    request: Request,
    names: tuple[str, ...],
    rewritten: dict[int, str],
    output: str,
) -> None:
    """Give the answer a name, in the text of the statement that computes it."""
    assert response.expression is not None
    statement = section.flow.statements[response.statement]
    text = ast.unparse(response.expression)
    if request.expression is not None and _mentions(text, request.expression):
        text = replace_expression(text, request.expression, names[0])
    if isinstance(statement.node, ast.Expr) or response.alone:
        rewritten[statement.index] = f"{output} = {text}"
    else:
        source = rewritten.get(statement.index, statement.source)
        rewritten[statement.index] = f"{source}\n{output} = {text}"


def _mentions(source: str, expression: ast.expr) -> bool:
    wanted = ast.dump(expression)
    return any(ast.dump(node) == wanted for node in ast.walk(ast.parse(source)) if isinstance(node, ast.expr))


def _replaced(section: Section, index: int, source: str, expression: ast.expr, name: str) -> str:
    try:
        return replace_expression(source, expression, name)
    except LookupError:
        raise UnusableInput(
            Problem(
                f"the request `{ast.unparse(expression)}` is spelled out inside an f-string",
                section.at(section.flow.statements[index]),
                "give it a name in a line of its own, for example `sample = ...`",
            )
        ) from None


def _with_row_sources(section: Section, found: Inference) -> Inference:
    """Add the variables that more rows may be drawn from: what flowed into the request first, then test data, then
    whatever else was there before."""
    before: dict[str, None] = {}
    for statement in reversed(section.flow.statements[: found.first]):
        if statement.kind in {Kind.IMPORT, Kind.FUNCTION, Kind.CLASS}:
            continue
        before.update(dict.fromkeys(sorted(statement.facts.definitions)))
    held_out = [n for n in before if any(word in n.lower() for word in ("test", "valid", "holdout", "val_"))]
    own = [n for n in found.inputs if n not in found.setup]
    ordered = dict.fromkeys([*own, *found.row_sources, *held_out, *before])
    names = tuple(n for n in ordered if not n.startswith(("<", "_")))[:MOST_ROW_SOURCES]
    return Inference(**{**found.__dict__, "row_sources": names})
