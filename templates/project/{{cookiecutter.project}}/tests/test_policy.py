"""The model uses features that ``policy.json`` allows, and no others."""

from __future__ import annotations

import json
from fnmatch import fnmatchcase

from {{ cookiecutter.package }}.files import ROOT
from {{ cookiecutter.package }}.schema import REQUEST

POLICY = json.loads((ROOT / "policy.json").read_text(encoding="utf-8"))
FEATURES = [field["name"] for field in REQUEST.get("fields", [])] or [REQUEST["kind"]]


def test_features_are_allowed() -> None:
    odd = [name for name in FEATURES if name not in POLICY["allowed"]]
    assert not odd, f"policy.json does not allow {odd}"
    ruled_out = [
        name
        for name in FEATURES
        if any(fnmatchcase(name.lower(), pattern.lower()) for pattern in POLICY["forbidden"])
    ]
    assert not ruled_out, f"policy.json forbids {ruled_out}"
