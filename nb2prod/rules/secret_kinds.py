"""Texts to the secrets in them that are known by their look: keys and tokens with a prefix, private keys, addresses."""

# ruff: noqa: E501  (patterns are easier to read whole)
from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib import import_module
from typing import Any

from nb2prod.records import record

DETECTORS = {
    "aws.AWSKeyDetector": ("AWS key", ("AKIA", "ASIA", "A3T", "ABIA", "ACCA", "aws", "AWS")),
    "discord.DiscordBotTokenDetector": ("Discord token", ("M", "N", "O")),
    "mailchimp.MailchimpDetector": ("Mailchimp key", ("-us",)),
    "npm.NpmDetector": ("npm token", ("npm_", "_authToken")),
    "sendgrid.SendGridDetector": ("SendGrid key", ("SG.",)),
    "slack.SlackDetector": ("Slack token", ("xox", "hooks.slack.com")),
    "square_oauth.SquareOAuthDetector": ("Square secret", ("sq0csp-",)),
    "stripe.StripeDetector": ("Stripe key", ("k_live_",)),
}
"""Detectors of detect-secrets, what people call what they find, and a part that it has: only texts with one are handed
to them. Left out are those that take any number in hexadecimals for a secret, GitHub's, whose pattern's group is the
prefix only, and that of JSON web tokens, whose time grows with the square of ``eyJeyJ...``."""

_END = r"(?![A-Za-z0-9_-])"
_BEGIN = r"(?<![A-Za-z0-9_-])"
OWN: tuple[tuple[str, tuple[str, ...], str], ...] = (
    ("private key", ("PRIVATE KEY",), r"-----BEGIN [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----(?:(?:[^-]|-(?!----BEGIN ))*?-----END [A-Z0-9 ]*"
     r"PRIVATE KEY(?: BLOCK)?-----|[A-Za-z0-9+/=\\\s\"'nr,]+)"),
    ("password in an address", ("://",), r"\b[a-zA-Z][a-zA-Z0-9+.-]{1,30}://[^\s:/@\"'<>{}]*:([^\s@/\"'<>{}]{3,})@[\w.-]"),
    ("JSON web token", ("eyJ",), rf"(?:{_BEGIN}|(?<=%[0-9A-Fa-f]{{2}}))eyJ[A-Za-z0-9_-]{{8,}}\.[A-Za-z0-9_-]{{8,}}(?:\.[A-Za-z0-9_-]*)?"),
    ("GitHub token", ("ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_"), r"gh[pousr]_[A-Za-z0-9]{36,}|github_pat_[A-Za-z0-9_]{22,}"),
    ("GitLab token", ("gl",), rf"{_BEGIN}gl(?:pat|dt|rt|ptt|cbt|oas|soat|ft|imt|agent)-[A-Za-z0-9_-]{{20,}}"),
    ("OpenAI key", ("sk-",), rf"{_BEGIN}sk-(?!ant-)(?:proj-|svcacct-|admin-|None-)?(?=[A-Za-z_-]*\d)[A-Za-z0-9_-]{{24,}}"),
    ("Anthropic key", ("sk-ant-",), rf"{_BEGIN}sk-ant-[A-Za-z0-9_-]{{20,}}"),
    ("Google key", ("AIza",), rf"{_BEGIN}AIza[A-Za-z0-9_-]{{35}}"),
    ("Google token", ("ya29.", "GOCSPX-"), rf"{_BEGIN}(?:ya29\.[A-Za-z0-9_-]{{20,}}|GOCSPX-[A-Za-z0-9_-]{{24,}})"),
    ("Hugging Face token", ("hf_",), rf"{_BEGIN}hf_(?=[A-Za-z]*\d|[a-z]*[A-Z])[A-Za-z0-9]{{30,}}"),
    ("Stripe key", ("k_test_", "k_live_", "whsec_"), rf"{_BEGIN}(?:(?:sk|rk)_(?:test|live)_[A-Za-z0-9]{{16,}}|whsec_[A-Za-z0-9]{{24,}})"),
    ("Slack token", ("xapp-", "xoxe", "xoxb-", "xoxp-"), rf"{_BEGIN}(?:xapp-\d-[A-Z0-9]+-\d+-[a-z0-9]+|xox[a-z](?:\.xox[bp])?-[A-Za-z0-9-]{{20,}})"),
    ("webhook address", ("webhook",), r"https://(?:[\w.-]*discord(?:app)?\.com/api/webhooks/\d+/[\w-]{20,}|[\w.-]+\.webhook\.office\.com/webhookb2/[\w@/-]{20,})"),
    ("Azure key", ("AccountKey=", "SharedAccessKey="), r"(?:AccountKey|SharedAccessKey)=([A-Za-z0-9+/]{20,}={0,2})"),
    ("Azure signature", ("sig=",), r"[?&]sig=([A-Za-z0-9%+/]{20,}={0,2})"),
    ("Azure secret", ("Q~",), rf"{_BEGIN}[A-Za-z0-9_~.-]{{3}}\dQ~[A-Za-z0-9_~.-]{{31,34}}"),
    ("Databricks token", ("dapi",), rf"{_BEGIN}dapi[0-9a-f]{{32}}(?:-\d)?{_END}"),
    ("PyPI token", ("pypi-",), rf"{_BEGIN}pypi-AgE[A-Za-z0-9_-]{{40,}}"),
    ("npm token", ("npm_",), rf"{_BEGIN}npm_[A-Za-z0-9]{{36}}{_END}"),
    ("Telegram token", (":AA",), rf"{_BEGIN}\d{{8,10}}:AA[A-Za-z0-9_-]{{33}}{_END}"),
    ("DigitalOcean token", ("_v1_",), rf"{_BEGIN}do[opr]_v1_[a-f0-9]{{64}}"),
    ("Shopify token", ("shp",), rf"{_BEGIN}shp(?:at|ca|pa|ss)_[a-fA-F0-9]{{32}}"),
    ("Mailgun key", ("key-",), rf"{_BEGIN}key-[0-9a-f]{{32}}{_END}"),
    ("Postman key", ("PMAK-",), rf"{_BEGIN}PMAK-[a-f0-9]{{24}}-[a-f0-9]{{34}}"),
    ("Notion token", ("secret_", "ntn_"), rf"{_BEGIN}(?:secret_[A-Za-z0-9]{{43}}|ntn_[A-Za-z0-9]{{40,}}){_END}"),
    ("Linear key", ("lin_api_",), rf"{_BEGIN}lin_api_[A-Za-z0-9]{{32,}}"),
    ("Grafana token", ("glsa_", "glc_"), rf"{_BEGIN}(?:glsa_[A-Za-z0-9]{{32}}_[A-Fa-f0-9]{{8}}|glc_[A-Za-z0-9+/]{{32,}}={{0,2}})"),
    ("Docker token", ("dckr_pat_",), rf"{_BEGIN}dckr_pat_[A-Za-z0-9_-]{{27}}"),
    ("Vault token", ("hvs.", "hvb."), rf"{_BEGIN}hv[sb]\.[A-Za-z0-9_-]{{24,}}"),
    ("Replicate token", ("r8_",), rf"{_BEGIN}r8_[A-Za-z0-9]{{37}}{_END}"),
    ("Groq key", ("gsk_",), rf"{_BEGIN}gsk_[A-Za-z0-9]{{40,}}"),
    ("Perplexity key", ("pplx-",), rf"{_BEGIN}pplx-[A-Za-z0-9]{{40,}}"),
    ("Pinecone key", ("pcsk_",), rf"{_BEGIN}pcsk_[A-Za-z0-9_]{{40,}}"),
    ("LangSmith key", ("lsv2_",), rf"{_BEGIN}lsv2_(?:pt|sk)_[a-f0-9]{{32}}_[a-f0-9]{{10}}"),
    ("New Relic key", ("NRAK-",), rf"{_BEGIN}NRAK-[A-Z0-9]{{27}}"),
    ("Airtable token", ("pat",), rf"{_BEGIN}pat[A-Za-z0-9]{{14}}\.[a-f0-9]{{64}}"),
    ("Figma token", ("figd_",), rf"{_BEGIN}figd_[A-Za-z0-9_-]{{40,}}"),
    ("Mapbox token", ("sk.eyJ",), rf"{_BEGIN}sk\.eyJ[A-Za-z0-9_-]{{20,}}\.[A-Za-z0-9_-]{{20,}}"),
    ("Square token", ("sq0atp-", "EAAA"), rf"{_BEGIN}(?:sq0atp-[A-Za-z0-9_-]{{22}}|EAAA[A-Za-z0-9_-]{{60}}){_END}"),
    ("Twilio key", ("AC", "SK"), rf"{_BEGIN}(?:AC|SK)(?=[a-f]*\d)[0-9a-f]{{32}}{_END}"),
    ("bearer token", ("earer ", "asic "), r"(?i:\b(?:bearer|basic))\s+(?=[A-Za-z._~+/=-]*\d)([A-Za-z0-9._~+/-]{16,}={0,2})"),
)  # fmt: skip
"""What detect-secrets does not know: what people call it, parts that a text with one has, and its look. A group is the
secret where not all of it is."""


@record
class Secret:
    """A secret's place in a text, without itself."""

    kind: str
    start: int
    end: int


def known_secrets(text: str) -> Iterator[Secret]:
    """Yield what has the look of a known kind, in no order, overlapping; to its end, even if it is longer than usual."""
    for kind, start, end in _looking_like_one(text):
        rest = _REST.match(text, end)
        yield Secret(kind, start, rest.end() if rest else end)


_REST = re.compile(r"[A-Za-z0-9_]*")


def _looking_like_one(text: str) -> Iterator[tuple[str, int, int]]:
    own, signs, behind = _own()
    found_signs = [sign for sign in signs if sign in text]
    if "_" in text and _LONG.search(text):
        found_signs += [sign for sign in behind if sign in text]
    for place in sorted({place for sign in found_signs for place in (signs.get(sign) or behind[sign])}):
        kind, pattern = own[place]
        for found in pattern.finditer(text):
            yield kind, *_span(found)
    for name in dict.fromkeys([name for hint, name in _HINTS if hint in text]):
        first = _FIRST.get(name)
        if first is None or first.search(text):
            for start, end in _detected(name, text):
                yield DETECTORS[name][0], start, end


def _span(found: re.Match[str]) -> tuple[int, int]:
    """Return the place of a pattern's group, or of the whole match where it has none."""
    return found.span(1 if found.re.groups and found[1] else 0)


@cache
def _own() -> tuple[Sequence[tuple[str, re.Pattern[str]]], Mapping[str, Sequence[int]], Mapping[str, Sequence[int]]]:
    """Return ``OWN`` with its patterns ready, and for each of its hints the places of those that have it: those whose
    secrets may be short, and those that end with ``_`` and have a long secret behind it."""
    short: dict[str, list[int]] = {}
    long: dict[str, list[int]] = {}
    for place, (_, hints, _) in enumerate(OWN):
        for hint in hints:
            (long if hint.endswith("_") else short).setdefault(hint, []).append(place)
    return [(kind, re.compile(pattern)) for kind, _, pattern in OWN], short, long


_LONG = re.compile(r"_[A-Za-z0-9_+/-]{16}")
"""Each secret that begins with a sign ending with ``_`` has it, and few cells do."""


_FIRST = {
    "aws.AWSKeyDetector": re.compile(
        r"(?:A3T[A-Z0-9]|ABIA|ACCA|AKIA|ASIA)[0-9A-Z]{16}|(?i:aws)[^\n]{0,60}[0-9a-zA-Z/+]{40}"
    ),
    "discord.DiscordBotTokenDetector": re.compile(r"[MNO][A-Za-z\d_-]{23,25}\.[A-Za-z\d_-]{6}\."),
}
"""What else a text has, which are worth to load these detectors for."""
_HINTS = [(hint, name) for name, (_, hints) in DETECTORS.items() for hint in hints]


def _detected(name: str, text: str) -> Iterator[tuple[int, int]]:
    """Yield the places of what a detector of detect-secrets finds, line by line as it wants it."""
    detector = _detector(name)
    is_valid = getattr(detector, "is_formally_valid", None)
    begin = 0
    for line in text.split("\n"):
        for pattern in detector.denylist:
            for start, end in map(_span, pattern.finditer(line)):
                if is_valid is None or is_valid(line[start:end]):
                    yield begin + start, begin + end
        begin += len(line) + 1


@cache
def _detector(name: str) -> Any:
    module, _, classname = name.partition(".")
    return getattr(import_module(f"detect_secrets.plugins.{module}"), classname)()
