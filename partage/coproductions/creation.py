"""Creating a coproduction with its stages and its first frame, from a declared table."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from itertools import count
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify

from partage.coproductions.models import (
    Coproduction,
    DataTaken,
    Family,
    Frame,
    Organization,
    Role,
    Stage,
    Task,
)
from partage.coproductions.roles import give_role
from partage.people.models import Person
from partage.register.recording import record
from partage.web.localized import is_localized

Table = Mapping[str, Any]
# Those that this site can have shown. An identity joins them once there is a way to show one.
RESERVED = {"new"}  # pages of the desk have these addresses


class CreationRefused(Exception):
    """The table lacks something or holds something that cannot be used."""


def words(table: Table, key: str, *, required: bool = False) -> dict[str, str]:
    """A text in one or several languages."""
    found = table.get(key, {})
    if not is_localized(found) or (required and not found):
        raise CreationRefused(
            f'{key} must be a text such as {{ en = "…", fr = "…" }}, got {found!r}'
        )
    return dict(found)


def tables(table: Table, key: str) -> list[Table]:
    """A list of tables, empty when there is none."""
    found = table.get(key, [])
    if not isinstance(found, list) or not all(isinstance(each, Mapping) for each in found):
        raise CreationRefused(f"{key} must be a list of tables, [[{key}]]")
    return found


def needed(table: Table, key: str) -> Any:
    if key not in table:
        raise CreationRefused(f"{key} is missing")
    return table[key]


def moment(value: object) -> datetime:
    """A date, or a whole number of days from today."""
    if isinstance(value, bool) or not isinstance(value, int | date):
        raise CreationRefused(
            f"a stage opens and closes on a date or a number of days, got {value!r}"
        )
    if isinstance(value, datetime):
        return value if value.tzinfo else timezone.make_aware(value)
    try:
        day = timezone.localdate() + timedelta(days=value) if isinstance(value, int) else value
        return timezone.make_aware(datetime.combine(day, time()))
    except OverflowError:
        raise CreationRefused(f"a stage opens or closes too far away: {value} days") from None


@transaction.atomic
def create_coproduction(table: Table) -> Coproduction:
    """Make the organization if it is new, then the coproduction, its stages and its frame.

    Raises CreationRefused, with nothing written, when the table cannot be used.
    """
    frame = needed(table, "frame")
    if not isinstance(frame, Mapping):
        raise CreationRefused(f"frame must be a table, [frame], got {frame!r}")
    coproduction = Coproduction(
        organization=_organization(needed(table, "organization")),
        slug=needed(table, "slug"),
        title=words(table, "title", required=True),
        question=words(table, "question", required=True),
        asked_by=words(table, "asked_by"),
        legal_basis=words(table, "legal_basis"),
        asked_on=table.get("asked_on"),
        not_discussed=words(table, "not_discussed"),
        is_sample=table.get("sample", False),
    )
    _checked(coproduction)
    coproduction.save()
    for stage in tables(table, "stages"):
        _add_stage(coproduction, stage)
    said = {key: table[key] for key in ("decides", "families") if key in table}
    publish_frame(coproduction, said | dict(frame))
    return coproduction


@transaction.atomic
def set_up(table: Table, person: Person) -> Coproduction:
    """Create a coproduction, facilitated by whoever set it up, under an address of its own."""
    base = slugify(str(needed(table, "address")))[:70].strip("-") or "coproduction"
    taken = set(Coproduction.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    names = (f"{base}-{number}" if number > 1 else base for number in count(1))
    slug = next(name for name in names if name not in taken | RESERVED)
    coproduction = create_coproduction({**table, "slug": slug})
    give_role(person, coproduction, Role.Kind.FACILITATOR)
    return coproduction


def _organization(name: str) -> Organization:
    slug = slugify(name)[:80]
    known = Organization.objects.filter(slug=slug).first()
    if known:
        return known
    organization = Organization(slug=slug, name=name)
    _checked(organization)
    organization.save()
    return organization


def _checked(row: Organization | Coproduction | Stage | Frame) -> None:
    try:
        row.full_clean()
    except ValidationError as error:
        raise CreationRefused(
            "; ".join(
                f"{name}: {' '.join(sentences)}" for name, sentences in error.message_dict.items()
            )
        ) from None


def drafted_stage(table: Table) -> Stage:
    """A stage as it will be, of no coproduction yet."""
    return Stage(
        kind=needed(table, "kind"),
        opens_at=moment(needed(table, "opens")),
        closes_at=moment(table["closes"]) if "closes" in table else None,
    )


def _add_stage(coproduction: Coproduction, table: Table) -> None:
    stage = drafted_stage(table)
    stage.coproduction = coproduction
    _checked(stage)
    stage.save()
    record(
        "stage-planned",
        space=coproduction.slug,
        public={
            "kind": stage.kind,
            "opens_at": stage.opens_at.isoformat(),
            "closes_at": stage.closes_at and stage.closes_at.isoformat(),
        },
    )


TEXTS = ("decides", "profiling", "ranking", "payer", "law", "sharing_rule", "retention", "alternative_words", "consent_text")  # fmt: skip


class FrameOvertaken(Exception):
    """Another version was published meanwhile."""


@transaction.atomic
def publish_frame(coproduction: Coproduction, table: Table, *, after: int | None = None) -> Frame:
    """Publish the next version of the frame; earlier ones stay readable.

    With `after`, the version that was read: raises FrameOvertaken when it is not the last one.
    """
    Coproduction.objects.select_for_update().get(pk=coproduction.pk)
    last = coproduction.frames.count()
    if after is not None and after != last:
        raise FrameOvertaken(last)
    frame = _new_frame(coproduction, last + 1, table)
    frame.save()
    for task in tables(table, "tasks"):
        _add_task(frame, task)
    for data in tables(table, "data"):
        _add_data(frame, data)
    coproduction.frame = frame
    coproduction.save(update_fields=["frame"])
    record("frame-published", space=coproduction.slug, public={"version": frame.version})
    return frame


def _new_frame(coproduction: Coproduction, version: int, table: Table) -> Frame:
    frame = Frame(
        coproduction=coproduction,
        version=version,
        published_at=timezone.now(),
        reason=words(table, "reason", required=version > 1),
        families=_families(table),
        alternative=table.get("alternative", Frame.Alternative.UNKNOWN),
        alternative_hours_a_week=table.get("alternative_hours_a_week"),
        alternative_wait_minutes=table.get("alternative_wait_minutes"),
        is_sensitive=table.get("sensitive", False),
        landscape=table.get("landscape", Frame.Landscape.DEFAULT),
        assurance=_assurance(table),
        **{name: words(table, name) for name in TEXTS},
    )
    if frame.is_sensitive and not frame.consent_text:
        raise CreationRefused("consent_text is missing: the frame says that answers are sensitive")
    _checked(frame)
    return frame


def _assurance(table: Table) -> str:
    """What is asked, if this site can have it shown: else nobody could answer."""
    asked = table.get("assurance", Frame.Assurance.OPEN)
    if asked not in Frame.Assurance.values:
        known = ", ".join(Frame.Assurance.values)
        raise CreationRefused(f"assurance is {asked!r}: use {known}")
    if asked == Frame.Assurance.IDENTITY and not settings.IDENTITY_PROVIDERS:
        raise CreationRefused(
            "assurance is 'identity', and this site names no provider: set PARTAGE_IDENTITY_PROVIDERS"
        )
    if asked == Frame.Assurance.IDENTITY and len(settings.IDENTITY_PROVIDERS) > 1:
        raise CreationRefused(
            "assurance is 'identity', and this site names several providers: one person could answer twice; keep one"
        )
    if asked == Frame.Assurance.MAIL and not settings.MAIL_IS_ON:
        raise CreationRefused("assurance is 'mail', and this site sends no mail: choose another")
    return str(asked)


def _families(table: Table) -> list[str]:
    found = table.get("families", [])
    if not isinstance(found, list):
        raise CreationRefused(f'families must be a list such as ["data"], got {found!r}')
    unknown = [each for each in found if each not in Family.values]
    if unknown:
        raise CreationRefused(f"families: {unknown} unknown, use {', '.join(Family.values)}")
    return found


def _add_task(frame: Frame, table: Table) -> None:
    degree = needed(table, "degree")
    if degree not in Task.Degree.values:
        raise CreationRefused(f"degree must be chosen, obliged or endured, got {degree!r}")
    Task.objects.create(
        frame=frame,
        name=words(table, "name", required=True),
        done_before_by=words(table, "done_before_by"),
        degree=degree,
    )


def _add_data(frame: Frame, table: Table) -> None:
    known, kept_days = needed(table, "known"), table.get("kept_days")
    if not isinstance(known, bool):
        raise CreationRefused(f"known must be true or false, got {known!r}")
    if kept_days is not None and not (isinstance(kept_days, int) and 0 <= kept_days < 2**31):
        raise CreationRefused(f"kept_days must be a whole number of days, got {kept_days!r}")
    commercial = table.get("commercial")
    if commercial is not None and not isinstance(commercial, bool):
        raise CreationRefused(f"commercial must be true or false, got {commercial!r}")
    DataTaken.objects.create(
        frame=frame,
        category=words(table, "category", required=True),
        is_known_to_people=known,
        purpose=words(table, "purpose"),
        receivers=words(table, "receivers"),
        is_commercial=commercial,
        kept_days=kept_days,
    )


def frame_table(frame: Frame) -> dict[str, Any]:
    """The frame as the table that `publish_frame` takes, to start the next version from."""
    table = {
        "families": frame.families,
        "alternative": frame.alternative,
        "alternative_hours_a_week": frame.alternative_hours_a_week,
        "alternative_wait_minutes": frame.alternative_wait_minutes,
        "sensitive": frame.is_sensitive,
        "landscape": frame.landscape,
        "assurance": frame.assurance,
        **{name: getattr(frame, name) for name in TEXTS},
        "tasks": [
            known_only({"name": t.name, "done_before_by": t.done_before_by, "degree": t.degree})
            for t in frame.tasks.all()
        ],
        "data": [
            known_only(
                {
                    "category": d.category,
                    "known": d.is_known_to_people,
                    "purpose": d.purpose,
                    "receivers": d.receivers,
                    "commercial": d.is_commercial,
                    "kept_days": d.kept_days,
                }
            )
            for d in frame.data_taken.all()
        ],
    }
    return known_only(table)


def known_only(table: dict[str, Any]) -> dict[str, Any]:
    """Without what nobody knows: an absent key says so."""
    return {key: value for key, value in table.items() if value not in (None, {}, [])}
