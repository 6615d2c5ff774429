"""Mandates to test with, and the browser of whoever inspects."""

from datetime import date, timedelta
from typing import Any

from django.test import Client
from django.utils import timezone

from partage.coproductions.models import Coproduction, Organization
from partage.oversight.mandates import Terms, open_mandate
from partage.oversight.models import Mandate
from partage.people.models import Person
from tests.factories import signed_in


def make_inspector(email: str = "ines@example.org") -> Person:
    found = Person.objects.filter(email=email).first()
    return found or Person.objects.create_person(email, "Inès")


def today(days: int = 0) -> date:
    return timezone.localdate() + timedelta(days=days)


def terms(*coproductions: Coproduction, **changes: Any) -> Terms:
    """Of a control service, from yesterday to next week; `organization`: all of it."""
    given: dict[str, Any] = {
        "body": "service",
        "body_name": "Labour inspectorate",
        "legal_basis": "Article L. 8112-1 of the labour code",
        "from_on": today(-1),
        "until_on": today(7),
        "organization": None,
        "coproductions": list(coproductions),
    }
    return Terms(**(given | changes))


def make_mandate(*coproductions: Coproduction, **changes: Any) -> Mandate:
    return open_mandate(make_inspector(), terms(*coproductions, **changes))


def make_all(organization: Organization, **changes: Any) -> Mandate:
    return make_mandate(organization=organization, **changes)


def inspector_browser() -> Client:
    return signed_in(make_inspector())


def expire(mandate: Mandate) -> None:
    """As though its last day were yesterday."""
    Mandate.objects.filter(pk=mandate.pk).update(from_on=today(-9), until_on=today(-1))
