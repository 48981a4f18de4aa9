"""
## What it does
Finds ``input()``, ``getpass()`` and uploads by hand.

## Why is this bad
A run that nobody watches stops there: papermill, a schedule and every export have nobody who types.

## Example
```python
threshold = float(input("Threshold? "))
```

## Use instead
```python
threshold = 0.5  # in a cell tagged `parameters`
```
Secrets are read from the environment: ``os.environ["API_KEY"]``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from nb2prod.analysis.nodes import Call, last_names
from nb2prod.rules.model import Finding, Rule, Severity

ASKS = {
    ".input": "`input()`",
    ".raw_input": "`raw_input()`",
    "getpass.getpass": "`getpass()`",
    "google.colab.files.upload": "`files.upload()`",
    "click.prompt": "`click.prompt()`",
    "builtins.input": "`input()`",
}
RULE = Rule("NB213", "interactive-input", Severity.ERROR, words=last_names(ASKS))


def check(calls: Sequence[Call], own_names: frozenset[str]) -> Iterator[Finding]:
    """Yield a finding for each question."""
    told: set[tuple[int, int, str]] = set()
    for call in calls:
        asks = ASKS.get(call.path)
        if not asks:
            continue
        place = (call.statement.cell, call.line, call.path)
        if call.path.removeprefix(".") not in own_names and place not in told:
            told.add(place)
            secret = "getpass" in call.path
            remedy = "read it from the environment, `os.environ[...]`" if secret else "make it a parameter with a value"
            what = (
                f"{asks} waits for somebody to {'choose a file' if 'upload' in asks else 'type'}, and stops every run"
            )
            yield Finding(what, call.statement.cell, call.line, remedy)
