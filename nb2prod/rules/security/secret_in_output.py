"""
## What it does
Finds keys, tokens, passwords and private keys in the outputs that are stored in the notebook: printed settings,
tracebacks, tables, the data of charts, scripts. It says which kind and how many, and never what they are.

## Why is this bad
The code may read a secret from the environment and still have shown it: it then lies in the file for everybody.

## Example
```python
print(os.environ)
```

## Use instead
Do not show it; and make a new one, as this one has been seen.

## Fix safety
Safe: each secret in the stored outputs becomes ``***``, and nothing else of the notebook changes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from nb2prod.notebook.model import Notebook
from nb2prod.rules.model import Finding, Fix, Fixing, Outputs, Rule, Severity
from nb2prod.rules.shown_secrets import shown_secrets, without_secrets
from nb2prod.rules.stored_texts import outputs_by_cell, rewritten_outputs
from nb2prod.rules.wording import counted

RULE = Rule("NB602", "secret-in-output", Severity.ERROR, Fixing.SAFE)


def check(shown_texts: Mapping[int, Sequence[str]]) -> Iterator[Finding]:
    """Yield a finding for each cell."""
    for cell, texts in shown_texts.items():
        kinds = [each.kind for text in texts for each in shown_secrets(text)]
        if kinds:
            what = f"its stored outputs show {counted(Counter(kinds))}"
            yield Finding(
                what, cell, remedy="clear the output, do not show it, and make a new one: this one has been seen"
            )


def fix(finding: Finding, notebook: Notebook, document: Mapping[str, Any]) -> Fix | None:
    """Put ``***`` in place of each."""
    for cell, outputs in outputs_by_cell(notebook, document):
        if cell == finding.cell:
            return Fix("Strip the output of secrets", (Outputs(cell, rewritten_outputs(outputs, without_secrets)),))
    return None
