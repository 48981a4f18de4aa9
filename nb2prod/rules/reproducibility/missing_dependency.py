"""
## What it does
Finds imports of packages that are neither part of Python, nor installed here, nor in a file beside the notebook, and
that no install command and no ``requirements.txt`` names. It keeps silent where nothing of what the notebook imports is
installed here, as then its kernel lives elsewhere; in attempts (``try: import ...``) and conditions; and where the
notebook changes ``sys.path``.

## Why is this bad
The notebook stops at that line, for everybody who has not happened to install the package.

## Example
```python
import imblearn  # installed on one laptop, once
```

## Use instead
```python
%pip install imbalanced-learn==0.14.0
import imblearn
```
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence

from nb2prod.analysis.model import Statement
from nb2prod.analysis.nodes import Placed
from nb2prod.notebook.model import Notebook
from nb2prod.rules.dependencies import (
    BROUGHT_ALONG,
    OTHER_NAMES,
    Places,
    changes_its_path,
    is_beside,
    is_declared,
    is_installed,
    is_known,
    is_named,
    is_own_kernel,
)
from nb2prod.rules.installs import Installed
from nb2prod.rules.model import Finding, Rule, Severity

RULE = Rule("NB206", "missing-dependency", Severity.WARNING)


def check(
    notebook: Notebook,
    statements: Sequence[Statement],
    imported_roots: Mapping[str, Sequence[Placed]],
    installs: Sequence[Installed],
    places: Places,
) -> Iterator[Finding]:
    """Yield a finding for each import of a package, told once for each package."""
    imports = imported_roots
    missing = [root for root in imports if not is_installed(root, places)]
    if not missing or not is_own_kernel(notebook) or not _is_here(imports, missing) or changes_its_path(statements):
        return
    asked = "\n".join([*(each.word for each in installs), *notebook.requirements])
    for root in missing:
        if not (is_named(root, asked) or is_beside(root, notebook) or is_declared(root, notebook)):
            what = f"`{root}` is imported, and is neither installed here nor installed by the notebook"
            for each in imports[root]:
                line = getattr(each.node, "lineno", 0)
                yield Finding(what, each.statement.cell, line, _remedy(root), root, once=root)


def _remedy(root: str) -> str:
    """Return what to do; the name of a module that nobody knows is not said to be a distribution's."""
    name = OTHER_NAMES.get(root, root if is_known(root) else "")
    if name:
        return f"name it with its version in requirements.txt, or in a cell: `%pip install {name}==VERSION`"
    return f"put `{root}.py` beside the notebook, or name the distribution that has it in requirements.txt"


def _is_here(imports: Mapping[str, Sequence[Placed]], missing: Sequence[str]) -> bool:
    """Say whether something that only this notebook's environment would have is installed."""
    own = set(imports) - set(missing) - BROUGHT_ALONG - set(sys.stdlib_module_names)
    return bool(own)
