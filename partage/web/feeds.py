"""Lists as Atom feeds: anyone follows them, without an account and without leaving an address."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from html import escape

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import get_language

ENTRIES = 20  # the last of a list
READ_AGAIN_AFTER = 300  # seconds
NOT_IN_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")


@dataclass(frozen=True)
class Entry:
    """One thing of a list: its title, the path of its page, and when it came."""

    title: str
    path: str
    at: datetime
    words: str = ""
    changed_at: datetime | None = None


def atom(
    request: HttpRequest, title: str, path: str, entries: Iterable[Entry], *, by: str = "Partage"
) -> HttpResponseBase:
    """The last entries of the list at this path; nothing but a 304 to whoever has them already.

    Addresses are those of the settings, so that an entry stays the same under every host name.
    """
    feed = Atom1Feed(
        title=_text(title),
        link=settings.BASE_URL + path,
        description="",
        language=get_language(),
        feed_url=settings.BASE_URL + request.path,
        author_name=_text(by),
    )
    for entry in entries:
        page = settings.BASE_URL + entry.path
        # Readers take a summary for HTML: what somebody typed must stay text.
        feed.add_item(
            title=_text(entry.title), link=page, unique_id=page, description=escape(_text(entry.words)),
            pubdate=_hour(entry.at), updateddate=_hour(entry.changed_at or entry.at),
        )  # fmt: skip
    content = feed.writeString("utf-8")
    response = HttpResponse(content, content_type=feed.content_type)
    etag = f'"{sha256(content.encode()).hexdigest()[:32]}"'
    response["ETag"] = etag
    patch_cache_control(response, max_age=READ_AGAIN_AFTER)
    return get_conditional_response(request, etag=etag, response=response) or response


def _text(words: object) -> str:
    return NOT_IN_XML.sub("", str(words))


def _hour(at: datetime) -> datetime:
    """As in the register: a minute, beside the log of a network, would say who wrote."""
    return at.replace(minute=0, second=0, microsecond=0)
