"""Texts kept in several languages: `{"en": "…", "fr": "…"}`."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

LANGUAGES = ("en", "fr")


def in_reader_language(words: dict[str, str]) -> tuple[str, str]:
    """The text and its language: the reader's when there is one, else the first there is."""
    wanted = (get_language() or "en")[:2]
    language = wanted if words.get(wanted) else next((l for l in words if words[l]), wanted)
    return words.get(language, ""), language


def check_localized(value: Any) -> None:
    if not isinstance(value, dict) or not set(value) <= set(LANGUAGES):
        raise ValidationError(_("A text needs its languages: en, fr or both."))
    if not all(isinstance(text, str) for text in value.values()):
        raise ValidationError(_("Each language holds one text."))


class LocalizedField(models.JSONField):
    """A JSON column holding one text in one or several languages."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("default", dict)
        kwargs["validators"] = [check_localized]
        super().__init__(*args, **kwargs)
