"""Calls to what they change, draw and return, by what is known of the library or by the notebook's own code."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass, field

from nb2prod.analysis.builtin_calls import ARRAYS, BuiltinCalls
from nb2prod.analysis.knowledge import ClassFacts
from nb2prod.analysis.library_functions import LibraryFunction, library_class, library_function
from nb2prod.analysis.named_in_text import names_in_text
from nb2prod.analysis.objects import is_decorated
from nb2prod.analysis.things import NOTHING, PARTS, Thing, Value, union

NOT_SETTERS = frozenset(("set_index", "set_axis", "set_categories", "set_flags"))
UNBOUND = frozenset(("classmethod",))
NO_ARGUMENTS = ast.Call(func=ast.Name("function", ast.Load()), args=[], keywords=[])
SEED_KEYWORDS = frozenset(("random_state", "seed", "random_seed", "generator", "rng"))


@dataclass
class Arguments:
    """A call's arguments, evaluated."""

    node: ast.Call
    positional: list[Value] = field(default_factory=list)
    keywords: dict[str, Value] = field(default_factory=dict)
    used: bool = True

    def all(self) -> Value:
        """Return everything that is handed over."""
        return union([*self.positional, *self.keywords.values()])

    def given(self, name: str) -> ast.expr | None:
        """Return a keyword's expression."""
        for each in self.node.keywords:
            if each.arg == name:
                return each.value
        return None

    def is_true(self, name: str) -> bool:
        """Return whether a keyword is given and is not the constant ``False`` or ``None``."""
        value = self.given(name)
        return value is not None and not (isinstance(value, ast.Constant) and not value.value)


class Calls(BuiltinCalls):
    """The layer that reads calls."""

    def call(self, node: ast.Call, *, used: bool = True) -> Value:
        """Read a call; ``used`` tells whether anybody takes its result."""
        function = node.func
        if node.args or node.keywords:
            for name in names_in_text(node):
                self.load(name)
        if isinstance(function, ast.Attribute):
            receiver = self.evaluate(function.value)
            arguments = self._arguments(node, used)
            if not receiver:
                return self._method(Thing(), function.attr, arguments)
            if len(receiver) == 1:
                (thing,) = receiver
                return self._call_attribute(thing, function.attr, arguments)
            return union([self._call_attribute(thing, function.attr, arguments) for thing in receiver])
        callee = self.evaluate(function)
        arguments = self._arguments(node, used)
        if not callee:
            self.touch.effects = self.touch.may_draw = True
            self._hand_over(arguments)
        if len(callee) == 1:
            (thing,) = callee
            return self._call_thing(thing, arguments)
        return union([self._call_thing(thing, arguments) for thing in callee])

    def _arguments(self, node: ast.Call, used: bool) -> Arguments:
        found = Arguments(node, used=used)
        for each in node.args:
            if isinstance(each, ast.Starred):
                value = self.evaluate(each.value)
                self.consume(value)
                held = [thing for thing in value if thing.container]
                parts = max((len(thing.fields) for thing in held), default=1)
                found.positional.extend([self.elements(value)] * parts)
            else:
                found.positional.append(self.evaluate(each))
        for keyword in node.keywords:
            value = self.evaluate(keyword.value)
            if keyword.arg is not None:
                found.keywords[keyword.arg] = value
            else:
                for thing in value:
                    found.keywords.update({key: held for key, held in thing.fields.items() if key.isidentifier()})
        return found

    def _call_attribute(self, thing: Thing, name: str, arguments: Arguments) -> Value:
        if thing.symbol:
            return self._symbol(self.world.symbol(f"{thing.symbol}.{name}"), arguments)
        stored = thing.fields.get(name)
        if stored:
            known = [each for each in stored if each.code is not None or each.type == "partial" or each.symbol]
            if known:
                return union([self._call_thing(each, arguments) for each in known])
        method = self.method_of(thing, name)
        if method is None:
            return self._method(thing, name, arguments)
        # Called through its class, a function takes the object as its first argument.
        through_class = thing.code is not None and not is_decorated(method.code, UNBOUND)
        bound = NOTHING if through_class else frozenset((thing,))
        return self.run_code(method, arguments.positional, arguments.keywords, bound)

    def call_value(self, thing: Thing, arguments: Sequence[Value]) -> Value:
        """Call whatever ``thing`` is, and return what it may give."""
        return self._call_thing(thing, Arguments(NO_ARGUMENTS, list(arguments)))

    def _call_thing(self, thing: Thing, arguments: Arguments) -> Value:
        if thing.symbol:
            return self._symbol(thing, arguments)
        if thing.code is not None:
            if isinstance(thing.code.node, ast.ClassDef):
                return self._instance(thing, arguments)
            return self.run_code(thing, arguments.positional, arguments.keywords)
        method = self.method_of(thing, "__call__") or self.method_of(thing, "forward")
        if method is not None:
            return self.run_code(method, arguments.positional, arguments.keywords, frozenset((thing,)))
        if thing.type == "partial":
            return self._call_partial(thing, arguments)
        if thing.attribute and thing.holders:
            # A method that was given a name of its own.
            owners = [each for each in thing.holders if thing in each.fields.get(thing.attribute, NOTHING)]
            if owners:
                return union([self._method(each, thing.attribute, arguments) for each in owners])
        if self.frame is not None and thing.origin is not None:
            self.touch.calls.add(thing.origin)
        if not thing.type:
            self.touch.effects = self.touch.may_draw = True
        self._hand_over(arguments)
        result = Thing()
        result.make_from(frozenset((thing,)))
        return frozenset((result,))

    def _call_partial(self, thing: Thing, arguments: Arguments) -> Value:
        given = [thing.fields[key] for key in sorted(thing.fields, key=len) if key.isdecimal()]
        names = {key: value for key, value in thing.fields.items() if key.isidentifier() and key != "function"}
        whole = Arguments(
            arguments.node, [*given, *arguments.positional], {**names, **arguments.keywords}, arguments.used
        )
        return union([self._call_thing(each, whole) for each in thing.fields.get("function", ())])

    def _instance(self, thing: Thing, arguments: Arguments) -> Value:
        """Make an object of one of the notebook's own classes."""
        instance = Thing(self.library_base(thing) or "instance")
        instance.hold("__class__", frozenset((thing,)))
        init = self.method_of(instance, "__init__")
        if init is not None:
            self.run_code(init, arguments.positional, arguments.keywords, frozenset((instance,)))
        else:
            for name, value in arguments.keywords.items():
                instance.hold(name, value)
            for place, value in enumerate(arguments.positional):
                instance.hold(f"argument {place}", value)
        return frozenset((instance,))

    def _symbol(self, thing: Thing, arguments: Arguments) -> Value:
        """Call a function or class of a library's."""
        path = thing.symbol
        known = library_function(path)
        if known.method and arguments.positional:
            # ``list.append(items, 1)``: a method called through its class.
            rest = Arguments(arguments.node, arguments.positional[1:], arguments.keywords, arguments.used)
            return union([self._call_attribute(each, known.method, rest) for each in arguments.positional[0]])
        self.touch.libraries.add(known.library)
        self._hand_over(arguments, elements=known.passes_elements)
        if known.seeds is not None:
            self.touch.seeds.update(known.seeds)
            return NOTHING
        if known.setting and not _is_display_option(arguments):
            self.touch.settings.add(known.setting)
            return NOTHING
        for place in known.changed:
            if place < len(arguments.positional):
                self.change(arguments.positional[place])
        self.touch.effects = self.touch.effects or known.effects
        if path == "builtins.getattr":
            return self._getattr(arguments)
        result = self.builtin_call(path, arguments.positional, arguments.keywords)
        made = Thing(known.type)
        if known.keeps:
            made.make_from(arguments.all())
        if known.views and arguments.positional:
            result = self._viewed(path, arguments.positional[0], made)
        self._draw_in_function(path, known, made, arguments)
        return frozenset((made,)) if result is None else result

    def _viewed(self, path: str, value: Value, made: Thing) -> Value:
        """Return what a function gives that hands an array back, or a view of it, and makes one of anything else."""
        found = {made}
        for thing in value:
            if thing.type in ARRAYS:
                part = self.child(thing, path, thing.type)
                part.hold("base", frozenset((thing,)))
                found.add(part)
        return frozenset(found)

    def _getattr(self, arguments: Arguments) -> Value:
        name = arguments.node.args[1] if len(arguments.node.args) > 1 else None
        key = name.value if isinstance(name, ast.Constant) and isinstance(name.value, str) else "[]"
        return union([self.attribute(thing, key) for each in arguments.positional[:1] for thing in each])

    def _draw_in_function(self, path: str, known: LibraryFunction, made: Thing, arguments: Arguments) -> None:
        if known.draws:
            self.touch.draws.add(known.draws)
        if known.is_rvs and not _is_seeded(arguments):
            self.touch.draws.add("<numpy.random>")
        draws = known.draws_unless_seeded or (known.folds and arguments.is_true("shuffle") and "<numpy.random>")
        if draws and not _is_seeded(arguments) and not _is_unshuffled(path, arguments):
            made.draws = draws
            if not known.is_class:
                self.touch.draws.add(draws)
        if known.fits:
            self.draw_from(arguments.all())
        if known.may_draw:
            self.touch.may_draw = True

    def _method(self, thing: Thing, name: str, arguments: Arguments) -> Value:
        """Call a method of an object whose class is a library's or unknown."""
        facts = self.knowledge.facts_of(thing.type, name)
        if thing.type:
            self.touch.libraries.add(thing.type.partition(".")[0])
        self._hand_over(arguments)
        changed = self._is_changed(facts, name, arguments)
        self._method_effects(thing, facts, name, changed, arguments)
        if changed:
            unknown = facts is self.knowledge.classes["*"] and not arguments.is_true("inplace")
            switch = name in facts.switches or (name == "train" and _sets_mode(arguments))
            self.change((thing,), guessed=unknown, switch=switch)
        if name in facts.changes_content:
            self.change_content((thing,))
        if name in facts.changes_arguments and arguments.positional:
            self.change(arguments.positional[0])
        if name in facts.keeps:
            self._keep(thing, name, arguments)
        if name == "pipe" and arguments.positional:
            rest = arguments.positional[1:]
            piped = [each for each in arguments.positional[0] if each.code is not None]
            return union([self.run_code(each, [frozenset((thing,)), *rest], arguments.keywords) for each in piped])
        return self._method_result(thing, name, facts, arguments, changed=changed)

    def _is_changed(self, facts: ClassFacts, name: str, arguments: Arguments) -> bool:
        if name in facts.changes or arguments.is_true("inplace"):
            return True
        if name in facts.changes_unused:
            return not arguments.used
        if name.startswith("set_") and name not in NOT_SETTERS and not facts.closed:
            return True
        return name.endswith("_") and not name.startswith("_")

    def _method_effects(self, thing: Thing, facts: ClassFacts, name: str, changed: bool, arguments: Arguments) -> None:
        of_class = library_class(thing.type)
        known = changed or facts.closed or of_class.pure or facts.says(name)
        if name in facts.writes or not known:
            self.touch.effects = True
        if (name in facts.draws or name == "rvs") and not _is_seeded(arguments):
            self.touch.draws.add("<numpy.random>")
        if name.startswith(("fit", "split", "train", "cross")):
            self.draw_from((thing, *thing.made))
        if of_class.may_draw and not (name in facts.reads and name not in {"predict", "transform", "apply", "map"}):
            self.touch.may_draw = True

    def _keep(self, thing: Thing, name: str, arguments: Arguments) -> None:
        many = name in {"extend", "update"}
        given = arguments.all()
        self.store((thing,), "*", self.elements(given) | given if many else given)
        if name == "update" and thing.type in {"", "dict"}:
            self.store((thing,), "*", self.paired(given))
        if not thing.type or thing.type in {"list", "set", "dict"}:
            thing.container = thing.container or bool(given)

    def _method_result(
        self, thing: Thing, name: str, facts: ClassFacts, arguments: Arguments, *, changed: bool
    ) -> Value:
        if name in facts.same or (changed and name.endswith("_")):
            return frozenset((thing,))
        if thing.container:
            return self.container_method(thing, name, union(arguments.positional[1:]))
        type = facts.returns.get(name, "")
        if name in facts.views:
            part = self.child(thing, f"{name}()", type)
            if thing.type != "pandas.DataFrame":
                part.hold("base", frozenset((thing,)))
            return frozenset((part,))
        if name in facts.keeps:
            made = self.child(thing, f"{name}()", PARTS)
            made.make_from(frozenset((thing,)))
            return frozenset((made,))
        return frozenset((Thing(type),)) if type else NOTHING

    def _hand_over(self, arguments: Arguments, *, elements: bool = False) -> None:
        """Note what happens to arguments whoever is called: axes drawn on, results written, iterators used up.

        ``elements`` tells that functions among them are called with the elements of the others.
        """
        keywords = arguments.keywords
        for name in ("ax", "out") if keywords else ():
            if name in keywords:
                self.change(keywords[name])
        for value in (*arguments.positional, *keywords.values()) if keywords else arguments.positional:
            for thing in value:
                if thing.symbol:
                    continue
                if thing.code is not None and not isinstance(thing.code.node, ast.ClassDef):
                    passed = union([self.elements(each) for each in arguments.positional]) if elements else NOTHING
                    self.run_code(thing, [passed, passed] if passed else [], {})
                elif thing.type == "partial":
                    self._call_partial(thing, Arguments(NO_ARGUMENTS))
                elif thing.type in {"generator", "iterator"}:
                    self.consume((thing,))


def _sets_mode(arguments: Arguments) -> bool:
    """Return whether ``train`` is told whether to train, as ``model.train(False)`` of PyTorch is."""
    given = [*arguments.node.args, *(each.value for each in arguments.node.keywords if each.arg == "mode")]
    if len(given) != 1:
        return False
    if isinstance(given[0], ast.Constant):  # ``mode="full"`` is something else
        return isinstance(given[0].value, bool)
    return arguments.given("mode") is not None


def _is_seeded(arguments: Arguments) -> bool:
    return any(arguments.is_true(name) or _is_zero(arguments.given(name)) for name in SEED_KEYWORDS)


def _is_zero(node: ast.expr | None) -> bool:
    return isinstance(node, ast.Constant) and node.value is not None and node.value is not False


def _is_unshuffled(path: str, arguments: Arguments) -> bool:
    given = arguments.given("shuffle")
    if path.endswith(".DataLoader"):
        return not arguments.is_true("shuffle")
    return isinstance(given, ast.Constant) and given.value is False


def _is_display_option(arguments: Arguments) -> bool:
    first = arguments.node.args[0] if arguments.node.args else None
    name = first.value if isinstance(first, ast.Constant) else ""
    return isinstance(name, str) and name.startswith(("display", "max_", "precision", "plotting", "io.", "styler"))
