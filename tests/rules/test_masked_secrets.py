"""Planted secrets: no piece of one is left in what is said, in any format, nor in what is mended."""

# ruff: noqa: E501  (tables)
from __future__ import annotations

import json
from pathlib import Path

import pytest

from nb2prod.cli import main
from nb2prod.rules.secret_texts import redacted, values_in
from nb2prod.workflows.edited import found_in
from tests.rules.test_secrets import document, planted

PERSONAL = {"mail", "visa", "mastercard", "amex", "iban de", "iban gb", "phone", "phone us", "ssn", "dni", "cpf", "aadhaar"}  # fmt: skip
SECRETS = tuple(each for each in planted() if each[0] not in PERSONAL)[::3]
PIECE = 8
"""Characters."""


def pieces(secret: str) -> set[str]:
    """All pieces of a secret but for those that anybody knows: an address, what stands around a private key."""
    own = secret.replace("https://hooks.slack.com/services/", "").replace("-----BEGIN RSA PRIVATE KEY-----", "")
    own = own.replace("-----END RSA PRIVATE KEY-----", "").strip()
    return {own[at : at + PIECE] for at in range(max(len(own) - PIECE + 1, 1))}


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    with pytest.raises(SystemExit):
        main(list(arguments))
    printed = capsys.readouterr()
    return printed.out + printed.err


def left_in(text: str) -> list[str]:
    return [kind for kind, _, secret in SECRETS if any(each in text for each in pieces(secret))]


@pytest.fixture
def notebook(tmp_path: Path) -> Path:
    codes = [code for _, code, _ in SECRETS]
    loaded = [f'open("/home/bob/{secret}/m.pkl").read()' for _, _, secret in SECRETS if "\n" not in secret]
    content = document([*codes, *loaded], codes)
    for at, (kind, code, _) in enumerate(SECRETS):
        content["cells"][at]["outputs"] = [
            {"output_type": "display_data", "data": {"text/plain": code, "text/html": f"<p>{code}</p>"}, "metadata": {}},
            {"output_type": "error", "ename": kind, "evalue": code, "traceback": [f"Error: {code}", "end"]},
        ]  # fmt: skip
    path = tmp_path / "n.ipynb"
    path.write_text(json.dumps(content))
    return path


@pytest.mark.parametrize("form", ["text", "json", "sarif", "github", "junit"])
def test_no_piece_is_left_in_what_is_found(notebook: Path, form: str, capsys: pytest.CaptureFixture[str]) -> None:
    shown = run(capsys, "check", str(notebook), "--format", form, "--no-cache")
    is_shown = "NB601" in shown
    assert is_shown
    left = left_in(shown)
    assert left == []


@pytest.mark.parametrize("form", ["text", "json"])
def test_no_piece_is_left_in_a_diff(notebook: Path, form: str, capsys: pytest.CaptureFixture[str]) -> None:
    shown = run(capsys, "check", str(notebook), "--diff", "--unsafe-fixes", "--format", form)
    is_masked = "***" in shown
    assert is_masked
    left = left_in(shown)
    assert left == []


def test_no_piece_is_left_in_outputs_that_are_mended(notebook: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(capsys, "check", str(notebook), "--fix", "--select", "NB602")
    cells = json.loads(notebook.read_text())["cells"]
    shown = json.dumps([cell["outputs"] for cell in cells], ensure_ascii=False)
    is_masked = "***" in shown
    assert is_masked
    left = left_in(shown.replace("\\n", "\n"))
    assert left == []


def test_a_run_shows_none_of_the_notebooks_own() -> None:
    own = values_in(['password = "S3cr3tPw9x"', 'key = "sk_live_4eC39HqLyjWDarjtT1zdp7dc"'])
    said = redacted("nonnumeric port: 'S3cr3tPw9x@data.corp.net' and sk_live_4eC39HqLy...", own)
    assert said == "nonnumeric port: '***@data.corp.net' and ***..."


def test_what_the_code_uses_as_a_name_or_is_a_short_word_goes_at_its_own_place_only() -> None:
    code = [
        "connect(password='churned')",
        "connect(password='customers')\ncustomers = 1",
        "connect(password='h8nter2')",
    ]
    assert values_in(code) == ("h8nter2",)
    assert values_in(["connect(password='customers')", "!mysql -p customers", "%%bash\ncustomers"]) == ("customers",)
    assert redacted("x = connect(password='churned')", values_in(code)) == "x = connect(password='***')"


def test_a_token_that_is_to_be_ignored_is_not_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    token = "hf_" + "kPzQxWmNvRtYwBcDsFgHjAeUiXoLnMbVcA"
    content = document([f"print(1)  # nb2prod: ignore[{token}]", "x = 1"], [])
    content["cells"][1]["metadata"] = content["metadata"] = {"nb2prod": {"ignore": [token]}}
    path = tmp_path / "n.ipynb"
    path.write_text(json.dumps(content))
    shown = run(capsys, "check", str(path), "--no-cache") + json.dumps(found_in(content, str(path)))
    assert shown.count("`***`, which is to be ignored") >= 3
    assert token[:11].upper() not in shown.upper()
