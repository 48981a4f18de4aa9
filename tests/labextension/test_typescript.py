"""The extension's own tests and style; and that TypeScript and Python agree where both have to know something."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from nb2prod import __version__
from nb2prod.notebook.model import SECTIONS, SKIP
from nb2prod.notebook.tags import section_of
from tests.labextension.conftest import LABEXTENSION, ROOT, run_script

SOURCES = {
    path.relative_to(LABEXTENSION).as_posix(): path.read_text(encoding="utf-8")
    for path in sorted((LABEXTENSION / "src").rglob("*.ts*"))
    if "__tests__" not in path.parts
}
TEXT = "\n".join(SOURCES.values())
PACKAGE = json.loads((LABEXTENSION / "package.json").read_text())
SCHEMAS = {path.stem: json.loads(path.read_text()) for path in sorted((LABEXTENSION / "schema").glob("*.json"))}
STYLES = "\n".join(path.read_text() for path in sorted((LABEXTENSION / "style").glob("*.css")))
TOKENS = SOURCES["src/tokens.ts"]


def ids(namespace: str) -> dict[str, str]:
    """Return the constants of a namespace in ``tokens.ts``."""
    body = re.search(rf"namespace {namespace} {{(.*?)\n}}", TOKENS, re.DOTALL)
    assert body is not None
    return dict(re.findall(r"const (\w+) = '([^']+)'", body[1]))


PLUGINS, COMMANDS = ids("PluginIDs"), ids("CommandIDs")


@pytest.mark.slow
def test_style(jlpm: str) -> None:
    run_script(jlpm, "lint:check")


@pytest.mark.slow
def test_logic_in_jest(jlpm: str) -> None:
    said = run_script(jlpm, "test")
    assert re.search(r"Tests: +\d+ passed, \d+ total", said), said  # none skipped, none left to do


def test_versions_agree() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert {PACKAGE["version"], project["version"]} == {__version__}
    assert PACKAGE["name"] == project["name"] == json.loads((LABEXTENSION / "install.json").read_text())["packageName"]


def test_no_registry_is_named() -> None:
    names = (PACKAGE["resolutions"] | PACKAGE["dependencies"] | PACKAGE["devDependencies"]).values()
    assert [name for name in names if not re.fullmatch(r"[\^~]?[\d.]+( \|\| \^[\d.]+)*", name)] == []
    lock = (LABEXTENSION / "yarn.lock").read_text()
    assert "://" not in lock
    assert "resolved " not in lock
    assert "://" not in (LABEXTENSION / ".yarnrc.yml").read_text()


def test_what_is_pinned_is_what_is_locked() -> None:
    lock = (LABEXTENSION / "yarn.lock").read_text()
    assert [
        f"{name}@npm:{pin}" for name, pin in PACKAGE["resolutions"].items() if f'"{name}@npm:{pin}"' not in lock
    ] == []


def test_sections_are_those_of_python() -> None:
    named = re.search(r"export const SECTIONS = \[(.*?)\]", SOURCES["src/sections.ts"], re.DOTALL)
    assert named is not None
    assert tuple(re.findall(r"'(\w+)'", named[1])) == SECTIONS
    assert f"export const SKIP = '{SKIP}'" in SOURCES["src/sections.ts"]


@pytest.mark.parametrize("case", json.loads((LABEXTENSION / "src" / "__tests__" / "sections.json").read_text()))
def test_cells_have_the_section_that_typescript_sees(case: dict[str, Any]) -> None:
    section, _ = section_of({"tags": case["tags"]}, case["source"], "cell [1]")
    assert section == case["section"]


def test_every_section_has_its_name_colour_menu_and_key() -> None:
    words, tagging = SOURCES["src/words.ts"], SCHEMAS["tagging"]
    menu = json.dumps(tagging["jupyter.lab.menus"])
    keys = [each["args"]["section"] for each in tagging["jupyter.lab.shortcuts"]]
    assert {*SECTIONS, ""} <= set(keys)
    for section in (*SECTIONS, SKIP):
        assert words.count(f"case '{section}':") == 2  # its name, and what belongs into it
        assert f'"section": "{section}"' in menu
        assert STYLES.count(f"--nb2prod-{section}: ") == 2  # its colour, in light and in dark
        assert f'data-nb2prod-section="{section}"' in STYLES or f"data-nb2prod-section='{section}'" in STYLES
    assert len({tuple(each["keys"]) for each in tagging["jupyter.lab.shortcuts"]}) == len(keys)


def test_every_plugin_is_registered() -> None:
    registered = re.search(r"const plugins.*?= \[(.*?)\];", SOURCES["src/index.ts"], re.DOTALL)
    assert registered is not None
    used = set(re.findall(r"id: PluginIDs\.(\w+)", TEXT))
    assert used == set(PLUGINS)
    assert len(registered[1].split(",")) == len(PLUGINS)
    assert all(name == f"nb2prod:{key}" for key, name in PLUGINS.items())


def test_settings_have_a_schema_and_schemas_a_plugin() -> None:
    loaded = set(re.findall(r"load\(PluginIDs\.(\w+)\)", TEXT))
    assert loaded == set(SCHEMAS)
    assert set(SCHEMAS) <= set(PLUGINS)
    for schema in SCHEMAS.values():
        assert schema["title"] and schema["description"] and schema["type"] == "object"
        assert schema["additionalProperties"] is False
        assert all(each["title"] and each["description"] for each in schema.get("properties", {}).values())


def test_every_command_describes_its_arguments() -> None:
    added = re.findall(r"addCommand\(\s*CommandIDs\.(\w+),\s*{(.*?)\n    }\);", TEXT, re.DOTALL)
    assert {name for name, _ in added} == set(COMMANDS)
    assert len(added) == TEXT.count(".addCommand(")
    assert [name for name, options in added if "describedBy: {" not in options] == []


def test_schemas_use_commands_that_are_there() -> None:
    used = set(re.findall(r'"command": "([^"]+)"', json.dumps(list(SCHEMAS.values()))))
    assert used <= set(COMMANDS.values())


def test_nothing_is_printed_and_nothing_comes_from_elsewhere() -> None:
    assert "console.log" not in TEXT
    assert re.findall(r"https?://(?!www\.w3\.org/2000/svg|127\.0\.0\.1|localhost)\S+", TEXT + STYLES) == []


@pytest.mark.parametrize("path", sorted(SOURCES), ids=str)
def test_files_stay_small(path: str) -> None:
    assert len(SOURCES[path].splitlines()) <= 500


def test_the_styles_are_all_imported() -> None:
    index = (LABEXTENSION / "style" / "index.css").read_text()
    names = {path.name for path in Path(LABEXTENSION / "style").glob("*.css")} - {"index.css"}
    assert [name for name in sorted(names) if name not in index] == []
