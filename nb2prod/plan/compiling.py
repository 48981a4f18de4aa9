"""What was decided so far in, whether a compiled way to an answer is worth trying, and what that takes, out."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from nb2prod.plan.model import ArtifactPlan, ProjectPlan

TEMPLATE = "compiled"
ESTIMATORS = "estimators"
"""The folder of the templates that each bring one kind of fitted object."""
CONTAINERS = frozenset({"pandas.DataFrame", "list", "tuple", "str", "dict", "scalar", "arguments", "numpy.ndarray"})
"""What records are put into that compiled code can be handed."""


@dataclass(frozen=True)
class Compiling:
    """Whether to try."""

    why_not: str = ""
    templates: tuple[str, ...] = ()
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
    kinds = estimator_kinds(templates, [*training, *(a.type for a in fitted)]) if fitted else ()
    return Compiling(
        "",
        (TEMPLATE, *(f"{ESTIMATORS}/{each.name}" for each in kinds)),
        tuple(sorted({requirement for each in kinds for requirement in each.requires})),
    )


@dataclass(frozen=True)
class EstimatorKind:
    """Fitted objects that have a compiled form: a folder below ``templates/estimators``."""

    name: str
    named: tuple[str, ...]
    """Classes and functions that such objects come from, a class by its full name where others go by the same one; none
    of a kind that only others need."""
    around: bool
    """Whether it only stands around others, so that it says nothing of which there are."""
    requires: tuple[str, ...]


def estimator_kinds(templates: Path, texts: Iterable[str]) -> tuple[EstimatorKind, ...]:
    """Return the kinds that the code names, so that nobody inherits code for objects that his model never has.

    Where it names none that does more than stand around others, as where a model is read from a file, all are returned,
    without what they require.
    """
    texts = set(texts)
    words = texts | {word for text in texts for word in re.findall(r"\w+", text)}
    known = known_estimators(templates)
    chosen = tuple(each for each in known if not words.isdisjoint(each.named))
    if all(each.around for each in chosen):
        return tuple(replace(each, requires=()) for each in known)
    return chosen


def known_estimators(templates: Path) -> tuple[EstimatorKind, ...]:
    """Return all kinds that there is a template for."""
    found = []
    for description in sorted((templates / ESTIMATORS).glob("*/kind.toml")):
        said = tomllib.loads(description.read_text(encoding="utf-8"))
        name, requires = description.parent.name, tuple(said.get("requirements", ()))
        found.append(EstimatorKind(name, tuple(said["named"]), said.get("around", False), requires))
    return tuple(found)


def without_compiled(plan: ProjectPlan, why: str) -> ProjectPlan:
    """Return the plan of a repository whose answers come from the notebook's own code."""
    return replace(
        plan,
        templates=tuple(name for name in plan.templates if name.partition("/")[0] not in (TEMPLATE, ESTIMATORS)),
        requirements=tuple(r for r in plan.requirements if r not in plan.compiled_requirements),
        compiled_requirements=(),
        not_compiled=why,
    )
