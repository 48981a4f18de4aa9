"""Calls of builtins and of containers' methods to the elements that they pass on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from nb2prod.analysis.state import State
from nb2prod.analysis.things import NOTHING, Thing, Value, reach_down, union

COLLECTS = {
    "builtins.list": "list",
    "builtins.tuple": "tuple",
    "builtins.sorted": "list",
    "builtins.set": "set",
    "builtins.frozenset": "set",
    "collections.deque": "list",
}
USES_UP = COLLECTS.keys() | {
    "builtins.sum",
    "builtins.min",
    "builtins.max",
    "builtins.any",
    "builtins.all",
    "builtins.dict",
}
LAZY = frozenset(
    (
        *("builtins.iter", "builtins.reversed", "builtins.filter", "itertools.islice", "itertools.cycle"),
        *("tqdm.tqdm", "tqdm.auto.tqdm", "tqdm.notebook.tqdm", "tqdm.tqdm_notebook"),
    )
)
NEVER_HELD = frozenset(("constant", "pandas.DataFrame"))


class BuiltinCalls(State):
    """The layer that knows what iterating, collecting and unpacking pass on."""

    def builtin_call(self, path: str, arguments: Sequence[Value], keywords: Mapping[str, Value]) -> Value | None:
        """Return what a builtin gives, or ``None`` where nothing special is known of ``path``."""
        first = arguments[0] if arguments else NOTHING
        if path in USES_UP:
            self.consume(first)
        if path in COLLECTS:
            return self._collected(COLLECTS[path], self.elements(first))
        if path in LAZY:
            values = arguments if path == "builtins.filter" else [first]
            return self._lazily(union([self.elements(each) for each in values]), first)
        if path == "builtins.enumerate":
            return self._lazily(self._collected("tuple", NOTHING, self.elements(first)), first)
        if path in {"builtins.zip", "itertools.product", "itertools.zip_longest"}:
            return self._lazily(self._collected("tuple", *map(self.elements, arguments)), *arguments)
        if path == "builtins.map":
            return self._mapped(arguments)
        if path == "builtins.dict":
            found = self._collected("dict", *keywords.values())
            for thing in first:
                next(iter(found)).hold("*", thing.held())
            return found
        if path == "sklearn.model_selection.train_test_split":
            parts = [frozenset((Thing(_only_type(value)),)) for value in arguments for _ in "ab"]
            return self._collected("tuple", *parts)
        if path == "builtins.next":
            return self.elements(first)
        if path == "builtins.getattr":
            return union([self.attribute(thing, "[]") for thing in first])
        if path == "builtins.super" and self.frame is not None:
            return frozenset(thing for origin, thing in self.frame.symbolic.items() if origin == ("parameter", "self"))
        return None

    def _mapped(self, arguments: Sequence[Value]) -> Value:
        values = [self.elements(each) for each in arguments[1:]]
        found = [self.run_code(each, values, {}) for each in (arguments[0] if arguments else ()) if each.code]
        return self._lazily(union(found), *arguments[1:])

    def _collected(self, type: str, *values: Value) -> Value:
        thing = Thing(type)
        thing.container = True
        single = len(values) == 1
        for place, value in enumerate(values):
            thing.hold("*" if single else str(place), value)
        return frozenset((thing,))

    def _lazily(self, elements: Value, *sources: Value) -> Value:
        thing = Thing("iterator")
        thing.container = True
        thing.hold("*", elements)
        for source in sources:
            thing.hold("source", source)
        return frozenset((thing,))

    def elements(self, value: Value) -> Value:
        """Return what iterating over ``value`` may give."""
        return union([self._elements(thing) for thing in value])

    def _elements(self, thing: Thing) -> Value:
        if thing.symbol or thing.type in NEVER_HELD:
            return NOTHING
        if thing.container:
            if thing.type == "dict":
                return NOTHING
            return union([held for key, held in thing.fields.items() if key != "source"])
        method = self.method_of(thing, "__iter__") or self.method_of(thing, "__getitem__")
        if method is not None:
            return self.run_code(method, [NOTHING], {}, frozenset((thing,)))
        return frozenset((self.child(thing, "*", "" if thing.type != "numpy.ndarray" else thing.type),))

    def unpacked(self, thing: Thing, place: int, count: int) -> Value:
        """Return what the target number ``place`` of ``count`` gets when ``thing`` is unpacked."""
        if thing.container and str(place) in thing.fields and "*" not in thing.fields:
            return thing.fields[str(place)]
        if thing.container and "*" not in thing.fields and len(thing.fields) >= count:
            return NOTHING
        if thing.container or thing.type in {"generator", "iterator"} or thing.symbol:
            return self._elements(thing)
        return frozenset((self.child(thing, str(place)),))

    def container_method(self, thing: Thing, name: str) -> Value:
        """Return what a method of a list, set or dict gives."""
        held = union([value for key, value in thing.fields.items() if key != "source"])
        if name == "items":
            return self._lazily(self._collected("tuple", NOTHING, held))
        if name == "values":
            return self._lazily(held)
        if name in {"get", "pop", "setdefault", "popleft", "__getitem__", "popitem"}:
            return held
        if name == "copy":
            return self._collected(thing.type, held)
        return NOTHING

    def consume(self, value: Iterable[Thing]) -> None:
        """Note that the generators and iterators in ``value`` are used up."""
        for thing in value:
            if thing.origin is not None:
                self.touch.consumed.add(thing.origin)
            if thing.type in {"generator", "iterator"} or (thing.type == "file" and not thing.symbol):
                self.change((thing,))
                for source in thing.fields.get("source", NOTHING):
                    if source.type in {"generator", "iterator"}:
                        self.consume((source,))
            elif thing.draws:
                self.touch.draws.add(thing.draws)
        self.touch.draws.update(each.draws for thing in value for each in thing.made if each.draws)

    def draw_from(self, value: Iterable[Thing]) -> None:
        """Note that what is in ``value`` is fitted, which draws random numbers where it has no seed."""
        for thing in reach_down(value, 50):
            if thing.draws:
                self.touch.draws.add(thing.draws)
            if thing.origin is not None:
                self.touch.drawn.add(thing.origin)

    # Attributes and methods of the notebook's own classes.

    def attribute(self, thing: Thing, name: str) -> Value:
        """Return what ``thing.name`` may give."""
        if thing.symbol:
            return frozenset((self.world.symbol(f"{thing.symbol}.{name}"),))
        found = thing.fields.get(name)
        if found:
            return found
        for owner in self.class_order(thing):
            if name in owner.fields:
                return owner.fields[name]
        method = self.method_of(thing, name)
        if method is not None:
            bound = Thing("function", code=method.code)
            bound.hold("bound", frozenset((thing,)))
            return frozenset((bound,))
        facts = self.knowledge.facts_of(thing.type, name)
        part = self.child(thing, name, facts.returns.get(name, ""))
        if name in facts.views and thing.type != "pandas.DataFrame":
            part.hold("base", frozenset((thing,)))
        return frozenset((part,))

    def class_order(self, thing: Thing) -> list[Thing]:
        """Return the notebook's own classes of an object, or a class itself, and their bases, nearest first."""
        order: list[Thing] = []
        pending = list(thing.fields.get("__class__", ()))
        if thing.code is not None and thing.code.methods:
            pending.append(thing)
        while pending:
            owner = pending.pop(0)
            if owner.code is not None and owner not in order:
                order.append(owner)
                pending.extend(owner.code.bases)
        return order

    def method_of(self, thing: Thing, name: str) -> Thing | None:
        """Return the method of the notebook's own class that ``thing.name`` calls."""
        if "__class__" not in thing.fields and thing.code is None:
            return None
        for owner in self.class_order(thing):
            assert owner.code is not None
            code = owner.code.methods.get(name)
            if code is not None:
                method = owner.fields.get(f"method {name}", NOTHING)
                for each in method:
                    return each
                made = Thing("function", code=code)
                made.hold("__class__", frozenset((owner,)))
                owner.fields[f"method {name}"] = frozenset((made,))
                return made
        return None

    def library_base(self, thing: Thing) -> str:
        """Return the library's class that one of the notebook's own classes is derived from, if any."""
        for owner in [thing, *self.class_order(thing)]:
            for base in owner.code.bases if owner.code is not None else ():
                if base.symbol and base.symbol != "builtins.object":
                    return base.symbol
        return ""


def _only_type(value: Value) -> str:
    types = {thing.type for thing in value}
    return types.pop() if len(types) == 1 else ""
