"""Where people read the same: the addresses of a page in each language."""

from typing import Any

from django.conf import settings
from django.http import Http404
from django.urls import reverse
from django.utils.translation import override

from partage.coproductions.models import Coproduction

LANGUAGES = ("en", "fr")


def page(name: str, *words: Any) -> dict[str, str]:
    found = {}
    for language in LANGUAGES:
        with override(language):
            found[language] = f"{settings.BASE_URL}{reverse(name, args=words)}"
    return found


def address(name: str, *words: Any) -> str:
    """Of another resource."""
    return f"{settings.BASE_URL}{reverse(name, args=words)}"


def shown(slug: str) -> Coproduction:
    found = Coproduction.objects.visible().filter(slug=slug).first()
    if found is None:
        raise Http404
    return found
