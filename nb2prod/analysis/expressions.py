"""Expressions to the things that they may give, noting every name read and every object changed on the way."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import ClassVar

from nb2prod.analysis.calls import Calls
from nb2prod.analysis.children import children_of
from nb2prod.analysis.definitions import code_of
from nb2prod.analysis.scopes import Function, evaluated_outside
from nb2prod.analysis.things import NOTHING, Code, Thing, Value, WeakThings, union

LISTED = 100
"""Lists longer than this are read as one thing and not name by name."""
OPERATORS: dict[type[ast.AST], str] = {
    ast.Add: "add",
    ast.Sub: "sub",
    ast.Mult: "mul",
    ast.Div: "truediv",
    ast.FloorDiv: "floordiv",
    ast.Mod: "mod",
    ast.Pow: "pow",
    ast.MatMult: "matmul",
    ast.LShift: "lshift",
    ast.RShift: "rshift",
    ast.BitAnd: "and",
    ast.BitOr: "or",
    ast.BitXor: "xor",
}
"""Operators and the middle of the name of the method that a class defines them by."""
MASKS = (ast.Compare, ast.List, ast.BoolOp, ast.ListComp)


class Expressions(Calls):
    """The layer that reads expressions."""

    def evaluate(self, node: ast.expr | None, *, used: bool = True) -> Value:
        """Return what an expression may give; ``used`` tells whether anybody takes the result."""
        if isinstance(node, ast.Name):
            return self.load(node.id)
        if node is None or isinstance(node, ast.Constant):
            return NOTHING
        if isinstance(node, ast.Call):
            return self.call(node, used=used)
        kind = type(node)
        reader = self._readers.get(kind)
        if reader is not None:
            return reader(self, node)
        reader = self._passing.get(kind)
        return reader(self, node, used=used) if reader is not None else self._operands(node)

    def _operands(self, node: ast.AST) -> Value:
        for each in children_of(node):
            if isinstance(each, ast.expr):
                self.evaluate(each)
        return NOTHING

    def _binary(self, node: ast.BinOp) -> Value:
        left, right = self.evaluate(node.left), self.evaluate(node.right)
        name = OPERATORS.get(type(node.op), "")
        found = self.special(left, f"__{name}__", [right]) | self.special(right, f"__r{name}__", [left])
        kept = [thing for thing in (*left, *right) if thing.container]
        if kept and isinstance(node.op, ast.Add | ast.Mult | ast.BitOr):
            made = Thing(kept[0].type)
            made.container = True
            made.hold("*", union([thing.held() for thing in kept]))
            found |= frozenset((made,))
        return found

    def _compare(self, node: ast.Compare) -> Value:
        left, found = self.evaluate(node.left), NOTHING
        for operator, each in zip(node.ops, node.comparators, strict=True):
            right = self.evaluate(each)
            if isinstance(operator, ast.In | ast.NotIn):
                self.consume(right)
                self.special(right, "__contains__", [left])
            else:
                found |= self.special(left, f"__{type(operator).__name__.lower()}__".replace("not", "n"), [right])
            left = right
        return found

    def _attribute(self, node: ast.Attribute) -> Value:
        value = self.evaluate(node.value)
        if len(value) == 1:
            (thing,) = value
            return self.attribute(thing, node.attr)
        return union([self.attribute(thing, node.attr) for thing in value])

    def _subscript(self, node: ast.Subscript) -> Value:
        value = self.evaluate(node.value)
        self.evaluate(node.slice)
        if len(value) == 1:
            (thing,) = value
            return self.item(thing, node.slice)
        return union([self.item(thing, node.slice) for thing in value])

    def item(self, thing: Thing, index: ast.expr) -> Value:
        """Return what ``thing[index]`` may give."""
        if thing.symbol:
            return frozenset((self.world.symbol(f"{thing.symbol}.[]"),))
        if self.method_of(thing, "__getitem__") is not None:
            return self.special(frozenset((thing,)), "__getitem__", [NOTHING])
        key = index_key(index)
        if thing.container:
            return self._container_item(thing, index, key)
        if copies(thing, index):
            type = thing.type if thing.type == "pandas.DataFrame" else ""
            return frozenset((Thing(type),))
        column = thing.type == "pandas.DataFrame" and isinstance(index, ast.Constant) and isinstance(index.value, str)
        part = self.child(thing, key or "[]", "pandas.Series" if column else "")
        if isinstance(index, ast.Slice) and not part.type:
            part.type = thing.type
        if thing.type in {"numpy.ndarray", "torch.Tensor"}:
            part.type = part.type or thing.type
            part.hold("base", frozenset((thing,)))
        return frozenset((part,))

    def _container_item(self, thing: Thing, index: ast.expr, key: str) -> Value:
        if isinstance(index, ast.Slice):
            part = Thing(thing.type)
            part.container = True
            part.hold("*", thing.held())
            return frozenset((part,))
        if key and key in thing.fields:
            return thing.fields[key] | thing.fields.get("*", NOTHING)
        return thing.held()

    def _sequence(self, node: ast.List | ast.Tuple | ast.Set) -> Value:
        thing = Thing({ast.List: "list", ast.Set: "set"}.get(type(node), "tuple"))
        thing.container = True
        starred = False
        for place, element in enumerate(node.elts):
            starred = starred or isinstance(element, ast.Starred)
            value = self.evaluate(element)
            thing.hold("*" if starred else str(place), value)
        self._note_written(thing, node.elts)
        return frozenset((thing,))

    def _dict(self, node: ast.Dict) -> Value:
        thing = Thing("dict")
        thing.container = True
        for key, element in zip(node.keys, node.values, strict=True):
            self.evaluate(key)
            value = self.evaluate(element)
            if key is None:
                for each in value:
                    for name, held in each.fields.items():
                        thing.hold(name, held)
            elif value:
                thing.hold(index_key(key) or "*", value)
        self._note_written(thing, node.values)
        return frozenset((thing,))

    def _note_written(self, thing: Thing, elements: list[ast.expr]) -> None:
        if self.frame is None and len(elements) <= LISTED:
            thing.written = tuple(each.id for each in elements if isinstance(each, ast.Name))
            for name in thing.written:
                self.world.written.setdefault(name, WeakThings()).add(thing)

    def _conditional(self, node: ast.IfExp, *, used: bool = True) -> Value:
        self.evaluate(node.test)
        before = set(self.assigned)
        found = self.evaluate(node.body, used=used) | self.evaluate(node.orelse, used=used)
        self.assigned &= before
        return found

    def _boolean(self, node: ast.BoolOp, *, used: bool = True) -> Value:
        found = self.evaluate(node.values[0])
        before = set(self.assigned)
        for each in node.values[1:]:
            found |= self.evaluate(each, used=used or each is not node.values[-1])
        self.assigned &= before
        return found

    def _walrus(self, node: ast.NamedExpr) -> Value:
        value = self.evaluate(node.value)
        shadow, self.shadow = self.shadow, {}
        self.bind(node.target.id, value)
        self.shadow = shadow
        return value or self.env.get(node.target.id, NOTHING)

    def _lambda(self, node: ast.Lambda) -> Value:
        defaults = self.evaluate_defaults(node)
        return frozenset((self.define(code_of(node, self.visible_locals()), defaults),))

    def evaluate_defaults(self, node: Function) -> dict[str, Value]:
        """Evaluate what runs when a function is defined; return the defaults of its parameters."""
        given = {id(default): self.evaluate(default) for default in evaluated_outside(node)}
        positional = [*node.args.posonlyargs, *node.args.args]
        pairs = zip(reversed(positional), reversed(node.args.defaults), strict=False)
        keyword = zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True)
        return {each.arg: given[id(default)] for each, default in (*pairs, *keyword) if default is not None}

    def define(self, found: Code, defaults: dict[str, Value]) -> Thing:
        """Return the thing for a function or lambda defined here, with what it captures."""
        self.touch.deferred |= found.reads - self.shadow.keys()
        thing = Thing("function", code=found)
        for name, value in defaults.items():
            if value:
                thing.hold(f"default {name}", value)
        for name in found.captured:
            captured = self.shadow.get(name) or self.env.get(name, NOTHING)
            if captured:
                thing.hold(f"captured {name}", captured)
        return thing

    def visible_locals(self) -> frozenset[str]:
        """Return the names of the functions and comprehensions around, which a function defined here captures."""
        own: frozenset[str] = frozenset(self.shadow)
        return own if self.frame is None else own | self.frame.code.local | self.frame.code.captured

    def _comprehension(self, node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp) -> Value:
        lazy = isinstance(node, ast.GeneratorExp)
        outer = self.shadow
        source = first = self.evaluate(node.generators[0].iter)
        value = self.elements(source)
        if not lazy:
            self.consume(source)
        before = set(self.assigned)
        for place, generator in enumerate(node.generators):
            if place:
                source = self.evaluate(generator.iter)
                value = self.elements(source)
                self.consume(source)
            names = [each.id for each in ast.walk(generator.target) if isinstance(each, ast.Name)]
            self.shadow = {**self.shadow, **dict.fromkeys(names, NOTHING)}
            self.assign(generator.target, value)
            for test in generator.ifs:
                self.evaluate(test)
        if isinstance(node, ast.DictComp):
            self.evaluate(node.key)
            found = self.evaluate(node.value)
        else:
            found = self.evaluate(node.elt, used=not isinstance(node, ast.ListComp))
        self.shadow = outer
        self.assigned = before
        thing = Thing("generator" if lazy else "dict" if isinstance(node, ast.DictComp) else "list")
        thing.container = True
        thing.hold("*", found)
        if lazy:
            thing.hold("source", first)
            if isinstance(node, ast.GeneratorExp) and any(isinstance(each, ast.Call) for each in ast.walk(node.elt)):
                function = ast.Lambda(
                    _ITERATED, ast.ListComp(node.elt, [_over_argument(node.generators[0]), *node.generators[1:]])
                )
                self.run_later(thing, self.define(code_of(function, self.visible_locals()), {}), [first])
        return frozenset((thing,))

    def _yield(self, node: ast.Yield | ast.YieldFrom | ast.Await) -> Value:
        value = self.evaluate(node.value)
        if not isinstance(node, ast.Await):
            self.touch.yields = True
            self.touch.returned |= value
        return value

    def _starred(self, node: ast.Starred) -> Value:
        value = self.evaluate(node.value)
        self.consume(value)
        return self.elements(value)

    def assign(self, target: ast.expr, value: Value) -> None:
        """Bind or store ``value`` to a target."""
        raise NotImplementedError

    _readers: ClassVar[dict[type[ast.AST], Callable[..., Value]]] = {
        ast.Attribute: _attribute,
        ast.Subscript: _subscript,
        ast.List: _sequence,
        ast.Tuple: _sequence,
        ast.Set: _sequence,
        ast.Dict: _dict,
        ast.BinOp: _binary,
        ast.Compare: _compare,
        ast.NamedExpr: _walrus,
        ast.Lambda: _lambda,
        ast.ListComp: _comprehension,
        ast.SetComp: _comprehension,
        ast.GeneratorExp: _comprehension,
        ast.DictComp: _comprehension,
        ast.Yield: _yield,
        ast.YieldFrom: _yield,
        ast.Await: _yield,
        ast.Starred: _starred,
    }
    _passing: ClassVar[dict[type[ast.AST], Callable[..., Value]]] = {ast.IfExp: _conditional, ast.BoolOp: _boolean}
    """Those whose parts are used where they are."""


_ITERATED = ast.arguments(
    posonlyargs=[], args=[ast.arg("[iterated]")], kwonlyargs=[], kw_defaults=[], defaults=[], vararg=None, kwarg=None
)


def _over_argument(generator: ast.comprehension) -> ast.comprehension:
    """Return what a generator expression's ``for`` is in its body, which is handed what to iterate over."""
    return ast.comprehension(generator.target, ast.Name("[iterated]", ast.Load()), generator.ifs, generator.is_async)


def index_key(index: ast.expr) -> str:
    """Return the key that a constant index stands for, empty for any other."""
    if isinstance(index, ast.Constant):
        return str(index.value)
    return ""


def copies(thing: Thing, index: ast.expr) -> bool:
    """Return whether indexing with a mask or a list makes a new object."""
    if thing.type == "constant":
        return True
    if isinstance(index, ast.Tuple):
        return any(isinstance(each, ast.Compare | ast.List) for each in index.elts)
    if isinstance(index, ast.UnaryOp):
        return isinstance(index.op, ast.Invert)
    if isinstance(index, ast.BinOp):
        return isinstance(index.op, ast.BitAnd | ast.BitOr | ast.BitXor)
    return isinstance(index, MASKS)
