"""Opening and closing a mandate: acts of the register, which do not say who is inspected."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from partage.coproductions.models import Coproduction, Organization
from partage.oversight.chains import terms_digest
from partage.oversight.models import Consultation, Mandate
from partage.people.models import Person
from partage.people.sign_in import close_ways_in, make_link
from partage.register.leaves import Facts
from partage.register.recording import record


class MandateRefused(Exception):
    """The mandate cannot be opened or closed; the message is the sentence to show."""


@dataclass(frozen=True)
class Terms:
    """What a mandate lets read, on what ground, from one day to another.

    `coproductions` empty: all those of the organization, also those that come later.
    """

    body: str
    body_name: str
    legal_basis: str
    from_on: date
    until_on: date
    organization: Organization | None
    coproductions: Sequence[Coproduction]


def terms_of(mandate: Mandate) -> Facts:
    """The terms as they are sealed: nothing of the inspector."""
    listed = mandate.coproductions.order_by("slug").values_list("slug", flat=True)
    return {
        "mandate": mandate.number,
        "body": mandate.body,
        "body_name": mandate.body_name,
        "legal_basis": mandate.legal_basis,
        "from": mandate.from_on.isoformat(),
        "until": mandate.until_on.isoformat(),
        "organization": mandate.organization.slug if mandate.organization else "",
        "all": mandate.covers_all,
        "coproductions": list(listed),
    }


@transaction.atomic
def open_mandate(person: Person, terms: Terms) -> Mandate:
    """Let this person read what the terms say. The register holds their digest, and no name."""
    _refuse_unsound(terms)
    last = Mandate.objects.select_for_update().order_by("-number").first()
    mandate = Mandate.objects.create(
        number=last.number + 1 if last else 1,
        inspector=person,
        body=terms.body,
        body_name=terms.body_name,
        legal_basis=terms.legal_basis,
        from_on=terms.from_on,
        until_on=terms.until_on,
        organization=terms.organization,
        covers_all=not terms.coproductions,
        opened_at=timezone.now(),
        opening=secrets.token_bytes(32),
    )
    mandate.coproductions.set(terms.coproductions)
    _refuse_own(person, mandate)
    mandate.terms = terms_digest(bytes(mandate.opening), terms_of(mandate))
    mandate.save(update_fields=["terms"])
    public = {"mandate": mandate.number, "body": mandate.body, "terms": mandate.terms}
    record("mandate-opened", space="", public=public)
    return mandate


def _refuse_unsound(terms: Terms) -> None:
    if terms.until_on < terms.from_on:
        raise MandateRefused(_("The last day comes before the first: correct one of the two."))
    if terms.until_on < timezone.localdate():
        raise MandateRefused(_("The last day is past: choose a day to come."))
    if terms.organization is None and not terms.coproductions:
        raise MandateRefused(_("Say what is inspected: an organization, or coproductions."))
    if terms.body == Mandate.Body.COUNCIL and terms.organization is None:
        raise MandateRefused(_("A works council inspects its own employer: choose the employer."))
    others = [c for c in terms.coproductions if c.organization_id != _pk(terms.organization)]
    if terms.organization and others:
        sentence = _("%(slug)s is not a coproduction of %(organization)s: leave it out.")
        told = {"slug": others[0].slug, "organization": terms.organization.name}
        raise MandateRefused(sentence % told)


def _refuse_own(person: Person, mandate: Mandate) -> None:
    role = person.roles.filter(coproduction__in=mandate.covered()).first()
    if role is not None:
        sentence = _("%(name)s is %(role)s of “%(slug)s”: nobody inspects what they help to run.")
        slug = role.coproduction.slug
        told = {"name": person.name, "role": role.get_kind_display(), "slug": slug}
        raise MandateRefused(sentence % told)


def _pk(organization: Organization | None) -> int | None:
    return organization.pk if organization else None


@transaction.atomic
def name_inspector(email: str, name: str) -> tuple[Person, str]:
    """Who inspects, and a link to hand over when they never showed that the address is theirs."""
    known = Person.objects.select_for_update().filter(email__iexact=email).first()
    person = known or Person.objects.create_person(email, name, awaits_proof=True)
    if not person.is_active:
        raise MandateRefused(_("This address belongs to a closed account: give another one."))
    if not person.awaits_proof:
        return person, ""
    if person.roles.exists():
        # Whoever gave that role has seen a link, and may be the one to inspect.
        raise MandateRefused(
            _("This person was invited to a coproduction and never signed in: they sign in first.")
        )
    close_ways_in(person)
    record("person-invited", space="", public={"role": "inspector"})
    return person, settings.BASE_URL + reverse("sign-in-link", args=[make_link(person)])


@transaction.atomic
def close_mandate(mandate: Mandate) -> Mandate:
    """End it; the digest of what was read under it enters the register only now."""
    locked = Mandate.objects.select_for_update(of=("self",)).get(pk=mandate.pk)
    if locked.closed_at is not None:
        raise MandateRefused(_("This mandate is closed already."))
    last = Consultation.objects.filter(mandate=locked).order_by("number").last()
    locked.closed_at = timezone.now()
    locked.consulted = last.number if last else 0
    locked.consultations_digest = last.digest if last else locked.terms
    locked.save(update_fields=["closed_at", "consulted", "consultations_digest"])
    public = {
        "mandate": locked.number,
        "consulted": locked.consulted,
        "consultations": locked.consultations_digest,
    }
    record("mandate-closed", space="", public=public)
    return locked


def close_past_mandates() -> None:
    """Each night: a mandate whose last day is over is closed."""
    for mandate in Mandate.objects.past().order_by("pk"):
        close_mandate(mandate)


@transaction.atomic
def leave_mandates(person: Person) -> None:
    """With an account that is erased: the mandate keeps the body, and names nobody."""
    for mandate in Mandate.objects.open_still().filter(inspector=person).order_by("pk"):
        close_mandate(mandate)
    Mandate.objects.filter(inspector=person).update(inspector=None)
