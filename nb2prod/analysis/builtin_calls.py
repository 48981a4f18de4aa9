"""Calls of builtins and of containers' methods to the elements that they pass on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from nb2prod.analysis.objects import Objects
from nb2prod.analysis.things import NOTHING, Thing, Value, reach_down, union

COLLECTS = {
    "builtins.list": "list",
    "builtins.tuple": "tuple",
    "builtins.sorted": "list",
    "builtins.set": "set",
    "builtins.frozenset": "set",
    "collections.deque": "list",
}
DICTS = frozenset(("builtins.dict", "collections.OrderedDict"))
USES_UP = COLLECTS.keys() | DICTS | {"builtins.sum", "builtins.any", "builtins.all"}
PICKS = {"builtins.max": 0, "builtins.min": 0, "random.choice": 0, "functools.reduce": 1}
"""Functions that may give one of the elements, and the argument that has them."""
LAZY = frozenset(
    (
        *("builtins.iter", "builtins.reversed", "builtins.filter", "itertools.islice", "itertools.cycle"),
        *("tqdm.tqdm", "tqdm.auto.tqdm", "tqdm.notebook.tqdm", "tqdm.tqdm_notebook"),
    )
)
CHAINS = frozenset(("itertools.chain", "itertools.chain.from_iterable", "itertools.tee"))
COPIES = frozenset(("copy.copy", "copy.deepcopy"))
PAIRS = frozenset(("builtins.zip", "itertools.product", "itertools.zip_longest"))
FROM_KEYS = frozenset(("builtins.dict.fromkeys", "collections.OrderedDict.fromkeys"))
SPECIAL = frozenset(
    (
        *USES_UP, *PICKS, *LAZY, *CHAINS, *COPIES, *PAIRS, *FROM_KEYS, "operator.setitem", "builtins.enumerate",
        "builtins.map", "sklearn.model_selection.train_test_split", "builtins.next", "builtins.super", "builtins.vars",
        "functools.partial",
    )
)  # fmt: skip
"""All of which something is known here."""
ARRAYS = frozenset(("numpy.ndarray", "torch.Tensor"))
NEVER_HELD = frozenset(("constant", "pandas.DataFrame"))


class BuiltinCalls(Objects):
    """The layer that knows what iterating, collecting and unpacking pass on."""

    def builtin_call(self, path: str, arguments: Sequence[Value], keywords: Mapping[str, Value]) -> Value | None:
        """Return what a builtin gives, or ``None`` where nothing special is known of ``path``."""
        if path not in SPECIAL:
            return None
        first = arguments[0] if arguments else NOTHING
        if path in USES_UP:
            self.consume(first)
        if path in COLLECTS:
            return self._collected(COLLECTS[path], self.elements(first))
        if path in PICKS:
            return self._picked(path, arguments, keywords)
        if path in CHAINS:
            return self._lazily(union([self.elements(each) for each in arguments]), *arguments)
        if path in COPIES:
            return frozenset(self._copied(thing, deep=path == "copy.deepcopy") for thing in first)
        if path == "operator.setitem" and len(arguments) == 3:
            self.store(first, "*", arguments[2])
        if path in LAZY:
            values = arguments if path == "builtins.filter" else [first]
            return self._lazily(union([self.elements(each) for each in values]), first)
        if path == "builtins.enumerate":
            return self._lazily(self._collected("tuple", NOTHING, self.elements(first)), first)
        if path in PAIRS:
            return self._lazily(self._collected("tuple", *map(self.elements, arguments)), *arguments)
        if path == "builtins.map":
            return self._mapped(arguments)
        if path in DICTS:
            found = self._collected("dict", *keywords.values())
            for thing in first:
                next(iter(found)).hold("*", thing.held())
            next(iter(found)).hold("*", self.paired(first))
            return found
        if path in FROM_KEYS:
            return self._collected("dict", *arguments[1:2])
        if path == "builtins.sum":
            return self._summed(first, union([*arguments[1:2], keywords.get("start", NOTHING)]))
        if path == "sklearn.model_selection.train_test_split":
            parts = [frozenset((Thing(_only_type(value)),)) for value in arguments for _ in "ab"]
            return self._collected("tuple", *parts)
        if path == "builtins.next":
            self.consume(first)
            return union([self.elements(first), *arguments[1:]])
        if path == "builtins.super" and self.frame is not None:
            return self.parent()
        if path == "builtins.vars" and arguments:
            return union([self.attribute(thing, "__dict__") for thing in first])
        if path == "functools.partial":
            return self._partial(arguments, keywords)
        return None

    def paired(self, value: Value) -> Value:
        """Return what a dict holds that is made of pairs: elements of elements."""
        return self.elements(self.elements(value))

    def _picked(self, path: str, arguments: Sequence[Value], keywords: Mapping[str, Value]) -> Value:
        rest = [*arguments[PICKS[path] + 1 :], keywords.get("default", NOTHING)]
        return union([*(self.elements(each) for each in arguments[PICKS[path] :][:1]), *rest])

    def _summed(self, value: Value, start: Value) -> Value:
        """Return what adding up gives: of lists a list with what they hold, of the notebook's own objects whatever
        their class says, of what is unknown something that may be an array or a table, and not a mere number."""
        added = self.elements(value)
        found = self.special(start, "__add__", [added]) | self.special(added, "__radd__", [start])
        lists = [thing for thing in (*start, *added) if thing.container]
        if lists:
            return found | self._collected(lists[0].type, union([thing.held() for thing in lists]))
        types = {thing.type for thing in (*start, *added)} - {"constant"}
        return found | {Thing(types.pop() if len(types) == 1 else "")} if types else frozenset((Thing("constant"),))

    def _copied(self, thing: Thing, *, deep: bool, depth: int = 3) -> Thing:
        if thing.symbol or thing.code is not None:
            return thing
        made = Thing(thing.type)
        made.container, made.draws = thing.container, thing.draws
        for key, held in thing.fields.items():
            if key == "__class__":
                made.fields[key] = held
            elif not deep:
                made.hold(key, held)
            elif depth and thing.type not in {"generator", "iterator"}:
                made.hold(key, frozenset(self._copied(each, deep=True, depth=depth - 1) for each in held))
        return made

    def _partial(self, arguments: Sequence[Value], keywords: Mapping[str, Value]) -> Value:
        made = Thing("partial")
        given = {str(place): value for place, value in enumerate(arguments[1:])}
        for key, value in {"function": arguments[0], **given, **keywords}.items() if arguments else ():
            made.hold(key, value)
        return frozenset((made,))

    def _mapped(self, arguments: Sequence[Value]) -> Value:
        values = [self.elements(each) for each in arguments[1:]]
        functions = arguments[0] if arguments else NOTHING
        found = union([self.call_value(each, values) for each in functions if not each.symbol])
        made = self._lazily(found, *arguments[1:])
        for thing in made:
            for function in functions:
                if function.code is not None:
                    self.run_later(thing, function, values)
        return made

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
            if thing.type in {"generator", "iterator"}:
                return thing.fields.get("*", NOTHING)
            return union([held for key, held in thing.fields.items() if key != "source"])
        whole = frozenset((thing,))
        if self.method_of(thing, "__iter__") is not None:
            found = self.special(whole, "__iter__")
            return self.special(found, "__next__") | self.elements(found - whole)
        if self.method_of(thing, "__getitem__") is not None:
            return self.special(whole, "__getitem__", [NOTHING])
        if thing.type not in ARRAYS:
            return frozenset((self.child(thing, "*"),))
        part = self.child(thing, "*", thing.type)
        part.hold("base", whole)
        return frozenset((part,))

    def unpacked(self, thing: Thing, place: int, count: int) -> Value:
        """Return what the target number ``place`` of ``count`` gets when ``thing`` is unpacked."""
        if thing.container and str(place) in thing.fields and "*" not in thing.fields:
            return thing.fields[str(place)]
        if thing.container and "*" not in thing.fields and len(thing.fields) >= count:
            return NOTHING
        if thing.container or thing.type in {"generator", "iterator"} or thing.symbol:
            return self._elements(thing)
        return frozenset((self.child(thing, str(place)),))

    def container_method(self, thing: Thing, name: str, given: Value = NOTHING) -> Value:
        """Return what a method of a list, set or dict gives; ``given`` are its arguments, a default among them."""
        held = union([value for key, value in thing.fields.items() if key != "source"])
        if name == "items":
            return self._lazily(self._collected("tuple", NOTHING, held))
        if name == "values":
            return self._lazily(held)
        if name in {"get", "pop", "setdefault", "popleft", "__getitem__", "popitem"}:
            return held | given
        if name == "copy":
            return self._collected(thing.type, held)
        if name == "fromkeys":
            return self._collected("dict", given)
        return NOTHING

    def consume(self, value: Iterable[Thing]) -> None:
        """Note that the generators and iterators in ``value`` are used up."""
        for thing in value:
            if thing.origin is not None:
                self.touch.consumed.add(thing.origin)
            if thing.type in {"generator", "iterator"} or (thing.type == "file" and not thing.symbol):
                self.change((thing,))
                if thing.body is not None:
                    self.run_body(thing)
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


def _only_type(value: Value) -> str:
    types = {thing.type for thing in value}
    return types.pop() if len(types) == 1 else ""
