"""``python -m {{ cookiecutter.package }}.service.keys``: make, list and take away API keys."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from ..files import ROOT
from .key_file import make, read, write
from .scopes import SCOPES
from .starting import settings_or_end


def main(arguments: Sequence[str] | None = None) -> None:
    """Make, list and take away keys."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    add = commands.add_parser("add", help="make a key, and show it once")
    add.add_argument("name", type=name)
    add.add_argument("--scope", action="append", choices=sorted(SCOPES), help="default: predict")
    add.add_argument("--days", type=days, default=0, help="how long it is valid; default: for ever")
    remove = commands.add_parser(
        "remove", help="take away all keys of a name, or the one with an id"
    )
    remove.add_argument("name")
    commands.add_parser("list", help="show names, scopes and ends")
    said = parser.parse_args(arguments)
    path = ROOT / settings_or_end().api_keys_file
    try:
        run(said, path)
    except ValueError as error:
        raise SystemExit(str(error)) from None
    except OSError as error:
        raise SystemExit(f"{path} (API_KEYS_FILE): {error.strerror}") from None


def run(said: argparse.Namespace, path: Path) -> None:
    """Do what was asked for with the keys of a file."""
    keys = read(path) if path.exists() else []
    if said.command == "add":
        key, given = make(said.name, said.scope or ["predict"], said.days)
        write(path, [*keys, key])
        print(given)
    elif said.command == "remove":
        left = [key for key in keys if said.name not in (key.name, key.id)]
        if len(left) == len(keys):
            raise SystemExit(f"There is no key of that name or id: {said.name}")
        write(path, left)
    else:
        for key in keys:
            end = (
                f"{'ended' if key.is_over else 'until'} {key.expires}"
                if key.expires
                else "for ever"
            )
            print(key.id, key.name, ",".join(key.scopes), end)


def days(text: str) -> float:
    """Return how long a key is to be valid: up to a hundred years."""
    number = float(text)
    if not 0 < number <= 36_500:
        raise ValueError
    return number


def name(text: str) -> str:
    """Return the name, which is to be read in a log."""
    if not text.strip() or not text.isprintable():
        raise ValueError
    return text


if __name__ == "__main__":
    main()
