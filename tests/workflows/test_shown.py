"""What is said of a notebook with a secret in a command does not show it."""

from __future__ import annotations

import ast
import json
from pathlib import Path
from typing import Any

import pytest

from nb2prod.notebook.read import draft_of
from nb2prod.workflows.edited import found_in
from nb2prod.workflows.outline import outline
from nb2prod.workflows.scoring import score
from tests.rules.test_secrets import WORD, Maker, document


def test_no_token_of_a_command_is_shown(tmp_path: Path) -> None:
    token = "gh" + "p_" + Maker(1).text(WORD, 36)
    path = tmp_path / "n.ipynb"
    content = document([f"!git clone https://bob:{token}@github.com/bob/x.git"], [])
    path.write_text(json.dumps(content))
    assert draft_of(content, path).refused
    for said in (score(path), outline(content, str(path)), found_in(content, str(path))):
        text = json.dumps(said)
        assert "git clone" in text
        assert not any(token[at : at + 8] in text for at in range(len(token) - 7))


def test_a_secret_is_no_setting_to_fill_in() -> None:
    content = document(['api_key = "Zx9kQ2mLr8TbWv4nYp7s"', "rate = 0.1"], [])
    for cell in content["cells"]:
        cell["metadata"] = {"tags": ["parameters"]}
    assert [each["name"] for each in outline(content, "n.ipynb")["settings"]] == ["rate"]


OWN = ("4111111111111111", "sample", "model", "data", "missing", "training", "predict", "churned_rate")


@pytest.mark.parametrize("word", OWN)
def test_what_programs_read_is_left_as_it_is(word: str, tmp_path: Path) -> None:
    def told(password: str) -> list[Any]:
        sources = [
            f"conn = connect(user='u', password={password!r})\nchurned_rate = 1\ndf = read_sql('t', conn)",
            "from sklearn.linear_model import LinearRegression\nmodel = LinearRegression().fit(df[['x']], df['y'])",
        ]
        content = document(sources, [])
        content["cells"][0] |= {"id": "4111111111111111", "metadata": {"tags": ["data"]}}
        path = tmp_path / "n.ipynb"
        path.write_text(json.dumps(content))
        asked = outline(content, str(path), suggesting=True)
        ast.parse(asked["inference"]["source"])
        return [outline(content, str(path)), asked, score(path)]

    assert [_for_programs(each) for each in told(word)] == [_for_programs(each) for each in told("")]


def _for_programs(said: Any) -> Any:
    """What is no sentence for people."""
    if isinstance(said, dict):
        return {name: _for_programs(each) for name, each in said.items() if name not in {"why", "reason", "warnings"}}
    return [_for_programs(each) for each in said] if isinstance(said, list) else said


def test_a_proposed_parameter_shows_no_password_however_plain_it_is() -> None:
    content = document(["password = 'postgres'\npwd = 'tulips'\nrate = 0.1\nprint(password, pwd, rate)"], [])
    said = json.dumps(outline(content, "n.ipynb", suggesting=True))
    assert "postgres" not in said
    assert "tulips" not in said
