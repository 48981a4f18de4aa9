"""What the moved code needs installed, said and unsaid."""

from __future__ import annotations

import pytest

from nb2prod.capture.model import Distribution, FileRead
from nb2prod.plan.requirements import asked_for, imported_roots, pin

INSTALLED = {
    name.lower(): Distribution(name, version, (), (root,))
    for name, version, root in [
        ("scikit-learn", "1.5.2", "sklearn"),
        ("Pillow", "11.0.0", "PIL"),
        ("openpyxl", "3.1.5", "openpyxl"),
        ("pandas", "2.2.3", "pandas"),
    ]
}


@pytest.mark.parametrize(
    ("code", "module"),
    [
        pytest.param("china = load_sample_image('china.jpg')", "PIL", id="scikit-learn's pictures"),
        pytest.param("data = datasets.ImageFolder('photos')", "PIL", id="torchvision's folders"),
        pytest.param("df.plot (x='a')", "matplotlib", id="pandas' plots"),
        pytest.param("pd.read_sql('select 1', 'sqlite:///shop.db')", "sqlalchemy", id="the address of a database"),
        pytest.param("df.to_excel('out.xlsx')", "openpyxl", id="a workbook"),
        pytest.param("load_iris(as_frame = True)", "pandas", id="tables from scikit-learn"),
    ],
)
def test_libraries_import_others_by_themselves(code: str, module: str) -> None:
    assert asked_for([code]) == {module}
    assert imported_roots([code]) == set()


def test_they_are_pinned_where_the_kernel_has_them() -> None:
    found = pin({"sklearn", "PIL"}, INSTALLED, (), ())
    assert found.direct == ("pillow==11.0.0", "scikit-learn==1.5.2")
    without = pin({"sklearn", "PIL", "lxml"}, {"scikit-learn": INSTALLED["scikit-learn"]}, (), ())
    assert (without.direct, without.problems) == (("scikit-learn==1.5.2",), ())


def test_an_import_of_nothing_installed_is_a_problem() -> None:
    assert "import nowhere" in pin({"nowhere"}, INSTALLED, (), ()).problems[0].what


def test_a_file_that_was_read_names_its_engine() -> None:
    read = FileRead("data/a.xlsx", "", 1, True)
    assert pin({"pandas"}, INSTALLED, (), [read]).direct == ("openpyxl==3.1.5", "pandas==2.2.3")
