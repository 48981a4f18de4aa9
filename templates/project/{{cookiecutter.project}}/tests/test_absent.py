"""What is not installed may be named and not used, and what the service needs is not hidden."""

from __future__ import annotations

import importlib
import sys

import pytest

from {{ cookiecutter.package }}.absent import NotInstalled
from {{ cookiecutter.package }}.finder import Finder
from {{ cookiecutter.package }}.slim import imported


def test_what_is_absent_may_be_named_and_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "meta_path", [*sys.meta_path, Finder(frozenset({"not_there"}))])
    try:
        module = importlib.import_module("not_there.inside")
        assert module.Table[int] | None is not None

        class Own(module.Base):  # type: ignore[misc]
            """A class of the notebook's."""

        assert Own.__mro__ == (Own, object)
        with pytest.raises(NotInstalled, match=r"not_there\.inside\.read is not installed"):
            module.read("file")
    finally:
        for name in [name for name in sys.modules if name.startswith("not_there")]:
            del sys.modules[name]
    with pytest.raises(ModuleNotFoundError):
        importlib.import_module("not_there_either")


def test_the_services_own_libraries_are_not_among_them() -> None:
    assert not imported() & {"fastapi", "uvicorn", "starlette", "sqlalchemy", "onnxruntime"}
