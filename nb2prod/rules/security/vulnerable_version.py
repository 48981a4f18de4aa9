"""
## What it does
Asks a database of known vulnerabilities for the versions that the notebook pins, in its install commands and in the
``requirements.txt`` beside it. It asks only where the environment variable
``NB2PROD_ADVISORIES`` is the address of a server that speaks OSV's protocol (``https://api.osv.dev``, which pip-audit
asks too, or a mirror of it), and keeps silent where that cannot be reached.

## Why is this bad
Whoever reads the same database knows how to break into the service.

## Example
```python
%pip install pyyaml==5.1
```

## Use instead
```python
%pip install pyyaml==6.0.2
```
"""

from __future__ import annotations

from collections.abc import Iterator

from nb2prod.rules.advisories import Advisories
from nb2prod.rules.model import Finding, Rule, Severity

RULE = Rule("NB606", "vulnerable-version", Severity.ERROR)


def check(advisories: Advisories) -> Iterator[Finding]:
    """Yield a finding for each version."""
    for pin, known in sorted(advisories.items(), key=lambda each: (each[0].cell or -1, each[0].line, each[0].name)):
        many = f" and {len(known) - 3} more" if len(known) > 3 else ""
        what = f"`{pin.name}` {pin.version} has known vulnerabilities: {', '.join(known[:3])}{many}"
        yield Finding(what, pin.cell, pin.line, "pin a version that mends them", pin.name)
