"""Who may do what in a coproduction."""

from django.db import transaction

from partage.coproductions.models import Coproduction, Role
from partage.people.models import Person
from partage.register.recording import record


@transaction.atomic
def give_role(person: Person, coproduction: Coproduction, kind: Role.Kind) -> None:
    """Give the role; giving it again changes nothing. The register does not name the person."""
    _role, is_new = Role.objects.get_or_create(person=person, coproduction=coproduction, kind=kind)
    if is_new:
        record("role-given", space=coproduction.slug, public={"role": kind.value})
