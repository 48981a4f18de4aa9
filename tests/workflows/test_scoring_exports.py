"""The section of a repository's README on its ML Test Score: what people attest stays text in it."""

from __future__ import annotations

import pytest

from nb2prod.score.model import Attestation, Known
from nb2prod.score.scoring import scored
from nb2prod.workflows.scoring_exports import _section

BEFORE = len(_section(scored(Known())).splitlines())


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
    text = _section(scored(Known(attested=(Attestation("M2", "Ada <b>", "2026-11-20", how),))))
    (line,) = [each for each in text.splitlines() if each.startswith("| M2 |")]
    assert shown in line and "Ada &lt;b&gt; on 2026-11-20" in line
    assert len(text.splitlines()) == BEFORE
    assert line.replace("\\|", "").count("|") == 5
