"""What must hold of all tables at any moment: nothing refers to what is gone, nothing is kept too long."""

from collections.abc import Iterator
from datetime import timedelta

from django.db.models import Exists, ForeignKey, ForeignObjectRel, Model, OuterRef
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from partage.calls.models import Call
from partage.checks.declared import Check, named
from partage.coproductions.models import Coproduction
from partage.people.models import Participant
from partage.register.models import Payload, VaultKey
from partage.rights.declared import our_apps
from partage.rights.retention import past_their_date

# What forgets runs once a day.
A_DAY = timedelta(days=1)


def _orphans() -> Iterator[str]:
    """Rows that name a row that is not there. SQLite checks it only while rows are written."""
    for model in (model for app in our_apps() for model in app.get_models()):
        for field in model._meta.concrete_fields:
            if isinstance(field, ForeignKey):
                yield from _naming_nothing(model, field)


def _naming_nothing(model: type[Model], field: "ForeignKey[Model, Model]") -> Iterator[str]:
    target = field.related_model._default_manager.filter(pk=OuterRef(field.attname))
    rows = model._default_manager.filter(**{f"{field.attname}__isnull": False})
    return named(rows.exclude(Exists(target)))


def _of_nowhere() -> Iterator[str]:
    """Participants of neither a coproduction nor a call."""
    places = Coproduction.objects.filter(slug=OuterRef("space"))
    people = Participant.objects.exclude(Exists(places))
    yield from named(people.exclude(space__startswith=Call.SPACE))
    calls = {f"{Call.SPACE}{pk}" for pk in Call.objects.values_list("pk", flat=True)}
    yield from named(people.filter(space__startswith=Call.SPACE).exclude(space__in=calls))


def _of_nobody() -> Iterator[str]:
    """Secrets that belong to nobody any more: what they open could be read, and never erased."""
    rows = VaultKey.objects.all()
    for key in VaultKey._meta.get_fields(include_hidden=True):
        if isinstance(key, ForeignObjectRel) and key.related_model is not Payload:
            own = key.related_model._default_manager.filter(**{key.field.name: OuterRef("pk")})
            rows = rows.exclude(Exists(own))
    return named(rows)


def _kept_too_long() -> Iterator[str]:
    for one, count in past_their_date(timezone.now() - A_DAY):
        yield from [one.model._meta.label] * count


CHECKS: tuple[Check, ...] = (
    Check("no-orphan", _("No row names another one that is not there."), _orphans),
    Check(
        "participants-somewhere",
        _("Every participant takes part in a coproduction or a call that exists."),
        _of_nowhere,
    ),
    Check(
        "secrets-of-somebody",
        _("Every secret that opens entries of the register belongs to somebody who can destroy it."),
        _of_nobody,
    ),
    Check(
        "nothing-too-old",
        _("Nothing is kept longer than the page on personal data promises."),
        _kept_too_long,
    ),
)  # fmt: skip
