"""Which metadata say that a package is under a strong copyleft licence alone."""

from __future__ import annotations

from email.message import Message

import pytest

from nb2prod.rules.licences import copyleft


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ([("License-Expression", "AGPL-3.0-only")], "AGPL"),
        ([("License-Expression", "GPL-3.0-or-later")], "GPL"),
        ([("License-Expression", "MIT OR GPL-2.0-only")], ""),
        ([("License-Expression", "LGPL-2.1-or-later")], ""),
        ([("Classifier", "License :: OSI Approved :: GNU Affero General Public License v3")], "AGPL"),
        ([("Classifier", "License :: OSI Approved :: GNU General Public License v2 (GPLv2)")], "GPL"),
        ([("Classifier", "License :: OSI Approved :: GNU Lesser General Public License v3 (LGPLv3)")], ""),
        (
            [
                ("Classifier", "License :: OSI Approved :: Artistic License"),
                ("Classifier", "License :: OSI Approved :: GNU General Public License (GPL)"),
            ],
            "",
        ),
        ([("License", "GPL-3.0")], "GPL"),
        ([("License", "BSD")], ""),
        ([], ""),
        ([("License-Expression", "GPL-2.0-only WITH Classpath-exception-2.0")], ""),
    ],
)
def test_copyleft(fields: list[tuple[str, str]], expected: str) -> None:
    said = Message()
    for name, value in fields:
        said[name] = value
    assert copyleft(said) == expected  # type: ignore[arg-type]
