"""Erasing the account of somebody who signs in: what they decided stays, and names nobody."""

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.db.models import ProtectedError

from partage.assemblies.models import Member
from partage.coproductions.models import Coproduction, Role
from partage.news.models import DeskMail, Subscription
from partage.news.subscribing import stop
from partage.oversight.mandates import leave_mandates
from partage.people.models import Mail, Person, SecondFactor, SignInCode, SignInLink, Unsent
from partage.people.participants import keyed
from partage.people.sign_in import close_ways_in
from partage.people.unsent import mark_of_address
from partage.register.erasing import list_for_backups
from partage.register.recording import record
from partage.rights.models import Request
from partage.training.claiming import forget_confirmer

ERASED = "account-erased"
NAMELESS = "–"


class StillFacilitates(Exception):
    """Coproductions would stand still: somebody else must facilitate them first."""

    def __init__(self, coproductions: list[Coproduction]) -> None:
        super().__init__()
        self.coproductions = coproductions


def mark_of_account(person: Person) -> bytes:
    """Tells an erased account again in a backup: only this site can make it."""
    return keyed("erased account", f"{person.pk}:{person.email.lower()}")


def facilitates_alone(person: Person) -> list[Coproduction]:
    """Those that would have no facilitator left."""
    mine = Role.objects.filter(person=person, kind=Role.Kind.FACILITATOR)
    others = Role.objects.filter(kind=Role.Kind.FACILITATOR).exclude(person=person)
    found = Coproduction.objects.filter(pk__in=mine.values("coproduction"))
    return list(found.exclude(pk__in=others.values("coproduction")).order_by("pk"))


@transaction.atomic
def erase_account(person: Person) -> None:
    """Erase the account of whoever asks for it, unless a coproduction hangs on them alone."""
    mine = Role.objects.filter(person=person).values("coproduction")
    list(Coproduction.objects.select_for_update().filter(pk__in=mine).order_by("pk"))
    alone = facilitates_alone(person)
    if alone:
        raise StillFacilitates(alone)
    forget_account(person)


@transaction.atomic
def forget_account(person: Person) -> None:
    """The row with its ways in, or what it says of a person where a show of hands needs it."""
    if not person.awaits_proof:
        _forget_address(person.email)
    list_for_backups(ERASED, mark_of_account(person))
    for role in Role.objects.filter(person=person).select_related("coproduction"):
        record("role-ended", space=role.coproduction.slug, public={"role": role.kind})
    leave_mandates(person)
    forget_confirmer(person)
    close_ways_in(person)
    try:
        with transaction.atomic():
            Person.objects.get(pk=person.pk).delete()
    except ProtectedError:
        _empty(person)
    record(ERASED, space="")


@transaction.atomic
def correct_name(person: Person, name: str) -> None:
    if name != person.name:
        Person.objects.filter(pk=person.pk).update(name=name)
        record("account-corrected", space="")


def _forget_address(address: str) -> None:
    """Mails that wait for it, what it asked to be told, and its mark."""
    for subscription in Subscription.objects.filter(address__iexact=address):
        stop(subscription)
    Mail.objects.filter(to__iexact=address).delete()
    Unsent.objects.filter(address=mark_of_address(address)).delete()


def _empty(person: Person) -> None:
    for model in (Role, SignInCode, SignInLink, SecondFactor, DeskMail, Request):
        model._default_manager.filter(person=person).delete()
    Member.objects.filter(person=person).update(person=None)
    Person.objects.filter(pk=person.pk).update(
        email=f"erased-{person.pk}@erased.invalid", name=NAMELESS, password=make_password(None),
        last_login=None, is_active=False, is_administrator=False, awaits_proof=False,
    )  # fmt: skip
