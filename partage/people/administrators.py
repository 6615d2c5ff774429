"""Administrators: they give roles in every coproduction, and decide nothing there."""

from django.db import transaction

from partage.people.models import Person
from partage.people.sign_in import close_ways_in, prove_address
from partage.register.recording import record


@transaction.atomic
def name_administrator(person: Person) -> None:
    """From the command line only; naming somebody again changes nothing."""
    if person.awaits_proof:
        prove_address(person)
    named = Person.objects.filter(pk=person.pk, is_administrator=False)
    if named.update(is_administrator=True):
        record("administrator-named", space="")


@transaction.atomic
def end_administrator(person: Person) -> None:
    """Their roles in coproductions stay; they sign in again for them."""
    ended = Person.objects.filter(pk=person.pk, is_administrator=True)
    if ended.update(is_administrator=False):
        close_ways_in(person)
        record("administrator-ended", space="")
