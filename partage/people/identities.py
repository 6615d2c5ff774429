"""Who somebody is elsewhere, kept as a mark: it signs a person in, or stands behind a participant."""

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from partage.people.identity_providers import Provider
from partage.people.marks_left import is_left
from partage.people.models import Identity, Participant, Person, ProvedIdentity
from partage.people.participants import keyed
from partage.people.second_factor import NotProved, tell
from partage.register.recording import record


class UnknownIdentity(Exception):
    """No account here is tied to this identity."""


class TakenIdentity(Exception):
    """The identity is that of another account, or of another device in this coproduction."""


class LeftOut(Exception):
    """What was answered with this identity was left out of the results, then erased."""


class AnotherIdentity(Exception):
    """One of this provider is there already, and it is not this one."""


def _mark(purpose: str, provider: Provider, subject: str) -> bytes:
    return keyed(purpose, f"{provider.issuer}\0{subject}")


def _mark_in(space: str, provider: Provider, subject: str) -> bytes:
    """Another in each coproduction: marks cannot be put together."""
    return _mark(f"identity in {space}", provider, subject)


@transaction.atomic
def attach_identity(person: Person, provider: Provider, subject: str) -> None:
    """Sign in with it from now on; a second time changes nothing."""
    if Person.objects.filter(pk=person.pk, awaits_proof=True).exists():
        raise NotProved
    mark = _mark("identity of an account", provider, subject)
    mine = Identity.objects.filter(person=person, provider=provider.slug).first()
    if mine:
        if bytes(mine.mark) != mark:
            raise AnotherIdentity
        return
    _keep(Identity(person=person, provider=provider.slug, mark=mark, made_at=timezone.now()))
    record("identity-attached", space="")
    tell(person, _("%(provider)s now signs you in") % {"provider": provider.name})


def _keep(row: Identity | ProvedIdentity) -> None:
    """The database decides who came first."""
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        raise TakenIdentity from None


@transaction.atomic
def detach_identity(person: Person, provider: str) -> bool:
    """It signs nobody in any more; False when the person has none of this provider."""
    if not person.identities.filter(provider=provider).delete()[0]:
        return False
    record("identity-detached", space="")
    tell(person, _("An identity kept elsewhere signs you in no more"))
    return True


def use_identity(provider: Provider, subject: str) -> Person:
    """Whose account it is."""
    mark = _mark("identity of an account", provider, subject)
    mine = Identity.objects.filter(mark=mark, provider=provider.slug, person__is_active=True)
    found = mine.select_related("person").first()
    if found is None or not mine.update(used_at=timezone.now()):
        raise UnknownIdentity
    return found.person


@transaction.atomic
def prove_identity(participant: Participant, provider: Provider, subject: str) -> None:
    """Tie a participant to who they are, without keeping who; each identity once in a coproduction.

    It is not taken back alone: the same person could then answer from another device too.
    """
    mark = _mark_in(participant.space, provider, subject)
    mine = ProvedIdentity.objects.filter(participant=participant).first()
    if mine:
        if bytes(mine.mark) != mark:
            raise AnotherIdentity
        return
    _keep(
        ProvedIdentity(
            participant=participant, provider=provider.slug, mark=mark, proved_at=timezone.now()
        )
    )
    # After the row, whose mark waits for an erasure that goes on at the same time.
    if is_left(participant.space, mark):
        raise LeftOut
    record(
        "identity-proved",
        space=participant.space,
        payload={"provider": provider.slug},
        vault_key=participant.vault_key,
    )


def has_identity(participant: Participant) -> bool:
    """Whether this participant proved who they are, with a provider of this site."""
    return ProvedIdentity.objects.filter(participant=participant).exists()
