"""A model that is replaced or brought back, killed between each two steps: no model is lost."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.templates.sample import run_in

KILLING = r'''
import json, os, shutil, sys
from pathlib import Path
from tariff import artifacts
from tariff.artifacts import replacing

values = artifacts.load().values
root = Path(sys.argv[1])

class Killed(BaseException):
    """The process ends here."""

def model(number):
    return {name: v + number if name == "coefficients" else v for name, v in values.items()}

def put(number, folder):
    return artifacts.replace(model(number), parameters={}, metrics={}, folder=folder)

def killed_at(step, action):
    """Run until the given step, of which half is done where it copies; say whether it came to that."""
    left = [step]
    kept = [(m, n, getattr(m, n)) for m, n in [(os, "rename"), (os, "replace"), (os, "unlink"), (os, "rmdir"),
                                               (os, "mkdir"), (shutil, "copyfile")]]
    def dying(name, real):
        def call(*given, **options):
            left[0] -= 1
            if left[0] < 0:
                if name == "copyfile" and left[0] == -1:
                    Path(given[1]).write_bytes(Path(given[0]).read_bytes()[:7])
                raise Killed
            return real(*given, **options)
        return call
    for module, name, real in kept:
        setattr(module, name, dying(name, real))
    try:
        action()
    except Killed:
        return True
    finally:
        for module, name, real in kept:
            setattr(module, name, real)
    return False

def versions(folder):
    return [replacing.version_of(f) if replacing.is_whole(f) else None for f in (folder, folder / ".before")]

found = {}
for what, action in (("replace", lambda folder: put(3, folder)), ("roll_back", artifacts.roll_back)):
    found[what] = []
    for step in range(1000):
        folder = root / f"{what}-{step}"
        before, served = put(1, folder), put(2, folder)
        going = killed_at(step, lambda: action(folder))
        # what puts it right may be killed too
        killed_at(step % 5, lambda: replacing.recover(folder))
        replacing.recover(folder)
        now = versions(folder)
        names = {before: "before", served: "served", None: None}
        rest = sorted(path.name for path in folder.iterdir() if path.name.startswith("."))
        found[what].append([[names.get(each, "new") for each in now], rest])
        if not going:
            break
print(json.dumps(found))
'''


@pytest.fixture
def found(sample: Callable[[str], Path], tmp_path: Path) -> dict[str, list[list[list[str | None]]]]:
    done = run_in(sample("tariff"), "-c", KILLING, str(tmp_path))
    assert done.returncode == 0, done.stderr
    result: dict[str, list[list[list[str | None]]]] = json.loads(done.stdout)
    return result


def test_whenever_it_is_killed_no_model_is_lost(found: dict[str, list[list[list[str | None]]]]) -> None:
    for what, done in (("replace", ["new", "served"]), ("roll_back", ["before", "served"])):
        states = [state for state, _ in found[what]]
        assert len(states) > 10
        assert all(state in (["served", "before"], done) for state in states), states
        assert states[0] == ["served", "before"] and states[-1] == done
        assert all(rest == [".before"] for _, rest in found[what])
