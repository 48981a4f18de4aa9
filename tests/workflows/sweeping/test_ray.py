"""Sweeps on Ray: the same ledger, the same truth; nodes and sweeps are killed, and nothing is lost or done twice."""

from __future__ import annotations

import json
import signal
import stat
import subprocess
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import psutil
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nb2prod.ledger.model import Status
from nb2prod.ledger.places import FOLDER
from nb2prod.workflows.sweeping.model import How, SweepOptions
from nb2prod.workflows.sweeping.ray_crew import parts_of, share_of
from nb2prod.workflows.sweeping.sweep import sweep
from tests.cluster.two_nodes import CPUS, TwoNodes, two_nodes
from tests.making import exported, nb2prod
from tests.workflows.sweeping.started import (
    SLOW,
    TINY,
    below,
    command,
    each_succeeded_once,
    ended,
    environment,
    kill,
    ledger_of,
    notebook_in,
    runs_of,
    shown,
    started,
    waited_for,
)
from tests.workflows.sweeping.test_pruned import BAD, GOOD, LEARNING, MEDIAN, VARIED, by_quality
from tests.workflows.test_recorded_run import folder_in

needs_ray = pytest.mark.skipif(find_spec("ray") is None, reason="Ray is not installed: pip install ray")
SLEEPING = [SLOW[0], (None, "import time"), (None, "time.sleep(100 * (n > 1))"), ("evaluation", "score = n")]
ON_RAY = ("--engine", "ray", "--workers", 2)


@given(st.lists(st.integers(1, 64), min_size=1, max_size=6), st.data())
def test_there_is_room_for_all_workers(cpus: list[int], data: Any) -> None:
    workers = data.draw(st.integers(1, sum(cpus)))
    share = share_of(cpus, workers)
    room = [each // share for each in cpus]
    assert sum(room) >= workers
    assert workers * share <= sum(cpus)
    slots, parts = parts_of(room, workers)
    assert 1 <= slots <= min(room)
    assert 1 <= parts <= sum(each // slots for each in room)


@pytest.fixture(scope="module")
def cluster() -> Iterator[TwoNodes]:
    with two_nodes() as found:
        yield found


def swept(cluster: TwoNodes, notebook: Path, *arguments: object, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run a sweep on a cluster."""
    asked = command(notebook, "--engine", "ray", "--address", cluster.address, *arguments)
    told = {**environment(), **cluster.variables, **variables}
    return subprocess.run(asked, cwd=notebook.parent, env=told, capture_output=True, text=True, timeout=300)


@needs_ray
@pytest.mark.slow
def test_runs_that_fall_behind_are_stopped_there_too(cluster: TwoNodes, tmp_path: Path) -> None:
    notebook = notebook_in(tmp_path, LEARNING)
    done = swept(cluster, notebook, "-g", VARIED, *MEDIAN, "--workers", 1, "--json")
    assert done.returncode == 0, done.stderr
    assert sorted(by_quality(notebook, Status.SUCCEEDED)) == sorted(GOOD)
    assert by_quality(notebook, Status.PRUNED) == BAD
    assert {run["why"] for run in json.loads(done.stdout)["runs"]} == {
        "",
        *(f"stopped early at step 0, with {quality}" for quality in BAD),
    }


@needs_ray
@pytest.mark.slow
def test_it_gives_what_the_local_engine_gives(cluster: TwoNodes, tmp_path: Path) -> None:
    notebook = notebook_in(tmp_path, [*TINY, (None, "import os\nprint(score, os.environ.get('RAY_JOB_ID'))")])
    done = swept(cluster, notebook, "-g", "n=1..8", "--metric", "score", "--maximize", "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["sweep"]["engine"] == "ray"
    assert told["best"].endswith("-8")
    each_succeeded_once(notebook, 8)
    there = runs_of(notebook)
    assert {run.shared.split(";")[0] for run in there} == {"2 cells, by a fork"}
    with ledger_of(notebook) as ledger:
        owners = {attempt.pid for run in there for attempt in ledger.attempts(run.id)}
    assert len(owners) == 2, "a worker on each node"
    assert {Path(run.output).parent for run in there} == {tmp_path / FOLDER / "outputs"}
    here = sweep(SweepOptions(notebook, ("n=1..8",)), How(workers=2)).runs
    assert [(run.metrics, shown(run)) for run in there] == [(run.metrics, shown(run)) for run in here]
    assert [each.name for each in (tmp_path / FOLDER / "outputs").iterdir() if each.suffix != ".ipynb"] == []


@needs_ray
@pytest.mark.slow
def test_what_a_run_on_ray_has_kept_becomes_a_service(cluster: TwoNodes, tmp_path: Path) -> None:
    notebook = folder_in(tmp_path)
    asked = ("-g", "factor=1.0,2.0", "--set", "warmth=1", "--metric", "error", "--minimize", "--evidence", "--json")
    done = swept(cluster, notebook, *asked)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert all(run["shared"].startswith("nothing: what an export needs is gathered") for run in told["runs"])
    made = nb2prod("export", notebook, "out", "--run", told["best"], "--verify", "fast", "--json", cwd=tmp_path)
    result = exported(made)
    assert result["run"] == told["best"]
    assert result["parity"]["equal"] == result["parity"]["rows"] > 0  # its weights were drawn
    record = json.loads((tmp_path / "out" / "artifacts" / "record.json").read_text())
    best = next(run for run in told["runs"] if run["id"] == told["best"])
    assert record["parameters"] == best["parameters"]
    assert record["metrics"]["error"] == best["metrics"]["error"]


@needs_ray
@pytest.mark.slow
def test_what_a_cluster_cannot_do_is_refused_and_nothing_recorded(cluster: TwoNodes, tmp_path: Path) -> None:
    notebook = notebook_in(tmp_path, TINY)
    many = swept(cluster, notebook, "-g", "n=1,2", "--workers", 99)
    assert (many.returncode, runs_of(notebook)) == (2, ())
    assert f"the cluster has {2 * CPUS} processors" in many.stderr
    stranger = swept(cluster, notebook, "-g", "n=1,2", RAY_AUTH_TOKEN="f" * 64)
    assert (stranger.returncode, runs_of(notebook)) == (2, ())
    assert "the cluster lets nobody in" in stranger.stderr
    assert "Traceback" not in stranger.stderr


@needs_ray
@pytest.mark.slow
@pytest.mark.parametrize("way", [pytest.param((), id="shared"), pytest.param(("--no-sharing",), id="each by itself")])
def test_a_node_that_is_killed_loses_nothing(cluster: TwoNodes, tmp_path: Path, way: tuple[str, ...]) -> None:
    notebook = notebook_in(tmp_path, [*SLOW[:2], (None, "time.sleep(2 + n % 2)"), SLOW[3]])
    asked = command(notebook, "-g", "n=1..12", "--engine", "ray", "--address", cluster.address, "--json", *way)
    told = {**environment(), **cluster.variables}
    with subprocess.Popen(asked, cwd=tmp_path, env=told, stdout=subprocess.PIPE, text=True) as process:
        waited_for(lambda: sum(run.status is Status.SUCCEEDED for run in runs_of(notebook)) >= 1)
        waited_for(lambda: sum(run.status is Status.RUNNING for run in runs_of(notebook)) >= 3)
        cluster.kill_one()
        try:
            out, _ = process.communicate(timeout=200)
        finally:
            process.kill()
            cluster.add_one()
    assert process.returncode == 0
    assert len(json.loads(out)["runs"]) == 12
    each_succeeded_once(notebook, 12)
    with ledger_of(notebook) as ledger:
        again = [ledger.attempts(run.id)[0] for run in ledger.runs() if run.attempt > 1]
    assert again
    assert {attempt.status for attempt in again} <= {Status.LOST, Status.INTERRUPTED}
    assert all(attempt.why for attempt in again)


@needs_ray
@pytest.mark.slow
def test_ray_of_our_own_is_private_and_ctrl_c_ends_it_fairly(tmp_path: Path) -> None:
    notebook = notebook_in(tmp_path, SLEEPING)
    with started(tmp_path, notebook, "-g", "n=1..4", *ON_RAY, "--no-sharing") as process:
        waited_for(lambda: sum(run.status is Status.RUNNING for run in runs_of(notebook)) == 2)
        waited_for(lambda: runs_of(notebook)[0].status is Status.SUCCEEDED)
        processes = below(process.pid)
        raylet = next(each for each in processes if each.name() == "raylet")
        found = [(each, c.laddr.ip) for each in processes for c in each.net_connections("inet") if c.status == "LISTEN"]
        assert {ip.removeprefix("::ffff:") for _, ip in found} == {"127.0.0.1"}
        assert not any("dashboard.py" in part for each, _ in found for part in each.cmdline()), (
            "nobody is shown anything"
        )
        variables = raylet.environ()
        assert variables["RAY_AUTH_MODE"] == "token"
        assert variables["RAY_USAGE_STATS_ENABLED"] == "0"
        token = Path(variables["RAY_AUTH_TOKEN_PATH"])
        assert stat.S_IMODE(token.stat().st_mode) == 0o600
        assert stat.S_IMODE(token.parent.stat().st_mode) == 0o700
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=90) == 130
        ended(processes)
    assert not token.parent.exists()
    statuses = [run.status for run in runs_of(notebook)]
    assert statuses == [Status.SUCCEEDED, Status.INTERRUPTED, Status.INTERRUPTED, Status.QUEUED]


@needs_ray
@pytest.mark.slow
def test_a_sweep_that_is_killed_is_taken_up_again_on_ray(tmp_path: Path) -> None:
    notebook = notebook_in(tmp_path, SLOW)
    with started(tmp_path, notebook, "-g", "n=1..8", *ON_RAY) as process:
        waited_for(lambda: sum(run.status is Status.SUCCEEDED for run in runs_of(notebook)) >= 2)
        processes = below(process.pid)
        raylet = next(each for each in processes if each.name() == "raylet")
        left = Path(raylet.environ()["RAY_AUTH_TOKEN_PATH"]).parent
        kill(psutil.Process(process.pid))
        ended(processes)  # Ray's processes see that nobody is there any more, and so do ours
    assert Status.RUNNING not in [run.status for run in runs_of(notebook)]
    again = subprocess.run(
        command(notebook, "--resume", "last", *ON_RAY), cwd=tmp_path, env=environment(), capture_output=True, text=True
    )
    assert again.returncode == 0, again.stderr
    assert not left.exists()
    each_succeeded_once(notebook, 8)
