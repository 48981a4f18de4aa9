"""Texts to the personal data in them, by kind and place: mail addresses, numbers of phones and cards, names, and so on.

Only the standard library is imported, so that a kernel can be asked with the same functions. What has a checksum counts
only where that is right.
"""

# ruff: noqa: E501  (patterns are easier to read whole)
from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

MAIL, PHONE, CARD, ACCOUNT, NATIONAL, NAME = (
    "mail address", "phone number", "card number", "bank account number", "national number", "person's name",
)  # fmt: skip
FEW_NAMES = 3
"""So many different names with a title have to be in a text before they count."""


@dataclass(frozen=True)
class Personal:
    """One piece of personal data, without itself."""

    kind: str
    start: int
    end: int


@dataclass(frozen=True)
class Shaped:
    """A number that looks like one of a person's, whether or not its check digit is right."""

    kind: str
    form: str
    """What looks alike: the pattern that it has, with what stands between its groups."""
    number: str
    start: int
    end: int
    is_right: bool
    chance: float
    """Share of arbitrary numbers of this look that are right; 1 where there is no check digit."""


_MAY_HAVE_NUMBERS = re.compile(r"\d(?:[^\d\n]{0,3}\d){5}")
"""Six digits not far from each other: every number that is looked for has them, and few cells of code do."""


def find_personal(text: str, *, names: bool = True) -> list[Personal]:
    """Return what is found in a text, in order; ``names`` says whether names of people are looked for too."""
    found = [*_mails(text)]
    if _MAY_HAVE_NUMBERS.search(text):
        found += [*_accounts(text), *_cards(text), *_nationals(text), *_phones(text)]
    if names:
        found += _names(text)
    kept: list[Personal] = []
    for each in sorted(found, key=lambda each: (each.start, -each.end)):
        if not kept or each.start >= kept[-1].end:
            kept.append(each)
    return kept


_MAIL = re.compile(r"(?<![\w.+%/:@-])([A-Za-z0-9][\w.+-]{0,63})@((?:[A-Za-z0-9-]{1,63}\.){1,4}[A-Za-z]{2,24})(?![\w@])")
_NO_ONE = re.compile(
    r"^(?:no-?reply|do-?not-?reply|info|support|contact|admin|help|sales|hello|office|team|webmaster|postmaster|press|git"
    r"|security|user(?:name)?|your?(?:[._-]?(?:name|e?-?mail))?|name|e?-?mail|someone|somebody|foo|bar|test|me|abuse|root"
    r"|first(?:name)?\.last(?:name)?|service|feedback|notifications?|mailer-daemon|account|xxx+|hg|svn|ssh)\d?$",
    re.IGNORECASE,
)
_NOWHERE = re.compile(
    r"(?:^|\.)(?:example|test|invalid|localhost|local|your-?(?:domain|company|org)|domain|company|mydomain|mycompany|foo"
    r"|bar|email|mail|xyz|abc|acme|somewhere)\.[a-z]+$|\.(?:example|test|invalid|local|png|jpe?g|gif|svg|py|js|css|iam|ipynb)$"
    r"|gserviceaccount\.com$",
    re.IGNORECASE,
)


def _mails(text: str) -> Iterator[Personal]:
    if "@" in text:
        for found in _MAIL.finditer(text):
            if not _NO_ONE.match(found[1]) and not _NOWHERE.search(found[2]):
                yield Personal(MAIL, *found.span())


_ABROAD = re.compile(r"(?<![\w.+-])\+[1-9]\d{0,2}(?:[ .\-/]{0,2}\(?\d{1,12}\)?){1,6}(?![\w]|[.,]\d)")
_AMERICAN = re.compile(
    r"(?<![\w.+-])(?:\+?1[ .-])?(?:\(([2-9]\d\d)\) ?|([2-9]\d\d)([-.]))([2-9]\d\d)[-.](\d{4})(?![\w-]|\.\d)"
)
_CALLED = re.compile(
    r"(?i)\b(?:tele)?(?:phone|mobile|tel|cell|fax|handy|whatsapp)(?:[ _]?(?:number|no|nr))?\b\.?[\"']?\s*[:=]\s*[\"']?"
    r"((?:\+|\(|\d)[\d ()/.\-]{6,20}\d)(?![\w.])"
)


def _phones(text: str) -> Iterator[Personal]:
    if "+" in text:
        for found in _ABROAD.finditer(text):
            digits = re.sub(r"\D", "", found[0])
            number = re.fullmatch(r"\+\d+\.\d+", found[0])
            if 9 <= len(digits) <= 15 and not number and not _is_fiction(digits) and len(set(digits[2:])) > 2:
                yield Personal(PHONE, *found.span())
    for found in _AMERICAN.finditer(text):
        area, office, line = found[1] or found[2], found[4], found[5]
        if area != "555" and not (office == "555" and line.startswith("01")) and f"{area}{office}" != "234567":
            yield Personal(PHONE, *found.span())
    for found in _CALLED.finditer(text):
        digits = re.sub(r"\D", "", found[1])
        if 7 <= len(digits) <= 15 and not _is_fiction(digits) and len(set(digits)) > 2 and digits not in "01234567890":
            yield Personal(PHONE, *found.span(1))


def _is_fiction(digits: str) -> bool:
    """Say whether a number is one of those that are kept for films (North America's 555-01xx)."""
    return len(digits) in {10, 11} and (digits[-7:-2] == "55501" or digits[-10:-7] == "555")


_CARD = re.compile(
    r"(?<![\w.,-])(?<!\d\s)(?:\d{13,16}|\d{4}([ -])\d{4}\1\d{4}\1\d{4}|3[47]\d\d([ -])\d{6}\2\d{5})(?![\w-]|[.,]\d|\s\d)"
)
_ISSUERS = re.compile(
    r"^(?:4\d{12}(?:\d{3})?|5[1-5]\d{14}|2(?:22[1-9]|2[3-9]\d|[3-6]\d\d|7[01]\d|720)\d{12}|3[47]\d{13}|6(?:011|5\d\d)\d{12}"
    r"|35\d{14}|3(?:0[0-5]|[68]\d)\d{11})$"
)
"""Lengths and first digits by ISO/IEC 7812: Visa, Mastercard, American Express, Discover, JCB, Diners Club."""


def _cards(text: str) -> Iterator[Personal]:
    """Yield card numbers. One in ten numbers has the right check digit by chance: where a text is full of numbers of
    that length and most have not, those that have are identifiers like the others. Groups of four in a row of more are
    an array's."""
    plain = list(_CARD.finditer(text))
    bare = [found for found in plain if found[0].isdigit()]
    right = [found for found in bare if _is_card(found[0])]
    for found in plain:
        digits = re.sub(r"\D", "", found[0])
        if _is_card(digits) and (not found[0].isdigit() or 2 * len(right) >= len(bare)):
            yield Personal(CARD, *found.span())


def _is_card(digits: str) -> bool:
    return bool(_ISSUERS.match(digits)) and is_luhn(digits) and len(set(digits)) > 1


def is_luhn(digits: str) -> bool:
    """Say whether the last digit is the check digit of those before it (Luhn, ISO/IEC 7812-1)."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 + place % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


_ACCOUNT = re.compile(r"(?<![\w-])[A-Z]{2}\d{2}(?:[ -]?[A-Z0-9]{4}){2,7}(?:[ -]?[A-Z0-9]{1,3})?(?![\w-])")
_LENGTHS = {
    "AD": 24, "AE": 23, "AL": 28, "AT": 20, "AZ": 28, "BA": 20, "BE": 16, "BG": 22, "BH": 22, "BR": 29, "BY": 28, "CH": 21,
    "CR": 22, "CY": 28, "CZ": 24, "DE": 22, "DK": 18, "DO": 28, "EE": 20, "EG": 29, "ES": 24, "FI": 18, "FO": 18, "FR": 27,
    "GB": 22, "GE": 22, "GI": 23, "GL": 18, "GR": 27, "GT": 28, "HR": 21, "HU": 28, "IE": 22, "IL": 23, "IQ": 23, "IS": 26,
    "IT": 27, "JO": 30, "KW": 30, "KZ": 20, "LB": 28, "LC": 32, "LI": 21, "LT": 20, "LU": 20, "LV": 21, "MC": 27, "MD": 24,
    "ME": 22, "MK": 19, "MR": 27, "MT": 31, "MU": 30, "NL": 18, "NO": 15, "PK": 24, "PL": 28, "PS": 29, "PT": 25, "QA": 29,
    "RO": 24, "RS": 22, "SA": 24, "SC": 31, "SE": 24, "SI": 19, "SK": 24, "SM": 27, "TN": 24, "TR": 26, "UA": 29, "VA": 22,
    "VG": 24, "XK": 20,
}  # fmt: skip
"""Characters of an IBAN, by country (SWIFT's registry)."""


def _accounts(text: str) -> Iterator[Personal]:
    for found in _ACCOUNT.finditer(text):
        if is_iban(re.sub(r"[ -]", "", found[0])):
            yield Personal(ACCOUNT, *found.span())


def is_iban(code: str) -> bool:
    """Say whether an account number has its country's length and the right check digits (ISO 13616, mod 97)."""
    if len(code) != _LENGTHS.get(code[:2]):
        return False
    return int("".join(str(int(each, 36)) for each in code[4:] + code[:4])) % 97 == 1


_MAY_BE_NATIONAL = re.compile(r"\d(?:[ .+\-A-Z]?\d){5}")
"""Six digits with at most one sign between two of them: each of ``_NATIONAL`` has them, and few arrays do."""


def _nationals(text: str) -> Iterator[Personal]:
    for pattern, is_right, _ in _NATIONAL if _MAY_BE_NATIONAL.search(text) else ():
        for found in pattern.finditer(text):
            if is_right(found[0]):
                yield Personal(NATIONAL, *found.span())


def find_shaped(text: str) -> Iterator[Shaped]:
    """Yield the numbers that look like those of cards, of accounts and of people, right and wrong ones."""
    if not _MAY_HAVE_NUMBERS.search(text):
        return
    for found in _CARD.finditer(text):
        digits = re.sub(r"\D", "", found[0])
        if _ISSUERS.match(digits) and len(set(digits)) > 1:
            separator = found[1] or found[2] or ""
            yield Shaped(CARD, separator + _CARD.pattern, digits, *found.span(), is_luhn(digits), 1 / 10)
    for found in _ACCOUNT.finditer(text):
        code = re.sub(r"[ -]", "", found[0])
        if len(code) == _LENGTHS.get(code[:2]):
            yield Shaped(ACCOUNT, _ACCOUNT.pattern, code, *found.span(), is_iban(code), 1 / 97)
    for pattern, is_right, chance in _NATIONAL if _MAY_BE_NATIONAL.search(text) else ():
        for found in pattern.finditer(text):
            number = re.sub(r"[ -]", "", found[0])
            yield Shaped(NATIONAL, pattern.pattern, number, *found.span(), bool(is_right(found[0])), chance)


def is_ssn(number: str) -> bool:
    """Say whether a number is one that the United States give out: no part all zeros, no 666, no 9xx."""
    area, group, serial = number.split("-")
    return (
        area not in {"000", "666"} and area < "900" and group != "00" and serial != "0000" and number != "123-45-6789"
    )


def is_dni(number: str) -> bool:
    """Say whether a Spanish DNI has its letter: the number mod 23."""
    return "TRWAGMYFPDXBNJZSQVHLCKE"[int(number[:8]) % 23] == number[-1]


def is_cpf(number: str) -> bool:
    """Say whether a Brazilian CPF has its two check digits: weights from 10 and 11 down, mod 11."""
    digits = [int(each) for each in number if each.isdigit()]
    if len(set(digits)) == 1:
        return False
    for length in (9, 10):
        total = sum(digit * (length + 1 - place) for place, digit in enumerate(digits[:length]))
        if total * 10 % 11 % 10 != digits[length]:
            return False
    return True


def is_nir(number: str) -> bool:
    """Say whether a French NIR has its key: 97 less the number mod 97."""
    digits = number.replace(" ", "").replace("2A", "19").replace("2B", "18")
    return digits.isdigit() and 97 - int(digits[:13]) % 97 == int(digits[13:])


def is_personnummer(number: str) -> bool:
    """Say whether a Swedish personal number has its check digit (Luhn over its last ten digits)."""
    return is_luhn(re.sub(r"\D", "", number)[-10:])


def is_hetu(number: str) -> bool:
    """Say whether a Finnish personal code has its sign: the number mod 31."""
    return "0123456789ABCDEFHJKLMNPRSTUVWXY"[int(number[:6] + number[7:10]) % 31] == number[-1]


def is_codice_fiscale(code: str) -> bool:
    """Say whether an Italian tax code has its last letter: the values of its odd and even places mod 26."""
    odd = (1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23)
    values = [int(each) if each.isdigit() else ord(each) - 65 for each in code[:15]]
    total = sum(odd[value] if place % 2 == 0 else value for place, value in enumerate(values))
    return chr(65 + total % 26) == code[15]


_D5 = "0123456789123406789523401789563401289567401239567859876043216598710432765982104387659321049876543210"
_P8 = "01234567891576283094580379614289160435279453126870428657390127938064157046913258"


def is_aadhaar(number: str) -> bool:
    """Say whether an Indian Aadhaar number has its check digit (Verhoeff, 1969)."""
    check = 0
    for place, digit in enumerate(reversed(number.replace(" ", ""))):
        check = int(_D5[check * 10 + int(_P8[place % 8 * 10 + int(digit)])])
    return check == 0


_NATIONAL: tuple[tuple[re.Pattern[str], Callable[[str], bool], float], ...] = (
    (re.compile(r"(?<![\w.-])\d{3}-\d{2}-\d{4}(?![\w-]|\.\d)"), is_ssn, 1),
    (re.compile(r"(?<![\w.-])\d{8}-?[A-HJ-NP-TV-Z](?![\w-])"), is_dni, 1 / 23),
    (re.compile(r"(?<![\w.-])\d{3}\.\d{3}\.\d{3}-\d{2}(?![\w-])"), is_cpf, 1 / 100),
    (re.compile(r"(?<![\w.-])(?<!\d\s)[12] ?\d\d ?(?:0[1-9]|1[0-2]) ?(?:\d\d|2[AB]) ?\d{3} ?\d{3} ?\d\d(?!\s?\d|[\w-]|\.\d)"), is_nir, 1 / 97),
    (re.compile(r"(?<![\w.-])(?:\d\d)?\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])[-+]\d{4}(?![\w-])"), is_personnummer, 1 / 10),
    (re.compile(r"(?<![\w.-])(?:0[1-9]|[12]\d|3[01])(?:0[1-9]|1[0-2])\d\d[-+A]\d{3}[0-9A-Y](?![\w-])"), is_hetu, 1 / 31),
    (re.compile(r"(?<![\w-])[A-Z]{6}\d\d[A-EHLMPR-T]\d\d[A-Z]\d{3}[A-Z](?![\w-])"), is_codice_fiscale, 1 / 26),
    (re.compile(r"(?<![\w.+-])(?<!\d\s)[2-9]\d{3} \d{4} \d{4}(?!\s?\d|[\w-])"), is_aadhaar, 1 / 10),
    (re.compile(r"(?<![\w-])(?!BG|GB|NK|KN|TN|NT|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] \d\d \d\d \d\d [A-D](?![\w-])"),
     bool, 1),
)  # fmt: skip
"""United States, Spain, Brazil, France, Sweden, Finland, Italy, India; the United Kingdom's have no check digit and
count only where they are written in groups. With the share of arbitrary numbers that are right. Groups in a row of more
are an array's."""

_TITLED = re.compile(r"\b(?:Mr|Mrs|Ms|Miss|Dr|Prof|Herr|Frau|Sra?|Mme)\b\.? [A-ZÀ-Ý][\w'’-]+(?: [A-ZÀ-Ý][\w'’.-]*)*")
_FIELD = re.compile(
    r"(?i)\b(?:full|first|last|given|family|patient|customer|employee|client)[ _-]?name\b[\"']?\s*[:=]\s*[\"']?"
    r"(?-i:([A-ZÀ-Ý][a-zà-ÿ'’-]+(?: [A-ZÀ-Ý][\w'’.-]+){0,3}))"
)


def _names(text: str) -> Iterator[Personal]:
    titled = list(_TITLED.finditer(text))
    if len({found[0] for found in titled}) >= FEW_NAMES:
        yield from (Personal(NAME, *found.span()) for found in titled)
    yield from (Personal(NAME, *found.span(1)) for found in _FIELD.finditer(text))
