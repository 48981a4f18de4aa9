"""What a notebook imports is known by the names of distributions, however they are written."""

from __future__ import annotations

from pathlib import Path

import pytest

from nb2prod.notebook.read import draft_of
from nb2prod.rules.dependencies import is_installed, is_named
from nb2prod.rules.discovery import known_rules
from nb2prod.rules.engine import findings
from nb2prod.rules.facts import Facts
from tests.making import as_notebook

RULES = [each for each in known_rules() if each.rule.code == "NB206"]


@pytest.mark.parametrize(
    ("root", "text", "named"),
    [
        ("cv2", "opencv-python-headless==4.10", True),
        ("sklearn_extra", "scikit_learn-extra", True),
        ("tensorflow_text", "tensorflow-text~=2.16", True),
        ("ta", "[ta-lib]", True),
        ("a_thing", "pandas\na\n", False),
        ("my_utils", "mypy", False),
        ("ta", "data", False),
        ("torch_geometric", "torch==2.4", False),
    ],
)
def test_a_distribution_is_named_or_not(root: str, text: str, named: bool) -> None:
    assert is_named(root, text) == named


@pytest.mark.parametrize(
    ("code", "remedy"),
    [
        ("from utils_nobody_has import *", "put `utils_nobody_has.py` beside the notebook, or name the distribution"),
        (
            "import surprise",
            "name it with its version in requirements.txt, or in a cell: `%pip install scikit-surprise",
        ),
    ],
)
def test_a_module_that_nobody_knows_is_not_said_to_be_a_distribution(code: str, remedy: str, tmp_path: Path) -> None:
    document = as_notebook([(None, f"import numpy as np\n{code}")])
    (found,) = findings(Facts(draft_of(document, tmp_path / "n.ipynb"), document), RULES)
    assert found.finding.remedy.startswith(remedy)


def test_what_is_installed_meanwhile_is_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(tmp_path))
    assert not is_installed("installed_meanwhile")
    (tmp_path / "installed_meanwhile.py").write_text("")
    assert is_installed("installed_meanwhile")
    (tmp_path / "installed_meanwhile.py").unlink()
    assert not is_installed("installed_meanwhile")
