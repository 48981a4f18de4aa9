"""Spaces to plain data, as records have them, and back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nb2prod.sweeps.model import Choices, Domain, Floats, Integers, Space


def space_as_data(space: Space) -> dict[str, Any]:
    """Return what a space is: for each name its ``values``, or ``low``, ``high`` and ``log``."""
    return {name: _as_data(domain) for name, domain in space.domains.items()}


def space_from(data: Mapping[str, Any]) -> Space:
    """Return the space that :func:`space_as_data` made ``data`` of."""
    return Space({name: _from(each) for name, each in data.items()})


def _as_data(domain: Domain) -> dict[str, Any]:
    if isinstance(domain, Choices):
        return {"values": list(domain.values)}
    return {"low": domain.low, "high": domain.high, "log": domain.log}


def _from(data: Mapping[str, Any]) -> Domain:
    if "values" in data:
        return Choices(tuple(data["values"]))
    kind = Integers if type(data["low"]) is int else Floats
    return kind(data["low"], data["high"], data["log"])
