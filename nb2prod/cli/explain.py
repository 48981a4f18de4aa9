"""Explain a readiness rule."""

from __future__ import annotations

import sys

import click

from nb2prod.cli._terminal import nearest
from nb2prod.errors import Problem, UsageError


@click.command()
@click.argument("code", required=False, default="")
def command(code: str) -> int:
    """Say what the rule with this CODE or name finds, why that is bad and what to write instead; or list all rules."""
    from nb2prod.rules.discovery import known_rules
    from nb2prod.rules.engine_rules import PAGES

    rules = [*PAGES.items(), *((each.rule, each.page) for each in known_rules())]
    if not code:
        for rule, _ in rules:
            sys.stdout.write(
                f"{rule.code}  {rule.severity.value:8}{rule.name}{'  (preview)' if rule.preview else ''}\n"
            )
        return 0
    for rule, page in rules:
        if code.upper() == rule.code or code.lower() == rule.name:
            sys.stdout.write(f"# {rule.name} ({rule.code}, {rule.severity.value})\n\n{page}\n")
            return 0
    known = [] if code.upper().startswith("NB") else [rule.name for rule, _ in rules]  # another number is another rule
    raise UsageError(Problem(f"there is no rule {code!r}.{nearest(code, known)}", remedy="nb2prod explain lists them"))
