"""A cell's metadata and first comment to its section and options."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from typing import Any

from nb2prod.errors import Problem
from nb2prod.notebook.model import SECTIONS, SKIP

KNOWN = (*SECTIONS, SKIP)
_COMMENT = re.compile(r"^#\s*nb2prod\s*:(.*)$", re.IGNORECASE)
_IGNORING = re.compile(r"^#\s*nb2prod\s*:\s*ignore\b", re.IGNORECASE)
"""A comment for the readiness rules; the section may be named below it."""


def section_of(metadata: Mapping[str, Any], source: str, where: str) -> tuple[str | None, list[Problem]]:
    """Return the section that tags and first comment name, and what is wrong with them.

    ``where`` is how the problems name the cell.
    """
    problems: list[Problem] = []
    tags = metadata.get("tags")
    tagged = [_plain(tag) for tag in tags if isinstance(tag, str)] if isinstance(tags, list) else []
    named = {tag for tag in tagged if tag in KNOWN}
    comment = commented_section(source)
    if comment is not None:
        if comment in KNOWN:
            named.add(comment)
        else:
            problems.append(_unknown(comment, where))
    if len(named) > 1:
        listed = ", ".join(f"`{name}`" for name in sorted(named, key=KNOWN.index))
        problems.append(Problem(f"the cell is tagged {listed}", where, "keep one of them: a cell has one section"))
    return (min(named, key=KNOWN.index) if named else None), problems


def with_section(metadata: Mapping[str, Any], source: str, section: str | None) -> tuple[list[Any], str]:
    """Return the tags and the source of a cell whose section is to be ``section``, ``None`` for no section.

    A section that a comment names is named by the comment again.
    """
    tags = metadata.get("tags")
    others = [
        tag for tag in (tags if isinstance(tags, list) else []) if not isinstance(tag, str) or _plain(tag) not in KNOWN
    ]
    number = _comment_line(source)
    if number is None:
        return [*others, section] if section else others, source
    lines = source.split("\n")
    lines[number : number + 1] = [f"# nb2prod: {section}"] if section else []
    return others, "\n".join(lines)


def misspelt_tags(metadata: Mapping[str, Any], where: str) -> list[str]:
    """Return a hint for each tag that is no section's name but much like one."""
    tags = metadata.get("tags")
    found = []
    for tag in tags if isinstance(tags, list) else []:
        name = _plain(tag) if isinstance(tag, str) else ""
        if name in KNOWN or len(name) < 4:
            continue
        near = [known for known in KNOWN if known.startswith(name)]
        near += difflib.get_close_matches(name, KNOWN, n=1, cutoff=0.75)
        if near:
            found.append(f"{where} has the tag `{name}`: did you mean `{near[0]}`?")
    return found


def is_injected(metadata: Mapping[str, Any]) -> bool:
    """Say whether papermill has put the cell in: it gives parameters other values than those above it."""
    tags = metadata.get("tags")
    return isinstance(tags, list) and any(
        isinstance(tag, str) and tag.strip().lower() == "injected-parameters" for tag in tags
    )


def commented_section(source: str) -> str | None:
    """Return what a first-line comment ``# nb2prod: NAME`` names, lower case, or ``None`` if there is none."""
    number = _comment_line(source)
    found = _COMMENT.match(source.split("\n")[number].strip()) if number is not None else None
    return _plain(found.group(1)) if found else None


def _comment_line(source: str) -> int | None:
    """Return the place of the line that names a section, ``None`` if none does."""
    if "nb2prod" not in source.casefold():
        return None
    for number, line in enumerate(source.split("\n")):
        if not line.strip() or line.startswith("%%") or _IGNORING.match(line.strip()):
            # A cell magic must come first, and so may a comment for the rules; the section stands below it.
            continue
        return number if _COMMENT.match(line.strip()) else None
    return None


def _plain(tag: str) -> str:
    name = tag.strip().lower()
    return "parameters" if name == "injected-parameters" else name


def _unknown(name: str, where: str) -> Problem:
    near = [known for known in KNOWN if len(name) > 2 and known.startswith(name)]
    near += difflib.get_close_matches(name, KNOWN, n=1, cutoff=0.6)
    hint = f"did you mean `# nb2prod: {near[0]}`?" if near else f"use one of {', '.join(KNOWN)}"
    return Problem(f"`# nb2prod: {name}` names no section", f"{where}, line 1", hint)
