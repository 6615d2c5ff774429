"""Who may do what in a coproduction."""

from django.db import transaction
from django.db.models import QuerySet

from partage.coproductions.models import Coproduction, Organization, Role
from partage.people.models import Person
from partage.register.recording import record


@transaction.atomic
def give_role(person: Person, coproduction: Coproduction, kind: Role.Kind) -> None:
    """Give the role; giving it again changes nothing. The register does not name the person."""
    _role, is_new = Role.objects.get_or_create(person=person, coproduction=coproduction, kind=kind)
    if is_new:
        record("role-given", space=coproduction.slug, public={"role": kind.value})


def organizations_of(person: Person) -> "QuerySet[Organization]":
    """Those one of whose visible coproductions this person facilitates."""
    roles = {"coproductions__roles__person": person, "coproductions__frame__isnull": False}
    return Organization.objects.filter(**roles).distinct()


def organizations_that_read() -> "QuerySet[Organization]":
    """Those with somebody to read a call."""
    roles = {
        "coproductions__roles__person__is_active": True,
        "coproductions__frame__isnull": False,
    }
    return Organization.objects.filter(**roles).distinct().order_by("name")
