"""What each statement touches, in order, to where every value that is read comes from."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from nb2prod.analysis.state import BUILTINS, Touch

Sources = frozenset[int]
FEW = 4
"""A value from more statements than these is worth looking for those that others of them build on."""
FOLLOWED = 24


@dataclass
class Flow:
    """Reaching definitions and changes, taken statement by statement."""

    current: dict[str, Sources] = field(default_factory=dict)
    sources: list[dict[str, Sources]] = field(default_factory=list)
    updates: list[dict[str, Sources | None]] = field(default_factory=list)
    undefined: dict[int, frozenset[str]] = field(default_factory=dict)

    def take(self, step: Step) -> None:
        """Take in the next statement."""
        index = len(self.sources)
        self.updates.append({})
        for name in step.claimed:
            # The star import that a name came from is known only now that it is read.
            if name in step.star_claims and name not in self.current:
                self._update(name, frozenset((step.star_claims[name],)))
        found = {name: self.current[name] for name in step.reads if name in self.current}
        self.sources.append(found)
        missing = [
            name for name in step.direct_reads if name not in self.current and name not in BUILTINS and name[0] != "<"
        ]
        if missing:
            self.undefined[index] = frozenset(missing)
        here = frozenset((index,))
        for name in step.kills:
            self._update(name, here)
        direct: Sources | None = None
        deep: Sources | None = None
        for name in step.joins:  # in whatever order: what one name gets must not depend on those before it
            before = self.current.get(name)
            if before is None or name in found:
                self._update(name, here)
                continue
            if direct is None:
                direct = frozenset().union(*found.values())
            if len(before) > FEW and deep is None:
                deep = self._behind(direct)
            # What this statement itself builds on is reached through it.
            superseded = deep if len(before) > FEW and deep is not None else direct
            self._update(name, (before - superseded) | here)
        for name in step.gone:
            self._update(name, None)

    def _behind(self, sources: Sources) -> Sources:
        """Return ``sources`` and some of what they build on, so that what a list's elements come from does not pile
        up with every change of the list."""
        reached, pending = set(sources), sorted(sources, reverse=True)
        for index in pending:
            if len(reached) > FOLLOWED:
                break
            new = frozenset().union(*self.sources[index].values()) - reached
            reached |= new
            pending += sorted(new, reverse=True)
        return frozenset(reached)

    def _update(self, name: str, sources: Sources | None) -> None:
        self.updates[-1][name] = sources
        if sources is None:
            self.current.pop(name, None)
        else:
            self.current[name] = sources


@dataclass
class Step:
    """One statement as the flow sees it."""

    reads: Iterable[str]
    direct_reads: Iterable[str]
    kills: Iterable[str]
    """Names that have a new value for certain."""
    joins: Iterable[str]
    """Names that may have a new value, or one that was changed through another name."""
    gone: Iterable[str]
    claimed: Iterable[str] = ()
    star_claims: dict[str, int] = field(default_factory=dict)


@dataclass
class ResourceUse:
    """The library state that one statement reads, changes and sets anew."""

    read: set[str] = field(default_factory=set)
    changed: set[str] = field(default_factory=set)
    seeded: set[str] = field(default_factory=set)
    unseeded: set[str] = field(default_factory=set)
    """What it draws from that nothing has seeded."""


def resource_uses(touches: Sequence[Touch], draws: Sequence[frozenset[str]], uses: dict[str, str]) -> list[ResourceUse]:
    """Return what each statement does to the libraries' state.

    Drawing from a generator that nobody has seeded, or using a library that nobody has configured, is no dataflow.
    """
    live: set[str] = set()
    found = []
    nothing = ResourceUse()
    for touch, drawn in zip(touches, draws, strict=True):
        if not (drawn or touch.seeds or touch.settings or (live and touch.libraries)):
            found.append(nothing)
            continue
        use = ResourceUse(seeded=touch.seeds | touch.settings)
        use.changed = set(drawn & live) - touch.seeds
        use.unseeded = set(drawn) - live - touch.seeds
        use.read = set(use.changed)
        if live:
            wanted = {uses[library] for library in touch.libraries if library in uses}
            use.read |= (wanted & live) - touch.settings
        # A setting changes some of a library's settings and leaves the others as they were.
        use.read |= touch.settings & live
        live |= use.seeded
        found.append(use)
    return found
