"""A plan in, the text of its ``requirements.txt`` out, and the plan as it can be installed."""

from __future__ import annotations

from nb2prod.environment import lock
from nb2prod.errors import UnusableInput
from nb2prod.plan.compiling import without_compiled
from nb2prod.plan.model import ProjectPlan
from nb2prod.plan.requirements import DEVELOPMENT
from nb2prod.workflows.working_folder import Work


def pinned(plan: ProjectPlan, python: str, work: Work) -> tuple[ProjectPlan, str]:
    """Return the plan and its pins; where what a compiled way takes does not go beside the notebook's own versions, the
    plan goes on without it and says which pin is in the way.

    Raises ``UnusableInput`` where the notebook's own versions do not go together.
    """
    try:
        return plan, _locked(plan, python, work)
    except UnusableInput as error:
        if not plan.compiled_requirements:
            raise
        needed = ", ".join(plan.compiled_requirements)
        without = without_compiled(plan, f"{needed} cannot be installed here, {error.problems[0].what}")
        return without, _locked(without, python, work)


def _locked(plan: ProjectPlan, python: str, work: Work) -> str:
    wanted = (*plan.requirements, *DEVELOPMENT)
    key = (*wanted, *plan.constraints)
    if key not in work.locks:
        work.locks[key] = lock(wanted, plan.constraints, python)
    return work.locks[key]
