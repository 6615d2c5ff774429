"""Texts kept in several languages: `{"en": "…", "fr": "…"}`."""

import re
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

LANGUAGE_TAG = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")


def is_localized(value: object) -> bool:
    """Whether this is a table of language tags and texts."""
    return isinstance(value, dict) and all(
        isinstance(tag, str)
        and LANGUAGE_TAG.fullmatch(tag)
        and isinstance(text, str)
        and "\0" not in text
        for tag, text in value.items()
    )


def reader_language() -> str:
    return (get_language() or "en")[:2]


def in_reader_language(words: dict[str, str]) -> tuple[str, str]:
    """The text and its language: the reader's when there is one, else the first there is."""
    wanted = reader_language()
    language = wanted if words.get(wanted) else next((tag for tag in words if words[tag]), wanted)
    return words.get(language, ""), language


def check_localized(value: Any) -> None:
    if not is_localized(value):
        raise ValidationError(_("A text needs its languages, such as en and fr."))


class LocalizedField(models.JSONField):
    """A JSON column holding one text in one or several languages."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("default", dict)
        kwargs["validators"] = [check_localized]
        super().__init__(*args, **kwargs)
