"""Passwords of connection strings, logins, commands and ``dbPassword`` are secrets; what only looks so is none."""

from __future__ import annotations

import pytest

from nb2prod.rules.secret_texts import find_secrets, secrets_in_cell

PASSWORD = "Ab3" + "&kQ7x;"[:5]


@pytest.mark.parametrize(
    ("code", "secret"),
    [
        (f'conn = connect("Driver=ODBC;Server=db;UID=bob;Password={PASSWORD};Encrypt=yes")', PASSWORD),
        (f'conn = "Server=db;Pwd={PASSWORD};Database=shop"', PASSWORD),
        ('login("bob", "tr0ub4dor-9")', "tr0ub4dor-9"),
        ('ok = kaggle_login("bob", "tr0ub4dor-9")', "tr0ub4dor-9"),
        ("api.login('bob', 'tr0ub4dor-9')", "tr0ub4dor-9"),
    ],
)
def test_passwords_in_connection_strings_and_logins_are_found(code: str, secret: str) -> None:
    assert [code[each.start : each.end] for each in find_secrets(code, code=True)] == [secret]


@pytest.mark.parametrize(
    "code",
    [
        'url = "https://a.internal/login?user=bob&password=&next=/home2"',
        'def login(user="bob", password="password"): ...',
        'login("bob", "password")',
        'login("user", getpass())',
        'test_login("alice", "should fail")',
        'print("login(", "step 2")',
        'data = "Password=%s;Server=db" % password',
        'conn = f"Server=db;Password={password};"',
        "df.login('2024-01-01', 'D')",
    ],
)
def test_what_only_looks_like_a_login_is_none(code: str) -> None:
    assert find_secrets(code, code=True) == []


KEY = "q8w7e6r5" + "t4y3u2i1"


@pytest.mark.parametrize(
    "source",
    [
        "!curl -u bob:tr0ub4dor-9 https://files.internal/a",
        '!curl -s -X POST https://files.internal -u "bob:tr0ub4dor-9" -d x',
        "!curl --user bob:tr0ub4dor-9 https://files.internal",
        'subprocess.run("curl -u bob:tr0ub4dor-9 https://files.internal", shell=True)',
        'subprocess.run(["curl", "-s", "-u", "bob:tr0ub4dor-9", url])',
        "!wget --user=bob --password=tr0ub4dor-9 https://files.internal",
        "!wget --http-password tr0ub4dor-9 https://files.internal",
        'subprocess.run(["wget", "--password", "tr0ub4dor-9", url])',
        "!mysql -u root -ptr0ub4dor-9 shop < dump.sql",
        "!mysqldump -u root -p'tr0ub4dor-9' shop",
        "!sshpass -p tr0ub4dor-9 ssh bob@files.internal",
        "!PGPASSWORD=tr0ub4dor-9 psql shop",
        "%%bash\nexport DB_PASSWORD=tr0ub4dor-9\npsql shop",
        "%%sh\nls\ncurl -u bob:tr0ub4dor-9 https://files.internal",
        'dbPassword = "tr0ub4dor-9"',
        'options = {"userPassword": "tr0ub4dor-9"}',
    ],
)
def test_passwords_of_commands_and_in_names_of_several_words_are_found(source: str) -> None:
    assert [source[each.start : each.end] for each in secrets_in_cell(source)] == ["tr0ub4dor-9"]


@pytest.mark.parametrize(
    "source", [f'apiKey = "{KEY}"', f'config = {{"clientSecret": "{KEY}"}}', f'myApiToken="{KEY}"']
)
def test_keys_in_names_of_several_words_are_found(source: str) -> None:
    assert [source[each.start : each.end] for each in secrets_in_cell(source)] == [KEY]


@pytest.mark.parametrize(
    "source",
    [
        "!curl -u $USER:$PASS https://files.internal",
        '!curl -u "{user}:{password}" https://files.internal',
        'f"curl -u {user}:{pw} https://files.internal"',
        "!curl -u user:password https://files.internal",
        "!curl -u bob: https://files.internal",
        "!curl -u YOUR_USER:YOUR_PASSWORD https://files.internal",
        "!curl -o out.csv https://files.internal:8080/a",
        "!curl -L -u https://files.internal:8443/file1",
        '!curl --user-agent "Mozilla/5.0:abcd1" https://files.internal',
        "!curl https://files.internal | python -u run.py a:bcdef1",
        "!mysql -u root -p shop",
        "!mysql -uroot -p$PW shop",
        "!pip install mysql-connector-python -pre",
        "!wget --password=$PW https://files.internal",
        'parser.add_argument("--password", help="the password")',
        '@click.option("--password", "db_password")',
        'maxTokens = "4096"',
        'sortKey = "customer_id"',
        'showPassword = "true"',
        'bypass = "abcd1234"',
    ],
)
def test_commands_and_names_without_a_password_have_none(source: str) -> None:
    assert secrets_in_cell(source) == []


def test_a_key_of_anthropic_is_none_of_openai() -> None:
    anthropic, openai = "sk-ant-api03-" + "aB3" * 20, "sk-proj-" + "aB3" * 16
    assert [each.kind for each in find_secrets(f"{anthropic} {openai}")] == ["Anthropic key", "OpenAI key"]
