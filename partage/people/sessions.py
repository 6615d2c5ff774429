"""Where a person is signed in, and ending it. Django finds its session store here."""

from datetime import datetime
from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from partage.people.models import Person, Session
from partage.people.participants import keyed

DEVICE, BEGAN = "device", "began"
BROWSERS = {"Edg": "Edge", "OPR/": "Opera", "Firefox": "Firefox", "Chrome": "Chrome"}
BROWSERS |= {"CriOS": "Chrome", "FxiOS": "Firefox", "Safari": "Safari"}
SYSTEMS = {"Android": "Android", "iPhone": "iPhone", "iPad": "iPad", "Windows": "Windows"}
SYSTEMS |= {"Mac OS X": "macOS", "Linux": "Linux"}


class SessionStore(DatabaseStore):
    """Sessions whose row says whose they are."""

    @classmethod
    def get_model_class(cls) -> type[Session]:
        return Session

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        began_at = data.setdefault(BEGAN, timezone.now().isoformat())  # not at each saving
        row: Session = super().create_model_instance(data)  # type: ignore[assignment]
        row.person_id = int(data[SESSION_KEY]) if SESSION_KEY in data else None
        row.device = data.get(DEVICE, "")
        row.began_at = datetime.fromisoformat(began_at)
        return row


def device_of(request: HttpRequest) -> str:
    """Browser and system in two words, enough to know one's own; the rest is not kept."""
    said = request.headers.get("User-Agent", "")
    found = (
        next((name for mark, name in names.items() if mark in said), "")
        for names in (BROWSERS, SYSTEMS)
    )
    return ", ".join(filter(None, found))


def mark_of(session_key: str) -> str:
    """What a page calls a session: its key alone would let somebody in."""
    return keyed("session", session_key).hex()[:32]


def sessions_of(person: Person) -> "QuerySet[Session]":
    lasting = Session.objects.filter(person=person, expire_date__gt=timezone.now())
    return lasting.order_by("-began_at", "pk")


def end_session(person: Person, mark: str) -> bool:
    """End one of this person's sessions; False when there is none of this mark."""
    keys = [one.pk for one in sessions_of(person) if mark_of(one.pk) == mark]
    return bool(sessions_of(person).filter(pk__in=keys).delete()[0])


def end_other_sessions(person: Person, session_key: str | None) -> None:
    sessions_of(person).exclude(pk=session_key or "").delete()
