"""Statements run abstractly, one scope at a time: what they bind, read, change, draw."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from typing import ClassVar

from nb2prod.analysis.conditions import certainly, runs_at_least_once
from nb2prod.analysis.definitions import class_code, code_of
from nb2prod.analysis.expressions import OPERATORS, index_key
from nb2prod.analysis.functions import Functions, Summary
from nb2prod.analysis.knowledge import nearest
from nb2prod.analysis.scopes import arguments, body_scope, evaluated_outside, pattern_names
from nb2prod.analysis.state import Frame
from nb2prod.analysis.things import NOTHING, Code, Thing, Value, union

GROWN_IN_PLACE = frozenset(
    ("list", "dict", "set", "numpy.ndarray", "torch.Tensor", "pandas.DataFrame", "pandas.Series")
)


class Machine(Functions):
    """The layer that runs statements."""

    def run(self, node: ast.stmt) -> None:
        """Run one statement."""
        runner = self._runners.get(type(node))
        if runner is not None:
            runner(self, node)

    def block(self, body: list[ast.stmt]) -> None:
        """Run statements in order, up to one that leaves."""
        for node in body:
            self.run(node)

    def _expression(self, node: ast.Expr) -> None:
        self.evaluate(node.value, used=False)

    def _assign(self, node: ast.Assign) -> None:
        value = self.evaluate(node.value)
        if not value:
            value = frozenset((Thing("constant" if isinstance(node.value, ast.Constant | ast.JoinedStr) else ""),))
        for target in node.targets:
            self.assign(target, value)

    def _annotated(self, node: ast.AnnAssign) -> None:
        value = self.evaluate(node.value)
        if self.frame is None:
            self.evaluate(node.annotation)
        if node.value is not None:
            self.assign(node.target, value)

    def _augmented(self, node: ast.AugAssign) -> None:
        operand = self.evaluate(node.value)
        if isinstance(node.target, ast.Name):
            before = self.load(node.target.id)
            self.bind(node.target.id, self._grown(node, before, operand))
        else:
            before = self.evaluate(_as_load(node.target))
            self.assign(node.target, self._grown(node, before, operand))

    def _grown(self, node: ast.AugAssign, before: Value, operand: Value) -> Value:
        """Note the change of what an augmented assignment changes in place; return what it gives."""
        name = OPERATORS.get(type(node.op), "")
        found = self.special(before, f"__i{name}__", [operand]) or self.special(before, f"__{name}__", [operand])
        grown = [thing for thing in before if thing.type in GROWN_IN_PLACE]
        if isinstance(node.value, ast.List | ast.ListComp | ast.Set):
            grown = list(before)
        self.change(grown)
        if not grown:
            self.change_weakly(thing for thing in before if not thing.type)
        self.consume(operand)
        for thing in grown:
            held = union([each.held() for each in operand if each.type == "dict"])
            pairs = self.paired(operand) if thing.type == "dict" else NOTHING
            self.store((thing,), "*", self.elements(operand) | held | pairs)
        return before | found

    def assign(self, target: ast.expr, value: Value) -> None:
        """Bind or store ``value`` to a target."""
        if isinstance(target, ast.Name):
            self.bind(target.id, value)
        elif isinstance(target, ast.Tuple | ast.List):
            self._unpack(target.elts, value)
        elif isinstance(target, ast.Starred):
            self.assign(target.value, value)
        elif isinstance(target, ast.Attribute):
            self._store(self.evaluate(target.value), target.attr, value, attribute=True)
        elif isinstance(target, ast.Subscript):
            things = self.evaluate(target.value)
            self.evaluate(target.slice)
            self._store(things, index_key(target.slice) or "*", value)

    def _store(self, things: Value, key: str, value: Value, *, attribute: bool = False) -> None:
        if attribute:
            methods = [(thing, self.method_of(thing, f"{key}.setter")) for thing in things]
            for thing, method in methods:
                if method is not None:
                    self.run_code(method, [value], {}, frozenset((thing,)))
        else:
            self.special(things, "__setitem__", [NOTHING, value])
        for thing in things:
            if thing.symbol:
                path = f"{thing.symbol}.{key}" if attribute else thing.symbol
                setting = nearest(self.knowledge.settings, path)
                if setting is not None and "display" not in path:
                    self.touch.settings.add(self.knowledge.settings[setting])
                elif nearest(self.knowledge.display, path) is None and "display" not in path:
                    self.touch.effects = True
        self.change(things)
        if not attribute:
            value = frozenset(thing for thing in value if thing.is_known())
        if attribute or any(thing.container or thing.type in {"", "dict", "list"} for thing in things):
            if attribute and len(things) == 1:
                for thing in things:
                    if not thing.symbol:
                        thing.fields.pop(key, None)
            self.store(things, key, value)

    def _unpack(self, targets: list[ast.expr], value: Value) -> None:
        starred = next((place for place, each in enumerate(targets) if isinstance(each, ast.Starred)), None)
        for place, target in enumerate(targets):
            if starred is not None and place >= starred:
                part = self.elements(value)
            else:
                part = union([self.unpacked(thing, place, len(targets)) for thing in value])
            if isinstance(target, ast.Starred):
                made = Thing("list")
                made.container = True
                made.hold("*", part)
                part = frozenset((made,))
            self.assign(target, part)

    def _delete(self, node: ast.Delete) -> None:
        for target in node.targets:
            self._delete_target(target)

    def _delete_target(self, target: ast.expr) -> None:
        if isinstance(target, ast.Name):
            self.unbind(target.id)
        elif isinstance(target, ast.Tuple | ast.List):
            for each in target.elts:
                self._delete_target(each)
        elif isinstance(target, ast.Attribute | ast.Subscript):
            things = self.evaluate(target.value)
            if isinstance(target, ast.Subscript):
                self.evaluate(target.slice)
                self.special(things, "__delitem__", [NOTHING])
            self.change(things)

    def _if(self, node: ast.If) -> None:
        self.evaluate(node.test)
        certain = certainly(node.test)
        if certain is not None:
            self.block(node.body if certain else node.orelse)
            if not certain:
                self.branches([lambda: self.block(node.body)], exhaustive=False)
            return
        self.branches([lambda: self.block(node.body), lambda: self.block(node.orelse)], exhaustive=True)

    def _for(self, node: ast.For | ast.AsyncFor) -> None:
        source = self.evaluate(node.iter)
        elements = self.elements(source)
        self.consume(source)

        def once() -> None:
            self.assign(node.target, elements)
            self.block(node.body)
            self.ended = False

        self.branches([lambda: self._rounds(once)], exhaustive=runs_at_least_once(node.iter))
        self.branches([lambda: self.block(node.orelse)], exhaustive=False)

    def _rounds(self, once: Callable[[], None]) -> None:
        """Run a loop's body twice, for what a round takes from the one before; loops in it only once each time."""
        outer, self.in_loop = self.in_loop, True
        once()
        if not outer:
            once()
        self.in_loop = outer

    def _while(self, node: ast.While) -> None:
        self.evaluate(node.test)

        def once() -> None:
            self.block(node.body)
            self.ended = False

        self.branches([lambda: self._rounds(once)], exhaustive=certainly(node.test) is True)
        self.branches([lambda: self.block(node.orelse)], exhaustive=False)

    def _with(self, node: ast.With | ast.AsyncWith) -> None:
        entered = []
        for item in node.items:
            value = self.evaluate(item.context_expr)
            entered.append(value)
            given = [self._entered(thing) for thing in value]
            if item.optional_vars is not None:
                self.assign(item.optional_vars, union(given))
        self.block(node.body)
        for value in reversed(entered):
            self.consume(thing for thing in value if thing.type == "generator")
            for name in ("__exit__", "__aexit__"):
                self.special(value, name, [NOTHING, NOTHING, NOTHING])

    def _entered(self, thing: Thing) -> Value:
        """Return what ``with`` gives for a context manager."""
        whole = frozenset((thing,))
        if thing.type == "generator":
            self.consume(whole)
            return self.elements(whole)
        for name in ("__enter__", "__aenter__"):
            if self.method_of(thing, name) is not None:
                return self.special(whole, name)
        return whole

    def _try(self, node: ast.Try | ast.TryStar) -> None:
        before = set(self.assigned)
        ways: list[set[str]] = []

        def body() -> None:
            self.block(node.body)
            self.block(node.orelse)
            self._note_way(ways)

        def handled(handler: ast.ExceptHandler) -> Callable[[], None]:
            def run() -> None:
                self.evaluate(handler.type)
                if handler.name:
                    self.bind(handler.name, NOTHING)
                self.block(handler.body)
                if handler.name:
                    self.set_env(handler.name, None)
                    self.assigned.discard(handler.name)
                    self.touch.binds.discard(handler.name)
                self._note_way(ways)

            return run

        # A handler sees what the body may have done before it raised.
        self.branches([body], exhaustive=False)
        self.branches([handled(each) for each in node.handlers], exhaustive=False)
        self.ended = self.ended or not ways
        self.assigned = set.intersection(*ways) if ways else before
        self.block(node.finalbody)

    def _note_way(self, ways: list[set[str]]) -> None:
        if not self.ended:
            ways.append(set(self.assigned))

    def _match(self, node: ast.Match) -> None:
        subject = self.evaluate(node.subject)

        def case(each: ast.match_case) -> Callable[[], None]:
            def run() -> None:
                self._pattern(each.pattern, subject)
                self.evaluate(each.guard)
                self.block(each.body)

            return run

        last = node.cases[-1]
        exhaustive = last.guard is None and isinstance(last.pattern, ast.MatchAs) and last.pattern.pattern is None
        self.branches([case(each) for each in node.cases], exhaustive=exhaustive)

    def _pattern(self, pattern: ast.pattern, subject: Value) -> None:
        for each in ast.walk(pattern):
            if isinstance(each, ast.MatchValue):
                self.evaluate(each.value)
            elif isinstance(each, ast.MatchClass):
                self.evaluate(each.cls)
            elif isinstance(each, ast.MatchMapping):
                for key in each.keys:
                    self.evaluate(key)
            for name in pattern_names(each):
                whole = each is pattern
                self.bind(name, subject if whole else self.elements(subject))

    def _leave(self, node: ast.Raise | ast.Return | ast.Break | ast.Continue) -> None:
        for each in ast.iter_child_nodes(node):
            if isinstance(each, ast.expr):
                value = self.evaluate(each)
                if isinstance(node, ast.Return):
                    self.touch.returned |= value
        if isinstance(node, ast.Raise) and self.frame is None:
            self.touch.effects = True
        self.ended = True

    def _assert(self, node: ast.Assert) -> None:
        self.evaluate(node.test)
        self.evaluate(node.msg)
        self.touch.effects = True

    def _function(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        defaults = self.evaluate_defaults(node)
        thing = self.define(code_of(node, self.visible_locals()), defaults)
        self.bind(node.name, self._decorated(node, frozenset((thing,))))

    def _decorated(self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef, value: Value) -> Value:
        for decorator in reversed(node.decorator_list):
            wrappers = self.evaluate(decorator)
            results = [
                self.run_code(each, [value], {}) for each in wrappers if each.code is not None and not each.code.methods
            ]
            value = union(results) or value
        return value

    def _class(self, node: ast.ClassDef) -> None:
        bases = union([self.evaluate(each) for each in (*node.decorator_list, *node.bases)])
        for keyword in node.keywords:
            self.evaluate(keyword.value)
        code = class_code(node, self.visible_locals())
        code.bases = bases
        self.touch.deferred |= code.reads
        thing = Thing("class", code=code)
        for name, value in self._class_body(node).items():
            if name not in code.methods:
                thing.hold(name, value)
        for owner in bases:
            thing.make_from(frozenset((owner,)))
        self.bind(node.name, frozenset((thing,)))

    def _class_body(self, node: ast.ClassDef) -> dict[str, Value]:
        """Run a class's body, whose names are nobody else's, and return what they hold."""
        outer, before = self.shadow, set(self.assigned)
        self.shadow = dict(outer)
        names = _bound_in(node.body)
        for each in node.body:
            if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef):
                for expression in evaluated_outside(each):
                    self.evaluate(expression)
            else:
                self._class_statement(each, names)
        body = {name: value for name, value in self.shadow.items() if name in names}
        self.shadow, self.assigned = outer, before
        return body

    def _class_statement(self, node: ast.stmt, names: frozenset[str]) -> None:
        bound = _bound_in([node]) & names
        # A name is the class's own only from its first binding on: ``x = x`` reads the outer one.
        unbound = bound - self.shadow.keys()
        journal = {name: self.env.get(name) for name in unbound}
        binds = set(self.touch.binds)
        self.run(node)
        for name in unbound:
            value = self.env.get(name, NOTHING)
            self.set_env(name, journal[name])
            self.assigned.discard(name)
            self.shadow[name] = value
        self.touch.binds &= binds | (self.touch.binds - unbound)

    def _import(self, node: ast.Import) -> None:
        for each in node.names:
            root = each.name.partition(".")[0]
            path = each.name if each.asname else root
            self.bind(each.asname or root, frozenset((self.world.symbol(path),)))

    def _import_from(self, node: ast.ImportFrom) -> None:
        module = "." * node.level + (node.module or "")
        for each in node.names:
            if each.name == "*":
                self._import_star(module)
            else:
                self.bind(each.asname or each.name, frozenset((self.world.symbol(f"{module}.{each.name}"),)))

    def _import_star(self, module: str) -> None:
        names = self.world.star_names(module)
        self.world.stars.append((self.world.statement, module, names))
        for name in (names or frozenset()) & self.env.keys():
            self.bind(name, frozenset((self.world.symbol(f"{module}.{name}"),)))

    def summarise(self, function: Thing, like: Mapping[str, Value]) -> Summary:
        """Return the summary of a function, from running its body on stand-ins for its arguments."""
        code = function.code
        assert code is not None
        assert not isinstance(code.node, ast.ClassDef)
        inner = Machine(self.world, Frame(code, function.fields.get("__class__", NOTHING)), (*self.active, code))
        assert inner.frame is not None
        for each in arguments(code.node.args):
            stand_in = inner.frame.stand_in(("parameter", each.arg), like.get(each.arg, NOTHING))
            inner.env[each.arg] = frozenset((stand_in,))
        for special, type in ((code.node.args.vararg, "tuple"), (code.node.args.kwarg, "dict")):
            if special:
                inner.frame.stand_in(("parameter", special.arg)).type = type
        if isinstance(code.node, ast.Lambda):
            inner.touch.returned |= inner.evaluate(code.node.body, used=False)
        else:
            inner.block(code.node.body)
        return _summary(inner, code)

    _runners: ClassVar[dict[type[ast.AST], Callable[..., None]]] = {
        ast.Expr: _expression,
        ast.Assign: _assign,
        ast.AnnAssign: _annotated,
        ast.AugAssign: _augmented,
        ast.Delete: _delete,
        ast.If: _if,
        ast.For: _for,
        ast.AsyncFor: _for,
        ast.While: _while,
        ast.With: _with,
        ast.AsyncWith: _with,
        ast.Try: _try,
        ast.TryStar: _try,
        ast.Match: _match,
        ast.Raise: _leave,
        ast.Return: _leave,
        ast.Break: _leave,
        ast.Continue: _leave,
        ast.Assert: _assert,
        ast.FunctionDef: _function,
        ast.AsyncFunctionDef: _function,
        ast.ClassDef: _class,
        ast.Import: _import,
        ast.ImportFrom: _import_from,
    }


def _summary(inner: Machine, code: Code) -> Summary:
    touch = inner.touch
    assert inner.frame is not None
    changed = {thing.origin for thing in touch.changed if thing.origin is not None}
    changed |= {("captured", name) for name in code.rebinds}
    return Summary(
        reads=frozenset(touch.reads | (touch.deferred & inner.world.globals.keys())) - code.captured,
        binds=code.writes | touch.binds,
        given={
            name: inner.env.get(name, NOTHING) | inner.rebound.get(name, NOTHING)
            for name in sorted(code.writes | code.rebinds | touch.binds)
        },
        changed=frozenset(changed),
        switched=frozenset(thing.origin for thing in touch.switched if thing.origin is not None) - changed,
        changed_outside=frozenset(
            thing for thing in touch.changed | touch.switched if thing.origin is None and thing.holders
        ),
        content_changed=frozenset(touch.content_changed),
        calls=frozenset(touch.calls),
        consumed=frozenset(touch.consumed),
        drawn=frozenset(touch.drawn),
        stores=touch.stores,
        returned=touch.returned,
        yields=touch.yields,
        draws=frozenset(touch.draws),
        seeds=frozenset(touch.seeds),
        settings=frozenset(touch.settings),
        libraries=frozenset(touch.libraries),
        effects=touch.effects,
        may_draw=touch.may_draw,
        resolved=dict(inner.frame.resolved),
    )


def _as_load(target: ast.expr) -> ast.expr:
    """Return an augmented assignment's target as it is read."""
    if isinstance(target, ast.Attribute):
        return ast.Attribute(value=target.value, attr=target.attr, ctx=ast.Load())
    if isinstance(target, ast.Subscript):
        return ast.Subscript(value=target.value, slice=target.slice, ctx=ast.Load())
    return target


def _bound_in(body: list[ast.stmt]) -> frozenset[str]:
    """Return the names that statements of a class's body bind there."""
    scope = body_scope(body)
    return frozenset(scope.bound - scope.declared_global)
