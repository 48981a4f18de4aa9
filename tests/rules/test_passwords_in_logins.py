"""Passwords in connection strings and in calls that log in are secrets; what only looks like one is none."""

from __future__ import annotations

import pytest

from nb2prod.rules.secret_texts import find_secrets

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
