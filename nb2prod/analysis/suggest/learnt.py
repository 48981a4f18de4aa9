"""A notebook to what it learns without a library's model: coefficients, weights, centres, in variables of its own."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from nb2prod.analysis.inference.expressions import calls, loaded_names, root_name
from nb2prod.analysis.knowledge import load_knowledge
from nb2prod.analysis.model import Dataflow, Kind, Statement
from nb2prod.analysis.suggest.learning_loops import learns, learnt_in, own_calls
from nb2prod.analysis.suggest.roles import Roles, load_roles
from nb2prod.notebook.called import called_name

CODE = frozenset({Kind.IMPORT, Kind.FUNCTION, Kind.CLASS})
DEEPEST = 4
LOOP, GRADIENTS, LINE = "step by step in a loop", "by following gradients", "as a line through the means"


@dataclass
class Learnt:
    """Which statements learn which names, and how. ``origin`` leads from those that only pass on what was learnt, as
    ``w = params["w"]`` does, to the one that learns it."""

    flow: Dataflow
    functions: dict[str, ast.FunctionDef] = field(default_factory=dict)
    names: dict[int, frozenset[str]] = field(default_factory=dict)
    how: dict[int, str] = field(default_factory=dict)
    origin: dict[int, int] = field(default_factory=dict)
    fitted_functions: frozenset[str] = frozenset()
    """The notebook's functions whose coefficients are fitted, as by ``curve_fit(f, x, y)``."""

    def is_code(self, name: str, at: int) -> bool:
        """Return whether a name is a module, a function or a class at a statement, or nothing of the notebook's."""
        sources = self.flow.sources[at].get(name, ())
        return all(self.flow.statements[s].kind in CODE for s in sources)

    def is_constant(self, name: str, at: int) -> bool:
        """Return whether a name stands for a literal at a statement."""
        return all(self.flow.statements[s].kind in {*CODE, Kind.CONSTANT} for s in self.flow.sources[at].get(name, ()))

    def learnt_by(self, name: str, at: int) -> int:
        """Return the last statement that learns what a name holds at a statement, that one included; -1 where none
        does."""
        sources = self.flow.sources[at].get(name, frozenset())
        if at in self.how and name in self.names[at]:
            return at
        return max((self.origin[s] for s in sources if name in self.names.get(s, ())), default=-1)


class _Reader:
    """Goes through the statements of a notebook."""

    def __init__(self, flow: Dataflow, roles: Roles) -> None:
        self.flow, self.roles = flow, roles
        self.paths: dict[str, str] = {}
        self.functions: dict[str, ast.FunctionDef] = {}
        self.fitted_functions: set[str] = set()
        body = [statement.node for statement in flow.statements]
        self.lines: dict[str, str] = {}
        """Intercepts to their slopes, as ``b = mean_y - m * mean_x`` has them."""
        for node in body:
            slope = intercept_of(node)
            if slope and isinstance(node, ast.Assign) and _divides(body, slope):
                self.lines.update({each.id: slope for each in node.targets if isinstance(each, ast.Name)})
        for statement in flow.statements:
            if isinstance(statement.node, ast.FunctionDef):
                self.functions[statement.node.name] = statement.node
            elif isinstance(statement.node, ast.Import | ast.ImportFrom):
                self.paths.update(imported(statement.node))

    def result(self) -> Learnt:
        found = Learnt(self.flow, self.functions)
        for statement in self.flow.statements:
            if statement.kind in CODE:
                continue
            how = self._how(statement.node)
            names = self._names(statement, how) if how else self._passed_on(statement, found)
            if names:
                found.names[statement.index] = names
                found.origin[statement.index] = statement.index if how else self._from(statement, found)
                if how:
                    found.how[statement.index] = how
        found.fitted_functions = frozenset(self.fitted_functions)
        return found

    def _how(self, node: ast.AST) -> str:
        """Return how a statement learns, for a reason; empty where it does not."""
        fits = next(self._fitting_calls(node, 0), "")
        if fits:
            return fits if fits == GRADIENTS else f"with `{fits}`"
        if self._is_line(node):
            return LINE
        called = (self.functions[name] for name in sorted(own_calls(node)) if name in self.functions)
        if learnt_in(node, self.functions):
            return LOOP
        for function in called:
            line = any(intercept_of(each) and _divides(function.body, intercept_of(each)) for each in function.body)
            found = line or learns(ast.Module(function.body, []), self.functions)
            if found and not self.roles.answers(function.name):
                return f"with `{function.name}`"
        return ""

    def _is_line(self, node: ast.AST) -> bool:
        """Return whether a statement sets the slope or the intercept of a line through the means."""
        names = {target.id for target in getattr(node, "targets", ()) if isinstance(target, ast.Name)}
        slopes = {slope for name, slope in self.lines.items() if name in names} | (names & set(self.lines.values()))
        return bool(slopes)

    def _fitting_calls(self, node: ast.AST, depth: int) -> Iterator[str]:
        for call in calls(node):
            if isinstance(call.func, ast.Attribute) and call.func.attr == "backward":
                yield GRADIENTS
            path = self.path_of(call.func)
            if path in self.roles.coefficients:
                self._note_function(call)
                yield path.rpartition(".")[2]
            elif path in self.roles.equations and _is_of_product(call, node):
                yield path.rpartition(".")[2]
        for name in sorted(own_calls(node)):
            function = self.functions.get(name)
            if function is not None and depth < DEEPEST and not self.roles.answers(name):
                for each in function.body:
                    yield from self._fitting_calls(each, depth + 1)

    def _note_function(self, call: ast.Call) -> None:
        for each in call.args[:1]:
            if isinstance(each, ast.Name) and each.id in self.functions:
                self.fitted_functions.add(each.id)

    def path_of(self, node: ast.expr) -> str:
        """Return the dotted path of a library's function."""
        root = root_name(node)
        if root not in self.paths or any(isinstance(each, ast.Call) for each in ast.walk(node)):
            return ""
        return load_knowledge().canonical(self.paths[root] + ast.unparse(node)[len(root) :])

    def _names(self, statement: Statement, how: str) -> frozenset[str]:
        facts = statement.facts
        touched = {n for n in facts.definitions | facts.mutations if not n.startswith("<")}
        if how == LOOP:
            return frozenset(touched & learnt_in(statement.node, self.functions))
        if how == GRADIENTS:
            # Of what a loop sets in each turn, only what it changes in place goes on from turn to turn.
            earlier = {n for n in touched if n in self.flow.sources[statement.index]}
            return frozenset(earlier & facts.mutations) or frozenset(earlier) or frozenset(touched)
        return frozenset(touched)

    def _passed_on(self, statement: Statement, found: Learnt) -> frozenset[str]:
        """Return the names of a statement that only reads what is learnt."""
        node = statement.node
        if not isinstance(node, ast.Assign | ast.AnnAssign) or node.value is None:
            return frozenset()
        read = [n for n in sorted(loaded_names(node.value)) if not found.is_constant(n, statement.index)]
        if not read or any(found.learnt_by(name, statement.index) < 0 for name in read):
            return frozenset()
        return frozenset(n for n in statement.facts.definitions if not n.startswith("<"))

    def _from(self, statement: Statement, found: Learnt) -> int:
        read = loaded_names(statement.node)
        return max(found.learnt_by(name, statement.index) for name in read)


def intercept_of(node: ast.stmt) -> str:
    """Return the slope where a statement works out an intercept, as ``b = mean_y - m * mean_x`` does; else nothing."""
    value = getattr(node, "value", None)
    if not (isinstance(node, ast.Assign) and isinstance(value, ast.BinOp) and isinstance(value.op, ast.Sub)):
        return ""
    product = value.right
    if not (isinstance(product, ast.BinOp) and isinstance(product.op, ast.Mult)):
        return ""
    return next((part.id for part in (product.left, product.right) if isinstance(part, ast.Name)), "")


def _divides(body: Sequence[ast.stmt], name: str) -> bool:
    """Return whether a name is given a quotient somewhere: of a covariance and a variance, if it is a slope."""
    for node in body:
        value = getattr(node, "value", None)
        divides = isinstance(value, ast.BinOp) and isinstance(value.op, ast.Div)
        targets = node.targets if divides and isinstance(node, ast.Assign) else []
        if any(isinstance(target, ast.Name) and target.id == name for target in targets):
            return True
    return False


def find_learnt(flow: Dataflow) -> Learnt:
    """Return what the notebook learns by code of its own."""
    return _Reader(flow, load_roles()).result()


def imported(node: ast.Import | ast.ImportFrom) -> dict[str, str]:
    """Return the names that an import binds, with their dotted paths."""
    if isinstance(node, ast.Import):
        modules = [(a.asname or a.name.partition(".")[0], a) for a in node.names]
        found = {name: a.name if a.asname else name for name, a in modules}
    else:
        found = {a.asname or a.name: f"{node.module or ''}.{a.name}" for a in node.names}
    return {name: load_knowledge().canonical(path) for name, path in found.items()}


def _is_of_product(call: ast.Call, whole: ast.AST) -> bool:
    """Return whether equations are solved for a product of a table with itself, ``X.T @ X``, or whether ``pinv`` of a
    table is multiplied."""
    if any(isinstance(n, ast.Attribute) and n.attr in {"T", "transpose"} for n in ast.walk(call)):
        return True
    name = called_name(call)
    products = (n for n in ast.walk(whole) if isinstance(n, ast.BinOp) and isinstance(n.op, ast.MatMult))
    dots = (n for n in ast.walk(whole) if isinstance(n, ast.Call) and getattr(n.func, "attr", "") in {"dot", "matmul"})
    return name == "pinv" and any(child is call for each in [*products, *dots] for child in ast.walk(each))
