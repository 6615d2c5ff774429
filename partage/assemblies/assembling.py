"""Setting up an assembly: its groups, its members, and the links by which members come in."""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import count

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from partage.assemblies.models import MOST_GROUPS, MOST_MEMBERS, Assembly, Group, Member
from partage.coproductions.models import Organization
from partage.people.models import Person
from partage.register.recording import new_vault_keys, record

# Words that stand where the address of an assembly would.
RESERVED = frozenset({"desk", "bureau", "member", "membre"})


class AssemblyRefused(Exception):
    """An assembly, a group or a member cannot be so; the message is one sentence."""


@dataclass(frozen=True)
class Newcomer:
    """A member to add, as a line of the list says it."""

    name: str
    group: str
    chamber: str = ""
    email: str = ""


@transaction.atomic
def create_assembly(organization: Organization, name: str, proxies_per_holder: int) -> Assembly:
    """Create an empty assembly under an address of its own."""
    base = slugify(name)[:70].strip("-") or "assembly"
    taken = set(Assembly.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    names = (f"{base}-{number}" if number > 1 else base for number in count(1))
    assembly = Assembly.objects.create(
        organization=organization,
        slug=next(one for one in names if one not in taken | RESERVED),
        name=name,
        proxies_per_holder=proxies_per_holder,
        created_at=timezone.now(),
    )
    public = {"organization": organization.slug, "proxies": proxies_per_holder}
    record("assembly-created", space=assembly.space, public=public)
    return assembly


@transaction.atomic
def add_members(
    assembly: Assembly, newcomers: Sequence[Newcomer], since: date, until: date | None = None
) -> list[Member]:
    """Add members, and the groups they name that are not there yet: all of them or none."""
    Assembly.objects.select_for_update().get(pk=assembly.pk)
    groups = _groups_for(assembly, newcomers)
    _check_members(assembly, newcomers, since, until)
    people = {one.email: _person(one) for one in newcomers if one.email}
    keys = new_vault_keys(len(newcomers))
    members = [
        Member(
            group=groups[one.group], name=one.name, person=people.get(one.email),
            vault_key=key, since=since, until=until,
        )
        for one, key in zip(newcomers, keys, strict=True)
    ]  # fmt: skip
    Member.objects.bulk_create(members)
    record("members-added", space=assembly.space, public={"members": len(members)})
    return members


def _groups_for(assembly: Assembly, newcomers: Sequence[Newcomer]) -> dict[str, Group]:
    groups = {group.name: group for group in assembly.groups.all()}
    for one in newcomers:
        if one.group not in groups:
            groups[one.group] = Group(assembly=assembly, name=one.group, chamber=one.chamber)
        elif one.chamber and groups[one.group].chamber != one.chamber:
            sentence = _("The group “%(group)s” stands in two chambers: %(one)s, and %(other)s.")
            chambers = {"one": groups[one.group].chamber or "–", "other": one.chamber}
            raise AssemblyRefused(sentence % {"group": one.group, **chambers})
    if len(groups) > MOST_GROUPS:
        sentence = _("An assembly has at most %(most)s groups, and this makes %(n)s.")
        raise AssemblyRefused(sentence % {"most": MOST_GROUPS, "n": len(groups)})
    for group in groups.values():
        if group.pk is None:
            group.save()
    return groups


def _check_members(
    assembly: Assembly, newcomers: Sequence[Newcomer], since: date, until: date | None
) -> None:
    if not newcomers:
        raise AssemblyRefused(_("There is nobody to add: write one member on each line."))
    if until is not None and until < since:
        raise AssemblyRefused(_("The term ends before it begins: give a later last day."))
    known = Member.objects.known().filter(group__assembly=assembly).exclude(until__lt=since)
    known = known.exclude(since__gt=until) if until else known
    if known.count() + len(newcomers) > MOST_MEMBERS:
        raise AssemblyRefused(
            _("An assembly has at most %(most)s members.") % {"most": MOST_MEMBERS}
        )
    seats = set(known.values_list("group__name", "name"))
    addresses = {
        address.lower() for address in known.values_list("person__email", flat=True) if address
    }
    for one in newcomers:
        if (one.group, one.name) in seats:
            sentence = _("%(name)s is in the group “%(group)s” already.")
            raise AssemblyRefused(sentence % {"name": one.name, "group": one.group})
        if one.email and one.email.lower() in addresses:
            sentence = _("The address of %(name)s is that of another member.")
            raise AssemblyRefused(sentence % {"name": one.name})
        seats.add((one.group, one.name))
        addresses.add(one.email.lower())


def _person(one: Newcomer) -> Person:
    known = Person.objects.filter(email__iexact=one.email).first()
    return known or Person.objects.create_person(one.email, one.name, awaits_proof=True)


@transaction.atomic
def add_substitute(member: Member, name: str) -> Member:
    """Name who sits in a member's place while they are replaced."""
    if member.substitute_of_id:
        raise AssemblyRefused(_("A substitute has no substitute of their own."))
    (key,) = new_vault_keys(1)
    try:
        with transaction.atomic():
            substitute = Member.objects.create(
                group=member.group, name=name, vault_key=key, since=member.since,
                until=member.until, substitute_of=member,
            )  # fmt: skip
    except IntegrityError:
        raise AssemblyRefused(_("This member has a substitute already.")) from None
    record("substitute-named", space=member.group.assembly.space, public={"member": member.pk})
    return substitute


@transaction.atomic
def replace_member(member: Member, *, is_replaced: bool) -> None:
    """Let the substitute sit, or the member again. Votes that are open keep their roll."""
    if not Member.objects.filter(substitute_of=member).exists():
        raise AssemblyRefused(_("Name a substitute first: a seat is never empty by this door."))
    if (
        Member.objects.filter(pk=member.pk)
        .exclude(is_replaced=is_replaced)
        .update(is_replaced=is_replaced)
    ):
        kind = "member-replaced" if is_replaced else "member-back"
        record(kind, space=member.group.assembly.space, public={"member": member.pk})


@transaction.atomic
def end_term(member: Member, last_day: date) -> None:
    """End a member's term, and that of their substitute. Votes that are open keep their roll."""
    if last_day < member.since:
        raise AssemblyRefused(_("The term ends before it begins: give a later last day."))
    Member.objects.filter(pk=member.pk).update(until=last_day)
    Member.objects.filter(substitute_of=member).update(until=last_day)
    record("term-ended", space=member.group.assembly.space, public={"member": member.pk})


def hash_of(token: str) -> bytes:
    return hashlib.sha256(b"partage/member/v1\0" + token.encode()).digest()


@transaction.atomic
def make_member_link(member: Member) -> str:
    """The token of a member's own link, shown once. One made before works no more.

    None for a member who has shown that an address is theirs: they sign in by themselves, and with
    a link whoever made it could vote for them.
    """
    if member.person is not None and not member.person.awaits_proof:
        sentence = _("%(name)s signs in with their own address: no link is needed.")
        raise AssemblyRefused(sentence % {"name": member.name})
    token = secrets.token_urlsafe(32)
    Member.objects.filter(pk=member.pk).update(link_hash=hash_of(token))
    record("member-link-made", space=member.group.assembly.space, public={"member": member.pk})
    return token
