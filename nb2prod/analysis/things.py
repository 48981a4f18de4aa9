"""Abstract objects: what a name may hold, and which of them hold, view or use each other."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from weakref import ref


class WeakThings:
    """Things that it does not keep: as ``WeakSet``, but dead ones are only dropped when it is looked through, which
    spares a call at the end of each."""

    __slots__ = ("_refs",)

    def __init__(self) -> None:
        self._refs: set[ref[Thing]] = set()

    def add(self, thing: Thing) -> None:
        """Take in a thing."""
        self._refs.add(ref(thing))

    def __contains__(self, thing: Thing) -> bool:
        """Return whether a thing is in it."""
        return ref(thing) in self._refs

    def __iter__(self) -> Iterator[Thing]:
        """Yield those that are still there."""
        alive = [thing for each in self._refs if (thing := each()) is not None]
        if len(alive) < len(self._refs):
            self._refs = set(map(ref, alive))
        return iter(alive)

    def __bool__(self) -> bool:
        """Return whether any is still there."""
        for each in self._refs:  # noqa: SIM110  the first one is, nearly always, without a generator
            if each() is not None:
                return True
        return False


class Thing:
    """One object as far as the text tells: made by one expression, held by names and by other things.

    ``type`` is the dotted path of its class where that is known; ``symbol`` the dotted path of a library's module,
    function or class; ``code`` the notebook's own function or class. ``origin`` names what a thing stands for inside
    a function's summary: a parameter, a global, or an attribute or element of one.
    """

    __slots__ = (
        "__weakref__", "attribute", "body", "code", "container", "draws", "fields", "holders", "made", "names",
        "origin", "symbol", "type", "users", "written",
    )  # fmt: skip

    def __init__(self, type: str = "", *, symbol: str = "", code: Code | None = None, origin: Origin | None = None):
        self.type = type
        self.symbol = symbol
        self.code = code
        self.origin = origin
        self.container = False
        """Whether it is a list, tuple, set or dict that the notebook itself filled."""
        self.draws = ""
        """The random generator that using it draws from, for an estimator made without a seed."""
        self.fields: dict[str, Value] = {}
        self.holders: WeakThings | None = None
        """Things whose content includes this one: changing it changes them."""
        self.users: WeakThings | None = None
        """Things made from this one that may keep it."""
        self.made: Value = NOTHING
        """What it was made from and may keep."""
        self.names: set[str] = set()
        self.attribute = ""
        """The attribute that gave it, which tells what calling it does: ``append`` of ``add = items.append``."""
        self.body: Thing | None = None
        """The function whose body runs when this generator is iterated over."""
        self.written: tuple[str, ...] = ()
        """The names that stand in the list that it was made by: ``train, test`` of ``[train, test]``."""

    def hold(self, key: str, value: Value) -> None:
        """Keep ``value`` as the attribute or element ``key``, beside what was there."""
        kept = self.fields.get(key, NOTHING)
        if len(kept) < MOST_KEPT:
            self.fields[key] = kept | value
        for thing in value:
            if thing.symbol:
                continue
            if thing.holders is None:
                thing.holders = WeakThings()
            thing.holders.add(self)

    def make_from(self, value: Value) -> None:
        """Note that it was made from ``value`` and may keep it."""
        value = frozenset(thing for thing in value if not thing.symbol and thing is not self)
        self.made |= value
        for thing in value:
            if thing.users is None:
                thing.users = WeakThings()
            thing.users.add(self)

    def is_known(self) -> bool:
        """Return whether anybody else could ever reach it, or anything is known of it."""
        return bool(self.names or self.fields or self.made or self.holders or self.type or self.origin or self.code)

    def is_plain(self) -> bool:
        """Return whether all that can be said of it is its type and its names."""
        known = self.fields or self.made or self.holders or self.users or self.origin or self.code or self.symbol
        return not (known or self.container or self.draws or self.attribute or self.body)

    def held(self) -> Value:
        """Return everything kept in it."""
        return union(self.fields.values())


PARTS = "parts"
"""The type of what hands out an object's parts, such as ``model.parameters()``: who changes them changes it."""

MOST_KEPT = 32
"""How many objects an element or attribute is told apart as; changing one more still changes what holds it."""

DATA_TYPES = ("pandas.", "numpy.ndarray")

Value = frozenset[Thing]
NOTHING: Value = frozenset()
Origin = tuple[str, ...]
"""``("parameter", "x")``, ``("global", "df")`` or ``("captured", "items")``, and the keys of the way down from it."""


@dataclass(eq=False)
class Code:
    """A function, lambda or class of the notebook's."""

    node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef
    reads: frozenset[str]
    """Global names that it reads when it is called, those of nested functions included."""
    writes: frozenset[str] = frozenset()
    """Global names that it assigns through ``global``."""
    local: frozenset[str] = frozenset()
    captured: frozenset[str] = frozenset()
    """Names of an enclosing function that it uses."""
    rebinds: frozenset[str] = frozenset()
    """Those of them that it assigns through ``nonlocal``."""
    is_method: bool = False
    methods: dict[str, Code] = field(default_factory=dict)
    bases: Value = NOTHING
    summaries: list[object] = field(default_factory=list)


def union(values: Iterable[Value]) -> Value:
    """Return the things in any of ``values``."""
    found = NOTHING
    for value in values:
        if value:
            found = found | value if found else value
    return found


def alike_once(value: Value) -> Value:
    """Return ``value`` with one thing for all of the same type that nothing but the same names leads to."""
    plain: dict[tuple[str, frozenset[str]], Thing] = {}
    rest = []
    for thing in value:
        if thing.is_plain():
            plain.setdefault((thing.type, frozenset(thing.names)), thing)
        else:
            rest.append(thing)
    return frozenset((*rest, *plain.values()))


def own_classes(value: Value) -> Value:
    """Return the notebook's own classes of the objects in ``value``."""
    return union([thing.fields["__class__"] for thing in value if "__class__" in thing.fields and thing.code is None])


def reach_up(things: Iterable[Thing]) -> Iterator[Thing]:
    """Yield ``things`` and everything that holds or views them."""
    seen = set(things)
    pending = list(seen)
    while pending:
        thing = pending.pop()
        yield thing
        for holder in thing.holders or ():
            if holder not in seen:
                seen.add(holder)
                pending.append(holder)


def users_of(things: Iterable[Thing]) -> set[Thing]:
    """Return what may keep one of ``things`` without being a container of it, directly or not."""
    seen: set[Thing] = set()
    pending = [user for thing in things for user in thing.users or ()]
    while pending:
        thing = pending.pop()
        if thing not in seen:
            seen.add(thing)
            pending.extend(thing.users or ())
            pending.extend(thing.holders or ())
    return seen


def reach_down(things: Iterable[Thing], limit: int = 200) -> set[Thing]:
    """Return ``things``, what they hold and what they were made from, at any depth, up to ``limit`` of them."""
    seen = set(things)
    pending = list(seen)
    while pending and len(seen) < limit:
        thing = pending.pop()
        for value in (*thing.fields.values(), thing.made):
            for each in value:
                if each not in seen and not each.symbol and each.code is None:
                    seen.add(each)
                    pending.append(each)
    return seen


def working_parts(things: Iterable[Thing]) -> set[Thing]:
    """Return the objects of libraries' and the notebook's classes in ``things``, which work by changing: estimators,
    models, layers; not the numbers and tables that they were made with."""
    reached = reach_down(things)
    found = {thing for thing in reached if "." in thing.type or thing.type == "instance"}
    found = {thing for thing in found if not thing.type.startswith(DATA_TYPES)}
    return found.union(*(thing.made for thing in reached if thing.type == PARTS))
