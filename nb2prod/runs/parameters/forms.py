"""A comment ``#@param`` goes in, as Colab has them behind parameters; what its form says comes out."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from nb2prod.runs.parameters.literals import HasToBeRun, value_of
from nb2prod.runs.parameters.model import ANYTHING, Type
from nb2prod.runs.parameters.types import type_of_annotation, type_of_choices, type_of_dates_as_texts, within

MARK = re.compile(r"#\s*@param\b\s*(\[.*\])?\s*(\{.*\})?")
BARE_KEY = re.compile(r"([{,]\s*)([A-Za-z][\w-]*)\s*:")


@dataclass(frozen=True)
class Form:
    """What a form says of one parameter."""

    choices: tuple[Any, ...] = ()
    options: Mapping[str, Any] = field(default_factory=dict)

    def type_beside(self, default: Any) -> Type:
        """Return the type of a parameter with this form and this default."""
        said = str(self.options.get("type", ""))
        if self.choices:
            kind = type_of_choices(self.choices)
            return ANYTHING if self.options.get("allow-input") or said == "raw" else kind
        if said == "date":
            return type_of_dates_as_texts()
        if said in ("number", "slider"):
            parts = [default, *(self.options.get(name, 0) for name in ("min", "max", "step"))]
            whole = said == "slider" and all(type(part) is int for part in parts)
            return self.bounds_on(type_of_annotation("int" if whole else "int | float"))
        return self.bounds_on(type_of_annotation(TYPES[said])) if said in TYPES else ANYTHING

    def bounds_on(self, kind: Type) -> Type:
        """Return the type with the form's choices or bounds on it."""
        if self.choices and not self.options.get("allow-input"):
            return replace(type_of_choices(self.choices), text=kind.text)
        bounds = {
            name: self.options[option]
            for name, option in (("ge", "min"), ("le", "max"))
            if type(self.options.get(option)) in (int, float)
        }
        step = self.options.get("step")
        return within(kind, step if type(step) in (int, float) else None, **bounds) if bounds else kind


TYPES = {"integer": "int", "boolean": "bool", "string": "str"}


def form_of(comment: str) -> Form | None:
    """Return the form that a comment describes; ``None`` where it describes none."""
    match = MARK.match(comment)
    if match is None:
        return None
    return Form(_choices(match[1]), _options(match[2]))


def _choices(text: str | None) -> tuple[Any, ...]:
    try:
        found = value_of(re.sub(r"\b(true|false|null)\b", lambda word: WORDS[word[0]], text)) if text else ()
    except HasToBeRun:
        return ()
    return tuple(found) if isinstance(found, list) else ()


WORDS = {"true": "True", "false": "False", "null": "None"}


def _options(text: str | None) -> Mapping[str, Any]:
    """Return what stands in braces: JSON whose keys need no quotes."""
    try:
        found = json.loads(BARE_KEY.sub(r'\1"\2":', text)) if text else {}
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
