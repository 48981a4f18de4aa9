"""
## What it does
Finds features that are made of rows that come later: ``shift(-1)``, a centred moving average, gaps in rows in time
that are filled with the next value. A target that lies ahead is what it is meant to be and is passed over.

## Why is this bad
When the service is asked, the later rows do not exist yet. The model learns from them, and its score counts on them.

## Example
```python
df["smooth"] = df["load"].rolling(7, center=True).mean()
```

## Use instead
```python
df["smooth"] = df["load"].rolling(7).mean().shift(1)
```
"""

from __future__ import annotations

from collections.abc import Iterator

from nb2prod.analysis.learning.model import Fault, Flaw, Learning
from nb2prod.rules.leaking import flaws
from nb2prod.rules.model import Finding, Rule, Severity

RULE = Rule("NB310", "looks-ahead", Severity.WARNING)
REMEDY = "use what is known by then: earlier rows (`shift(1)`, `rolling` without `center`, `ffill`)"


def check(learning: Learning) -> Iterator[Finding]:
    """Yield a finding for each feature that looks ahead."""

    def say(flaw: Flaw) -> str:
        what = f"the feature `{flaw.subject}` is" if flaw.subject else "features are"
        return f"{what} made of rows that come later, by `{flaw.detail}`"

    yield from flaws(learning, Fault.LOOKS_AHEAD, say, REMEDY)
