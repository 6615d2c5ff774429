"""Private links: by them the author of something sees it from any device, without an account."""

import hmac

from django.conf import settings
from django.http import HttpRequest


def private_key(noun: str, number: int) -> str:
    """What the link carries: nobody finds it without the site's secret."""
    told = f"{noun}:{number}".encode()
    return hmac.digest(settings.SECRET_KEY.encode(), told, "sha256").hex()[:32]


def has_private_key(request: HttpRequest, noun: str, number: int) -> bool:
    sent = request.POST.get("key") or request.GET.get("key", "")
    return hmac.compare_digest(sent.encode(errors="replace"), private_key(noun, number).encode())
