"""A notebook's statements, read in order, to the story of its models: what is fitted, what answers, what is judged."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from nb2prod.analysis.children import children_of
from nb2prod.analysis.knowledge import load_knowledge
from nb2prod.analysis.model import Dataflow, Statement
from nb2prod.analysis.room import room
from nb2prod.analysis.suggest.calls import Calls
from nb2prod.analysis.suggest.events import LABELS, TRAINING_DATA, Given, other_data
from nb2prod.analysis.suggest.expressions import reader_of
from nb2prod.analysis.suggest.roles import MODELS, Role
from nb2prod.analysis.suggest.values import NAMES, Seen, Story, Value
from nb2prod.notebook.model import SKIP, Notebook

DEEPEST = 6
MOST_STEPS = 3_000
"""Statements of functions that are read for one statement of the notebook."""


def read_story(notebook: Notebook, flow: Dataflow) -> Story:
    """Return what happens to models in ``notebook``. Nothing is executed."""
    reader = Reader(Story())
    with room():
        for statement in flow.statements:
            if notebook.cells[statement.cell].section != SKIP:
                reader.read(statement.index, statement.cell, statement.node)
                reader.bind_starred(statement)
                reader.note_scores(statement)
    story = reader.story
    story.variables = {name: seen.value for name, seen in reader.variables.items()}
    story.paths = {name: value.path for name, value in story.variables.items() if value.symbol}
    return story


class Reader(Calls):
    """Statements, functions and classes."""

    def __init__(self, story: Story) -> None:
        super().__init__(story)
        self.returned: list[list[Seen]] = []
        self.active: list[ast.AST] = []
        self.steps = 0
        self.global_names: list[frozenset[str]] = []

    def read(self, index: int, cell: int, node: ast.stmt) -> None:
        """Read one statement of the notebook."""
        self.statement, self.cell, self.steps = index, cell, 0
        before = len(self.story.fits)
        self.run(node)
        for fit in self.story.fits[before:]:
            fit.name = self.name_of(fit.model)

    def name_of(self, value: Value) -> str:
        """Return how a value can be had at the top level: a name, an element, an attribute."""
        found = self.text_of(value)
        if found:
            return found
        for name, seen in self.variables.items():
            for key, item in seen.value.items or ():
                if item is value:
                    return f"{name}[{key}]"
            for key, item in seen.value.attributes.items():
                if item is value and seen.value.instance:
                    return f"{name}.{key}"
        return ""

    # Statements.

    def run(self, node: ast.stmt) -> None:
        """Read a statement anywhere."""
        method = getattr(self, reader_of(type(node).__name__, "run"), None)
        if method is not None:
            method(node)
            return
        for each in children_of(node):
            self._run_part(each)

    def _run_part(self, node: object) -> None:
        if isinstance(node, ast.stmt):
            self.run(node)
        elif isinstance(node, ast.expr):
            self.evaluate(node)
        elif isinstance(node, ast.ExceptHandler | ast.match_case):
            self.run_all(node.body)

    def run_all(self, body: Iterable[ast.stmt]) -> None:
        """Read a block."""
        for each in body:
            self.run(each)

    def run_functiondef(self, node: ast.FunctionDef) -> None:
        """Bind a function."""
        self.bind(node.name, Seen(Value(node=node)))

    run_asyncfunctiondef = run_functiondef

    def run_classdef(self, node: ast.ClassDef) -> None:
        """Bind a class; its path is that of the library's class that it derives from."""
        bases = [self.evaluate(base).value for base in node.bases]
        path = next((base.path for base in bases if base.symbol), "")
        parents = tuple(base for base in bases if base.node is not None)
        path = path or next((base.path for base in parents if base.path), "")
        self.bind(node.name, Seen(Value(node=node, path=path, parts=parents)))

    def run_import(self, node: ast.Import) -> None:
        """Bind modules."""
        for alias in node.names:
            path = alias.name if alias.asname else alias.name.partition(".")[0]
            self._bind_symbol(alias.asname or path, path)

    def run_importfrom(self, node: ast.ImportFrom) -> None:
        """Bind what a module gives."""
        for alias in node.names:
            if alias.name != "*":
                self._bind_symbol(alias.asname or alias.name, f"{node.module or ''}.{alias.name}")

    def bind_starred(self, statement: Statement) -> None:
        """Bind what ``from module import *`` gives, as the dataflow found it in the module's source."""
        node = statement.node
        if isinstance(node, ast.ImportFrom) and any(alias.name == "*" for alias in node.names):
            for name in sorted(statement.facts.definitions):
                self._bind_symbol(name, f"{node.module or ''}.{name}")

    def note_scores(self, statement: Statement) -> None:
        """Note the names to which the statement gives what it measured."""
        for name in sorted(statement.facts.definitions):
            seen = self.variables.get(name)
            if seen is not None and seen.value.compared and seen.value.items is None and not seen.value.is_model:
                self.story.scores.setdefault(statement.index, {})[name] = seen.value.compared

    def _bind_symbol(self, name: str, path: str) -> None:
        self.bind(name, Seen(Value(path=load_knowledge().canonical(path), symbol=True), text=name))

    def run_assign(self, node: ast.Assign) -> None:
        """Bind targets."""
        seen = self.decided(self.evaluate(node.value))
        if _parts_rows(node.value):
            for _, part in seen.value.items or ():
                part.split = True
        for target in node.targets:
            self.assign(target, seen)

    def run_annassign(self, node: ast.AnnAssign) -> None:
        """Bind a target that has a type."""
        if node.value is not None:
            self.assign(node.target, self.evaluate(node.value))

    def run_augassign(self, node: ast.AugAssign) -> None:
        """Change a target."""
        value = self.evaluate(node.value)
        load = ast.parse(ast.unparse(node.target), mode="eval").body
        self.assign(node.target, self.derived([self.evaluate(load), value]))

    def run_for(self, node: ast.For) -> None:
        """Read a loop's body once for each element that is known."""
        self.loops += 1
        for element in self.elements(node.iter):
            self.assign(node.target, element)
            self.run_all(node.body)
        self.loops -= 1
        self.run_all(node.orelse)

    def run_if(self, node: ast.If) -> None:
        """Read both branches; where one ends the function, the rest of it depends on the test too."""
        self.deciding.append(self.evaluate(node.test).value.answers)
        self.run_all(node.body)
        self.run_all(node.orelse)
        if not (self.returned and node.body and isinstance(node.body[-1], ast.Return)):
            self.deciding.pop()

    def run_with(self, node: ast.With) -> None:
        """Read a block and what it opens."""
        for item in node.items:
            seen = self.evaluate(item.context_expr)
            if item.optional_vars is not None:
                self.assign(item.optional_vars, seen)
        self.run_all(node.body)

    def run_return(self, node: ast.Return) -> None:
        """Note what a function gives."""
        if self.returned:
            self.returned[-1].append(self.decided(self.evaluate(node.value)))

    def run_global(self, node: ast.Global) -> None:
        """Let assignments reach the notebook's variables."""
        if self.global_names:
            self.global_names[-1] |= frozenset(node.names)

    def _declared_global(self) -> frozenset[str]:
        return self.global_names[-1] if self.global_names else NAMES

    # Functions and classes of the notebook's.

    def own(self, callee: Seen, given: Given, bound: Seen | None = None) -> Seen:
        """Read a call of the notebook's own function or class, with what it does to its arguments."""
        node = callee.value.node
        if isinstance(node, ast.ClassDef):
            return self._instance(callee.value, node, given)
        self.steps += 1
        if node is None or node in self.active or len(self.active) >= DEEPEST or self.steps > MOST_STEPS:
            return self.derived(given.all())
        scope = _bound_parameters(node.args, given, bound)
        for name, default in _defaults(node.args):
            if name not in scope:
                scope[name] = self.evaluate(default)
        before = len(self.story.fits), len(self.story.uses)
        made = self._run_function(node, scope, given)
        if (len(self.story.fits), len(self.story.uses)) == before:
            self._judged_by_own(getattr(node, "name", ""), given, made)
        return made

    def _judged_by_own(self, name: str, given: Given, made: Seen) -> None:
        """Note that a function of the notebook's measures, by its name and by what it is handed: answers and truth."""
        if self.quiet or not self.roles.measures(name) or made.value.items is not None:
            return
        handed = [each.value for each in given.all() if each.value.lineage and not each.value.is_model]
        answers = frozenset().union(*(value.answers for value in handed))
        judged = {fit for fit in answers if any(fit not in value.answers for value in handed)}
        for fit in self.in_order(frozenset(judged)):
            self.use("judge", fit, name, None, "")
        made.value.compared |= judged
        made.value.score = made.value.score or bool(judged)

    def _run_function(
        self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda, scope: dict[str, Seen], given: Given
    ) -> Seen:
        outer = self.local[-1] if self.local else {}
        self.local.append({**outer, **scope})
        self.active.append(node)
        self.returned.append([])
        conditions = len(self.deciding)
        self.global_names.append(NAMES)
        self.within.append(getattr(node, "name", "") or (self.within[-1] if self.within else ""))
        if isinstance(node, ast.Lambda):
            self.returned[-1].append(self.evaluate(node.body))
        else:
            for each in node.body:
                self.steps += 1
                if self.steps > MOST_STEPS:
                    break
                self.run(each)
        del self.deciding[conditions:]
        self.within.pop()
        self.global_names.pop()
        returned = self.returned.pop()
        self.active.pop()
        self.local.pop()
        return self._given_back(returned, given)

    def _given_back(self, returned: list[Seen], given: Given) -> Seen:
        models = [seen for seen in returned if seen.value.is_model or seen.value.fits or seen.value.items]
        if models:
            return models[-1]
        made = self.derived(returned)
        value = returned[-1].value if returned else None
        if value is not None and (value.instance or value.made is not None or value.node is not None):
            return Seen(value, made.names, "")
        if not made.value.lineage:
            return self.new_source(made)
        if not made.names:
            return Seen(made.value, frozenset().union(*(each.names for each in given.all())))
        return made

    def _instance(self, definition: Value, node: ast.ClassDef, given: Given) -> Seen:
        made = Value(_role_of_class(definition, self), definition.path, node=node, instance=True)
        made.parts = definition.parts
        names = frozenset().union(*(each.names for each in given.all()))
        init = self.own_method(made, "__init__")
        if init is not None:
            self.own(Seen(Value(node=init)), given, bound=Seen(made))
        for name, each in given.keywords.items():
            made.attributes.setdefault(name, each.value)
        if made.role is Role.OWN and any(v.lineage for v in (each.value for each in given.all())):
            made.lineage = frozenset().union(*(each.value.lineage for each in given.all()))
        return Seen(made, names)

    def fit_own(self, method: ast.FunctionDef, receiver: Seen, name: str, node: ast.Call) -> Seen:
        """Read the fit of an object of one of the notebook's classes; what is fitted inside is its own affair."""
        given = self.given(node)
        fits, uses = len(self.story.fits), len(self.story.uses)
        self.own(Seen(Value(node=method)), given, bound=receiver)
        inner = self.story.fits[fits:]
        del self.story.fits[fits:], self.story.uses[uses:]
        data, labels = given.find(0, TRAINING_DATA), given.find(1, LABELS)
        if data is None and inner:
            data, labels = inner[-1].data, inner[-1].labels
        self.fitted(receiver, name, data, labels, others=other_data(given))
        for fit in inner:
            fit.outer = receiver.value.fits[-1]
        return receiver

    def own_method(self, value: Value, name: str) -> ast.FunctionDef | None:
        """Return the method of an object of one of the notebook's classes, its base classes included."""
        if not isinstance(value.node, ast.ClassDef):
            return None
        for each in value.node.body:
            if isinstance(each, ast.FunctionDef) and each.name == name:
                return each
        for parent in value.parts:
            if isinstance(parent.node, ast.ClassDef) and parent.node is not value.node:
                found = self.own_method(parent, name)
                if found is not None:
                    return found
        return None

    def is_estimator(self, value: Value) -> bool:
        """Return whether the object's class is fitted and answers."""
        return value.instance and value.role in MODELS and value.node is not None


def _parts_rows(node: ast.expr) -> bool:
    """Return whether an expression is two choices of rows of one table: ``t[~held_out], t[held_out]``."""
    if not isinstance(node, ast.Tuple) or len(node.elts) != 2:
        return False
    chosen = [each for part in node.elts for each in ast.walk(part) if isinstance(each, ast.Subscript)]
    tables = {ast.unparse(each.value) for each in chosen}
    columns = any(isinstance(each.slice, ast.Constant | ast.List) for each in chosen)
    return len(chosen) == 2 and len(tables) == 1 and not columns


def _role_of_class(definition: Value, reader: Reader) -> Role:
    """Return what the objects of one of the notebook's classes are for."""
    methods = reader.roles.methods
    role = reader.roles.role_of(definition.path)
    if role is Role.NETWORK:
        return role

    def has(names: frozenset[str]) -> bool:
        return any(reader.own_method(definition, name) is not None for name in sorted(names))

    fits, answers = has(methods["fit_own"]), has(methods["answer"])
    if fits and answers:
        return Role.MODEL
    if has(methods["change_data"]) and not answers:
        return Role.TOOL
    return role if role in MODELS else Role.OWN


def _bound_parameters(arguments: ast.arguments, given: Given, bound: Seen | None) -> dict[str, Seen]:
    names = [each.arg for each in (*arguments.posonlyargs, *arguments.args)]
    places = [*([bound] if bound is not None else []), *given.places]
    scope = dict(zip(names, places, strict=False))
    known = {*names, *(each.arg for each in arguments.kwonlyargs)}
    scope.update({name: seen for name, seen in given.keywords.items() if name in known})
    return scope


def _defaults(arguments: ast.arguments) -> list[tuple[str, ast.expr]]:
    names = [each.arg for each in (*arguments.posonlyargs, *arguments.args)]
    found = list(zip(names[len(names) - len(arguments.defaults) :], arguments.defaults, strict=True))
    keywords = zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
    return found + [(each.arg, default) for each, default in keywords if default is not None]
