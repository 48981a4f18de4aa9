"""The texts of a column of one value: what ``.str`` does."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from .kinds import BOOL, INT, OBJECT, STR, missing
from .not_light import NotLight

if TYPE_CHECKING:
    from .cell import Cell

SAME_KIND = ("capitalize", "casefold", "lower", "swapcase", "title", "upper")
STRIPS = ("lstrip", "rstrip", "strip")
IS = (
    "isalnum",
    "isalpha",
    "isdecimal",
    "isdigit",
    "islower",
    "isnumeric",
    "isspace",
    "istitle",
    "isupper",
)
FLAGS_IN_PATTERN = re.compile(r"[\\.^$*+?{}\[\]|()]")


class Texts:
    """The accessor of one column of texts."""

    __slots__ = ("_cell",)

    def __init__(self, cell: Cell) -> None:
        if cell.kind not in (STR, OBJECT) or not (type(cell.value) is str or missing(cell.value)):
            raise NotLight(f".str of {cell.kind}")
        self._cell = cell

    def _text(self, value: str) -> Cell:
        """Return a text; NaN where there was none."""
        return type(self._cell)(value, self._cell.kind, self._cell.name)

    def _none(self) -> Cell:
        """Return what is missing of a text."""
        return self._cell.copy()

    def _known(self, what: str) -> str:
        """Return the text, where pandas' versions differ in what becomes of a missing one."""
        if type(self._cell.value) is not str:
            raise NotLight(f"{what} of a missing text")
        return self._cell.value

    def _says(self, value: bool) -> Cell:
        return type(self._cell)(value, BOOL, self._cell.name)

    def len(self) -> Cell:
        """Return the number of characters."""
        return type(self._cell)(len(self._known("len")), INT, self._cell.name)

    def contains(
        self, pat: str, case: bool = True, flags: int = 0, na: Any = None, regex: bool = True
    ) -> Cell:
        """Say whether a pattern is found."""
        if missing(self._cell.value) and na in (True, False) and type(na) is bool:
            return self._says(na)
        text = self._known("contains")
        if regex:
            self._refuse_odd(pat, text)
            return self._says(
                re.search(pat, text, flags | (0 if case else re.IGNORECASE)) is not None
            )
        if not case:
            raise NotLight("a text found in any case")
        return self._says(pat in text)

    def _refuse_odd(self, pattern: Any, text: str) -> None:
        """Refuse what Python's and Arrow's patterns may not have alike: letters beyond ASCII, empty finds."""
        if type(pattern) is not str or not (pattern.isascii() and text.isascii()):
            raise NotLight("a pattern in a text beyond ASCII")
        if not text.isprintable() or re.search(pattern, "") is not None:
            raise NotLight("a pattern that finds nothing")

    def extract(self, pat: str, flags: int = 0, expand: bool = True) -> Cell:
        """Return the part of the text that the only group of a pattern has found."""
        text = self._known("extract")
        if expand or re.compile(pat).groups != 1 or flags:
            raise NotLight("extract of several parts")
        found = re.search(pat, text)
        if found is None or found[1] is None:
            raise NotLight("a part that is not there")
        return self._text(found[1])

    def startswith(self, pat: Any, na: Any = None) -> Cell:
        """Say whether it begins so."""
        return self._begins(str.startswith, pat, na)

    def endswith(self, pat: Any, na: Any = None) -> Cell:
        """Say whether it ends so."""
        return self._begins(str.endswith, pat, na)

    def _begins(self, compute: Any, pat: Any, na: Any) -> Cell:
        if missing(self._cell.value) and type(na) is bool:
            return self._says(na)
        if na is not None and type(na) is not bool or type(pat) is not str:
            raise NotLight("startswith with options")
        return self._says(compute(self._known("startswith"), pat))

    def replace(self, pat: str, repl: str, n: int = -1, regex: bool = False) -> Cell:
        """Replace a text, or a pattern, in it."""
        if type(pat) is not str or type(repl) is not str or n != -1 or not pat:
            raise NotLight("str.replace with options")
        if missing(self._cell.value):
            return self._none()
        text = self._known("replace")
        if not regex:
            return self._text(text.replace(pat, repl))
        self._refuse_odd(pat, text)
        if "\\" in repl:
            raise NotLight("a replacement with groups")
        return self._text(re.sub(pat, repl, text))

    def slice(
        self, start: int | None = None, stop: int | None = None, step: int | None = None
    ) -> Cell:
        """Return a part of the text."""
        if step is not None:
            raise NotLight("slices with a step")
        return (
            self._none()
            if missing(self._cell.value)
            else self._text(self._known("slice")[start:stop])
        )

    def __getitem__(self, key: Any) -> Cell:
        if type(key) is slice:
            return self.slice(key.start, key.stop, key.step)
        text = self._known("an item")
        if type(key) is not int or not -len(text) <= key < len(text):
            raise NotLight("an item beyond the text")
        return self._text(text[key])

    get = __getitem__

    def split(
        self, pat: str | None = None, n: int = -1, expand: bool = False, **options: Any
    ) -> Parts:
        """Cut the text: ``.str[i]`` gives one of its parts."""
        if expand or options or n not in (-1, 0) or (pat is not None and len(pat) != 1):
            raise NotLight("split with options")
        return Parts(self._known("split").split(pat), self._cell)

    def zfill(self, width: int) -> Cell:
        """Fill it up with zeros."""
        return self._text(self._known("zfill").zfill(width))

    def count(self, pat: str) -> Cell:
        """Count a text in it."""
        if not pat or FLAGS_IN_PATTERN.search(pat):
            raise NotLight("count of a pattern")
        return type(self._cell)(self._known("count").count(pat), INT, self._cell.name)

    def find(self, sub: str) -> Cell:
        """Find a text in it."""
        return type(self._cell)(self._known("find").find(sub), INT, self._cell.name)

    def __getattr__(self, name: str) -> Any:
        if name in SAME_KIND:
            return lambda: self._changed(name, None)
        if name in STRIPS:
            return lambda to_strip=None: self._changed(name, to_strip)
        if name in IS:
            return lambda: self._says(getattr(self._ascii(name), name)())
        raise NotLight(f".str.{name}")

    def _ascii(self, what: str) -> str:
        text = self._known(what)
        if not text.isascii():
            raise NotLight("letters beyond ASCII")
        return text

    def _changed(self, name: str, given: Any) -> Cell:
        if missing(self._cell.value):
            return self._none()
        text = self._ascii(name)
        return self._text(getattr(text, name)() if given is None else getattr(text, name)(given))


class Parts:
    """A text that is cut into parts."""

    __slots__ = ("_cell", "_parts")

    def __init__(self, parts: list[str], cell: Cell) -> None:
        self._parts = parts
        self._cell = cell

    @property
    def str(self) -> Parts:
        """What gives the parts."""
        return self

    def __getitem__(self, key: Any) -> Cell:
        if type(key) is not int or not -len(self._parts) <= key < len(self._parts):
            raise NotLight("a part that is not there")
        return type(self._cell)(self._parts[key], OBJECT, self._cell.name)

    get = __getitem__

    def len(self) -> Cell:
        """Return how many parts there are."""
        return type(self._cell)(len(self._parts), INT, self._cell.name)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        raise NotLight(f"parts.{name}")
