"""Where the abstract run of a notebook stands: what each name may hold, and what the statement at hand has touched."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from nb2prod.analysis.knowledge import Knowledge, load_knowledge
from nb2prod.analysis.things import (
    NOTHING,
    Code,
    Origin,
    Thing,
    Value,
    WeakThings,
    alike_once,
    own_classes,
    reach_up,
    union,
    users_of,
    working_parts,
)

BUILTINS = frozenset(dir(builtins)) | {"display", "get_ipython", "__name__", "__file__", "__doc__", "In", "Out", "_"}

FEW = 4
"""Up to so many things that a name may hold are not looked through for those that are alike."""


class Touch:
    """What a statement, or a function's body, has touched so far; there is one for each."""

    __slots__ = (
        "altered", "binds", "called_reads", "calls", "changed", "changes", "consumed", "content_changed",
        "deferred", "deletes", "drawn", "draws", "effects", "guessed", "libraries", "listed", "listed_in",
        "may_draw", "reads", "returned", "seeds", "settings", "stores", "sure", "switched", "weak_changes",
        "yields",
    )  # fmt: skip

    def __init__(self) -> None:
        self.reads: set[str] = set()
        self.called_reads: set[str] = set()
        """Those of ``reads`` that only functions called by it read."""
        self.binds: set[str] = set()
        self.deletes: set[str] = set()
        self.changes: set[str] = set()
        self.weak_changes: set[str] = set()
        """Names that hold something made from what was changed, and may or may not keep it."""
        self.guessed: set[str] = set()
        """Those of ``changes`` that the name of a method suggests and nothing else."""
        self.sure: set[str] = set()
        self.altered: set[str] = set()
        """Those of ``changes`` that are changed by more than being put into another mode, as ``model.eval()`` does."""
        self.deferred: set[str] = set()
        self.draws: set[str] = set()
        self.seeds: set[str] = set()
        self.settings: set[str] = set()
        self.libraries: set[str] = set()
        self.effects = False
        self.may_draw = False
        """Whether something is called that is not known to leave all random generators alone."""
        self.listed_in: set[str] = set()
        """Names of lists that what was read was written into: ``combine`` of ``combine = [train, test]``."""
        self.listed: set[str] = set()
        """Names of what was written into a list that was read: ``train`` and ``test``."""
        self.changed: set[Thing] = set()
        self.switched: set[Thing] = set()
        """What is put into another mode; the same may be in ``changed`` too."""
        self.content_changed: set[Origin] = set()
        self.stores: list[tuple[Thing, str, Value]] = []
        self.calls: set[Origin] = set()
        self.consumed: set[Origin] = set()
        """What a function's body iterates over."""
        self.drawn: set[Origin] = set()
        """What it fits, which draws where it has no seed."""
        self.returned: Value = NOTHING
        self.yields = False


@dataclass
class World:
    """What the whole run shares."""

    knowledge: Knowledge = field(default_factory=load_knowledge)
    symbols: dict[str, Thing] = field(default_factory=dict)
    """By each path that was asked for, aliases too."""
    globals: dict[str, Value] = field(default_factory=dict)
    stars: list[tuple[int, str, frozenset[str] | None]] = field(default_factory=list)
    """Star imports: statement, module, and its public names where they could be found."""
    star_claims: dict[str, int] = field(default_factory=dict)
    """Name to the star import that it is taken to come from."""
    star_names: Callable[[str], frozenset[str] | None] = lambda module: None
    statement: int = 0
    written: dict[str, WeakThings] = field(default_factory=dict)
    """Name to the lists that it was written into."""

    def symbol(self, path: str) -> Thing:
        """Return the thing that stands for a library's module, function or class."""
        thing = self.symbols.get(path)
        if thing is None:
            canonical = self.knowledge.canonical(path)
            if canonical not in self.symbols:
                self.symbols[canonical] = Thing(symbol=canonical)
            thing = self.symbols[path] = self.symbols[canonical]
        return thing


@dataclass
class Frame:
    """A function whose body is being read for its summary."""

    code: Code
    owner: Value = NOTHING
    """The class that a method stands in."""
    resolved: dict[str, Value] = field(default_factory=dict)
    """Global name to the functions and modules that it held."""
    symbolic: dict[Origin, Thing] = field(default_factory=dict)

    def first_parameter(self) -> list[Thing]:
        """Return what stands for the object that a method is called on."""
        for origin, thing in self.symbolic.items():
            if origin[0] == "parameter" and len(origin) == 2:
                return [thing]
        return []

    def stand_in(self, origin: Origin, like: Value = NOTHING) -> Thing:
        """Return the thing that stands for whatever ``origin`` will be."""
        thing = self.symbolic.get(origin)
        if thing is None:
            types = {each.type for each in like}
            thing = self.symbolic[origin] = Thing(types.pop() if len(types) == 1 else "", origin=origin)
            classes = own_classes(like)
            if classes:
                thing.fields["__class__"] = classes
        return thing


class State:
    """One scope being run abstractly: the module, or a function for its summary."""

    def __init__(self, world: World, frame: Frame | None = None, active: Sequence[Code] = ()) -> None:
        self.world = world
        self.knowledge = world.knowledge
        self.frame = frame
        self.active = tuple(active)
        self.env: dict[str, Value] = world.globals if frame is None else {}
        self.touch = Touch()
        self.assigned: set[str] = set()
        """Names that the statement at hand has certainly bound already."""
        self.ended = False
        self.in_loop = False
        self.rebound: dict[str, Value] = {}
        """What functions that a function's body calls may have given global names."""
        self.shadow: dict[str, Value] = {}
        """Variables of the comprehensions around the expression at hand."""
        self.journals: list[dict[str, Value | None]] = []

    # Names.

    def load(self, name: str) -> Value:
        """Read a name."""
        if name in self.shadow:
            return self.shadow[name]
        if self.frame is not None:
            return self._load_in_function(self.frame, name)
        value = self.env.get(name)
        if value is None:
            value = self._load_unbound(name)
            if value is None:
                return NOTHING if name not in BUILTINS else frozenset((self.world.symbol(f"builtins.{name}"),))
        if name not in self.assigned:
            self.touch.reads.add(name)
            self.touch.called_reads.discard(name)
        for thing in value:
            if thing.symbol:
                self.touch.libraries.add(thing.symbol.partition(".")[0])
            elif thing.written or name in self.world.written:
                self._relate(name, thing)
        return value

    def _relate(self, name: str, thing: Thing) -> None:
        """Note the lists that ``name`` was written into, and the names that were written into it as a list."""
        for holder in self.world.written.get(name, ()):
            if thing.holders and holder in thing.holders:
                self.touch.listed_in |= holder.names
        for each in thing.written:
            for held in self.env.get(each, ()):
                if held.holders and thing in held.holders:
                    self.touch.listed.add(each)

    def _load_unbound(self, name: str) -> Value | None:
        """Return what a name that nothing bound holds: something from a star import, or ``None`` for a builtin."""
        for index, module, names in reversed(self.world.stars):
            if names is not None and name in names:
                return self._claim(name, index, module)
        if name in BUILTINS:
            return None
        for index, module, names in reversed(self.world.stars):
            if names is None:
                return self._claim(name, index, module)
        if self.frame is None:
            self.touch.reads.add(name)
        return NOTHING

    def _claim(self, name: str, index: int, module: str) -> Value:
        self.world.star_claims[name] = index
        value = frozenset((self.world.symbol(f"{module}.{name}"),))
        if self.frame is None:
            self.set_env(name, value)
        else:
            self.world.globals[name] = value
        return value

    def _load_in_function(self, frame: Frame, name: str) -> Value:
        code = frame.code
        if name in code.local:
            return self.env.get(name, NOTHING)
        if name in code.captured:
            return self.env.get(name) or frozenset((frame.stand_in(("captured", name)),))
        if name in self.env:
            return self.env[name]
        value = self.world.globals.get(name)
        if value is None:
            value = self._load_unbound(name)
            if value is None:
                return frozenset((self.world.symbol(f"builtins.{name}"),))
        self.touch.reads.add(name)
        given = self.rebound.get(name, NOTHING)
        if value and all(thing.symbol or thing.code is not None for thing in value):
            frame.resolved[name] = value
            self.touch.libraries.update(thing.symbol.partition(".")[0] for thing in value if thing.symbol)
            return value | given
        if own_classes(value):
            frame.resolved[name] = value
        return frozenset((frame.stand_in(("global", name), value), *given))

    def bind(self, name: str, value: Value) -> None:
        """Give a name a value."""
        if name in self.shadow:
            self.shadow[name] = value
            return
        if not value:
            value = frozenset((Thing(),))
        self.set_env(name, value)
        self.assigned.add(name)
        if self.frame is None or name in self.frame.code.writes:
            self.touch.binds.add(name)

    def unbind(self, name: str) -> None:
        """Delete a name."""
        self.load(name)
        self.set_env(name, None)
        self.assigned.discard(name)
        self.touch.deletes.add(name)

    def set_env(self, name: str, value: Value | None) -> None:
        """Let a name hold ``value`` and keep the journals of the branches around."""
        old = self.env.get(name)
        if self.journals and name not in self.journals[-1]:
            self.journals[-1][name] = old
        if self.frame is None:
            for thing in old or ():
                thing.names.discard(name)
            for thing in value or ():
                if not thing.symbol:
                    thing.names.add(name)
        if value is None:
            self.env.pop(name, None)
        else:
            self.env[name] = value

    # Branches.

    def branches(self, bodies: Iterable[Callable[[], object]], *, exhaustive: bool) -> None:
        """Run alternatives, of which exactly one (``exhaustive``) or at most one really runs, and join what they do."""
        before, was_ended = self.assigned, self.ended
        outcomes: list[tuple[dict[str, Value | None], set[str], bool]] = []
        for body in bodies:
            self.journals.append({})
            self.assigned, self.ended = set(before), False
            body()
            journal = self.journals.pop()
            outcomes.append(({name: self.env.get(name) for name in journal}, self.assigned, self.ended))
            for name, old in journal.items():
                if self.journals:
                    self.journals[-1].setdefault(name, old)
                self.set_env(name, old)
        self.assigned = before
        self.ended = was_ended
        # In the order in which they were bound, not a set's: what is kept of one name depends on what was of others.
        names = dict.fromkeys(name for after, _, _ in outcomes for name in after)
        for name in names:
            old = self.env.get(name)
            found = [after.get(name, old) for after, _, _ in outcomes]
            if not exhaustive:
                found.append(old)
            joined = union(value for value in found if value)
            self.set_env(name, joined or None)
        if self.frame is None and not self.journals:
            self._forget_alike(names)
        going_on = [assigned for _, assigned, ended in outcomes if not ended]
        if exhaustive and going_on:
            self.assigned = self.assigned | set.intersection(*going_on)
        elif exhaustive and outcomes:
            self.ended = True

    def _forget_alike(self, names: Iterable[str]) -> None:
        """Let names that are bound under conditions again and again hold no more than what is known of it."""
        for name in names:
            value = self.env.get(name, NOTHING)
            if len(value) > FEW:
                self.set_env(name, alike_once(value))

    # Changes.

    def change(self, value: Iterable[Thing], *, guessed: bool = False, switch: bool = False) -> None:
        """Note that the things in ``value`` are changed in place: ``guessed`` where that is but likely, ``switch``
        where they only go into another mode."""
        things = [thing for thing in value if not thing.symbol]
        if not things:
            return
        (self.touch.switched if switch else self.touch.changed).update(things)
        if self.frame is not None:
            return
        affected = list(reach_up(things))
        for thing in affected:
            self.touch.changes |= thing.names
            (self.touch.guessed if guessed else self.touch.sure).update(thing.names)
            if not switch:
                self.touch.altered |= thing.names
        for thing in users_of(affected):
            self.touch.weak_changes |= thing.names

    def change_weakly(self, value: Iterable[Thing]) -> None:
        """Note that the things in ``value`` may or may not be changed in place: numbers are not, arrays are."""
        if self.frame is None:
            for thing in reach_up([thing for thing in value if not thing.symbol]):
                self.touch.weak_changes |= thing.names

    def change_content(self, value: Iterable[Thing]) -> None:
        """Note that what the things in ``value`` were made from is changed in place."""
        things = list(value)
        self.change(working_parts(each for thing in things for each in thing.made))
        if self.frame is not None:
            self.touch.content_changed.update(thing.origin for thing in things if thing.origin is not None)

    def store(self, things: Iterable[Thing], key: str, value: Value) -> None:
        """Keep ``value`` under ``key`` in each of ``things``."""
        for thing in things:
            if thing.symbol:
                continue
            thing.hold(key, value)
            if self.frame is not None and value:
                self.touch.stores.append((thing, key, value))

    def child(self, thing: Thing, key: str, type: str = "") -> Thing:
        """Return the part of a thing that an attribute or an index gives: changing it changes the whole."""
        for found in thing.fields.get(key, NOTHING):
            return found
        part = Thing(thing.type if not type and self.is_display(thing.type) else type)
        if thing.origin is not None:
            part.origin = (*thing.origin, key) if len(thing.origin) < 6 else thing.origin
        thing.hold(key, frozenset((part,)))
        return part

    def is_display(self, type: str) -> bool:
        """Return whether objects of a class are there to be looked at."""
        return bool(type) and self.knowledge.is_display(type)

    # What the other layers fill in.

    def evaluate(self, node: ast.expr | None, *, used: bool = True) -> Value:
        """Return what an expression may give; ``used`` tells whether anybody takes the result."""
        raise NotImplementedError

    def elements(self, value: Value) -> Value:
        """Return what iterating over ``value`` may give."""
        raise NotImplementedError

    def run_code(
        self, thing: Thing, arguments: Sequence[Value], keywords: Mapping[str, Value], bound: Value = NOTHING
    ) -> Value:
        """Call a function of the notebook's and return what it may give."""
        raise NotImplementedError

    def call_value(self, thing: Thing, arguments: Sequence[Value]) -> Value:
        """Call whatever ``thing`` is, and return what it may give."""
        raise NotImplementedError

    def run_later(self, made: Thing, function: Thing, arguments: Sequence[Value]) -> None:
        """Let iterating over ``made`` run the function's body with these arguments."""
        raise NotImplementedError

    def run_body(self, thing: Thing) -> None:
        """Run the body of the function that a generator or iterator was made by."""
        raise NotImplementedError
