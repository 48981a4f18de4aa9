"""What was decided so far in, whether a compiled way to an answer is worth trying, and what that takes, out."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from nb2prod.plan.model import ArtifactPlan, ProjectPlan

TEMPLATE = "compiled"
CONTAINERS = frozenset({"pandas.DataFrame", "list", "tuple", "str", "dict", "scalar", "arguments", "numpy.ndarray"})
"""What records are put into that compiled code can be handed."""


@dataclass(frozen=True)
class Compiling:
    """Whether to try."""

    why_not: str = ""
    requirements: tuple[str, ...] = ()
    """What it takes beside what the service needs anyway."""


def compiling(
    templates: Path, artifacts: Sequence[ArtifactPlan], schema: Mapping[str, Any], training: Collection[str]
) -> Compiling:
    """Return whether there is something to compile.

    Args:
        templates: The folder of all templates.
        artifacts: What the service loads.
        schema: Of a request.
        training: Texts of the modules that make the artifacts.
    """
    said = tomllib.loads((templates / TEMPLATE / "compiled.toml").read_text(encoding="utf-8"))
    foreign = [a for a in artifacts if a.kind not in {*said["compiled"], *said["plain"]}]
    if foreign:
        named = ", ".join(f"`{a.name}` ({a.type.rpartition('.')[2] or a.kind})" for a in foreign)
        return Compiling(f"there is no compiled form of {named}")
    container = str(schema.get("container", ""))
    if container not in CONTAINERS:
        return Compiling(f"records that become a {container} have no compiled form")
    fitted = [a for a in artifacts if a.kind in said["compiled"]]
    if not fitted and schema["kind"] != "table":
        return Compiling("neither tables nor fitted objects are on the way to an answer")
    trees = said["trees"]
    text = "\n".join([*training, *(a.type for a in fitted)])
    needed = fitted and any(name in text for name in trees["named"])
    return Compiling("", tuple(trees["requirements"]) if needed else ())


def without_compiled(plan: ProjectPlan, why: str) -> ProjectPlan:
    """Return the plan of a repository whose answers come from the notebook's own code."""
    return replace(
        plan,
        templates=tuple(name for name in plan.templates if name != TEMPLATE),
        requirements=tuple(r for r in plan.requirements if r not in plan.compiled_requirements),
        compiled_requirements=(),
        not_compiled=why,
    )
