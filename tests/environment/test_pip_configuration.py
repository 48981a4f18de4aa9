from __future__ import annotations

from nb2prod.environment.pip_configuration import parse_config_list, uv_variables

LISTED = """\
:env:.find-links='/opt/wheels'
global.extra-index-url='file:///opt/simple\\nhttps://extra.example/simple'
global.find-links='/elsewhere'
global.index_url='https://index.example/simple'
install.timeout='30'
freeze.timeout='10'
"""


def test_the_environment_overrules_files_and_other_commands_do_not_count() -> None:
    assert parse_config_list(LISTED) == {
        "find-links": "/opt/wheels",
        "extra-index-url": "file:///opt/simple\nhttps://extra.example/simple",
        "index-url": "https://index.example/simple",
        "timeout": "30",
    }


def test_uv_is_told_all_that_pip_is_configured_with() -> None:
    assert uv_variables(parse_config_list(LISTED), {}) == {
        "UV_DEFAULT_INDEX": "https://index.example/simple",
        "UV_INDEX": "file:///opt/simple https://extra.example/simple",
        "UV_INDEX_STRATEGY": "unsafe-best-match",
        "UV_FIND_LINKS": "/opt/wheels",
        "UV_HTTP_TIMEOUT": "30",
    }


def test_folders_of_this_machine_can_be_left_out() -> None:
    variables = uv_variables(parse_config_list(LISTED), {}, local=False)
    assert variables["UV_INDEX"] == "https://extra.example/simple"
    assert "UV_FIND_LINKS" not in variables


def test_what_was_set_for_uv_itself_wins() -> None:
    environ = {"UV_INDEX_URL": "https://mine.example/simple", "SSL_CERT_FILE": "/mine.pem"}
    variables = uv_variables({"index-url": "https://index.example/simple", "cert": "/pip.pem"}, environ)
    assert variables == {}


def test_switches_are_read_as_pip_reads_them() -> None:
    assert uv_variables({"no-index": "yes"}, {}) == {"UV_NO_INDEX": "1"}
    assert uv_variables({"no-index": "false"}, {}) == {}
