"""A notebook is run once, and its record is true whatever happens to the run, to its process or to the ledger."""

from __future__ import annotations

import hashlib
import json
import math
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import nbformat
import pytest

from nb2prod.errors import UnusableInput, UsageError
from nb2prod.ledger.ledger import open_ledger
from nb2prod.ledger.model import RunRecord, Status
from nb2prod.python.calling import recorded
from nb2prod.python.results import RecordedRuns
from nb2prod.runs.model import Limits
from nb2prod.workflows.drawing_runs import picture_of
from nb2prod.workflows.run import RunOptions, run
from tests.disks import powerless
from tests.ledger.servers import serving
from tests.making import Cells, nb2prod, write_notebook

CELLS: Cells = [
    ("parameters", "lr = 0.1  # the step\nseed = 3"),
    ("data", "values = [1.0, 2.0, 3.0]"),
    ("training", "total = sum(values) * lr"),
    ("evaluation", "score = 1 / (1 + abs(total - 1))\nmetrics = {'error': abs(total - 1), 'name': 'x'}"),
    ("evaluation", "print(len(values), round(total, 3))"),
]
WAITING: Cells = [
    ("parameters", "seconds = 600"),
    (None, "print('before')"),
    ("evaluation", "score = 0.5"),
    (None, "import time\nfrom pathlib import Path\nPath('begun').touch()\ntime.sleep(seconds)"),
    (None, "print('after')"),
]
"""One that says when its fourth cell has begun, and stays in it."""


@pytest.fixture
def notebook(tmp_path: Path) -> Path:
    return write_notebook(tmp_path / "a.ipynb", CELLS)


def ledger_of(notebook: Path) -> Path:
    return notebook.parent / ".nb2prod" / "runs.sqlite"


def record_of(notebook: Path, said: str = "last") -> RunRecord:
    with open_ledger(ledger_of(notebook)) as ledger:
        return ledger.run(said)


def failing(notebook: Path, source: str) -> Path:
    return write_notebook(notebook, [*CELLS, (None, source), (None, "print('never')")])


def started(notebook: Path, *arguments: object) -> subprocess.Popen[str]:
    """Start a run of a notebook of ``WAITING``, and return when it is in its fourth cell."""
    command = [sys.executable, "-m", "nb2prod", "run", str(notebook), *map(str, arguments)]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2]), "NO_COLOR": "1"}
    pipe = subprocess.PIPE
    process = subprocess.Popen(command, env=environment, stdout=pipe, stderr=pipe, text=True)
    wait_for(lambda: (notebook.parent / "begun").exists() or process.poll() is not None)
    assert process.poll() is None, process.communicate()
    return process


def wait_for(look: Callable[[], Any]) -> Any:
    until = time.monotonic() + 120
    while not (found := look()):
        assert time.monotonic() < until
        time.sleep(0.02)
    return found


def cell_statuses(path: str) -> list[str]:
    document = nbformat.read(path, as_version=4)
    nbformat.validate(document)
    return [cell.metadata.papermill.status for cell in document.cells]


def test_a_run_is_recorded_with_all_that_is_known_of_it(notebook: Path) -> None:
    told: list[Any] = []
    ran = run(RunOptions(notebook, {"lr": 0.5}, tags=("first",), limits=Limits(300, 100, 10**10)), told.append)
    record = ran.record
    assert (ran.error, record.status) == (None, Status.SUCCEEDED)
    assert (record.parameters, record.given, record.seed) == ({"lr": 0.5, "seed": 3}, ("lr",), 3)
    assert record.metrics == {"score": 1 / 3, "metrics.error": 2.0, "total": 3.0}
    assert record.sha256 == hashlib.sha256(notebook.read_bytes()).hexdigest()
    assert record.output_sha256 == hashlib.sha256(Path(record.output).read_bytes()).hexdigest()
    assert record.output == str(notebook.parent / ".nb2prod" / "outputs" / f"{record.id}.ipynb")
    assert (record.tags, record.kernel, record.versions["python"]) == (("first",), "python3", sys.version.split()[0])
    assert record.peak_memory and record.peak_memory > 10**7
    assert record.cpu_seconds and record.seconds and record.seconds > 0
    assert record.options["limits"] == {"seconds": 300, "cell_seconds": 100, "memory": 10**10}
    assert (record.cell, record.cells) == (4, 5)
    assert [each.cell for each in told] == [None, 1, 2, 3, 4, 5]  # first the kernel is started
    assert (notebook.parent / ".nb2prod" / ".gitignore").read_text() == "*\n"
    assert set(cell_statuses(record.output)) == {"completed"}


def test_the_commit_is_recorded_and_whether_anything_differs_from_it(notebook: Path) -> None:
    def git(*arguments: str) -> str:
        settings = ["-c", "user.name=t", "-c", "user.email=t@example.org"]
        command = ["git", *settings, *arguments]
        return subprocess.run(command, cwd=notebook.parent, check=True, capture_output=True, text=True).stdout

    git("init", "-q")
    git("add", "a.ipynb")
    git("commit", "-qm", "a")
    record = run(RunOptions(notebook)).record
    assert (record.git_commit, record.git_dirty) == (git("rev-parse", "HEAD").strip(), False)
    assert git("status", "--porcelain") == "", "what a run leaves is no business of git"
    write_notebook(notebook, CELLS[:3])
    assert run(RunOptions(notebook)).record.git_dirty is True


@pytest.mark.parametrize(
    ("source", "limits", "status", "name"),
    [
        ("raise ValueError('no')", Limits(), Status.FAILED, "ValueError"),
        ("import os; os._exit(3)", Limits(), Status.KERNEL_DIED, "KernelDied"),
        ("while True: pass", Limits(cell_seconds=1), Status.TIMED_OUT, "TimedOut"),
        ("x = bytearray(2 * 10**9)\nfor i in range(0, len(x), 4096): x[i] = 1", Limits(memory=10**9),
         Status.OUT_OF_MEMORY, "OutOfMemory"),
    ],
    ids=lambda value: value.value if isinstance(value, Status) else "",
)  # fmt: skip
def test_how_a_run_failed_is_recorded(notebook: Path, source: str, limits: Limits, status: Status, name: str) -> None:
    ran = run(RunOptions(failing(notebook, source), limits=limits))
    record = ran.record
    assert (record.status, record.error_cell, record.error_name) == (status, 5, name)
    assert type(ran.error).__name__ == {"ValueError": "NotebookRaised"}.get(name, name)
    assert record.message
    assert record.metrics["metrics.error"] == pytest.approx(0.4), "what was measured before it failed"
    assert record.versions["python"] == sys.version.split()[0]
    statuses = cell_statuses(record.output)
    assert statuses[:5] == ["completed"] * 5 and statuses[-1] == "pending"


def test_what_can_be_told_before_is_told_at_once_and_not_recorded(notebook: Path) -> None:
    bad = {"learning_rate": 1, "lr": "sk-ant-api03-" + "abcDEF123_" * 9 + "xyzAA"}
    with pytest.raises(UnusableInput) as caught:
        run(RunOptions(notebook, bad, kernel="nothere", output=notebook))
    said = [problem.what for problem in caught.value.problems]
    assert any("holds a secret" in each for each in said)
    assert any("does not define it" in each for each in said)
    assert any("no kernel 'nothere'" in each for each in said)
    assert any("this is the notebook that is run" in each for each in said)
    assert "abcDEF" not in str(caught.value)
    assert not ledger_of(notebook).parent.exists()


def test_a_parameter_that_is_not_known_is_bad_usage(notebook: Path) -> None:
    with pytest.raises(UsageError, match="Did you mean 'lr'"):
        run(RunOptions(notebook, {"lrr": 1}))


def test_secrets_of_the_notebook_are_neither_recorded_nor_printed(tmp_path: Path) -> None:
    secret = "hV7kQ2mZ9xLp4RtW"
    cells = [("parameters", f"api_key = '{secret}'\nlr = 1"), (None, f"raise ValueError(api_key + '{secret}')")]
    notebook = write_notebook(tmp_path / "a.ipynb", cells)
    done = nb2prod("run", notebook, "--json", cwd=tmp_path)
    assert done.returncode == 3
    assert json.loads(done.stdout)["run"]["parameters"] == {"api_key": "***", "lr": 1}
    shown = [nb2prod("runs", *each, cwd=tmp_path) for each in (["list"], ["show", "last"], ["show", "last", "--json"])]
    printed = done.stdout + done.stderr + "".join(each.stdout + each.stderr for each in shown)
    assert secret not in printed
    files = list(ledger_of(notebook).parent.glob("runs.sqlite*"))
    assert files and not [file for file in files if secret.encode() in file.read_bytes()]


def test_a_secret_among_the_parameters_is_refused_and_printed_nowhere(notebook: Path) -> None:
    write_notebook(notebook, [("parameters", "password = None"), (None, "print(1)")])
    done = nb2prod("run", notebook, "-p", "password", "hV7kQ2mZ9xLp4RtW", cwd=notebook.parent)
    assert done.returncode != 0
    assert "holds a secret" in done.stderr
    assert "hV7k" not in done.stdout + done.stderr
    assert not ledger_of(notebook).parent.exists()


@pytest.mark.parametrize(("how", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_run_that_is_interrupted_says_so(tmp_path: Path, how: signal.Signals, code: int) -> None:
    notebook = write_notebook(tmp_path / "a.ipynb", WAITING)
    process = started(notebook)
    process.send_signal(how)
    printed, said = process.communicate(timeout=60)
    assert process.returncode == code, said
    record = record_of(notebook)
    assert (record.status, record.metrics) == (Status.INTERRUPTED, {"score": 0.5})
    assert how.name in record.message
    assert f"{record.id}  interrupted" in printed
    assert cell_statuses(record.output)[-1] == "pending"


def test_a_run_whose_process_is_killed_is_lost_and_its_notebook_can_be_read(tmp_path: Path) -> None:
    notebook = write_notebook(tmp_path / "a.ipynb", WAITING)
    process = started(notebook)
    wait_for(lambda: record_of(notebook).cell == 3)
    assert record_of(notebook).status is Status.RUNNING
    process.kill()
    process.communicate()
    record = record_of(notebook)
    assert (record.status, record.cell, record.seconds) == (Status.LOST, 3, None)
    assert f"its process {process.pid}" in record.why
    statuses = cell_statuses(record.output)
    assert statuses[:3] == ["completed"] * 3
    assert statuses[3] in ("running", "pending") and statuses[4] == "pending"
    listed = json.loads(nb2prod("runs", "--json", cwd=tmp_path).stdout)["runs"]
    assert [each["status"] for each in listed] == ["lost"]


def test_two_at_once_on_one_ledger_get_a_record_each(notebook: Path) -> None:
    with ThreadPoolExecutor(2) as pool:
        done = list(
            pool.map(lambda lr: nb2prod("run", notebook, "-p", "lr", lr, "--json", cwd=notebook.parent), (1, 2))
        )
    assert [each.returncode for each in done] == [0, 0], [each.stderr for each in done]
    with open_ledger(ledger_of(notebook)) as ledger:
        assert sorted((each.parameters["lr"], each.status) for each in ledger.runs()) == [
            (1, Status.SUCCEEDED),
            (2, Status.SUCCEEDED),
        ]


def test_a_ledger_that_cannot_be_used_is_told_of_before_a_kernel_starts(notebook: Path) -> None:
    file = notebook.parent / "broken.sqlite"
    file.write_bytes(b"not a database" * 100)
    with pytest.raises(UnusableInput, match="is no SQLite database"):
        run(RunOptions(notebook, ledger=str(file)))
    assert file.read_bytes() == b"not a database" * 100


def test_a_folder_that_cannot_be_written_is_told_of_and_needs_other_places(closed_folder: Path, tmp_path: Path) -> None:
    notebook = write_notebook(closed_folder / "a.ipynb", CELLS)
    closed_folder.chmod(0o555)

    def asked(*more: object) -> subprocess.CompletedProcess[str]:
        command = [*powerless(), sys.executable, "-m", "nb2prod", "run", str(notebook), *map(str, more)]
        environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2]), "NO_COLOR": "1"}
        return subprocess.run(command, env=environment, capture_output=True, text=True, cwd=tmp_path)

    done = asked()
    assert (done.returncode, "its folder cannot be made" in done.stderr) == (6, True), done.stderr
    done = asked("--ledger", tmp_path / "runs.sqlite")
    assert (done.returncode, "name another file with --output" in done.stderr) == (6, True), done.stderr
    done = asked("--ledger", tmp_path / "runs.sqlite", "--output", tmp_path / "out.ipynb")
    assert done.returncode == 0, done.stderr
    assert list(closed_folder.iterdir()) == [notebook]


def test_a_full_disk_makes_a_run_fail_and_its_record_says_so(small_disk: Path, tmp_path: Path) -> None:
    cells = [*CELLS, (None, "print('x' * 900_000)"), (None, "print('y' * 900_000)")]
    notebook = write_notebook(tmp_path / "a.ipynb", cells)
    output = small_disk / "out.ipynb"
    done = nb2prod("run", notebook, "--output", output, "--json", cwd=tmp_path)
    assert done.returncode == 6, done.stderr
    found = json.loads(done.stdout)
    assert found["run"]["status"] == "failed"
    assert str(output) in found["problems"][0]["where"]
    assert len(cell_statuses(str(output))) == 7, "what could be written last is whole"
    (small_disk / "filling").write_bytes(b"\0" * (os.statvfs(small_disk).f_bavail * os.statvfs(small_disk).f_frsize))
    done = nb2prod("run", notebook, "--ledger", small_disk / "runs.sqlite", cwd=tmp_path)
    assert (done.returncode, "runs.sqlite" in done.stderr) == (6, True), done.stderr
    assert "bug of nb2prod" not in done.stderr


def test_what_was_run_is_told_where_the_ledger_goes_away_for_good(
    notebook: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("nb2prod.ledger.ledger.END_PATIENCE_SECONDS", 0.5)
    write_notebook(notebook, [*CELLS, (None, "import os\nos.kill(PID, 3)".replace("PID", "int(open('pid').read())"))])
    with serving() as server:
        (notebook.parent / "pid").write_text((server.data / "postmaster.pid").read_text().splitlines()[0])
        address = server.database()
        with pytest.raises(UnusableInput) as caught:
            run(RunOptions(notebook, ledger=address))
        server.start()
        (record,) = recorded(notebook, ledger=address)
        assert record.status == "succeeded", "this process knows it still, as a Jupyter kernel does"
    problem = caught.value.problems[-1]
    assert problem.what == "the run ended (succeeded), which could not be recorded"
    output = Path(problem.remedy.rpartition(" ")[2])
    assert set(cell_statuses(str(output))) == {"completed"}


@pytest.mark.parametrize("where", ["nb2prod.workflows.gathering.Gathering.measured", "nb2prod.workflows.run._told"])
def test_an_interrupt_that_comes_while_the_end_is_recorded_leaves_no_run_that_goes_on(
    notebook: Path, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(where, interrupted)
    with pytest.raises(KeyboardInterrupt):
        run(RunOptions(notebook))
    record = record_of(notebook)
    if where.endswith("_told"):
        assert (record.status, "score" in record.metrics) == (Status.SUCCEEDED, True)
    else:
        assert (record.status, record.message) == (Status.INTERRUPTED, "interrupted by Ctrl-C (SIGINT)")


@pytest.mark.slow
def test_a_server_that_is_gone_for_ten_seconds_while_a_run_ends_gets_the_truth(tmp_path: Path) -> None:
    notebook = write_notebook(tmp_path / "a.ipynb", WAITING)
    with serving() as server:
        address = server.database()
        process = started(notebook, "--ledger", address, "-p", "seconds", "3")
        server.stop()
        time.sleep(10)
        assert process.poll() is None
        server.start()
        printed, said = process.communicate(timeout=120)
        assert process.returncode == 0, said
        with open_ledger(address) as ledger:
            (record,) = ledger.runs()
            assert (record.status, record.attempt) == (Status.SUCCEEDED, 1)
            assert record.id in printed


def test_an_older_file_at_the_output_is_not_taken_for_what_a_run_wrote(notebook: Path) -> None:
    output = notebook.parent / "out.ipynb"
    write_notebook(output, CELLS)
    before = output.read_bytes()
    ran = run(RunOptions(failing(notebook, "%%notamagic"), output=output))
    assert ran.record.output_sha256 == hashlib.sha256(output.read_bytes()).hexdigest()
    assert output.read_bytes() != before


def test_metrics_that_are_no_finite_numbers_are_recorded_as_they_are(notebook: Path) -> None:
    diverged = "score = float('nan')\nmetrics = {'error': float('inf'), 'least': -float('inf'), 'n': 3}"
    write_notebook(notebook, [*CELLS[:3], ("evaluation", diverged)])
    assert nb2prod("run", notebook, cwd=notebook.parent).returncode == 0
    found = record_of(notebook).metrics
    assert math.isnan(found["score"])
    assert {**found, "score": 0} == {"score": 0, "metrics.error": math.inf, "metrics.least": -math.inf, "metrics.n": 3}
    told = json.loads(nb2prod("runs", "show", "last", "--json", cwd=notebook.parent).stdout)
    assert told["run"]["metrics"] == {"score": "nan", "metrics.error": "inf", "metrics.least": "-inf", "metrics.n": 3.0}
    assert "score = nan" in nb2prod("runs", "show", "last", cwd=notebook.parent).stdout
    done = nb2prod("runs", "best", notebook, "--metric", "metrics.error", cwd=notebook.parent)
    assert done.returncode == 2
    assert "'metrics.error' is NaN or infinite in every run that succeeded" in done.stderr


def test_what_is_no_finite_number_is_never_the_best(notebook: Path) -> None:
    cells: Cells = [("parameters", "x = 1.0"), ("evaluation", "score = {0: float('nan'), 3: float('inf')}.get(x, x)")]
    write_notebook(notebook, cells)
    asked = ("-g", "x=0.0,1.0,2.0,3.0", "--metric", "score", "--maximize", "--workers", 1)
    done = nb2prod("sweep", notebook, *asked, "--json", cwd=notebook.parent)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert [run["metrics"]["score"] for run in told["runs"]] == ["nan", 1.0, 2.0, "inf"]
    assert told["best"].endswith("-3")
    assert "best " in done.stderr and "nan" not in done.stderr and "inf" not in done.stderr
    with open_ledger(ledger_of(notebook)) as ledger:
        runs = ledger.runs()
    assert picture_of(runs, "score", "x").figure.axes[0].get_title("left") == "2 runs, without 2 with NaN or infinity"
    for maximize, best in ((True, 2.0), (False, 1.0)):
        assert RecordedRuns(runs).best_by("score", maximize=maximize).metrics == {"score": best}


def test_glued_numbers_are_metrics(notebook: Path) -> None:
    glue = (
        "from IPython.display import display\n"
        "scrap = {'name': 'auc', 'data': 0.75, 'encoder': 'json', 'version': 1}\n"
        "display({'application/scrapbook.scrap.json+json': scrap}, raw=True)\n"
        "display({'application/papermill.record+json': {'old': 3, 'text': 'x'}}, raw=True)"
    )
    metrics = run(RunOptions(write_notebook(notebook, [(None, glue)]))).record.metrics
    assert metrics == {"auc": 0.75, "old": 3}


def test_a_notebook_without_tags_is_measured_where_it_judges_its_model(tmp_path: Path) -> None:
    cells = [
        (None, "from sklearn.datasets import load_iris\nfrom sklearn.linear_model import LogisticRegression"),
        (None, "X, y = load_iris(return_X_y=True)\nmodel = LogisticRegression(max_iter=500).fit(X, y)"),
        (None, "accuracy = model.score(X, y)\nprint(accuracy)"),
    ]
    record = run(RunOptions(write_notebook(tmp_path / "a.ipynb", cells))).record
    assert record.metrics["accuracy"] > 0.9
    assert {"python", "sklearn"} <= set(record.versions)


def test_watching_for_numbers_leaves_nothing_in_the_notebook(notebook: Path) -> None:
    looks = "print([name for name in dir() if 'nb2prod' in name])"
    record = run(RunOptions(write_notebook(notebook, [*CELLS, (None, looks)]))).record
    document = nbformat.read(record.output, as_version=4)
    assert document.cells[-1].outputs[0].text == "[]\n"
    assert [cell.execution_count for cell in document.cells] == [1, 2, 3, 4, 5, 6]
