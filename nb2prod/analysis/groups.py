"""Names of columns that tell groups of people apart."""

from __future__ import annotations

import re

GROUPS = re.compile(
    r"([a-z0-9]+_)*(age|sex|gender|race|ethnic(ity)?|religion|nationality|disability|marital(_?status)?)(_[a-z0-9]+)*",
    re.IGNORECASE,
)
"""Grounds that Article 21 of the EU Charter of Fundamental Rights names, as data sets call them."""


def tells_groups_apart(name: str) -> bool:
    """Say whether a column of this name tells groups of people apart: ``age``, ``Sex``, ``patient_gender``."""
    return GROUPS.fullmatch(name) is not None
