"""Expressions to the things that they may give, noting every name read and every object changed on the way."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import ClassVar

from nb2prod.analysis.calls import Calls
from nb2prod.analysis.definitions import code_of
from nb2prod.analysis.scopes import Function, evaluated_outside
from nb2prod.analysis.things import NOTHING, Code, Thing, Value, union

LISTED = 100
"""Lists longer than this are read as one thing and not name by name."""
MASKS = (ast.Compare, ast.List, ast.BoolOp, ast.ListComp)


class Expressions(Calls):
    """The layer that reads expressions."""

    def evaluate(self, node: ast.expr | None, *, used: bool = True) -> Value:
        """Return what an expression may give; ``used`` tells whether anybody takes the result."""
        if node is None:
            return NOTHING
        if isinstance(node, ast.Name):
            return self.load(node.id)
        if isinstance(node, ast.Constant):
            return NOTHING
        if isinstance(node, ast.Call):
            return self.call(node, used=used)
        reader = self._readers.get(type(node))
        return reader(self, node) if reader is not None else self._operands(node)

    def _operands(self, node: ast.AST) -> Value:
        for each in ast.iter_child_nodes(node):
            if isinstance(each, ast.expr):
                self.evaluate(each)
        return NOTHING

    def _attribute(self, node: ast.Attribute) -> Value:
        return union([self.attribute(thing, node.attr) for thing in self.evaluate(node.value)])

    def _subscript(self, node: ast.Subscript) -> Value:
        value = self.evaluate(node.value)
        self.evaluate(node.slice)
        return union([self.item(thing, node.slice) for thing in value])

    def item(self, thing: Thing, index: ast.expr) -> Value:
        """Return what ``thing[index]`` may give."""
        if thing.symbol:
            return frozenset((self.world.symbol(f"{thing.symbol}.[]"),))
        method = self.method_of(thing, "__getitem__")
        if method is not None:
            return self.run_code(method, [NOTHING], {}, frozenset((thing,)))
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
            if isinstance(element, ast.Starred):
                value = self.elements(self.evaluate(element.value))
            else:
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

    def _conditional(self, node: ast.IfExp) -> Value:
        self.evaluate(node.test)
        before = set(self.assigned)
        found = self.evaluate(node.body) | self.evaluate(node.orelse)
        self.assigned &= before
        return found

    def _boolean(self, node: ast.BoolOp) -> Value:
        found = self.evaluate(node.values[0])
        before = set(self.assigned)
        for each in node.values[1:]:
            found |= self.evaluate(each)
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
        source = self.evaluate(node.generators[0].iter)
        value = self.elements(source)
        if not lazy:
            self.consume(source)
        before = set(self.assigned)
        for place, generator in enumerate(node.generators):
            if place:
                value = self.elements(self.evaluate(generator.iter))
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
            thing.hold("source", source)
        return frozenset((thing,))

    def _yield(self, node: ast.Yield | ast.YieldFrom | ast.Await) -> Value:
        value = self.evaluate(node.value)
        if not isinstance(node, ast.Await):
            self.touch.yields = True
            self.touch.returned |= value
        return value

    def _starred(self, node: ast.Starred) -> Value:
        return self.elements(self.evaluate(node.value))

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
        ast.IfExp: _conditional,
        ast.BoolOp: _boolean,
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
