"""Exports of runs that are recorded: what they have kept is what comes out, or it is said why it cannot be had."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import nb2prod
from nb2prod.errors import Nb2ProdError, UnusableInput, UsageError
from nb2prod.workflows import gathering
from nb2prod.workflows.as_data import exported_as_dict
from nb2prod.workflows.export import export
from nb2prod.workflows.model import ExportOptions
from tests.making import Cells, exported, write_notebook, write_points
from tests.making import nb2prod as command

CELLS: Cells = [
    (None, "import numpy as np\nimport scaling"),
    ("parameters", "factor: float = 1.0  # of all weights\nwarmth = 0\nfail = False"),
    ("data", "points = np.loadtxt('points.csv', delimiter=',', skiprows=1)\nassert not fail"),
    ("training", "weights = np.linalg.lstsq(points[:, :2], points[:, 2], rcond=None)[0] * scaling.same(factor)\n"
                 "weights += warmth * np.random.default_rng().normal(size=2)"),
    ("evaluation", "error = float(np.abs(points[:, :2] @ weights - points[:, 2]).mean())\nlen(points)\nerror * 2"),
    ("inference", "sample = points[:20, :2]\nprediction = sample @ weights"),
]  # fmt: skip


def folder_in(tmp_path: Path, cells: Cells = CELLS) -> Path:
    """Write the notebook and what it needs."""
    (tmp_path / "scaling.py").write_text("def same(number):\n    return number\n")
    write_points(tmp_path / "points.csv")
    return write_notebook(tmp_path / "n.ipynb", cells)


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A notebook, and a run of it with its evidence."""
    notebook = folder_in(tmp_path_factory.mktemp("kept"))
    return notebook, nb2prod.run(notebook, {"factor": 3}, evidence=True).id


@pytest.fixture
def copy(kept: tuple[Path, str], tmp_path: Path) -> tuple[Path, str]:
    """The same to be spoilt, where it was."""
    notebook, run = kept
    saved = tmp_path / "saved"
    shutil.copytree(notebook.parent, saved)
    return notebook, run


@pytest.fixture(autouse=True)
def put_back(request: pytest.FixtureRequest, tmp_path: Path) -> Any:
    """Put back what a test has spoilt."""
    yield
    if "copy" in request.fixturenames and (tmp_path / "saved").exists():
        notebook, _ = request.getfixturevalue("kept")
        shutil.rmtree(notebook.parent)
        shutil.copytree(tmp_path / "saved", notebook.parent)


def planned(notebook: Path, **options: Any) -> dict[str, Any]:
    """Return what an export would make."""
    return exported_as_dict(export(ExportOptions(notebook, notebook.parent / "out", dry_run=True, **options)))


def evidence(notebook: Path, run: str) -> Path:
    return notebook.parent / ".nb2prod" / "outputs" / f"{run}.evidence"


def test_a_run_becomes_a_service_with_its_parameters_and_its_artifacts(kept: tuple[Path, str], tmp_path: Path) -> None:
    notebook, run = kept
    done = command("export", notebook, tmp_path / "out", "--run", run, "--json", cwd=tmp_path)
    result = exported(done)
    assert "running the notebook" not in done.stderr
    assert result["run"] == run
    assert result["parity"]["rows"] == result["parity"]["equal"] == result["http"]["equal"] > 0
    assert result["artifacts"] and result["retrain"] and result["tests"]["failed"] == 0
    record = json.loads((tmp_path / "out" / "artifacts" / "record.json").read_text())
    assert record["run"] == run
    assert record["parameters"] == {"factor": 3.0, "warmth": 0, "fail": False}
    assert record["metrics"]["error"] == nb2prod.recorded(notebook)[0].metrics["error"]
    assert "factor: float = Field(default=3.0" in (tmp_path / "out/src/n/parameters.py").read_text()
    assert any(f"the evidence is of run {run}, with factor = 3.0" in each for each in result["warnings"])


def test_the_plan_is_that_of_a_run_of_its_own(kept: tuple[Path, str]) -> None:
    notebook, run = kept
    of_run, afresh = planned(notebook, run=run, name="other"), planned(notebook, parameters={"factor": 3}, name="other")
    of_run["warnings"] = [each for each in of_run["warnings"] if "the evidence is of run" not in each]
    same = set(afresh) - {"seconds", "run"}
    assert {name: of_run[name] for name in same} == {name: afresh[name] for name in same}


def test_the_artifacts_are_those_of_the_run_and_not_of_another_training(tmp_path: Path) -> None:
    notebook = folder_in(tmp_path)
    swept = nb2prod.sweep(notebook, {"factor": [1, 2]}, {"warmth": 1}, metric="error", maximize=False, evidence=True)
    assert swept.status == {"succeeded": 2}
    assert all(run.record.shared.startswith("nothing: what an export needs is gathered") for run in swept)
    assert swept.best is not None
    edited = json.loads(notebook.read_text())
    edited["cells"][2]["source"] = "raise ValueError"
    notebook.write_text(json.dumps(edited))  # the sweep's runs are of what it was
    best = swept.best.id
    done = command("export", notebook, "out", "--run", best, "--verify", "fast", "--json", cwd=tmp_path)
    result = exported(done)
    assert result["parity"]["equal"] == result["parity"]["rows"] > 0
    record = json.loads((tmp_path / "out" / "artifacts" / "record.json").read_text())
    assert (record["run"], record["parameters"]["factor"]) == (best, swept.best.parameters["factor"])
    assert "raise ValueError" not in (tmp_path / "out/notebooks/n.ipynb").read_text()
    about = (tmp_path / "out/src/n/about.py").read_text()
    assert swept.record.sha256 in about


def changed_notebook(notebook: Path, run: str) -> None:
    notebook.write_text(notebook.read_text() + "\n")


def changed_data(notebook: Path, run: str) -> None:
    write_points(notebook.parent / "points.csv", 41)


def lost_data(notebook: Path, run: str) -> None:
    (notebook.parent / "points.csv").unlink()


def changed_module(notebook: Path, run: str) -> None:
    (notebook.parent / "scaling.py").write_text("def same(number):\n    return number * 2\n")


def changed_artifact(notebook: Path, run: str) -> None:
    file = next((evidence(notebook, run) / "artifacts").iterdir())
    file.write_bytes(file.read_bytes() + b"\0")


def changed_answers(notebook: Path, run: str) -> None:
    file = evidence(notebook, run) / "evidence.json"
    file.write_text(file.read_text().replace('"own": 20', '"own": 2'))


def changed_manifest(notebook: Path, run: str) -> None:
    changed_artifact(notebook, run)
    folder = evidence(notebook, run)
    manifest = json.loads((folder / "manifest.json").read_text())
    for name in manifest["files"]:
        manifest["files"][name] = gathering.sha256_of(folder / name)
    (folder / "manifest.json").write_text(json.dumps(manifest))


def added_file(notebook: Path, run: str) -> None:
    (evidence(notebook, run) / "artifacts" / "more.pickle").write_bytes(b"")


def lost_file(notebook: Path, run: str) -> None:
    (evidence(notebook, run) / "evidence.json").unlink()


def lost_evidence(notebook: Path, run: str) -> None:
    shutil.rmtree(evidence(notebook, run))


SPOILT: list[tuple[Callable[[Path, str], None], str]] = [
    (changed_notebook, "the notebook was changed since this run"),
    (changed_data, "points.csv: it was changed since the run has read it"),
    (lost_data, "points.csv"),
    (changed_module, "scaling.py: the module was changed"),
    (changed_artifact, "its evidence was changed since it was kept: artifacts/weights"),
    (changed_answers, "its evidence was changed since it was kept: evidence.json"),
    (changed_manifest, "its evidence was changed since it was kept"),
    (added_file, "its evidence was changed since it was kept: artifacts/more.pickle"),
    (lost_file, "its evidence was changed since it was kept: evidence.json"),
    (lost_evidence, "what it has kept is not here"),
]


@pytest.mark.parametrize(("spoil", "says"), SPOILT, ids=[each.__name__ for each, _ in SPOILT])
def test_what_is_not_as_it_was_is_refused(
    copy: tuple[Path, str], spoil: Callable[[Path, str], None], says: str
) -> None:
    notebook, run = copy
    spoil(notebook, run)
    with pytest.raises(UnusableInput) as refused:
        planned(notebook, run=run)
    assert says in str(refused.value)
    assert all(f"nb2prod run {shlex.quote(str(notebook))} -p factor 3.0 --evidence" in each.remedy
               for each in refused.value.problems)  # fmt: skip


def test_a_run_that_kept_nothing_names_the_command_that_does(tmp_path: Path) -> None:
    notebook = folder_in(tmp_path)
    plain = nb2prod.run(notebook, {"factor": 2})
    with pytest.raises(UnusableInput, match="made without --evidence") as refused:
        planned(notebook, run="last")
    (said,) = re.findall(r"`nb2prod (.*)`", refused.value.problems[0].remedy)
    assert command(*shlex.split(said), cwd=tmp_path).returncode == 0
    assert planned(notebook, run="last")["parity"] is None
    with_evidence = nb2prod.recorded(notebook)[-1]
    assert with_evidence.metrics == plain.metrics
    assert set(plain.metrics) >= {"error"}
    assert with_evidence.record.versions == plain.record.versions


def test_a_run_that_failed_keeps_nothing(kept: tuple[Path, str]) -> None:
    notebook, _ = kept
    failed = nb2prod.run(notebook, {"fail": True}, evidence=True, check=False)
    assert failed.status == "failed"
    assert not evidence(notebook, failed.id).exists()
    with pytest.raises(UnusableInput, match=r"it did not succeed \(failed\)"):
        planned(notebook, run=failed.id)


def test_what_only_a_new_run_could_be_asked_for(kept: tuple[Path, str]) -> None:
    notebook, run = kept
    with pytest.raises(UsageError, match="-p, --kernel, --timeout cannot be given"):
        planned(notebook, run=run, parameters={"factor": 1}, kernel="python3", timeout=3.0)
    with pytest.raises(UsageError, match="there is no such run"):
        planned(notebook, run="nobody")


def test_a_run_of_another_notebook(kept: tuple[Path, str]) -> None:
    notebook, run = kept
    other = write_notebook(notebook.parent / "other.ipynb", CELLS)
    with pytest.raises(UsageError, match="it is a run of another notebook"):
        planned(other, run=run)


def test_evidence_that_another_nb2prod_has_gathered(kept: tuple[Path, str], monkeypatch: pytest.MonkeyPatch) -> None:
    notebook, run = kept
    monkeypatch.setattr(gathering, "probe_sources", lambda: ("another",))
    with pytest.raises(UnusableInput, match="gathered by another version of nb2prod"):
        planned(notebook, run=run)


@pytest.mark.parametrize(
    ("cells", "given", "says"),
    [
        ([("parameters", "x = 1"), (None, "y = x")], {}, "nothing to serve"),
        (CELLS, {"factor": "x", "warmth": (1,)}, "parameter 'factor'"),
        ([*CELLS, (None, "from datetime import date"), ("parameters", "since: date = date(2024, 1, 1)")],
         {"since": "2024-02-01"}, "a repository cannot have a date for a setting"),
    ],
    ids=["nothing to serve", "a wrong parameter", "one that no repository can have"],
)  # fmt: skip
def test_what_can_never_be_exported_is_refused_before_it_runs(
    tmp_path: Path, cells: Cells, given: dict[str, Any], says: str
) -> None:
    notebook = folder_in(tmp_path, cells)
    with pytest.raises(Nb2ProdError) as refused:
        nb2prod.run(notebook, given, evidence=True)
    assert says in str(refused.value)
    assert not (tmp_path / ".nb2prod").exists()


def test_all_that_is_wrong_with_a_sweep_is_said_once(tmp_path: Path) -> None:
    notebook = write_notebook(tmp_path / "n.ipynb", [("parameters", "x = 1"), (None, "y = x")])
    with pytest.raises(Nb2ProdError) as refused:
        nb2prod.sweep(notebook, {"x": [1, "a", 3]}, evidence=True)
    assert len(refused.value.problems) == 2
    assert "nothing to serve" in str(refused.value) and "parameter 'x'" in str(refused.value)


@pytest.mark.skipif(sys.platform == "win32", reason="permissions")
def test_what_is_kept_is_for_its_owner_alone(kept: tuple[Path, str]) -> None:
    notebook, run = kept
    assert evidence(notebook, run).stat().st_mode & 0o077 == 0
    assert not [path for path in evidence(notebook, run).parent.iterdir() if path.name.startswith(".")]


def test_the_commands_of_the_document_do_what_they_say(tmp_path: Path) -> None:
    text = (Path(__file__).parents[2] / "docs" / "runs.md").read_text().split("## A run becomes a service")[1]
    sweep, best, made = text.split("```sh\n")[1].split("\n```")[0].splitlines()
    named = {"factor: float": "learning_rate: float", "same(factor)": "same(learning_rate)", "error": "r2"}
    cells = [(tag, re.sub("|".join(map(re.escape, named)), lambda found: named[found[0]], code)) for tag, code in CELLS]
    folder_in(tmp_path, cells).rename(tmp_path / "sales.ipynb")
    assert command(*shlex.split(sweep)[1:], cwd=tmp_path).returncode == 0
    (found,) = json.loads(command(*shlex.split(best)[1:], "--json", cwd=tmp_path).stdout)["runs"]
    said = shlex.split(made)[1:]
    done = command(*said[:-1], found["id"], "--verify", "fast", "--json", cwd=tmp_path)
    assert exported(done)["run"] == found["id"]
