"""Whole repositories: their own tests, their style, their service as a process, their determinism."""

from __future__ import annotations

import ast
import json
import os
import re
import signal
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest

from nb2prod.render import render
from tests.templates.sample import CONCERNS, TEMPLATES, finish, plan_of, run_in

Get = Callable[[str], Path]
NAMES = list(TEMPLATES)


def installed(name: str) -> None:
    if name == "digits":
        pytest.importorskip("torch", reason="torch is not installed")


@pytest.fixture(params=NAMES)
def repository(request: pytest.FixtureRequest, sample: Get) -> Path:
    installed(request.param)
    return sample(request.param)


def sources(repository: Path) -> list[Path]:
    return [path for path in repository.rglob("*.py") if "__pycache__" not in path.parts]


def test_its_own_tests_pass(repository: Path) -> None:
    # processes are the same with every model: those of the one that starts in no time are enough here
    rest = () if repository.name == "tariff" else ("--ignore", "tests/test_process.py")
    done = run_in(repository, "-m", "pytest", "-q", "-p", "no:cacheprovider", *rest)
    assert done.returncode == 0, done.stdout + done.stderr


def test_it_can_be_trained_from_scratch(repository: Path) -> None:
    done = run_in(repository, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-m", "training")
    assert "3 passed" in done.stdout, done.stdout + done.stderr


def test_it_measures_its_model(repository: Path) -> None:
    done = run_in(repository, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-m", "quality", "-rs")
    assert done.returncode == 0, done.stdout + done.stderr
    assert " passed" in done.stdout


def test_it_is_lint_clean_and_formatted(repository: Path) -> None:
    for arguments in (["check"], ["format", "--check"]):
        done = run_in(repository, "-m", "ruff", *arguments, "--no-cache", ".")
        assert done.returncode == 0, done.stdout


def test_it_reads_as_if_written_by_a_person(repository: Path) -> None:
    texts = {path: path.read_text() for path in sources(repository)}
    lengths = [len(text.splitlines()) for text in texts.values() if text]
    assert statistics.median(lengths) < 60
    assert max(lengths) < 250
    for path, text in texts.items():
        tree = ast.parse(text)
        assert not text or ast.get_docstring(tree), path
        assert not re.search(r"cookiecutter|\{\{|\bnb2prod\b", text), path


@pytest.mark.parametrize(("name", "artifact"), [("churn", "pipeline.skops"), ("spam", "model.skops")])
def test_training_again_gives_the_same_bytes(sample_copy: Get, name: str, artifact: str) -> None:
    repository = sample_copy(name)
    contents = []
    for seed in ("1", "2"):
        done = run_in(repository, "-m", f"{name}.pipeline", PYTHONHASHSEED=seed)
        assert done.returncode == 0, done.stderr
        contents.append({path.name: path.read_bytes() for path in (repository / "artifacts").iterdir()})
    assert contents[0] == contents[1]
    assert {artifact, "record.json"} < set(contents[0])


@contextmanager
def service(repository: Path, python: Path | str = sys.executable, **settings: str) -> Iterator[int]:
    """Start the service as a process of its own and give its port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {**os.environ, "PYTHONPATH": str(repository / "src"), "PORT": str(port), "LOG_LEVEL": "error"}
    command = [python, "-m", f"{repository.name}.service"]
    process = subprocess.Popen(command, cwd=repository.parent, env={**environment, **settings})
    try:
        for _ in range(600):
            try:
                if ask(port, "GET", "/readyz")[0] == 200:
                    break
            except OSError:
                assert process.poll() is None
                time.sleep(0.1)
        yield port
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=30)


def ask(
    port: int, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None
) -> tuple[int, Any]:
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        text = None if body is None else json.dumps(body)
        connection.request(method, path, text, {"content-type": "application/json", **(headers or {})})
        response = connection.getresponse()
        return response.status, json.loads(response.read())
    finally:
        connection.close()


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("churn", {"plan": "never seen"}),
        ("churn", {"plan": "never seen", "income": 1e300}),
        ("churn", {"income": 1e300}),
        ("tariff", {"country": "xx"}),
    ],
    ids=["an unknown category", "two values", "a number too large for the model", "a key that is not there"],
)
def test_a_record_that_the_model_cannot_answer_is_named(sample: Get, name: str, change: dict[str, Any]) -> None:
    repository = sample(name)
    good = json.loads((repository / "tests/parity/requests.json").read_text())[0]
    with service(repository) as port:
        status, problem = ask(port, "POST", "/predict", {"records": [good, {**good, **change}]})
        assert status == 422
        assert [(error["record"], error["field"]) for error in problem["errors"]] == [(1, name) for name in change]
        if "plan" in change:
            assert problem["errors"][0]["message"].endswith("Seen in the notebook: basic, pro")
        assert ask(port, "POST", "/predict", {"records": [good]})[0] == 200


def test_the_readme_and_model_card_agree_with_the_record(sample: Get) -> None:
    repository = sample("churn")
    record = json.loads((repository / "artifacts/record.json").read_text())
    with service(repository) as port:
        card = ask(port, "GET", "/model")[1]
        openapi = ask(port, "GET", "/openapi.json")[1]
    assert card["model_version"] == record["model_version"]
    assert card["served_by"] == {"way": "original", "why": "there is nothing here that could be compiled"}
    assert card["notebook"] == {"file": "notebooks/churn.ipynb", "sha256": "0" * 64}
    body = openapi["paths"]["/predict"]["post"]["requestBody"]["content"]["application/json"]
    assert body["example"]["records"][0]["plan"] == "basic"
    assert body["schema"]["properties"]["records"]["items"]["properties"]["age"]["type"] == "integer"


def test_a_service_with_a_changed_artifact_does_not_start(sample_copy: Get) -> None:
    repository = sample_copy("tariff")
    (repository / "artifacts/coefficients.npy").write_bytes(b"changed")
    done = run_in(repository, "-m", "tariff.service", PORT="0")
    assert done.returncode != 0
    assert "coefficients.npy is not the recorded file" in done.stderr


def test_a_type_that_is_not_recorded_is_refused(sample_copy: Get) -> None:
    repository = sample_copy("churn")
    path = repository / "artifacts/record.json"
    record = json.loads(path.read_text())
    record["artifacts"]["pipeline"]["details"]["types"].pop()
    path.write_text(json.dumps(record))
    done = run_in(repository, "-c", "from churn import artifacts; artifacts.load()")
    assert "types that are not recorded: sklearn.tree._tree.Tree" in done.stderr


def test_a_type_from_elsewhere_is_refused_though_recorded(sample_copy: Get) -> None:
    repository = sample_copy("churn")
    path = repository / "src/churn/artifacts/sklearn_file.py"
    path.write_text(path.read_text().replace('    "sklearn",\n', ""))
    done = run_in(repository, "-c", "from churn import artifacts; artifacts.load()")
    assert "types that are not trusted: sklearn.tree._tree.Tree" in done.stderr


def test_missing_data_is_named_with_what_was_expected(sample_copy: Get) -> None:
    repository = sample_copy("churn")
    (repository / "data/customers.csv").unlink()
    manifest = {"customers.csv": {"sha256": "ab" * 32, "size": 1234}}
    (repository / "data/manifest.json").write_text(json.dumps(manifest))
    done = run_in(repository, "-m", "churn.pipeline")
    assert "'customers.csv' is not in" in done.stderr
    assert "1,234 bytes with sha256 abab" in done.stderr
    assert "DATA_DIR" in done.stderr


def test_every_setting_may_stand_in_the_env_file(sample_copy: Get, tmp_path: Path) -> None:
    repository = sample_copy("churn")
    folders = {name: str(tmp_path / name.lower()) for name in ("DATA_DIR", "ARTIFACTS_DIR")}
    lines = [f"{name}={value}" for name, value in {**folders, "PORT": "8999"}.items()]
    (repository / ".env").write_text("\n".join(lines))
    code = "from churn import files; from churn.service.settings import Settings; import json\n"
    code += "print(json.dumps([str(files.DATA_DIR), str(files.ARTIFACTS_DIR), Settings().port]))"
    done = run_in(repository, "-c", code)
    assert json.loads(done.stdout) == [*folders.values(), 8999], done.stderr
    makefile = (repository / "Makefile").read_text()
    assert "PORT=$" not in makefile and "PORT ?=" not in makefile, "make run would win over .env"


def test_a_module_is_trusted_once(sample: Get) -> None:
    text = (sample("churn") / "src/churn/artifacts/sklearn_file.py").read_text()
    listed = re.findall(r'^    "(\w+)",$', text, re.MULTILINE)
    assert listed == sorted(set(listed)) and "sklearn" in listed


def test_operations_are_named_as_a_client_would_name_them(sample: Get) -> None:
    code = "import json; from churn.service import create_app; print(json.dumps(create_app().service.app.openapi()))"
    paths = json.loads(run_in(sample("churn"), "-c", code).stdout)["paths"]
    found = {operation["operationId"] for path in paths.values() for operation in path.values()}
    oip = {"oip_server", "oip_live", "oip_ready"}
    oip |= {f"oip_{name}{end}" for name in ("model", "model_ready", "infer") for end in ("", "_of_version")}
    others = {"drift", "explain", "importance", "feedback", "tell_feedback", "metrics"}
    assert found == {"predict", "model_card", "healthz", "readyz", *others, *oip}


FUZZ = r"""
import json, random, sys
from pathlib import Path
from {name}.model import Model
from {name}.model import RecordsRefused
from {name}.service.predict import no_answers
from {name}.service.problems import ProblemError
from {name}.service.records import good_records
from {name}.service.settings import Settings

draw = random.Random(0)
model, settings = Model.load(), Settings()
rows = json.loads(Path("tests/parity/requests.json").read_text())
ODD = [b"NaN", b"-Infinity", b"1e400", b"null", b"true", b'"\ud800"', b"[]", b"{{}}", b"[[", b"}}", b"9" * 400, b"-0",
       b"1e-400", b'"x"', b"1.5", b"\u0000", b"\xff", b",", b":", b'"', b"0" * 50, b"1e308", b"-1e38", b'"2024-01-01"']
counts = {{}}
for _ in range(800):
    body = json.dumps({{"records": draw.sample(rows, draw.randint(1, 2))}}).encode()
    for _ in range(draw.randint(1, 4)):
        place = draw.randrange(len(body))
        body = body[:place] + draw.choice(ODD) + body[place + draw.choice([0, 1, 1, 5, 20]):]
    try:
        records = good_records(body, settings)
        json.dumps(model.predict(records), allow_nan=False)
        status = 200
    except RecordsRefused as error:
        status = 422
        json.dumps(no_answers(error, records), allow_nan=False).encode()
    except ProblemError as error:
        status = error.status
        json.dumps(error.errors, allow_nan=False).encode()
    counts[status] = counts.get(status, 0) + 1
print(counts)
"""


def test_800_mutated_bodies_never_crash(repository: Path) -> None:
    done = run_in(repository, "-W", "ignore", "-c", FUZZ.format(name=repository.name))
    assert done.returncode == 0, done.stderr[-3000:]
    assert "400:" in done.stdout
    assert "422:" in done.stdout


def test_make_helps(sample: Get) -> None:
    done = subprocess.run(["make", "help"], cwd=sample("tariff"), capture_output=True, text=True, check=True)
    assert [line.split()[1] for line in done.stdout.splitlines()] == [
        "help", "setup", "run", "test", "test-training", "test-quality", "fuzz", "restarts", "contract", "check", "train",
        "compile", "rollback", "slim", "explain-row", "lint", "format",
    ]  # fmt: skip


def test_a_service_without_any_concern_is_whole(tmp_path: Path) -> None:
    repository = finish(render(plan_of("tariff", concerns=[]), tmp_path))
    done = run_in(repository, "-m", "pytest", "-q", "-p", "no:cacheprovider")
    assert done.returncode == 0, done.stdout + done.stderr
    done = run_in(repository, "-m", "ruff", "check", "--no-cache", ".")
    assert done.returncode == 0, done.stdout
    for concern in CONCERNS:
        assert not list(repository.glob(f"src/tariff/service/{concern.name}*"))
        assert f"`{concern.name.upper()}`" not in (repository / "README.md").read_text()
