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

    rules = known_rules()
    if not code:
        for each in rules:
            sys.stdout.write(f"{each.rule.code}  {each.rule.severity.value:8}{each.rule.name}\n")
        return 0
    for each in rules:
        if code.upper() == each.rule.code or code.lower() == each.rule.name:
            sys.stdout.write(f"# {each.rule.name} ({each.rule.code}, {each.rule.severity.value})\n\n{each.page}\n")
            return 0
    known = [name for each in rules for name in (each.rule.code.lower(), each.rule.name)]
    raise UsageError(Problem(f"there is no rule {code!r}.{nearest(code, known)}", remedy="nb2prod explain lists them"))
