"""What is committed of the score: nothing of the machine, and what people attest stays text in the README."""

from __future__ import annotations

from pathlib import Path

import pytest

from nb2prod.cli._words import _score_line
from nb2prod.score.model import Attestation, Known
from nb2prod.score.scoring import scored
from nb2prod.verify import Proof
from nb2prod.verify.model import Comparison, TestRun
from nb2prod.workflows.scoring_exports import NOT_MEASURED, _section, write_score

SPEED = "tests/quality/test_speed.py::test_one_record_is_within_its_budget"
POLICY = "tests/test_policy.py::test_features_are_allowed"
BEFORE = len(_section(scored(Known()), measured=True).splitlines())


def written(folder: Path, outcomes: dict[str, str]) -> tuple[str, str]:
    for name in outcomes:
        place, _, function = name.partition("::")
        (folder / place).parent.mkdir(parents=True, exist_ok=True)
        (folder / place).write_text(f"def {function}() -> None: ...\n")
    (folder / "README.md").write_text("# It\n")
    proof = Proof("tidy", "run", Comparison(1, 1), tests=TestRun(1, 0, "", outcomes))
    write_score(folder, proof)
    return (folder / "ml_test_score.json").read_text(), (folder / "README.md").read_text()


@pytest.mark.parametrize("category", ["failed at the export", "had nothing to do at the export"])
def test_what_a_test_said_is_not_written(tmp_path: Path, category: str) -> None:
    one = written(tmp_path, {SPEED: f"{category}: assert 1203.71 <= 1000.0", POLICY: "passed"})
    other = written(tmp_path, {SPEED: f"{category}: assert 1377.02 <= 1000.0", POLICY: "passed"})
    assert one == other
    assert "1203" not in "".join(one) and category in one[0] and category in one[1]


def test_tests_that_were_not_run_are_said_to_need_a_full_export(tmp_path: Path) -> None:
    written(tmp_path, {POLICY: "passed"})
    score = write_score(tmp_path, Proof("tidy", "run", Comparison(1, 1)))
    assert "export again with `--verify full`" in (tmp_path / "README.md").read_text()
    assert _score_line(score, run=False) == (
        "ML Test Score: 0, since the repository's tests were not run: export again with `--verify full`"
    )


def test_a_training_that_takes_long_is_told_in_one_sentence(tmp_path: Path) -> None:
    assert NOT_MEASURED in written(tmp_path, {POLICY: "passed"})[1]
    assert NOT_MEASURED not in written(tmp_path, {SPEED: "passed"})[1]


@pytest.mark.parametrize(
    ("how", "shown"),
    [
        ("asked\n\n# Ann\nand Bob", "asked # Ann and Bob"),
        ("<img src=x onerror=go()>", "&lt;img src=x onerror=go()&gt;"),
        ("a | b \\| c", "a \\| b"),
        ("half of `make check", "half of \\`make check"),
        ("with `make check`", "with `make check`"),
        ("[here](https://a.org)", "\\[here\\](https://a.org)"),
    ],
)
def test_what_is_attested_stays_in_its_cell(how: str, shown: str) -> None:
    text = _section(scored(Known(attested=(Attestation("M2", "Ada <b>", "2026-11-20", how),))), measured=True)
    (line,) = [each for each in text.splitlines() if each.startswith("| M2 |")]
    assert shown in line and "Ada &lt;b&gt; on 2026-11-20" in line
    assert len(text.splitlines()) == BEFORE
    assert line.replace("\\|", "").count("|") == 5
