"""
## What it does
Finds commands that Python hands to a shell: ``os.system``, ``os.popen``, ``subprocess`` with ``shell=True``, and
``!`` commands that do more than install, list or fetch something: that start programs, delete, or change the machine.

## Why is this bad
A shell runs whatever is in the text, also what came in from elsewhere. The commands exist on one machine, and the
service that is made from the notebook does not run them.

## Example
```python
os.system(f"convert {name} out.png")
```

## Use instead
```python
subprocess.run(["convert", name, "out.png"], check=True)
```
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence

from nb2prod.analysis.nodes import Call
from nb2prod.notebook.magics import FILE_COMMANDS, HARMLESS_COMMANDS
from nb2prod.notebook.model import Cell
from nb2prod.rules.chance import is_true
from nb2prod.rules.model import Finding, Rule, Severity

RULE = Rule("NB604", "shell-command", Severity.WARNING)
SHELLS = frozenset(
    ("os.system", "os.popen", "commands.getoutput", "subprocess.getoutput", "subprocess.getstatusoutput")
)
INSTALLERS = frozenset((
    "pip", "pip3", "conda", "mamba", "micromamba", "uv", "apt", "apt-get", "brew", "npm", "git", "jupyter", "poetry",
))  # fmt: skip
"""Commands that install; others speak of versions that are missing."""
DANGEROUS = re.compile(
    r"\brm\s+-\w*[rf]\w*\s+(?:/|~|\*|\$)|\bchmod\s+(?:-R\s+)?777|\bsudo\b|\bmkfs|\bdd\s+if=|>\s*/etc/"
)
COMMAND = re.compile(r"^\s*!+\s*(?P<text>.+)$")


def check(calls: Sequence[Call], cells: Sequence[Cell]) -> Iterator[Finding]:
    """Yield a finding for each command."""
    for call in calls:
        if call.path in SHELLS or (call.path.startswith("subprocess.") and is_true(call.keyword("shell"))):
            if _installs(call):
                continue
            filled = any(isinstance(each, ast.JoinedStr | ast.BinOp) for each in call.node.args[:1])
            what = f"`{call.path}` hands a text to a shell" + (", with values filled in" if filled else "")
            remedy = "hand a list of words to `subprocess.run`, or do it in Python"
            yield Finding(what, call.statement.cell, call.line, remedy)
    for cell in cells:
        for number, line in enumerate(cell.source.split("\n") if "!" in cell.source else (), 1):
            found = COMMAND.match(line)
            program = _program(found["text"]) if found else ""
            if program:
                what = f"`!{program}` runs a program that only this machine may have, and that no service runs"
                yield Finding(what, cell.index, number, "do it in Python, or before the notebook is run")


def _installs(call: Call) -> bool:
    first = call.argument(0)
    text = first.value if isinstance(first, ast.Constant) and isinstance(first.value, str) else ""
    return bool(re.match(r"\s*(?:\S*python\S*\s+-m\s+)?(?:pip3?|conda|apt-get|apt)\s", text))


def _program(text: str) -> str:
    """Return the first program of a command that does more than install, list or fetch; empty where there is none."""
    if DANGEROUS.search(text):
        return DANGEROUS.search(text)[0].split()[0]  # type: ignore[index]
    for part in re.split(r"&&|\|\||[;|]", text):
        words = part.split()
        name = words[0].rpartition("/")[2] if words else ""
        if re.match(r"(?:\{?sys\.executable\}?|python[\d.]*)$", name.strip("\"'")) and {"-m", "pip"} <= set(words):
            continue
        if re.fullmatch(r"\S*python[\d.]*\s+(?:-V|--version)\s*", part.strip()):
            continue
        if name and re.match(r"[A-Za-z]", name) and name not in HARMLESS_COMMANDS | FILE_COMMANDS | INSTALLERS:
            return name if name != "sudo" else ""
    return ""
