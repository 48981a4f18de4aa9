"""The inference section as a function: its parameters are the request, its return value the response."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from nb2prod.analysis.inference.expressions import PREDICTING, calls, loaded_names, returns_value, root_name
from nb2prod.analysis.inference.model import ANSWER, Inference
from nb2prod.analysis.inference.request import find_request
from nb2prod.analysis.inference.response import find_response
from nb2prod.analysis.inference.section import Section, choose
from nb2prod.analysis.model import Kind, Statement
from nb2prod.errors import Problem, UnusableInput


def find_function(section: Section) -> Inference | None:
    """Return the request and response where a function answers, ``None`` where none does.

    Raises ``UnusableInput`` where several functions could be meant, or the one is never called on an example.
    """
    defined = (s for s in section.tagged if isinstance(s.node, ast.FunctionDef) and returns_value(s.node))
    functions = {s.node.name: s for s in defined if isinstance(s.node, ast.FunctionDef)}
    if not functions:
        functions = _called_from_outside(section)
        if not functions:
            return None
        functions = _that_answer(section, functions)
        if not functions:
            return None
    name = _choose(section, functions)
    example = next(_examples(section, name), None)
    if example is None:
        raise UnusableInput(
            Problem(
                f"the function `{name}` of the inference section is never called on an example",
                section.at(functions[name]),
                f"call it once in the section, for example `{name}(...)`, so that there is a request to learn from",
            )
        )
    return _describe(section, functions[name], *example)


def _called_from_outside(section: Section) -> dict[str, Statement]:
    """Return the notebook's functions that the section calls, where it asks no model directly; those that are told
    the true answers only if there are no others."""
    found: dict[str, Statement] = {}
    measuring: dict[str, Statement] = {}
    for statement in section.tagged:
        for call in calls(statement.node):
            if getattr(call.func, "attr", "") in PREDICTING and _applied(call) is None:
                return {}
            name = _called(call)
            for source in section.flow.sources[statement.index].get(name, ()):
                definition = section.flow.statements[source]
                if definition.kind is Kind.OTHER:  # an object that is called, as torch modules are
                    return {}
                asked = isinstance(definition.node, ast.FunctionDef) and call.args + call.keywords
                if asked and returns_value(definition.node):
                    told = any(section.labels.read_in(argument) for argument in call.args)
                    (measuring if told else found)[name] = definition
    return found or measuring


def _called(call: ast.Call) -> str:
    """Return the name of the function that a call, or ``column.apply(function)``, asks for each value."""
    if isinstance(call.func, ast.Name):
        return call.func.id
    passed = _applied(call)
    return passed.id if passed is not None else ""


def _applied(call: ast.Call) -> ast.Name | None:
    """Return the function that ``column.apply(function)`` calls; rows of a table are no single values."""
    if not isinstance(call.func, ast.Attribute) or call.func.attr not in {"apply", "map"} or len(call.args) != 1:
        return None
    given = call.args[0]
    return given if isinstance(given, ast.Name) and not call.keywords else None


def _that_answer(section: Section, functions: dict[str, Statement]) -> dict[str, Statement]:
    """Return those of the functions whose value the section ends with: a function may be but a step on the way there.

    Where it cannot be told what the section ends with, as in a loop that prints, any of them may be meant.
    """
    try:
        response = find_response(section, find_request(section))
    except UnusableInput:
        return functions
    value = response.expression or getattr(section.flow.statements[response.statement].node, "value", None)
    if not isinstance(value, ast.expr):
        return functions
    one = _called(value) if isinstance(value, ast.Call) else ""
    if one not in functions:
        return {}
    needed = section.flow.ancestors([response.statement])
    called = {root_name(c.func) for s in section.tagged if s.index in needed for c in calls(s.node)}
    return {} if (called & functions.keys()) - {one} else {one: functions[one]}


def _choose(section: Section, functions: dict[str, Statement]) -> str:
    if "predict" in functions:
        return "predict"
    if len(functions) == 1:
        return next(iter(functions))
    called = [name for name in functions if next(_examples(section, name), None)]
    helpers = {n for s in functions.values() for n in s.facts.deferred if n in functions}
    outermost = [name for name in called if name not in helpers] or called
    if len(outermost) == 1:
        return outermost[0]
    where = section.at(next(iter(functions.values())))
    raise UnusableInput(
        choose("the function that answers a request", where, outermost or sorted(functions), "function")
    )


def _examples(section: Section, name: str) -> Iterator[tuple[Statement, ast.Call, str]]:
    """Yield the statements that call the function, the call, and source that gives its loop variables a value."""
    for statement in section.tagged:
        if statement.kind is Kind.FUNCTION:
            continue
        for call, loop in _calls_in_loops(statement.node, ""):
            if isinstance(call.func, ast.Name) and call.func.id == name:
                yield statement, call, loop
            elif isinstance(call.func, ast.Attribute) and (passed := _applied(call)) and passed.id == name:
                item = ast.Name("_item", ast.Load())
                receiver = ast.unparse(call.func.value)
                yield statement, ast.Call(passed, [item], []), f"_item = next(iter({receiver}))"


def _calls_in_loops(node: ast.AST, loop: str) -> Iterator[tuple[ast.Call, str]]:
    if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.Lambda):
        return
    if isinstance(node, ast.Call):
        yield node, loop
    if isinstance(node, ast.For):
        loop += f"for {ast.unparse(node.target)} in {ast.unparse(node.iter)}:\n    break\n"
    if isinstance(node, ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp):
        for generator in node.generators:
            loop += f"for {ast.unparse(generator.target)} in {ast.unparse(generator.iter)}:\n    break\n"
    for child in ast.iter_child_nodes(node):
        yield from _calls_in_loops(child, loop)


def _describe(section: Section, definition: Statement, statement: Statement, call: ast.Call, loop: str) -> Inference:
    assert isinstance(definition.node, ast.FunctionDef)
    passed = _bind(section, definition.node, statement, call)
    fitted = {name for name, value in passed.items() if _is_tool(section, statement, value)}
    inputs = tuple(name for name in passed if name not in fitted) or tuple(passed)
    bound = {name: ast.unparse(passed[name]) for name in passed if name not in inputs}
    needed = {n for value in passed.values() for n in loaded_names(value)} | loaded_names(ast.parse(loop))
    chain = _chain(section, statement, needed)
    setup = "\n".join(
        [section.flow.statements[i].source for i in chain]
        + ([loop.rstrip()] if loop else [])
        + [f"{name} = {ast.unparse(passed[name])}" for name in inputs if ast.unparse(passed[name]) != name]
    )
    arguments = ", ".join(f"{name}={bound.get(name, name)}" for name in passed)
    return Inference(
        how="function",
        inputs=inputs,
        output=ANSWER,
        body=(statement.index,),
        first=statement.index,
        after_cell=statement.cell,
        setup=setup,
        run=f"{ANSWER} = {definition.node.name}({arguments})",
        function=definition.node.name,
        bound=bound,
        row_sources=tuple(sorted(needed - set(inputs))),
    )


def _bind(section: Section, function: ast.FunctionDef, statement: Statement, call: ast.Call) -> dict[str, ast.expr]:
    """Return each parameter that the call passes, with the expression passed for it."""
    names = [a.arg for a in (*function.args.posonlyargs, *function.args.args)]
    passed: dict[str, ast.expr] = {}
    problem = None
    for name, value in zip(names, call.args, strict=False):
        passed[name] = value
        if isinstance(value, ast.Starred):
            problem = "passes its arguments with a star"
    for keyword in call.keywords:
        if keyword.arg is None:
            rest = [n for n in (*names, *(a.arg for a in function.args.kwonlyargs)) if n not in passed]
            for name in rest:
                passed[name] = ast.Subscript(keyword.value, ast.Constant(name), ast.Load())
        else:
            passed[keyword.arg] = keyword.value
    if len(call.args) > len(names) or problem:
        problem = problem or "takes any number of arguments"
        remedy = "give the function named parameters and call it with them"
        raise UnusableInput(Problem(f"the call of `{function.name}` {problem}", section.at(statement), remedy))
    if not passed:
        remedy = "give it the request as a parameter"
        raise UnusableInput(Problem(f"`{function.name}` is called without a request", section.at(statement), remedy))
    return passed


def _is_tool(section: Section, statement: Statement, value: ast.expr) -> bool:
    """Return whether an argument is a fitted object or a setting rather than what is asked."""
    if not isinstance(value, ast.Name):
        return False
    if section.inner_sources(statement.index, value.id):
        return False
    return bool(section.outer_sources(statement.index, value.id)) and not section.is_data(statement.index, value.id)


def _chain(section: Section, statement: Statement, names: set[str]) -> list[int]:
    """Return the statements inside that make the values of ``names`` at ``statement``."""
    start = [i for name in names for i in section.inner_sources(statement.index, name)]
    skipped = {Kind.FUNCTION, Kind.CLASS, Kind.IMPORT}
    return sorted(
        i
        for i in section.flow.ancestors(start)
        if i in section.inside and i < statement.index and section.flow.statements[i].kind not in skipped
    )
