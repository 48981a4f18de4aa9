"""Objects to their attributes and methods, those of the notebook's own classes above all."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from nb2prod.analysis.state import State
from nb2prod.analysis.things import NOTHING, Code, Thing, Value, union

PROPERTIES = frozenset(("property", "cached_property"))


class Objects(State):
    """The layer that knows what an object's attributes give."""

    def attribute(self, thing: Thing, name: str) -> Value:
        """Return what ``thing.name`` may give."""
        if thing.symbol:
            return frozenset((self.world.symbol(f"{thing.symbol}.{name}"),))
        found = thing.fields.get(name)
        if found:
            return found
        order = self.class_order(thing)
        for owner in order:
            if name in owner.fields:
                return owner.fields[name]
        method = self.method_of(thing, name) if order else None
        if method is not None:
            if is_decorated(method.code, PROPERTIES):
                return self.run_code(method, [], {}, frozenset((thing,)))
            bound = Thing("function", code=method.code)
            bound.fields["__class__"] = method.fields["__class__"]
            bound.hold("bound", frozenset((thing,)))
            return frozenset((bound,))
        facts = self.knowledge.facts_of(thing.type, name)
        part = self.child(thing, name, facts.returns.get(name, ""))
        part.attribute = name
        if name in facts.views and thing.type != "pandas.DataFrame":
            part.hold("base", frozenset((thing,)))
        return frozenset((part,))

    def class_order(self, thing: Thing) -> list[Thing]:
        """Return the notebook's own classes of an object, or a class itself, and their bases, nearest first."""
        if thing.code is None and "__class__" not in thing.fields:
            return []
        order: list[Thing] = []
        pending: list[Thing] = []
        if thing.type != "function":
            pending.extend(thing.fields.get("__class__", ()))
        if thing.code is not None and isinstance(thing.code.node, ast.ClassDef):
            pending.append(thing)
        while pending:
            owner = pending.pop(0)
            if owner.code is not None and owner not in order:
                order.append(owner)
                pending.extend(owner.code.bases)
        return order

    def method_of(self, thing: Thing, name: str) -> Thing | None:
        """Return the method of the notebook's own class that ``thing.name`` calls."""
        if thing.code is None and "__class__" not in thing.fields:
            return None  # as nearly always
        for owner in self.class_order(thing):
            assert owner.code is not None
            code = owner.code.methods.get(name)
            if code is not None:
                for each in owner.fields.get(f"method {name}", NOTHING):
                    return each
                made = Thing("function", code=code)
                made.hold("__class__", frozenset((owner,)))
                owner.fields[f"method {name}"] = frozenset((made,))
                return made
        return None

    def special(self, value: Value, name: str, arguments: Sequence[Value] = ()) -> Value:
        """Return what an operator gives that the notebook's own classes define by a method such as ``__iadd__``."""
        if not value:
            return NOTHING
        results = []
        for thing in value:
            method = self.method_of(thing, name) if "__class__" in thing.fields else None
            if method is not None:
                results.append(self.run_code(method, arguments, {}, frozenset((thing,))))
        return union(results)

    def parent(self) -> Value:
        """Return what ``super()`` gives: the object itself, seen as one of the bases."""
        assert self.frame is not None
        found = []
        for each in self.frame.first_parameter():
            made = Thing(each.type, origin=each.origin)
            bases = [base for owner in self.frame.owner if owner.code is not None for base in owner.code.bases]
            made.fields["__class__"] = frozenset(base for base in bases if base.code is not None)
            found.append(made)
        return frozenset(found)

    def library_base(self, thing: Thing) -> str:
        """Return the library's class that one of the notebook's own classes is derived from, if any."""
        for owner in [thing, *self.class_order(thing)]:
            for base in owner.code.bases if owner.code is not None else ():
                if base.symbol and base.symbol != "builtins.object":
                    return base.symbol
        return ""


def is_decorated(code: Code | None, names: frozenset[str]) -> bool:
    """Return whether a function has a decorator of one of these names."""
    decorators = getattr(code.node, "decorator_list", []) if code is not None else []
    return any((getattr(each, "id", "") or getattr(each, "attr", "")) in names for each in decorators)
