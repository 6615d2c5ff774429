"""Account numbers (IBAN, ISO 13616), of the countries between which payments in euros are made."""

import re

from text_unidecode import unidecode

LONGEST_HOLDER = 70
# Length by country of the single euro payments area, from the European Payments Council's list of
# scheme countries (EPC409-09) and the registry of IBAN formats.
LENGTHS = {
    "AD": 24, "AL": 28, "AT": 20, "BE": 16, "BG": 22, "CH": 21, "CY": 28, "CZ": 24, "DE": 22,
    "DK": 18, "EE": 20, "ES": 24, "FI": 18, "FR": 27, "GB": 22, "GI": 23, "GR": 27, "HR": 21,
    "HU": 28, "IE": 22, "IS": 26, "IT": 27, "LI": 21, "LT": 20, "LU": 20, "LV": 21, "MC": 27,
    "MD": 24, "ME": 22, "MK": 19, "MT": 31, "NL": 18, "NO": 15, "PL": 28, "PT": 25, "RO": 24,
    "RS": 22, "SE": 24, "SI": 19, "SK": 24, "SM": 27, "VA": 22,
}  # fmt: skip
CHECKED_BY = 97
# What every bank of the area can write (EPC217-08).
NOT_FOR_BANKS = re.compile(r"[^A-Za-z0-9/?:().,'+ -]")


def bank_text(text: str) -> str:
    """The text in the letters and signs that every bank can write."""
    return " ".join(NOT_FOR_BANKS.sub(" ", unidecode(text)).split())


def tidy_iban(text: str) -> str:
    return "".join(text.split()).upper()


def is_iban(iban: str) -> bool:
    """Whether its country, its length and its two check digits agree."""
    if not (iban.isascii() and iban.isalnum() and LENGTHS.get(iban[:2]) == len(iban)):
        return False
    digits = "".join(str(int(sign, 36)) for sign in iban[4:] + iban[:4])
    return int(digits) % CHECKED_BY == 1
