"""
## What it does
Finds settings that take a protection away for the whole process: unchecked certificates
(``ssl._create_unverified_context``, ``check_hostname = False``), warnings about them that are turned off, and servers
in debug mode.

## Why is this bad
It is written to get past an error once, and then holds for every connection that the process makes. Debug mode lets
anybody who can reach the server run code.

## Example
```python
ssl._create_default_https_context = ssl._create_unverified_context
```

## Use instead
Hand over the certificate that is missing:
```python
os.environ["SSL_CERT_FILE"] = "certificates/company.pem"
```
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence

from nb2prod.analysis.nodes import Call, Placed
from nb2prod.rules.chance import is_true, literal
from nb2prod.rules.model import Finding, Rule, Severity

UNCHECKED = "any certificate is taken, so anybody between can answer"
REMEDY = "hand over the certificate that is missing, and leave this out"
UNVERIFIED = frozenset({"_create_unverified_context", "CERT_NONE"})
VARIABLES = {
    "PYTHONHTTPSVERIFY": "0",
    "CURL_CA_BUNDLE": "",
    "REQUESTS_CA_BUNDLE": "",
    "HF_HUB_DISABLE_SSL_VERIFICATION": "1",
}
WORDS = UNVERIFIED | VARIABLES.keys() | {"check_hostname", "disable_warnings", "debug"}
RULE = Rule("NB610", "insecure-setting", Severity.WARNING, words=WORDS)


def check(nodes: Mapping[type[ast.AST], Sequence[Placed]], calls: Sequence[Call]) -> Iterator[Finding]:
    """Yield a finding for each setting."""
    for placed in nodes.get(ast.Attribute, ()):
        node = placed.node
        if isinstance(node, ast.Attribute) and node.attr in UNVERIFIED:
            yield Finding(UNCHECKED, placed.statement.cell, node.lineno, REMEDY)
    for placed in nodes.get(ast.Assign, ()):
        node = placed.node
        assert isinstance(node, ast.Assign)
        for target in node.targets:
            if isinstance(target, ast.Attribute) and target.attr == "check_hostname" and literal(node.value) is False:
                yield Finding(UNCHECKED, placed.statement.cell, node.lineno, REMEDY)
            name = literal(target.slice) if isinstance(target, ast.Subscript) else None
            if isinstance(name, str) and name in VARIABLES and literal(node.value) == VARIABLES[name]:
                yield Finding(UNCHECKED, placed.statement.cell, node.lineno, REMEDY)
    for call in calls:
        if call.last == "disable_warnings" and call.path.startswith(("urllib3", "requests.packages")):
            what = "warnings of unchecked certificates are turned off"
            yield Finding(what, call.statement.cell, call.line, REMEDY)
        if call.path == ".app.run" and is_true(call.keyword("debug")):
            what = "a server in debug mode lets whoever reaches it run code"
            yield Finding(what, call.statement.cell, call.line, "leave `debug=True` out")
