"""Whose data a browser may see, and what is held of them, by what the apps declare."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Min, Model, Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from partage.assemblies.members import SESSION
from partage.assemblies.models import Member
from partage.calls.models import Call
from partage.consents.models import Consent, Restriction
from partage.coproductions.models import Coproduction
from partage.people.models import Participant, Person
from partage.people.participants import device_token, key_in
from partage.rights.declared import Declared, all_declared, end_of
from partage.shares.models import Beneficiary
from partage.shares.people import link_of
from partage.web.localized import reader_language

AT_ONCE = 500


@dataclass(frozen=True)
class Row:
    """How many rows of one kind are held, and since when."""

    declared: Declared
    count: int
    since: date | datetime | None


@dataclass
class Holding:
    """Somebody as the site knows them in one place, and what it holds of them there."""

    holder: Model
    name: str
    title: dict[str, str]
    address: str
    coproduction: Coproduction | None = None
    has_consent: bool = False
    # Whether this device answers here, and what its person has said of the use of it.
    has_device: bool = False
    restriction: Restriction | None = None
    # Of consents that stand, or were taken back.
    has_receipt: bool = False
    rows: list[Row] = field(default_factory=list)

    @property
    def key(self) -> tuple[type[Model], Any]:
        return (
            self.holder._meta.model,
            self.holder.pk,
        )  # who signed in is a lazy object of another type


def holdings_of(request: HttpRequest) -> list[Holding]:
    """Every place where this browser is somebody: its account, its seats, its devices, its shares."""
    person = person_of(request)
    people = participants_of(device_token(request))
    found = [_account(person)] if person else []
    found += [_seat(member) for member in _members_of(request, person)]
    found += _places(people)
    paid = Beneficiary.objects.filter(participant__in=people).order_by("pk")
    return found + [_shares(one) for one in paid.select_related("coproduction", "vault_key")]


def person_of(request: HttpRequest) -> Person | None:
    person = request.user
    return person if isinstance(person, Person) else None


def participants_of(token: str | None) -> list[Participant]:
    """This device in every coproduction and call. Only its cookie can put them together."""
    if token is None:
        return []
    spaces = list(Coproduction.objects.order_by("pk").values_list("slug", flat=True))
    spaces += [
        f"{Call.SPACE}{pk}" for pk in Call.objects.order_by("pk").values_list("pk", flat=True)
    ]
    found: list[Participant] = []
    for start in range(0, len(spaces), AT_ONCE):
        some = spaces[start : start + AT_ONCE]
        keys = [key_in(space, token) for space in some]
        mine = Participant.objects.filter(space__in=some, key__in=keys)
        found += mine.select_related("vault_key").order_by("pk")
    return found


def _members_of(request: HttpRequest, person: Person | None) -> "QuerySet[Member]":
    """Seats of an account whose address is proved, and the seat whose link was opened here."""
    ways = Q(pk__in=[])
    if person and not person.awaits_proof:
        ways |= Q(person=person)
    if request.session.get(SESSION):
        ways |= Q(link_hash=bytes.fromhex(request.session[SESSION]))
    return Member.objects.known().filter(ways).select_related("group__assembly").order_by("pk")


def _account(person: Person) -> Holding:
    return Holding(person, "account", {reader_language(): _("Your account")}, reverse("sessions"))


def _seat(member: Member) -> Holding:
    assembly = member.group.assembly
    return Holding(
        member, assembly.slug, {reader_language(): assembly.name}, assembly.get_absolute_url()
    )


def _shares(one: Beneficiary) -> Holding:
    title = {reader_language(): _("Your shares")}
    return Holding(one, one.coproduction.slug, title, link_of(one), one.coproduction)


def _places(people: Sequence[Participant]) -> list[Holding]:
    slugs = [one.space for one in people if not one.space.startswith(Call.SPACE)]
    numbers = [one.space.removeprefix(Call.SPACE) for one in people if one.space not in slugs]
    coproductions = Coproduction.objects.filter(slug__in=slugs).select_related("frame")
    by_space: dict[str, Coproduction | Call] = {one.slug: one for one in coproductions}
    by_space |= {one.space: one for one in Call.objects.filter(pk__in=numbers)}
    held = Restriction.objects.filter(participant__in=people)
    restricted = {one.participant_id: one for one in held}
    agreed = Consent.objects.filter(participant__in=people)
    ends = list(agreed.values_list("participant", "withdrawn_at"))
    consenting = {who for who, end in ends if end is None}
    ever = {who for who, _end in ends}
    found = [_place(one, by_space[one.space], one.pk in consenting) for one in people]
    for place in found:
        place.restriction = restricted.get(place.holder.pk)
        place.has_receipt = place.holder.pk in ever
    return found


def _place(participant: Participant, about: Coproduction | Call, has_consent: bool) -> Holding:
    if isinstance(about, Call):
        title = {about.language: about.title}
        return Holding(participant, about.space, title, about.get_absolute_url())
    address = about.get_absolute_url()
    return Holding(
        participant, about.slug, about.title, address, about, has_consent, has_device=True
    )


def fill(holdings: Iterable[Holding]) -> None:
    """Count what is held: as many queries for a hundred answers as for one."""
    by_key = {one.key: one for one in holdings}
    for declared in all_declared():
        for path in declared.says.whose.split():
            kind = end_of(declared.model, path)
            holders = [pk for model, pk in by_key if model is kind]
            for holder, row in _counted(declared, path, holders):
                by_key[kind, holder].rows.append(row)


def _counted(declared: Declared, path: str, holders: list[Any]) -> Iterator[tuple[Any, Row]]:
    if not holders:
        return
    since = declared.says.since
    counts = rows_of(declared, path, holders).order_by().values(path)
    dated = {"first": Min(since)} if since else {}
    for found in counts.annotate(rows=Count("pk", distinct=True), **dated):
        yield found[path], Row(declared, found["rows"], found.get("first"))


def rows_of(declared: Declared, path: str, holders: list[Any]) -> "QuerySet[Any]":
    return declared.rows.filter(**{f"{path}__in": holders})
