"""
## What it does
Finds downloads that nobody vouches for: over ``http://``, with ``verify=False``, a script that is piped into a shell,
packages from an address or a repository without a commit, and indexes without encryption.

## Why is this bad
Whoever sits between can hand over something else, and whoever owns the address can do so tomorrow. What is installed or
trained on then is theirs.

## Example
```python
requests.get("https://data.internal/rows.csv", verify=False)
!pip install git+https://git.example.com/team/tool
```

## Use instead
```python
requests.get("https://data.internal/rows.csv")
!pip install git+https://git.example.com/team/tool@4f2c1d0
```
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from nb2prod.analysis.nodes import Call, beginning
from nb2prod.notebook.model import Cell
from nb2prod.rules.chance import literal
from nb2prod.rules.installs import Installed
from nb2prod.rules.model import Finding, Rule, Severity

RULE = Rule("NB605", "untrusted-download", Severity.WARNING)
PIPED = re.compile(r"\b(?:curl|wget)\b[^|\n]*\|\s*(?:sudo\s+)?(?:ba|z|da)?sh\b|\b(?:ba)?sh\s+<\(\s*(?:curl|wget)")
PLAIN = re.compile(r"(?i)^http://(?!localhost|127\.|0\.0\.0\.0|\[::1\]|10\.|192\.168\.)")
FETCHES = re.compile(
    r"^(?:requests|httpx|urllib|wget|gdown)\.|\.?(?:read_\w+|urlretrieve|urlopen|get_file|download_url)$"
)
PINNED = re.compile(r"@[0-9a-f]{7,40}\b|#sha256=|@v?\d+[\w.]*$|@refs/tags/")
WITHOUT_CHECK = re.compile(r"--trusted-host|--no-check-certificate|\bcurl\b[^|\n]*\s(?:-k|--insecure)\b")


def check(
    calls: Sequence[Call], cells: Sequence[Cell], installs: Sequence[Installed], texts: Mapping[str, str]
) -> Iterator[Finding]:
    """Yield a finding for each download."""
    for call in calls:
        if not _fetches(call.path):
            continue
        if literal(call.keyword("verify")) is False:
            what = f"`{call.last}(verify=False)` takes data from whoever answers"
            yield Finding(
                what, call.statement.cell, call.line, "leave `verify=False` out, or hand your certificate over"
            )
        else:
            address = beginning(call.argument(0), texts) or beginning(call.keyword("url"), texts)
            if PLAIN.match(address):
                what = "the data come over `http://`, where anybody between can change them"
                yield Finding(what, call.statement.cell, call.line, "use `https://`")
    for each in installs:
        if "://" in each.word and not PINNED.search(each.word) and not each.word.startswith("file:"):
            what = "a package is installed from an address, in whatever state it is in that day"
            yield Finding(what, each.cell, each.line, "name a commit or a hash: `...@4f2c1d0`")
    yield from _commands(cells)


@lru_cache(maxsize=4096)
def _fetches(path: str) -> bool:
    return FETCHES.search(path) is not None


def _commands(cells: Sequence[Cell]) -> Iterator[Finding]:
    for cell in cells:
        if "http" not in cell.source and "--" not in cell.source:
            continue
        shell = cell.source.lstrip().startswith(("%%bash", "%%sh", "%%!"))
        for number, line in enumerate(cell.source.split("\n"), 1):
            if not shell and not line.lstrip().startswith(("!", "%")):
                continue
            if PIPED.search(line):
                remedy = "fetch it, look at it, and run it then"
                yield Finding("a script from the network is run unseen", cell.index, number, remedy)
            elif WITHOUT_CHECK.search(line):
                yield Finding("nobody checks who answers", cell.index, number, "leave out the option that says so")
            elif (
                re.search(r"\b(?:wget|curl)\b", line)
                and (found := re.search(r"http://\S+", line))
                and PLAIN.match(found[0])
            ):
                what = "the data come over `http://`, where anybody between can change them"
                yield Finding(what, cell.index, number, "use `https://`")
