"""Who may do what in a coproduction."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from partage.coproductions.models import Coproduction, Organization, Role
from partage.people.models import Person
from partage.people.sign_in import signed_in
from partage.register.recording import record

FACILITATES = frozenset({Role.Kind.FACILITATOR})
MODERATES = frozenset({Role.Kind.FACILITATOR, Role.Kind.MODERATOR})
READS = frozenset(Role.Kind)


class LastFacilitator(Exception):
    """A coproduction without a facilitator would stand still."""


def coproduction_for(request: HttpRequest, slug: str, kinds: frozenset[Role.Kind]) -> Coproduction:
    """The coproduction, if this person has one of these roles in it."""
    coproduction = get_object_or_404(Coproduction.objects.visible(), slug=slug)
    if not coproduction.roles.filter(person=signed_in(request), kind__in=kinds).exists():
        raise PermissionDenied
    return coproduction


def coproduction_to_staff(request: HttpRequest, slug: str) -> Coproduction:
    """The coproduction, for those who give its roles: its facilitators, and administrators."""
    if signed_in(request).is_administrator:
        return get_object_or_404(Coproduction.objects.visible(), slug=slug)
    return coproduction_for(request, slug, FACILITATES)


def moderates(person: Person, coproduction: Coproduction) -> bool:
    return coproduction.roles.filter(person=person, kind__in=MODERATES).exists()


def moderating_role(person: Person, coproduction: Coproduction) -> str:
    """As whom this person decides at the desk: what the register says instead of a name."""
    held = set(coproduction.roles.filter(person=person).values_list("kind", flat=True))
    is_moderator = Role.Kind.FACILITATOR not in held and Role.Kind.MODERATOR in held
    return Role.Kind.MODERATOR.value if is_moderator else Role.Kind.FACILITATOR.value


@transaction.atomic
def give_role(person: Person, coproduction: Coproduction, kind: Role.Kind) -> None:
    """Give the role; giving it again changes nothing. The register does not name the person."""
    _role, is_new = Role.objects.get_or_create(person=person, coproduction=coproduction, kind=kind)
    if is_new:
        record("role-given", space=coproduction.slug, public={"role": kind.value})


@transaction.atomic
def end_role(role: Role) -> None:
    """Take the role away; ending it again changes nothing."""
    coproduction = Coproduction.objects.select_for_update(of=("self",)).get(pk=role.coproduction_id)
    facilitators = coproduction.roles.filter(kind=Role.Kind.FACILITATOR)
    if role.kind == Role.Kind.FACILITATOR and not facilitators.exclude(pk=role.pk).exists():
        raise LastFacilitator(coproduction.slug)
    gone, _which = coproduction.roles.filter(pk=role.pk).delete()
    if gone:
        record("role-ended", space=coproduction.slug, public={"role": role.kind})


def organizations_of(person: Person) -> "QuerySet[Organization]":
    """Those one of whose visible coproductions this person facilitates."""
    roles = {
        "coproductions__roles__person": person,
        "coproductions__roles__kind__in": FACILITATES,
        "coproductions__frame__isnull": False,
    }
    return Organization.objects.filter(**roles).distinct()


def facilitated_organizations(request: HttpRequest) -> "QuerySet[Organization]":
    """Those this person facilitates for; nobody else comes in."""
    found = organizations_of(signed_in(request))
    if not found.exists():
        raise PermissionDenied
    return found.order_by("name")


def organizations_that_read() -> "QuerySet[Organization]":
    """Those with somebody to read a call."""
    roles = {
        "coproductions__roles__person__is_active": True,
        "coproductions__roles__kind__in": FACILITATES,
        "coproductions__frame__isnull": False,
    }
    return Organization.objects.filter(**roles).distinct().order_by("name")
