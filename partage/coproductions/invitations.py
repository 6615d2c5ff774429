"""Inviting somebody to a role: the site works without mail, so the link is shown to who invites."""

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from partage.coproductions.models import Coproduction, Role
from partage.coproductions.roles import give_role
from partage.people.models import Person
from partage.people.outbox import queue_mail
from partage.people.sign_in import LASTS, close_ways_in, make_link
from partage.register.recording import record
from partage.web.localized import in_reader_language

NOTICE_LASTS = timedelta(days=2)


class CannotInvite(Exception):
    """A link shown here would open what this person may do elsewhere."""


@transaction.atomic
def invite(email: str, name: str, coproduction: Coproduction, kind: Role.Kind) -> str | None:
    """Give the role, and return the address of a link to hand over.

    No link for somebody who has shown that the address is theirs: they sign in by themselves, and
    with a link whoever invites could pass for them.
    """
    known = Person.objects.select_for_update().filter(email__iexact=email).first()
    person = known or Person.objects.create_person(email, name, awaits_proof=True)
    if not person.is_active:
        raise CannotInvite
    if person.awaits_proof:
        _keep_others_out(person, coproduction)
    give_role(person, coproduction, kind)
    record("person-invited", space=coproduction.slug, public={"role": kind.value})
    path = reverse("sign-in-link", args=[make_link(person)]) if person.awaits_proof else None
    _mail(person, coproduction, kind, path)
    return settings.BASE_URL + path if path else None


def _keep_others_out(person: Person, coproduction: Coproduction) -> None:
    """Those who saw an earlier link must not get in where somebody else gives the role."""
    if person.roles.exclude(coproduction=coproduction).exists():
        raise CannotInvite
    if not person.roles.exists():
        close_ways_in(person)


def _mail(person: Person, coproduction: Coproduction, kind: Role.Kind, path: str | None) -> None:
    words = {
        "role": kind.label,
        "title": in_reader_language(coproduction.title)[0],
        "address": settings.BASE_URL + (path or reverse("sign-in")),
    }
    if path:
        body = _(
            "You are invited to “%(title)s” with this role: %(role)s.\n\nThis link signs you in. It "
            "serves once, within 24 hours:\n%(address)s"
        )
    else:
        body = _(
            "You have a new role in “%(title)s”: %(role)s.\n\nSign in with a code by mail:\n"
            "%(address)s"
        )
    lasts = LASTS if path else NOTICE_LASTS
    queue_mail(person.email, _("You are invited to a coproduction"), body % words, lasts=lasts)
