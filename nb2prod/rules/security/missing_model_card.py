"""
## What it does
Looks whether a notebook whose cells are tagged says what its model is for, who answers for it, and under which terms
its data may be used: ``{"nb2prod": {"card": {...}}}`` in the notebook's metadata.

## Why is this bad
Whoever finds the service in a year does not know whether it may be asked what they want to ask, and whom to call.
Model cards (Mitchell et al., 2019) put that where the model is.

## Example
```json
{"nb2prod": {}}
```

## Use instead
```json
{"nb2prod": {"card": {
  "intended use": "rank customers for a call, never to refuse anybody",
  "owner": "the churn team",
  "licence of the data": "internal, contract 12"
}}}
```
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from nb2prod.notebook.model import Notebook
from nb2prod.rules.model import Finding, Rule, Severity

RULE = Rule("NB608", "missing-model-card", Severity.ADVICE)
FIELDS = {
    "intended use": ("intended use", "use", "purpose", "intended uses"),
    "owner": ("owner", "owners", "team", "contact"),
    "licence of the data": (
        "licence of the data",
        "license of the data",
        "data licence",
        "data license",
        "licence",
        "license",
    ),
}
"""What is asked for, and how people may call it."""


def check(notebook: Notebook, tagged: frozenset[str]) -> Iterator[Finding]:
    """Yield one finding that names what is missing."""
    if not {"training", "inference"} & tagged:
        return
    options = notebook.metadata.get("nb2prod")
    card = options.get("card") if isinstance(options, Mapping) else None
    given = {_plain(key) for key, value in card.items() if value} if isinstance(card, Mapping) else set()
    missing = [name for name, names in FIELDS.items() if not given & set(names)]
    if missing:
        listed = missing[0] if len(missing) == 1 else f"{', '.join(missing[:-1])} and {missing[-1]}"
        remedy = 'write it into the notebook\'s metadata: `{"nb2prod": {"card": {"owner": ...}}}`'
        yield Finding(f"nobody says of the model: {listed}", remedy=remedy)


def _plain(key: object) -> str:
    return re.sub(r"[\s_-]+", " ", str(key)).strip().lower()
