"""Ways through the code, as far as they are the same, in one tree; out of it comes a function of straight lines."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..not_light import NotLight, times_raised
from .trace import Names

MOST_WAYS = 8
"""Answers to one question that are followed; with others a record goes elsewhere."""


class Elsewhere(Exception):
    """A record that none of the ways is for."""


@dataclass
class Branch:
    """Lines, and then either a question with a branch for each answer that was met, or what is returned."""

    lines: list[tuple[str, str]] = field(default_factory=list)
    asked: str = ""
    answers: list[tuple[Any, Branch]] = field(default_factory=list)
    returned: str = ""


def branch_of(steps: Sequence[tuple[Any, ...]], returned: str) -> Branch:
    """Return the way that a trace took."""
    made = branch = Branch()
    for step in steps:
        if step[0]:
            branch.lines.append((step[0], step[1]))
            continue
        branch.asked, after = step[1], Branch()
        branch.answers.append((step[2], after))
        branch = after
    branch.returned = returned
    return made


def grow(tree: Branch, way: Branch) -> None:
    """Add a way to others.

    Raises:
        NotLight: if it does something else although all answers were the same.
    """
    if (tree.lines, tree.asked, tree.returned) != (way.lines, way.asked, way.returned):
        raise NotLight("the code goes another way although it was told the same")
    for answer, after in way.answers:
        known = [branch for other, branch in tree.answers if same(other, answer)]
        if known:
            grow(known[0], after)
        elif len(tree.answers) < MOST_WAYS:
            tree.answers.append((answer, after))


def same(one: Any, other: Any) -> bool:
    """Say whether two answers are."""
    return type(one) is type(other) and one == other


def source(tree: Branch, catches: bool) -> str:
    """Return the text of the function: whatever is raised, and whatever no way is for, goes elsewhere."""
    body = lines(tree, "        ", catches)
    before = ["        before = times_raised()"] if catches else []
    return "\n".join(
        [
            "def straight(record):",
            "    try:",
            *before,
            *body,
            "    except Exception:",
            "        pass",
            "    return elsewhere(record)",
            "",
        ]
    )


def lines(branch: Branch, indent: str, catches: bool) -> list[str]:
    """Return the lines of a branch."""
    made = [f"{indent}{name} = {text}" for name, text in branch.lines]
    if not branch.asked:
        caught = [f"{indent}if times_raised() != before: raise Elsewhere"] if catches else []
        return [*made, *caught, f"{indent}return {branch.returned}"]
    if len(branch.answers) == 1:
        answer, after = branch.answers[0]
        return [
            *made,
            f"{indent}if {differs(branch.asked, answer)}: raise Elsewhere",
            *lines(after, indent, catches),
        ]
    if not all(type(answer) is bool for answer, _ in branch.answers):
        made.append(f"{indent}told = {branch.asked}")
        branch = Branch(asked="told", answers=branch.answers)
    for place, (answer, after) in enumerate(branch.answers):
        made.append(f"{indent}{'elif' if place else 'if'} {equals(branch.asked, answer)}:")
        made += lines(after, indent + "    ", catches)
    return [*made, f"{indent}raise Elsewhere"]


def equals(asked: str, answer: Any) -> str:
    """Return the text that says whether a question is answered so."""
    if type(answer) is bool:
        return asked if answer else f"not {asked}"
    return f"{asked} == {answer!r}"


def differs(asked: str, answer: Any) -> str:
    """Return the text that says whether a question is answered otherwise."""
    if type(answer) is bool:
        return f"not {asked}" if answer else asked
    return f"{asked} != {answer!r}"


def function_of(text: str, names: Names, elsewhere: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Return the function that a text makes."""
    scope = {
        **names.objects,
        "elsewhere": elsewhere,
        "Elsewhere": Elsewhere,
        "times_raised": times_raised,
    }
    exec(compile(text, "<straight>", "exec"), scope)
    return scope["straight"]  # type: ignore[no-any-return]
