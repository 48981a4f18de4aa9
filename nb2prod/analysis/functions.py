"""A function's body to a summary of what calling it does, and a summary applied to the arguments of one call."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from nb2prod.analysis.expressions import Expressions
from nb2prod.analysis.objects import is_decorated
from nb2prod.analysis.things import NOTHING, Code, Origin, Thing, Value, own_classes, union

MAX_DEPTH = 12
MOST_CLASSES = 8
"""For how many classes of its object a method's summary is kept."""
STATIC = frozenset(("staticmethod",))
CLASS_METHOD = frozenset(("classmethod",))


@dataclass
class Summary:
    """What calling a function does, in terms of its parameters and of the globals."""

    reads: frozenset[str] = frozenset()
    binds: frozenset[str] = frozenset()
    given: Mapping[str, Value] = field(default_factory=dict)
    """What the names that it binds may hold then."""
    changed: frozenset[Origin] = frozenset()
    switched: frozenset[Origin] = frozenset()
    """What it only puts into another mode."""
    changed_outside: frozenset[Thing] = frozenset()
    """What it changes that neither an argument nor a global leads to, such as another function's default."""
    content_changed: frozenset[Origin] = frozenset()
    calls: frozenset[Origin] = frozenset()
    consumed: frozenset[Origin] = frozenset()
    drawn: frozenset[Origin] = frozenset()
    stores: list[tuple[Thing, str, Value]] = field(default_factory=list)
    returned: Value = NOTHING
    yields: bool = False
    draws: frozenset[str] = frozenset()
    seeds: frozenset[str] = frozenset()
    settings: frozenset[str] = frozenset()
    libraries: frozenset[str] = frozenset()
    effects: bool = False
    may_draw: bool = False
    classes: Mapping[str, Value] = field(default_factory=dict)
    """The notebook's own classes of its arguments, by which methods it really calls."""
    resolved: dict[str, Value] = field(default_factory=dict)
    """Global names and the functions and modules that they held; it holds only as long as they do."""


class Functions(Expressions):
    """The layer that calls the notebook's own functions."""

    def run_code(
        self, thing: Thing, arguments: Sequence[Value], keywords: Mapping[str, Value], bound: Value = NOTHING
    ) -> Value:
        """Call a function of the notebook's and return what it may give."""
        code = thing.code
        if code is None or isinstance(code.node, ast.ClassDef):
            return NOTHING
        bound = bound or thing.fields.get("bound", NOTHING)
        if bound and is_decorated(code, STATIC):
            bound = NOTHING
        elif bound and is_decorated(code, CLASS_METHOD):
            bound = union([each.fields.get("__class__") or frozenset((each,)) for each in bound])
        given = _matched(code, [bound, *arguments] if bound else arguments, keywords)
        for key, value in thing.fields.items():
            if key.startswith("default "):
                given.setdefault(key.removeprefix("default "), value)
        application = _Application(self, thing, self._summary(thing, given), given)
        if not application.summary.yields:
            return application.run()
        made = application.generator()
        self._keep_body(made, thing, given)
        return frozenset((made,))

    def run_later(self, made: Thing, function: Thing, arguments: Sequence[Value]) -> None:
        """Let iterating over ``made`` run the function's body with these arguments."""
        if function.code is not None and not isinstance(function.code.node, ast.ClassDef):
            bound = function.fields.get("bound", NOTHING)
            self._keep_body(made, function, _matched(function.code, [bound, *arguments] if bound else arguments, {}))

    def _keep_body(self, made: Thing, function: Thing, given: Mapping[str, Value]) -> None:
        made.body = function
        for name, value in given.items():
            made.hold(f"given {name}", value)

    def run_body(self, thing: Thing) -> None:
        """Run the body of the function that a generator or iterator was made by."""
        if thing.body is not None:
            given = {key[len("given ") :]: value for key, value in thing.fields.items() if key.startswith("given ")}
            _Application(self, thing.body, self._summary(thing.body, given), given).run()

    def _summary(self, function: Thing, given: Mapping[str, Value]) -> Summary:
        code = function.code
        assert code is not None
        classes = {name: own_classes(value) for name, value in given.items()}
        classes = {name: found for name, found in classes.items() if found}
        for kept in code.summaries:
            if isinstance(kept, Summary) and kept.classes == classes and self._still_holds(kept):
                return kept
        if code in self.active or len(self.active) >= MAX_DEPTH:
            return Summary(reads=code.reads & self.world.globals.keys(), effects=True)
        summary = self.summarise(function, {name: given[name] for name in classes})
        summary.classes = classes
        code.summaries = [each for each in code.summaries[-MOST_CLASSES:] if each.classes != classes]  # type: ignore[attr-defined]
        code.summaries.append(summary)
        return summary

    def _still_holds(self, summary: Summary) -> bool:
        return all(self.world.globals.get(name) is value for name, value in summary.resolved.items())

    def summarise(self, function: Thing, like: Mapping[str, Value]) -> Summary:
        """Return the summary of a function, for arguments of the notebook's classes that those in ``like`` have."""
        raise NotImplementedError


class _Application:
    """A summary being applied to one call."""

    def __init__(self, caller: Functions, function: Thing, summary: Summary, given: Mapping[str, Value]) -> None:
        self.caller = caller
        self.function = function
        self.summary = summary
        self.given = given
        self.copies: dict[Thing, Value] = {}

    def run(self) -> Value:
        caller, summary, code = self.caller, self.summary, self.function.code
        self._note()
        for thing, key, value in summary.stores:
            if thing.origin is not None:
                caller.store(self.resolve(thing.origin), key, self.copy(value))
        for origin in summary.changed:
            things = self.resolve(origin)
            caller.change(things)
            if origin[0] == "captured":
                caller.change((self.function,))
        for origin in summary.switched:
            caller.change(self.resolve(origin), switch=True)
            if origin[0] == "captured":
                caller.change((self.function,), switch=True)
        caller.change(summary.changed_outside)
        for origin in summary.content_changed:
            caller.change_content(self.resolve(origin))
        for origin in summary.consumed:
            caller.consume(self.resolve(origin))
        for origin in summary.drawn:
            caller.draw_from(self.resolve(origin))
        for origin in summary.calls:
            for thing in self.resolve(origin):
                if thing.code is not None and thing is not self.function:
                    caller.run_code(thing, [], {})
        for name in code.rebinds if code is not None else ():
            given = self.copy(summary.given.get(name, NOTHING))
            self.function.hold(f"captured {name}", given)
            if caller.frame is not None and name in caller.frame.code.local:
                caller.set_env(name, caller.env.get(name, NOTHING) | given)
        for name in summary.binds:
            # A called function assigns it: what it held before may be held no more.
            given = self.copy(summary.given.get(name, NOTHING)) | frozenset((Thing(),))
            if caller.frame is None:
                caller.bind(name, caller.world.globals.get(name, NOTHING) | given)
            else:
                caller.touch.binds.add(name)
                caller.rebound[name] = caller.rebound.get(name, NOTHING) | given
        return self.copy(summary.returned)

    def generator(self) -> Thing:
        """Return the generator that the call gives, before anything of the body has run."""
        self._note()
        made = Thing("generator")
        made.container = True
        made.hold("*", self.copy(self.summary.returned))
        return made

    def _note(self) -> None:
        touch, summary, caller = self.caller.touch, self.summary, self.caller
        own = caller.assigned if caller.frame is None else caller.assigned & caller.frame.code.writes
        for name in summary.reads - own:  # a local of the caller is not what the function reads by that name
            if caller.frame is None and name not in touch.reads:
                touch.called_reads.add(name)
            if name in caller.world.globals or caller.frame is not None:
                touch.reads.add(name)
            elif caller.frame is None:
                caller.load(name)
        touch.draws |= summary.draws
        touch.seeds |= summary.seeds
        touch.settings |= summary.settings
        touch.libraries |= summary.libraries
        touch.effects = touch.effects or summary.effects
        touch.may_draw = touch.may_draw or summary.may_draw
        if caller.frame is not None:
            caller.frame.resolved.update(summary.resolved)

    def resolve(self, origin: Origin) -> Value:
        """Return the things that an origin stands for in this call."""
        kind, name, *path = origin
        if kind == "parameter":
            value = self.given.get(name, NOTHING)
        elif kind == "global":
            value = self._global(name)
        else:
            value = self.function.fields.get(f"captured {name}", NOTHING) or frozenset((self.function,))
        for key in path:
            value = union([self._part(thing, key) for thing in value])
        return value

    def _global(self, name: str) -> Value:
        caller = self.caller
        if caller.frame is None:
            return caller.env.get(name, NOTHING)
        return frozenset((caller.frame.stand_in(("global", name), caller.world.globals.get(name, NOTHING)),))

    def _part(self, thing: Thing, key: str) -> Value:
        if thing.symbol:
            return NOTHING
        if "__class__" in thing.fields or (thing.code is not None and key not in thing.fields):
            return self.caller.attribute(thing, key)
        if key == "*" or (key == "[]" and thing.container):
            return self.caller.elements(frozenset((thing,))) or thing.held()
        if thing.container and key not in thing.fields:
            return thing.held()
        found = thing.fields.get(key)
        return found if found else frozenset((self.caller.child(thing, key),))

    def copy(self, value: Value) -> Value:
        """Return what a value of the summary is in this call."""
        return union([self._copied(thing) for thing in value]) if value else NOTHING

    def _copied(self, thing: Thing) -> Value:
        if thing.origin is not None:
            return self.resolve(thing.origin)
        if thing.symbol or (thing.code is not None and not thing.fields):
            return frozenset((thing,))
        if thing not in self.copies:
            if len(self.copies) > 100:
                return NOTHING
            made = Thing(thing.type, code=thing.code)
            made.container, made.draws, made.body = thing.container, thing.draws, thing.body
            self.copies[thing] = frozenset((made,))
            for key, held in thing.fields.items():
                if key == "__class__" or key.startswith("method "):
                    made.hold(key, held)
                else:
                    made.hold(key, self.copy(held))
            if thing.made:
                made.make_from(self.copy(thing.made))
        return self.copies[thing]


def _matched(code: Code, arguments: Sequence[Value], keywords: Mapping[str, Value]) -> dict[str, Value]:
    """Return the value of each parameter; those of ``*args`` and ``**kwargs`` hold what is left."""
    assert not isinstance(code.node, ast.ClassDef)
    spec = code.node.args
    names = [each.arg for each in (*spec.posonlyargs, *spec.args)]
    given = dict(zip(names, arguments, strict=False))
    rest = {str(place): value for place, value in enumerate(arguments[len(names) :])}
    if spec.vararg:
        given[spec.vararg.arg] = _gathered("tuple", rest)
    known = {*names, *(each.arg for each in spec.kwonlyargs)}
    given.update({name: value for name, value in keywords.items() if name in known})
    if spec.kwarg:
        given[spec.kwarg.arg] = _gathered(
            "dict", {name: value for name, value in keywords.items() if name not in known}
        )
    return given


def _gathered(type: str, values: Mapping[str, Value]) -> Value:
    thing = Thing(type)
    thing.container = True
    for key, value in values.items():
        thing.hold(key, value)
    return frozenset((thing,))
