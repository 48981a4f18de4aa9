"""
## What it does
Finds data sets and models that are fetched from a hub in whatever version is the latest: ``load_dataset`` and
``from_pretrained`` without a ``revision``, ``torch.hub.load`` without a tag, ``fetch_openml`` without a version, prices
that are downloaded without an end date.

## Why is this bad
Whoever owns the data set may change it, and prices grow by a day each day. The notebook then trains on something else
and nobody is told.

## Example
```python
reviews = load_dataset("imdb")
```

## Use instead
```python
reviews = load_dataset("imdb", revision="e6281661ce1c48d982bc483cf8a173c1bbeb5d31")
```
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from nb2prod.analysis.nodes import Call, last_names
from nb2prod.rules.chance import literal
from nb2prod.rules.model import Finding, Rule, Severity

BY_KEYWORD = {
    "datasets.load_dataset": ("revision",),
    "huggingface_hub.hf_hub_download": ("revision",),
    "huggingface_hub.snapshot_download": ("revision",),
    "sklearn.datasets.fetch_openml": ("version", "data_id"),
    "yfinance.download": ("end",),
    "pandas_datareader.data.DataReader": ("end",),
    "pandas_datareader.DataReader": ("end",),
}
"""Functions, and the arguments one of which says which version."""
PLACES = {"pandas_datareader.data.DataReader": 3, "pandas_datareader.DataReader": 3, "yfinance.download": 2}
"""Where that argument stands if it has no name, from 0."""
WORDS = last_names(BY_KEYWORD) | {"from_pretrained", "hub", "dataset_download"}
RULE = Rule("NB218", "unversioned-data", Severity.ADVICE, words=WORDS)


def check(calls: Sequence[Call]) -> Iterator[Finding]:
    """Yield a finding for each download."""
    for call in calls:
        if not call.path or call.path.startswith(".") or call.unpacks:
            continue
        remedy = _remedy(call)
        if remedy:
            what = f"`{call.last}` fetches whatever is the latest version that day"
            yield Finding(what, call.statement.cell, call.line, remedy)


def _remedy(call: Call) -> str:
    first = call.argument(0)
    named = literal(first)
    if call.path in BY_KEYWORD:
        if any(call.keyword(name) is not None for name in BY_KEYWORD[call.path]) or _is_local(named):
            return ""
        place = PLACES.get(call.path)
        given = place is not None and len(call.node.args) > place
        return "" if given else f"say which one: `{BY_KEYWORD[call.path][0]}=...`"
    if call.last == "from_pretrained" and call.path.startswith("transformers."):
        hub = isinstance(named, str) and not _is_local(named)
        return "say which one: `revision=...`, a commit" if hub and call.keyword("revision") is None else ""
    if call.path == "torch.hub.load" and isinstance(named, str):
        return "" if ":" in named or call.keyword("source") else "name a tag: `owner/repository:v1.0`"
    if call.path == "kagglehub.dataset_download" and isinstance(named, str):
        return "" if re.search(r"/versions/\d+", named) else "name its version: `owner/dataset/versions/3`"
    return ""


def _is_local(named: object) -> bool:
    """Say whether the first argument is a file, a folder, or a reader of such (``csv``)."""
    readers = {"csv", "json", "parquet", "text", "arrow", "imagefolder", "audiofolder", "pandas"}
    return isinstance(named, str) and (named in readers or named.startswith((".", "/", "~")))
