from __future__ import annotations

import contextlib
import subprocess
import sys
import threading
import zipfile
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from nb2prod.environment import create, lock, uv
from nb2prod.errors import UnusableInput

PYPROJECT = """\
[build-system]
requires = ["hatchling>=1.27"]
build-backend = "hatchling.build"

[project]
name = "tiny"
version = "0.1.0"

[tool.hatch.build.targets.wheel]
packages = ["src/tiny"]
"""

SAVES_AND_LOADS = """\
import numpy, orjson, pydantic, sklearn, skops.io as sio, uvicorn
from fastapi import FastAPI
from sklearn.compose import ColumnTransformer
from sklearn.datasets import load_iris
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler
assert (numpy.__version__, sklearn.__version__) == ("1.23.5", "1.1.3")
x, y = load_iris(return_X_y=True)
one_hot = OneHotEncoder(handle_unknown="ignore")
columns = ColumnTransformer([("scale", StandardScaler(), [0, 1]), ("one_hot", one_hot, [2])])
for model in (LogisticRegression(max_iter=500), RandomForestClassifier(n_estimators=5, random_state=0)):
    fitted = make_pipeline(columns, model).fit(x, y)
    data = sio.dumps(fitted)
    loaded = sio.loads(data, trusted=sio.get_untrusted_types(data=data))
    assert (loaded.predict_proba(x) == fitted.predict_proba(x)).all()
print(pydantic.VERSION.split(".")[0], FastAPI.__name__)
"""


def _repository(folder: Path) -> Path:
    (folder / "src" / "tiny").mkdir(parents=True)
    (folder / "src" / "tiny" / "__init__.py").write_text("")
    (folder / "pyproject.toml").write_text(PYPROJECT)
    return folder


def _create(tmp_path: Path, requirements: str, python: str = sys.executable) -> str:
    pins = tmp_path / "requirements.txt"
    pins.write_text(requirements)
    environment = create(tmp_path / "environment", python, pins, _repository(tmp_path / "tiny"))
    command = [str(environment.python), "-B", "-c", "import tiny, h11, sys; print(tiny.__file__, sys.version_info[:2])"]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def test_an_environment_has_the_pins_and_the_repository_itself(tmp_path: Path) -> None:
    said = _create(tmp_path, lock(["h11"], [], sys.executable))
    assert str(tmp_path / "tiny" / "src" / "tiny") in said, "the repository is installed where it lies"
    tree = {path.relative_to(tmp_path / "tiny").as_posix() for path in (tmp_path / "tiny").rglob("*")}
    assert tree == {"pyproject.toml", "src", "src/tiny", "src/tiny/__init__.py"}, "and nothing was written into it"


def test_a_file_with_another_hash_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnusableInput, match="h11"):
        _create(tmp_path, f"h11==0.16.0 --hash=sha256:{'0' * 64}\n")


def test_a_python_that_is_not_here_is_refused_and_not_fetched(tmp_path: Path) -> None:
    with pytest.raises(UnusableInput, match=r"no environment can be made with the notebook's Python \(3\.7\.1\)"):
        _create(tmp_path, "h11==0.16.0\n", python="3.7.1")


def test_a_repository_that_cannot_be_built_is_said(tmp_path: Path) -> None:
    pins = tmp_path / "requirements.txt"
    pins.write_text("h11==0.16.0\n")
    repository = _repository(tmp_path / "tiny")
    (repository / "pyproject.toml").write_text("[project\n")
    with pytest.raises(UnusableInput, match="the repository cannot be installed"):
        create(tmp_path / "environment", sys.executable, pins, repository)


@pytest.mark.slow
@pytest.mark.skipif(sys.version_info[:2] != (3, 11), reason="scikit-learn 1.1.3 has no wheels for newer Pythons")
def test_an_old_kernel_and_the_service_live_side_by_side(tmp_path: Path) -> None:
    service = ["fastapi", "uvicorn", "orjson", "pydantic>=2", "pydantic-settings", "skops"]
    pins = tmp_path / "requirements.txt"
    text = lock(["scikit-learn==1.1.3", "pandas==1.5.3", *service], ["numpy==1.23.5", "scipy==1.10.1"], sys.executable)
    assert "scipy==1.10.1" in text
    pins.write_text(text)
    environment = create(tmp_path / "environment", sys.executable, pins, _repository(tmp_path / "tiny"))
    done = subprocess.run([str(environment.python), "-c", SAVES_AND_LOADS], capture_output=True, text=True, check=False)
    assert done.stdout == "2 FastAPI\n", done.stderr


@contextlib.contextmanager
def _index(folder: Path) -> Iterator[str]:
    """Serve ``folder`` as a package index whose pages may be kept for ten minutes, as public ones do."""

    class Pages(SimpleHTTPRequestHandler):
        def __init__(self, *arguments: Any) -> None:
            super().__init__(*arguments, directory=str(folder))

        def end_headers(self) -> None:
            self.send_header("Cache-Control", "max-age=600")
            super().end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Pages) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}/"
        server.shutdown()
        thread.join()


def _publish(folder: Path, version: str) -> None:
    """Put a version of the package ``nb2prod-fresh`` into an index."""
    place = folder / "nb2prod-fresh"
    place.mkdir(parents=True, exist_ok=True)
    name = f"nb2prod_fresh-{version}"
    with zipfile.ZipFile(place / f"{name}-py3-none-any.whl", "w") as wheel:
        wheel.writestr("nb2prod_fresh.py", f"VERSION = {version!r}\n")
        wheel.writestr(
            f"{name}.dist-info/METADATA", f"Metadata-Version: 2.1\nName: nb2prod-fresh\nVersion: {version}\n"
        )
        wheel.writestr(f"{name}.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        wheel.writestr(f"{name}.dist-info/RECORD", "")
    links = [f'<a href="{path.name}">{path.name}</a>' for path in sorted(place.glob("*.whl"))]
    (place / "index.html").write_text("".join(links))


def test_a_version_that_has_just_been_published_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody has seen it on the index, and uv still keeps an older page of that index."""
    with _index(tmp_path / "index") as address:
        options = uv.pip_options()
        options = {**options, "extra-index-url": f"{options.get('extra-index-url', '')} {address}"}
        monkeypatch.setattr(uv, "pip_options", lambda: options)
        pins = tmp_path / "requirements.txt"
        _publish(tmp_path / "index", "1.0")
        pins.write_text("nb2prod-fresh==1.0\n")
        assert uv.run(["pip", "compile", pins.name], cwd=tmp_path).ok
        _publish(tmp_path / "index", "2.0")
        pins.write_text("nb2prod-fresh==2.0\n")
        assert not uv.run(["pip", "compile", pins.name], cwd=tmp_path).ok, "uv has kept the older page"
        environment = create(tmp_path / "environment", sys.executable, pins, _repository(tmp_path / "tiny"))
    command = [str(environment.python), "-c", "import nb2prod_fresh; print(nb2prod_fresh.VERSION)"]
    assert subprocess.run(command, check=True, capture_output=True, text=True).stdout == "2.0\n"
