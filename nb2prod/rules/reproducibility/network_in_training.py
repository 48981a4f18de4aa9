"""
## What it does
Finds data that are fetched from an address while the notebook runs: ``pd.read_csv("https://...")``, ``requests.get``,
``urlretrieve``, ``yfinance.download``, ``!wget``. Addresses that name a commit are passed over, and so is inference, of
which another rule speaks.

## Why is this bad
The address may be gone tomorrow, or have other rows. What was trained on them cannot be trained again, and a build
without network fails.

## Example
```python
df = pd.read_csv("https://example.com/latest.csv")
```

## Use instead
Keep the file beside the notebook, or an address that cannot change (with a version, or a commit):
```python
df = pd.read_csv("data/2024-06.csv")
```
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from nb2prod.analysis.nodes import Call, beginning
from nb2prod.notebook.model import Cell
from nb2prod.rules.model import Finding, Rule, Severity

RULE = Rule("NB209", "network-in-training", Severity.WARNING)
FETCHES = frozenset(
    f"{module}.{name}"
    for module in ("requests", "httpx", "requests.api")
    for name in ("get", "post", "request", "Session", "Client", "stream")
) | {
    "urllib.request.urlopen",
    "urllib.request.urlretrieve",
    "urllib.urlretrieve",
    "urllib.urlopen",
    "six.moves.urllib.request.urlretrieve",
    "wget.download",
    "gdown.download",
    "keras.utils.get_file",
    "torchvision.datasets.utils.download_url",
    "torch.hub.download_url_to_file",
    "yfinance.download",
    "yfinance.Ticker",
    "yfinance.Tickers",
    "pandas_datareader.wb.download",
    "quandl.get",
    "nasdaqdatalink.get",
}
READERS = re.compile(r"pandas_datareader\.(?:data\.)?(?:DataReader|get_data_\w+)")
ADDRESS = re.compile(r"^(?:https?|ftp|s3|gs|hdfs)://", re.IGNORECASE)
HOST = re.compile(r"\w+://(?:[^/@]*@)?([^/?#\s]+)")
COMMIT = re.compile(r"/[0-9a-f]{40}(?:/|$)")
SHELL = re.compile(
    r"^\s*!\s*(?:wget|curl|gdown|aria2c|kaggle\s+(?:datasets|competitions)\s+download|gsutil\s+cp|aws\s+s3)\b"
)


def check(calls: Sequence[Call], cells: Sequence[Cell], texts: Mapping[str, str]) -> Iterator[Finding]:
    """Yield a finding for each statement or command."""
    sections = {cell.index: cell.section for cell in cells}
    told: set[tuple[int, int]] = set()
    for call in calls:
        what = _fetched(call, texts)
        if not what or sections.get(call.statement.cell) == "inference":
            continue
        place = (call.statement.cell, call.line)
        if place not in told:
            told.add(place)
            yield Finding(what, *place, "keep the file beside the notebook, or fetch a version that cannot change")
    for cell in cells:
        for number, line in enumerate(cell.source.split("\n") if "!" in cell.source else (), 1):
            found = SHELL.match(line)
            if found and cell.section != "inference" and not COMMIT.search(line):
                what = (
                    f"`{found.group().strip()}` fetches data while the notebook runs, and they may be others tomorrow"
                )
                yield Finding(what, cell.index, number, "keep the file beside the notebook, with its checksum")


def _fetched(call: Call, texts: Mapping[str, str]) -> str:
    fetches = call.path in FETCHES or (
        call.path.startswith("pandas_datareader.") and READERS.fullmatch(call.path) is not None
    )
    if not fetches and not call.last.startswith("read_"):
        return ""
    given = call.argument(0) or call.keyword("url") or call.keyword("filepath_or_buffer") or call.keyword("origin")
    address = beginning(given, texts)
    if COMMIT.search(address):
        return ""
    if fetches:
        return f"`{call.path}` asks the network while the notebook runs, and may be told something else tomorrow"
    if ADDRESS.match(address):
        host = HOST.match(address)
        where = f" from {host[1]}" if host else ""
        return f"the data are fetched{where} while the notebook runs, and may be others tomorrow"
    return ""
