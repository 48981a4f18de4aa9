"""Functions of the notebook that read its variables: given these as arguments, they can stand at module level."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterator, Mapping, Sequence

from nb2prod.analysis.model import Dataflow, Kind
from nb2prod.plan.write.text import insert_at


def freed_functions(
    flow: Dataflow,
    candidates: Mapping[str, int],
    is_code: Mapping[str, bool],
) -> dict[int, tuple[str, ...]]:
    """Return functions (by statement) that can take the variables they read as keyword-only arguments, and which.

    ``candidates`` are functions defined once, by name; ``is_code`` says of a name whether all that defines it is code
    at module level. A function qualifies where it is only ever called by its name, outside f-strings, and wherever it
    is called the variables mean the same: nothing around the call binds their names anew.
    """
    free: dict[str, set[str]] = {}
    for name, index in candidates.items():
        facts = flow.statements[index].facts
        node = flow.statements[index].node
        if isinstance(node, ast.FunctionDef) and _has_plain_signature(node):
            own = {n for n in facts.deferred if not is_code.get(n, False) and n != name}
            free[name] = own
    while True:
        kept = {name: set(names) for name, names in free.items() if _can_be_freed(flow, name, names, free)}
        for names in kept.values():
            for called in [n for n in names if n in kept]:
                names |= {n for n in kept[called] if n not in kept} | {called}
        if kept == free:
            break
        free = kept
    return {candidates[name]: tuple(sorted(n for n in names if n not in free)) for name, names in free.items()}


def _has_plain_signature(node: ast.FunctionDef) -> bool:
    separate = node.body[0].lineno > node.lineno
    scoped = any(isinstance(n, ast.Global | ast.Nonlocal) for n in ast.walk(node))
    return separate and not node.decorator_list and not scoped


def _can_be_freed(flow: Dataflow, name: str, names: set[str], free: Mapping[str, set[str]]) -> bool:
    variables = {n for n in names if n not in free}
    kinds = {s.kind for s in flow.statements if s.facts.definitions & variables}
    if not names or kinds & {Kind.FUNCTION, Kind.CLASS, Kind.IMPORT}:
        return False
    return all(
        _only_called(statement.node, name, variables)
        for statement in flow.statements
        if name in statement.facts.references | statement.facts.deferred or name in statement.facts.definitions
    )


def _only_called(tree: ast.AST, name: str, variables: Collection[str]) -> bool:
    called = {id(call.func) for call, bound in _calls_of(tree, name, frozenset()) if not bound & set(variables)}
    return all(id(mention) in called for mention in _mentions(tree, name))


def _mentions(tree: ast.AST, name: str) -> Iterator[ast.Name]:
    if _has_its_own(tree, name):
        return
    if isinstance(tree, ast.Name) and tree.id == name and isinstance(tree.ctx, ast.Load):
        yield tree
    for child in ast.iter_child_nodes(tree):
        yield from _mentions(child, name)


def _has_its_own(tree: ast.AST, name: str) -> bool:
    """Return whether a function defines another function of that name inside, which its calls mean."""
    inner = tree.body if isinstance(tree, ast.FunctionDef | ast.AsyncFunctionDef) else ()
    return any(isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef) and each.name == name for each in inner)


def _calls_of(tree: ast.AST, name: str, bound: frozenset[str]) -> Iterator[tuple[ast.Call, frozenset[str]]]:
    """Yield the calls of ``name`` outside f-strings that an argument can be added to, with the names that are bound
    anew around them."""
    if isinstance(tree, ast.JoinedStr) or _has_its_own(tree, name):
        return
    bound |= _bound_by(tree)
    if isinstance(tree, ast.Call) and isinstance(tree.func, ast.Name) and tree.func.id == name:
        alone = len(tree.args) == 1 and isinstance(tree.args[0], ast.GeneratorExp)
        if not alone:
            yield tree, bound
    for child in ast.iter_child_nodes(tree):
        yield from _calls_of(child, name, bound)


def _bound_by(node: ast.AST) -> frozenset[str]:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
        arguments = node.args
        every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
        names = {a.arg for a in [*every, *(a for a in (arguments.vararg, arguments.kwarg) if a)]}
        if not isinstance(node, ast.Lambda):
            names |= {n.id for n in ast.walk(node) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
        return frozenset(names)
    if isinstance(node, ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp):
        targets = [generator.target for generator in node.generators]
        return frozenset(n.id for target in targets for n in ast.walk(target) if isinstance(n, ast.Name))
    return frozenset()


def pass_arguments(source: str, freed: Mapping[str, Sequence[str]]) -> str:
    """Return ``source`` with the freed functions' arguments added to every call of them."""
    if not any(name in source for name in freed):
        return source
    tree = ast.parse(source)
    calls = [(call, names) for name, names in freed.items() for call, _ in _calls_of(tree, name, frozenset())]
    lines = source.encode().split(b"\n")
    insertions = []
    for call, names in calls:
        line, column = (call.end_lineno or call.lineno) - 1, (call.end_col_offset or 1) - 1
        text = ", ".join(f"{n}={n}" for n in names)
        insertions.append((line, column, ("" if _ends_with_comma(call, lines) else ", ") + text))
    return insert_at(source, insertions)


def _ends_with_comma(call: ast.Call, lines: Sequence[bytes]) -> bool:
    """Return whether nothing has to stand between the call's last argument and one that is added."""
    parts = [*call.args, *(keyword.value for keyword in call.keywords)]
    if not parts:
        return True
    last = max(parts, key=lambda part: (part.end_lineno or 0, part.end_col_offset or 0))
    end, stop = (last.end_lineno or 1) - 1, (call.end_lineno or 1) - 1
    rest = [lines[end][last.end_col_offset or 0 :], *lines[end + 1 : stop + 1]]
    if end == stop:
        rest = [lines[end][last.end_col_offset or 0 : (call.end_col_offset or 1) - 1]]
    return b"," in re.sub(rb"#.*", b"", b"\n".join(rest))


def with_parameters(source: str, annotated: Mapping[str, str]) -> str:
    """Return a function's source with keyword-only parameters added; ``annotated`` maps their names to annotations."""
    function = ast.parse(source).body[0]
    assert isinstance(function, ast.FunctionDef)
    for name, annotation in annotated.items():
        note = ast.parse(annotation, mode="eval").body if annotation else None
        function.args.kwonlyargs.append(ast.arg(name, note))
        function.args.kw_defaults.append(None)
    return _with_signature(source, function)


def with_annotations(source: str, annotated: Mapping[str, str], returns: str) -> str:
    """Return a function's source with its parameters and its result annotated."""
    function = ast.parse(source).body[0]
    assert isinstance(function, ast.FunctionDef)
    for argument in (*function.args.args, *function.args.kwonlyargs):
        if argument.arg in annotated:
            argument.annotation = ast.parse(annotated[argument.arg], mode="eval").body
    function.returns = ast.parse(returns, mode="eval").body
    return _with_signature(source, function)


def _with_signature(source: str, function: ast.FunctionDef) -> str:
    """Return a function's source with its signature as ``function`` has it now."""
    lines = source.split("\n")
    start = function.body[0].lineno - 1
    while not lines[start - 1].strip() or lines[start - 1].lstrip().startswith("#"):
        start -= 1
    returns = f" -> {ast.unparse(function.returns)}" if function.returns is not None else ""
    signature = f"def {function.name}({ast.unparse(function.args)}){returns}:"
    return "\n".join([*lines[: function.lineno - 1], signature, *lines[start:]])
