"""
## What it does
Finds ``pip install`` of a folder or file of this machine: ``pip install ./lib``, ``-e ..``, ``file:///...``.

## Why is this bad
Nobody else has that folder, and even here it is not the same tomorrow. A service cannot be built from it.

## Example
```python
%pip install -e ../our_library
```

## Use instead
A version that can be had elsewhere, from a package index or from a repository at a commit:
```python
%pip install "our-library @ git+https://git.example.com/team/our-library@4f2c1d0"
```
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from nb2prod.rules.installs import Installed
from nb2prod.rules.model import Finding, Rule, Severity

RULE = Rule("NB207", "local-path-install", Severity.WARNING)
REMOTE = re.compile(r"^(?:git\+|hg\+|svn\+|bzr\+)?(?:https?|ssh|git|ftp)(?:\+\w+)?://|^git@|@\s*(?:git\+)?https?://")


def check(installs: Sequence[Installed]) -> Iterator[Finding]:
    """Yield a finding for each place of this machine."""
    for each in installs:
        if each.is_place and not REMOTE.search(each.word) and not each.word.startswith(("$", "{")):
            what = f"`{each.word}` is installed from this machine's own files, which nobody else has"
            remedy = "install a version from a package index, or from a repository at a commit"
            yield Finding(what, each.cell, each.line, remedy)
