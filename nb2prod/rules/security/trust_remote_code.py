"""
## What it does
Finds models and data sets of a hub that are loaded with ``trust_remote_code=True``, and ``torch.hub.load`` of a
repository without ``trust_repo=False`` and a tag.

## Why is this bad
The repository's own code is fetched and run, in whatever state it is that day, with the rights of the notebook and of
the service.

## Example
```python
model = AutoModel.from_pretrained("somebody/model", trust_remote_code=True)
```

## Use instead
A model that the library itself knows; else a commit whose code somebody has read:
```python
model = AutoModel.from_pretrained("somebody/model", trust_remote_code=True, revision="4f2c1d0")
```
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from nb2prod.analysis.nodes import Call
from nb2prod.rules.chance import is_true, literal
from nb2prod.rules.model import Finding, Rule, Severity

RULE = Rule("NB611", "trust-remote-code", Severity.WARNING, words=frozenset(("trust_remote_code", "trust_repo")))
COMMIT = re.compile(r"^[0-9a-f]{7,40}$")


def check(calls: Sequence[Call]) -> Iterator[Finding]:
    """Yield a finding for each load."""
    for call in calls:
        if not call.node.keywords:
            continue  # nobody asks for it
        if is_true(call.keyword("trust_remote_code")) and not COMMIT.match(str(literal(call.keyword("revision")))):
            what = "code from the model's own repository is fetched and run, whatever it is that day"
            remedy = "name a commit whose code somebody has read, `revision=...`, or take a model that needs none"
            yield Finding(what, call.statement.cell, call.line, remedy)
        elif (
            call.path == "torch.hub.load"
            and is_true(call.keyword("trust_repo"))
            and ":" not in str(literal(call.argument(0)))
        ):
            what = "code from a repository is fetched and run, whatever it is that day"
            yield Finding(what, call.statement.cell, call.line, "name a tag: `owner/repository:v1.0`")
