"""Modules to the copyleft licence of the distribution that they are of, as its metadata state it."""

from __future__ import annotations

import re
import sys
from functools import lru_cache
from importlib import metadata

from nb2prod.rules.dependencies import OTHER_NAMES, Places

_STRONG = re.compile(r"(?<![A-Za-z])(A?GPL)(?:v|-)?\d|\b(Affero )?General Public License", re.IGNORECASE)
_WEAK = re.compile(r"LGPL|Lesser General|Library General|linking exception|-exception", re.IGNORECASE)


def copyleft_of(root: str, places: Places) -> str:
    """Return ``GPL`` or ``AGPL`` for a module of an installed distribution under it alone; empty for all else."""
    return "" if root in sys.stdlib_module_names else _stated(root, places)


@lru_cache(maxsize=4096)
def _stated(root: str, state: Places) -> str:
    for name in (root, OTHER_NAMES.get(root, root)):
        try:
            return copyleft(metadata.metadata(name))
        except metadata.PackageNotFoundError:
            continue
    return ""


def copyleft(said: metadata.PackageMetadata) -> str:
    """Return the strong copyleft licence that metadata state, empty where they state none, or another besides."""
    get = said.get_all
    expression = " ".join(get("License-Expression") or ())
    classifiers = [
        each.rpartition("::")[2].strip() for each in get("Classifier") or () if each.startswith("License ::")
    ]
    classifiers = [each for each in classifiers if each != "OSI Approved"]
    stated = [expression] if expression else classifiers or [(" ".join(get("License") or ()))[:100]]
    if expression and " OR " in expression:
        stated = expression.split(" OR ")
    if not stated or not all(_STRONG.search(each) and not _WEAK.search(each) for each in stated):
        return ""
    return "AGPL" if any("affero" in each.lower() or "AGPL" in each for each in stated) else "GPL"
