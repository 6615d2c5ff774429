"""Template tags for words in several languages, numbers and bars. None of them queries."""

from collections.abc import Mapping
from datetime import date, datetime

from django import template
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse, translate_url
from django.utils import formats, timezone, translation
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from partage.web import charts
from partage.web.localized import in_reader_language, reader_language
from partage.web.markdown import as_html
from partage.web.units import unit_in_words

register = template.Library()

SMALL = 100


@register.simple_tag
def accessibility_mention() -> str:
    """One of the three official mentions, which the law wants on the home page."""
    mentions = {
        "none": _("Accessibility: not compliant"),
        "partial": _("Accessibility: partially compliant"),
        "full": _("Accessibility: fully compliant"),
    }
    return str(mentions[settings.ACCESSIBILITY])


@register.filter
def say(words: Mapping[str, str]) -> SafeString:
    """The text in the reader's language; marked up when only another language has it."""
    text, language = in_reader_language(dict(words))
    if language == reader_language():
        return format_html("{}", text)
    return format_html('<span lang="{}">{}</span>', language, text)


@register.filter
def words(text: object) -> dict[str, str]:
    """The languages of a text kept as attributes, as calculations do."""
    return {language: getattr(text, language, "") for language in ("en", "fr")}


@register.filter
def plain(words: Mapping[str, str]) -> str:
    """The same without markup, for titles and attributes."""
    return in_reader_language(dict(words))[0]


@register.filter
def spoken(words: Mapping[str, str]) -> str:
    """The language in which this reader gets the text."""
    return in_reader_language(dict(words))[1]


@register.filter
def markdown(text: str) -> SafeString:
    """What somebody sent, as HTML that cannot harm."""
    return as_html(text)


@register.filter
def day(moment: datetime | date | None) -> SafeString:
    """A date in words, readable by machines too."""
    if moment is None:
        return SafeString("")
    local = timezone.localtime(moment).date() if isinstance(moment, datetime) else moment
    words = formats.date_format(local, "DATE_FORMAT")
    return format_html('<time datetime="{}">{}</time>', local.isoformat(), words)


@register.filter
def percent(share: float | str | None) -> str:
    """A share in [0, 1]; or one told roughly, such as "< 5"."""
    if share is None:
        return "–"
    space = "\u202f" if (get_language() or "en").startswith("fr") else ""
    if isinstance(share, str):
        return f"{share}{space}%".replace(" ", "\u202f")
    return f"{round(share * 100)}{space}%"


@register.filter
def whole(number: float | None) -> str:
    """A whole number with its thousands apart, as the reader's language writes it."""
    if number is None:
        return "–"
    french = (get_language() or "en").startswith("fr")
    return _with_minus(f"{round(number):,}".replace(",", "\u202f" if french else ","))


@register.filter
def amount(number: float | None) -> str:
    """A figure with two decimals where it has any, as the reader's language writes it."""
    if number is None:
        return "–"
    number = float(number)  # exact fractions too
    if number == round(number):
        return whole(number)
    french = (get_language() or "en").startswith("fr")
    text = f"{number:,.2f}"
    return _with_minus(text.replace(",", "\u202f").replace(".", ",") if french else text)


@register.filter
def euros(cents: float | None) -> str:
    """An amount of cents, in euros."""
    return "–" if cents is None else f"{amount(float(cents) / 100)}\u00a0€"


@register.filter
def to_the_cent(cents: int) -> str:
    """An amount of cents, in euros with both decimals; the words around it say euros."""
    french = (get_language() or "en").startswith("fr")
    text = f"{cents / 100:,.2f}"
    return _with_minus(text.replace(",", "\u202f").replace(".", ",") if french else text)


@register.filter
def exactly(number: float) -> str:
    """A figure with all its decimals: a rate or a factor must not be rounded on screen."""
    whole_part, _point, decimals = f"{number:,.6f}".rstrip("0").partition(".")
    french = (get_language() or "en").startswith("fr")
    space, point = ("\u202f", ",") if french else (",", ".")
    return whole_part.replace(",", space) + (point + decimals if decimals else "")


@register.filter
def exact_percent(share: float) -> str:
    """A share in percent, with all its decimals."""
    space = "\u202f" if (get_language() or "en").startswith("fr") else ""
    return f"{exactly(round(share * 100, 4))}{space}%"


@register.filter
def measured(number: float | None, unit: str) -> str:
    """A figure and its unit; a share or a count has none."""
    said = unit_in_words(unit)
    return f"{amount(number)}\u00a0{said}" if said else amount(number)


@register.filter
def unit(name: str) -> str:
    """A unit in the reader's language."""
    return unit_in_words(name)


def _with_minus(text: str) -> str:
    """The minus sign: many screen readers pass over a hyphen."""
    return text.replace("-", "\u2212")


@register.filter
def letter(number: int) -> str:
    """A for the first group, B for the second."""
    return chr(ord("A") + number - 1)


@register.filter
def bound(number: float | None) -> str:
    """A low or a high: whole where it is large, with its decimals where it is small."""
    return amount(number) if number is not None and abs(number) < SMALL else whole(number)


@register.simple_tag
def split_bar(agrees: int, disagrees: int, passes: int) -> SafeString:
    return charts.split_bar(agrees, disagrees, passes)


@register.simple_tag
def mini_bar(value: float, largest: float, kind: str = "b0") -> SafeString:
    return charts.mini_bar(value, largest, kind)


@register.simple_tag(takes_context=True)
def here_in(context: template.Context, language: str) -> str:
    """This very page in another language."""
    request: HttpRequest = context["request"]
    here = request.get_full_path()
    there = translate_url(here, language)
    if there != here:
        return there
    with translation.override(language):  # no such page: its home page
        return reverse("home")
