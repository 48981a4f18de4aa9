"""What is said of a notebook with a secret in a command does not show it."""

from __future__ import annotations

import json
from pathlib import Path

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
