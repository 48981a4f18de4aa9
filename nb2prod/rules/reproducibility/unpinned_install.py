"""
## What it does
Finds ``!pip install`` and ``%pip install`` of packages without a version.

## Why is this bad
It installs whatever is the latest on that day. A notebook that runs today fails or answers something else when a
library changes, and nobody sees from the notebook which version it was written with.

## Example
```python
%pip install pandas
```

## Use instead
```python
%pip install pandas==2.2.3
```

## Fix safety
Safe: the versions that are written are those that are installed where nb2prod runs. Where one of the command's packages
is not installed there, or the notebook has a kernel of its own, there is no fix: all are pinned, or none.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from importlib import metadata

from nb2prod.notebook.model import Cell, Notebook
from nb2prod.rules.dependencies import is_own_kernel
from nb2prod.rules.installs import Installed
from nb2prod.rules.model import Finding, Fix, Fixing, Rule, Severity, Source

RULE = Rule("NB205", "unpinned-install", Severity.WARNING, Fixing.SAFE)
TOOLS = frozenset(("pip", "setuptools", "wheel", "uv"))
"""What installs, and is not part of what is computed."""


def check(installs: Sequence[Installed]) -> Iterator[Finding]:
    """Yield a finding for each line that installs something without its version."""
    lines: dict[tuple[int, int], list[str]] = {}
    for each in installs:
        if _is_unpinned(each):
            lines.setdefault((each.cell, each.line), []).append(f"`{each.name}`")
    for (cell, line), names in lines.items():
        listed = ", ".join(names)
        what = f"{listed} {'is' if len(names) == 1 else 'are'} installed in whatever version is the latest that day"
        yield Finding(what, cell, line, "write the version that the notebook was made with, `NAME==VERSION`")


def _is_unpinned(each: Installed) -> bool:
    return bool(each.name) and not each.is_pinned and each.name.lower() not in TOOLS and not each.editable


def fix(finding: Finding, notebook: Notebook, installs: Sequence[Installed], cells: Sequence[Cell]) -> Fix | None:
    """Write the versions that are installed."""
    if not is_own_kernel(notebook):
        return None
    cell = next(each for each in cells if each.index == finding.cell)
    lines = cell.source.split("\n")
    line, pins = lines[finding.line - 1], []
    here = [each for each in installs if (each.cell, each.line) == (finding.cell, finding.line) and _is_unpinned(each)]
    for each in reversed(here):
        version = _version(each.name)
        bare = each.word.partition(">")[0].partition("!")[0].strip()
        if not version or bare != each.word:
            return None  # the resolver may choose another one than what is pinned beside it wants
        end = each.start + len(each.word)
        line = f"{line[:end]}{'=' if each.conda else '=='}{version}{line[end:]}"
        pins.append(f"{each.name} to {version}")
    lines[finding.line - 1] = line
    return Fix(f"Pin {', '.join(reversed(pins))}", (Source(cell.index, "\n".join(lines)),)) if pins else None


def _version(name: str) -> str:
    try:
        version = metadata.version(name)
    except metadata.PackageNotFoundError:
        return ""
    return version.partition("+")[0]
