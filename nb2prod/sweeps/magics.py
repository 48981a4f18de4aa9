"""A cell as it is written goes in; what its magics and shell commands may read of variables comes out."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from nb2prod.notebook.magics import is_magic
from nb2prod.notebook.model import Cell
from nb2prod.sweeps.hidden import mentions

BLIND = frozenset(
    (
        *("matplotlib", "pylab", "load_ext", "reload_ext", "unload_ext", "config", "autoreload", "aimport", "xmode"),
        *("precision", "colors", "autosave", "pip", "conda", "mamba", "micromamba", "uv", "lsmagic", "pwd", "ls"),
        *("time", "timeit", "prun", "memit", "mprun", "lprun", "capture", "nb_black", "lab_black", "mem", "pdb"),
        *("html", "HTML", "javascript", "js", "latex", "markdown", "svg", "SVG", "writefile", "file"),
        *("bash", "sh", "script", "system", "sx", "!", "env", "set_env", "cd", "automagic", "readiness", "run"),
    )
)
"""Magics that read no variable but those that their text names."""
_EACH_TIME = re.compile(r"\$\{?RANDOM|>>|/dev/u?random|(?<![\w./-])(?:date|uuidgen|mktemp|shuf)(?![\w.=-])")
"""What gives a shell something else each time, or leaves something of each run."""
_NAME = re.compile(r"\s*(?:[\w.\[\]'\", ()*]+=\s*)?%{1,2}\s*([\w!]+)")


def read_by_magics(cell: Cell, swept: Collection[str]) -> Iterator[tuple[int, str, frozenset[str] | None]]:
    """Yield line (from 1), the rest of a sentence about the cell, and the swept names meant (``None``: all)."""
    lines = cell.source.split("\n")
    first = next((line for line in lines if line.strip()), "")
    whole = first.lstrip().startswith("%%")
    for number, line in enumerate(lines, 1):
        if not (whole or is_magic(line) or re.search(r"=\s*[!%]", line)):
            continue
        named = frozenset(name for name in swept if mentions(line, name))
        if named:
            listed = " and ".join(f"`{name}`" for name in sorted(named))
            yield number, f"has a magic or a shell command that names {listed}", named
        if found := _EACH_TIME.search(line) if _is_shell(line, first if whole else "") else None:
            yield number, f"has a shell command with `{found[0]}`, which may do something else each time", None
        found = _NAME.match(line)
        if found and (line is first or not whole) and not _is_blind(found[1], line):
            yield number, f"has the magic `{found[1]}`, which may read any variable", None


def _is_shell(line: str, first: str) -> bool:
    """Say whether a line is for a shell; ``first`` is the cell's first line where that says what it is."""
    return bool(re.match(r"\s*(?:[\w, ]+=\s*)?!", line) or re.match(r"\s*%%(?:bash|sh|script|system|sx|!)", first))


def _is_blind(name: str, line: str) -> bool:
    return name in BLIND and not (name == "run" and re.search(r"\s-i\b", line))
