"""Calls of the notebook's own functions: kept where they treat each row alone, else written out."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from nb2prod.analysis.model import Kind
from nb2prod.analysis.preparation.context import OWN_LINE
from nb2prod.analysis.preparation.naming import fresh
from nb2prod.analysis.preparation.scopes import Scoped
from nb2prod.analysis.preparation.statements import Statements
from nb2prod.analysis.preparation.syntax import bound_names, free_names, mentioned, name, pattern_of, rebuilt, shown
from nb2prod.analysis.preparation.values import Free, Lost, Raw, Rows, Several, Stuck, Term

DEEPEST = 4
PLAIN = (ast.Assign, ast.AugAssign, ast.Expr, ast.For, ast.Delete, ast.Pass, ast.Return, ast.If)


@dataclass
class Inlining(Statements):
    """Goes through statements, the notebook's own functions included."""

    inlined: dict[int, Term] = field(default_factory=dict)
    depth: int = 0
    spelled: set[str] = field(default_factory=set)
    """Names given to local variables of functions that were written out."""
    learning: int = 0
    """How often something has been learnt from rows so far."""
    unlike: list[Stuck] = field(default_factory=list)
    """What is not the same where a function is written out as where it is called."""

    def eval(self, node: ast.expr) -> Term:
        """Return what ``node`` is, and notice whether it is learnt."""
        term = super().eval(node)
        self.learning += isinstance(term.value, Free) and term.value.learnt
        return term

    def own_function(self, node: ast.Call, terms: list[Term]) -> Term:
        """Return what a function of the notebook gives for rows."""
        known = self.inlined.get(id(node))
        if known is not None:
            return known
        definition = self._definition(node)
        if definition is None or self.depth >= DEEPEST:
            return super().own_function(node, terms)
        steps, holes, notes = len(self.steps), len(self.holes), self.notes
        learning, unlike = self.learning, len(self.unlike)
        self.notes = []
        self.depth += 1
        try:
            term = self._written_out(definition, node)
        except Stuck:
            del self.steps[steps:]
            raise
        finally:
            self.depth -= 1
            self.notes = notes + self.notes
        if self.learning == learning and self._may_stay(steps, holes, term):
            del self.steps[steps:], self.unlike[unlike:]
            below = [*node.args, *(kw.value for kw in node.keywords)]
            parts = {id(each): self.eval(each).node for each in below}
            term = Term(term.value, rebuilt(node, parts))
        else:
            try:
                self._refuse_unlike(definition.name, steps, holes, unlike)
            except Stuck:
                del self.steps[steps:]
                raise
        self.inlined[id(node)] = term
        self.kept.append(node)
        return term

    def _may_stay(self, steps: int, holes: int, term: Term) -> bool:
        """Return whether the call does the same for records, and changes nothing but what it returns."""
        added = self.steps[steps:]
        outside = {n for step in added for n in step.changes} - self.spelled
        plain = all(note.how == "row" for step in added for note in step.notes) and not any(s.stuck for s in added)
        return isinstance(term.value, Rows) and len(self.holes) == holes and plain and not outside and not self.notes

    def _refuse_unlike(self, function: str, steps: int, holes: int, unlike: int) -> None:
        """Refuse a function that is written out where it has values that its statements, written out, do not have:
        those that a loop or a condition has left, and those that were added to."""
        if self.depth == 0 and self.unlike[unlike:]:
            raise self.unlike.pop(unlike)
        nodes = [step.node for step in self.steps[steps:] if step.node is not None]
        learnt = [hole.expression for hole in list(self.holes.values())[holes:]]
        for node in (*nodes, *learnt):
            held = ((each, self.env.get(each, Free())) for each in free_names(node) if each in self.spelled)
            left = sorted(each for each, value in held if isinstance(value, Free) and each not in self.keys)
            if left:
                why = f"`{left[0]}` is set step by step inside of `{function}`, from all rows or under a condition"
                raise Stuck(why, "set it once, in a line of its own, or write the function out")

    def own_function_in_place(self, node: ast.Call) -> bool:
        """Write out a call whose result nobody uses; return whether it is a function of the notebook."""
        definition = self._definition(node)
        if definition is None:
            return False
        terms = [self.eval(each) for each in (*node.args, *(kw.value for kw in node.keywords))]
        if any(not isinstance(term.value, Free) for term in terms):
            self.own_function(node, terms)
        return True

    def reading_function(self, node: ast.Call) -> Term | None:
        """Return the rows that a function of the notebook reads, if it reads any."""
        definition = self._definition(node)
        if definition is None or not any(self._reads(inner) for inner in ast.walk(definition)):
            return None
        steps, env = len(self.steps), dict(self.env)
        try:
            term = self._written_out(definition, node)
        except Stuck:
            return None
        finally:
            del self.steps[steps:]
            self.env.clear()
            self.env.update(env)
            self.notes = []
        return _as_read(term, node)

    def _reads(self, node: ast.AST) -> bool:
        return isinstance(node, ast.Call) and bool(self.operations.reads(self.path(node.func)))

    def _definition(self, node: ast.Call) -> ast.FunctionDef | None:
        return self.defined(node.func) if isinstance(node.func, ast.Name) else None

    def defined(self, function: ast.Name) -> ast.FunctionDef | None:
        """Return the notebook's own function of a name, if there is just one."""
        found = self.flow.sources_after(self.index).get(function.id, frozenset())
        statements = [self.flow.statements[i] for i in found]
        if len(statements) != 1 or statements[0].kind is not Kind.FUNCTION:
            return None
        made = statements[0].node
        return made if isinstance(made, ast.FunctionDef) and not made.decorator_list else None

    def _written_out(self, definition: ast.FunctionDef, call: ast.Call) -> Term:
        """Run the body as statements of the notebook, its local names replaced."""
        names = self._bound_to(definition, call)
        body = [s for s in definition.body if not (isinstance(s, ast.Expr) and isinstance(s.value, ast.Constant))]
        for statement in body:
            if not isinstance(statement, PLAIN):
                raise Stuck(f"`{definition.name}` does more than change a table step by step", OWN_LINE, call.lineno)
            if isinstance(statement, ast.Return):
                if statement is not body[-1] or statement.value is None:
                    why = f"`{definition.name}` returns in several places"
                    raise Stuck(why, "return once, at the end", call.lineno)
                value = pattern_of(statement.value, names)
                self.kept.append(value)
                return self.eval(value)
            self._local(statement, names)
        return Term(Free(), ast.Constant(None))

    def _bound_to(self, definition: ast.FunctionDef, call: ast.Call) -> dict[str, ast.expr]:
        arguments = definition.args
        parameters = [a.arg for a in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)]
        if arguments.vararg or arguments.kwarg or any(isinstance(a, ast.Starred) for a in call.args):
            raise Stuck(f"what `{shown(call)}` is given is not spelled out", OWN_LINE)
        given = dict(zip(parameters, call.args, strict=False)) | {kw.arg or "": kw.value for kw in call.keywords}
        positional = [a.arg for a in (*arguments.posonlyargs, *arguments.args)]
        defaults = dict(zip(positional[::-1], arguments.defaults[::-1], strict=False))
        only = {a.arg: d for a, d in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True) if d is not None}
        names: dict[str, ast.expr] = {}
        for parameter in parameters:
            value = given.get(parameter, defaults.get(parameter, only.get(parameter)))
            if value is None:
                raise Stuck(f"what `{shown(call)}` is given is not spelled out", OWN_LINE)
            if parameter not in given:
                self._refuse_other_default(definition, parameter, value, call)
            names[parameter] = self._handed(parameter, value, call)
        return names

    def _refuse_other_default(
        self, definition: ast.FunctionDef, parameter: str, value: ast.expr, call: ast.Call
    ) -> None:
        """Refuse an argument that is left out where its value is of variables that have changed since: it was computed
        where the function was defined."""
        then = next((s.index for s in self.flow.statements if s.node is definition), None)
        now = self.flow.sources_after(self.index - 1) if self.index else {}
        for each in free_names(value):
            if then is not None and each in now and self.flow.sources[then].get(each) != now[each]:
                why = f"`{parameter}` of `{definition.name}` is computed from `{each}` where the function is defined"
                raise Stuck(why, f"give it in the call: `{parameter}=...`", call.lineno)

    def _handed(self, parameter: str, value: ast.expr, call: ast.Call) -> ast.expr:
        term = self.eval(value)
        if isinstance(term.value, Free):
            return value
        if isinstance(term.node, ast.Name) and isinstance(value, ast.Name):
            return value
        if isinstance(term.value, Several):
            raise Stuck(f"`{shown(call)}` is given several tables at once", OWN_LINE)
        spelled = self._spelled(parameter)
        meant = self.meant(value)
        self.bind(spelled, term, ast.Pass())
        self._mean(spelled, meant)
        return name(spelled)

    def _spelled(self, local: str) -> str:
        taken = set(self.flow.final) | set(self.env) | self.spelled
        spelled = fresh(local, taken)
        self.spelled.add(spelled)
        return spelled

    def _local(self, statement: ast.stmt, names: dict[str, ast.expr]) -> None:
        """Run one statement of a function."""
        match statement:
            case ast.Assign(targets=[ast.Name(id=local)], value=value):
                self._assign_local(local, pattern_of(value, names), names, statement)
                return
            case ast.Expr(value=ast.Call(func=ast.Attribute(value=ast.Name(id=local), attr="fit")) as call):
                if local in names and isinstance(names[local], ast.Call):
                    names[local] = pattern_of(call, names)
                    return
        if self._taken_apart(statement, names):
            return
        self._note_unlike(statement, names)
        for local in sorted(bound_names(statement)):
            known = names.get(local)
            if isinstance(known, ast.Name) and known.id not in self.spelled:
                why = f"`{local}`, which a function is given, is set step by step in it: `{shown(statement, 50)}`"
                raise Stuck(why, "use another name for what is set", statement.lineno)
            if not isinstance(known, ast.Name):
                names[local] = name(self._spelled(local))
        made = _renamed(statement, names)
        self.kept.append(made)
        touched = {n.id for n in ast.walk(made) if isinstance(n, ast.Name)} - self._only_looked_at(made)
        notes, self.notes = self.notes, []
        self.take(made, touched)
        self.notes = notes + self.notes
        if isinstance(made, ast.If) and not self.keys:
            for bound in sorted(bound_names(made)):
                why = f"`{bound}` is set under a condition inside a function"
                remedy = "write the function out as statements of their own"
                self.env[bound] = Lost(Stuck(why, remedy, statement.lineno))

    def _taken_apart(self, statement: ast.stmt, names: dict[str, ast.expr]) -> bool:
        """Run ``a, b = x, y`` and ``a += x``, where a name holds no rows, as plain assignments; return whether it is
        one of them."""
        match statement:
            case ast.Assign(targets=[ast.Tuple(elts=targets)], value=ast.Tuple(elts=values)) if (
                len(targets) == len(values)
                and all(isinstance(each, ast.Name) for each in targets)
                and not mentioned(statement.targets[0]) & mentioned(statement.value)
                and not any(isinstance(each, ast.Starred) for each in values)
            ):
                parts = [ast.Assign([to], value) for to, value in zip(targets, values, strict=True)]
            case ast.Assign(targets=[ast.Name(id=first), _, *_] as targets, value=value) if all(
                isinstance(each, ast.Name) for each in targets
            ):
                parts = [ast.Assign(targets[:1], value), *(ast.Assign([to], name(first)) for to in targets[1:])]
            case ast.AugAssign(target=ast.Name(id=local), op=op, value=value) if self._holds_no_rows(local, names):
                parts = [ast.Assign([ast.Name(local, ast.Store())], ast.BinOp(name(local), op, value))]
            case _:
                return False
        for part in parts:
            self._local(ast.fix_missing_locations(ast.copy_location(part, statement)), names)
        return True

    def _holds_no_rows(self, local: str, names: dict[str, ast.expr]) -> bool:
        return local in names and isinstance(self.eval(names[local]).value, Free)

    def _note_unlike(self, statement: ast.stmt, names: dict[str, ast.expr]) -> None:
        """Remember where a local that stands for an expression is changed, which the expression is not."""
        for node in ast.walk(statement):
            match node:
                case (
                    ast.Subscript(value=root, ctx=ast.Store() | ast.Del()) | ast.Attribute(value=root, ctx=ast.Store())
                ):
                    pass
                case ast.Expr(value=ast.Call(func=ast.Attribute(value=root))):
                    pass
                case _:
                    continue
            while isinstance(root, ast.Subscript | ast.Attribute):
                root = root.value
            if isinstance(root, ast.Name) and root.id in names and not isinstance(names[root.id], ast.Name):
                why = f"`{root.id}` is changed step by step inside of a function: `{shown(statement, 50)}`"
                self.unlike.append(Stuck(why, f"give `{root.id}` its value once", statement.lineno))

    def _only_looked_at(self, node: ast.stmt) -> set[str]:
        """Return names that a statement reads and cannot change."""
        match node:
            case ast.Assign(value=value) | ast.AugAssign(value=value):
                return mentioned(value)
            case ast.Expr(value=ast.Call() as call) if self.only_looks(call):
                return mentioned(call)
            case ast.If():
                return mentioned(node) - self._may_change(node)
        return set()

    def _may_change(self, node: ast.stmt) -> set[str]:
        """Return names that a statement may bind or change."""
        match node:
            case ast.Assign(targets=targets):
                return {n for target in targets for n in mentioned(target)}
            case ast.AugAssign(target=target):
                return mentioned(target)
            case ast.Expr(value=ast.Call() as call) if self.only_looks(call):
                return set()
            case ast.If():
                return {n for inner in (*node.body, *node.orelse) for n in self._may_change(inner)}
        return mentioned(node)

    def _assign_local(self, local: str, value: ast.expr, names: dict[str, ast.expr], node: ast.stmt) -> None:
        ast.copy_location(value, node)
        self.kept.append(value)
        term = self.eval(value)
        if isinstance(term.value, Free):
            names[local] = self.kept_as_before(value) if term.value.learnt else value
            return
        if isinstance(term.value, Several):
            raise Stuck(f"`{shown(node)}` keeps several tables together", OWN_LINE, node.lineno)
        spelled = self._spelled(local)
        meant = self.meant(value)
        notes = self.notes
        self.bind(spelled, term, node)
        self.notes = notes if self.notes is notes else self.notes
        self._mean(spelled, meant)
        names[local] = name(spelled)

    def _mean(self, spelled: str, meant: ast.expr | None) -> None:
        """Remember what a new local variable is in the notebook's names; as such it is unchanged."""
        self.meaning[spelled] = meant
        self.unchanged(spelled)


def _as_read(term: Term, node: ast.Call) -> Term | None:
    value = term.value
    if isinstance(value, Rows):
        return Term(replace(value, raw=Raw.READ), node)
    if isinstance(value, Several):
        rows = [part.value for part in value.parts if isinstance(part.value, Rows)]
        if len(rows) == len(value.parts):
            return Term(Several(tuple(Term(replace(each, raw=Raw.READ), node) for each in rows)), node)
    return None


def _renamed(node: ast.stmt, names: Mapping[str, ast.expr]) -> ast.stmt:
    made: ast.stmt = ast.parse(ast.unparse(node)).body[0]
    made = _Local(names).visit(made)
    for each in ast.walk(made):
        if hasattr(each, "lineno"):
            ast.copy_location(each, node)
    return made


class _Local(Scoped):
    def visit_Name(self, node: ast.Name) -> ast.AST:  # noqa: N802
        if not isinstance(node.ctx, ast.Load) and node.id not in self.own:
            to = self.parts.get(node.id)
            node.id = to.id if isinstance(to, ast.Name) else node.id
        return super().visit_Name(node)
