"""A library's function or class to what is known of it, by its path alone, looked up once."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from nb2prod.analysis.knowledge import MOST_PATHS, load_knowledge, nearest

PASS_ELEMENTS = ("builtins.", "functools.reduce", "itertools.")


class LibraryFunction(NamedTuple):
    """What calling a function, or a class, of a library's does."""

    method: str
    """The method that is called through its class: ``append`` of ``list.append(items, 1)``; empty for none."""
    library: str
    passes_elements: bool
    """Whether functions among the arguments are called with the elements of the others."""
    seeds: Sequence[str] | None
    setting: str
    changed: Sequence[int]
    """Places of the arguments that it changes."""
    effects: bool
    type: str
    """The class of what it gives, empty where nobody knows."""
    is_class: bool
    keeps: bool
    """Whether what it gives may keep the arguments."""
    views: bool
    draws: str
    """The random generator that it draws from."""
    draws_unless_seeded: str
    folds: bool
    """Whether it draws where it is told to shuffle."""
    is_rvs: bool
    fits: bool
    """Whether it may fit what it is handed."""
    may_draw: bool


class LibraryClass(NamedTuple):
    """What methods of a library's class do that nothing else is known of."""

    library: str
    pure: bool
    """Whether they change nothing outside their object."""
    may_draw: bool


@lru_cache(maxsize=MOST_PATHS)
def library_class(path: str) -> LibraryClass:
    """Return what is known of the class that goes by ``path``."""
    known = load_knowledge()
    pure, quiet = nearest(known.pure, path), nearest(known.draw_free, path)
    return LibraryClass(path.partition(".")[0], pure is not None, quiet is None)


@lru_cache(maxsize=MOST_PATHS)
def library_function(path: str) -> LibraryFunction:
    """Return what is known of the function or class that goes by ``path``, as ``Knowledge.canonical`` has it."""
    known = load_knowledge()
    owner, _, method = path.removeprefix("builtins.").rpartition(".")
    last = path.rpartition(".")[2]
    is_class = last[:1].isupper()
    setting = nearest(known.settings, path)
    drawn, unless = nearest(known.draws, path), nearest(known.draws_unless_seeded, path)
    alters = path.startswith("torch.") and last.endswith("_") and not last.endswith("__")
    written = nearest(known.writes, path)
    shown = nearest(known.pure, path) or nearest(known.display, path)
    kept, copied = nearest(known.keeps, path), nearest(known.copies, path)
    return LibraryFunction(
        method=method if owner in known.classes and known.classes[owner].says(method) else "",
        library=path.partition(".")[0],
        passes_elements=path.startswith(PASS_ELEMENTS),
        seeds=known.seeds.get(path),
        setting=known.settings[setting] if setting is not None else "",
        changed=(*known.function_changes.get(path, ()), *([0] if alters else ())),
        effects=shown is None or len(written or "") > len(shown),
        type=known.returns.get(path, "") or (path if is_class else ""),
        is_class=is_class,
        keeps=is_class if kept is None and copied is None else len(kept or "") > len(copied or ""),
        views=path in known.views,
        draws=known.draws[drawn] if drawn is not None else "",
        draws_unless_seeded=known.draws_unless_seeded[unless] if unless else "",
        folds=path.startswith("sklearn.model_selection."),
        is_rvs=path.startswith("scipy.stats.") and path.endswith(".rvs"),
        fits=not is_class and path.startswith(("sklearn.", "imblearn.")) and ".metrics." not in path,
        may_draw=nearest(known.draw_free, path) is None,
    )
