"""What every app declares of its columns, and the check that none is left out."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from django.apps import AppConfig, apps
from django.core.checks import CheckMessage, Error
from django.core.exceptions import FieldDoesNotExist
from django.db.models import BinaryField, ForeignKey, Model, QuerySet

from partage.assemblies.models import Member
from partage.people.models import Participant, Person
from partage.register.models import VaultKey
from partage.shares.models import Beneficiary
from partage.web.personal_data import ALL_COLUMNS, ITSELF, Personal

# A model from which foreign keys lead to one of these can be tied to somebody.
SOMEBODY: tuple[type[Model], ...] = (Participant, Person, VaultKey, Member, Beneficiary)


@dataclass(frozen=True)
class Declared:
    """A declaration and the model it is about."""

    model: type[Model]
    says: Personal

    @property
    def holders(self) -> set[type[Model]]:
        return {end_of(self.model, path) for path in self.says.whose.split()}

    @property
    def rows(self) -> "QuerySet[Any]":
        """Those that still hold something: a column may be emptied and its row stay."""
        rows = self.model._default_manager.all()
        fields = [self.model._meta.get_field(column) for column in self.says.emptied.split()]
        emptied = {one.name: b"" if isinstance(one, BinaryField) else "" for one in fields}
        return rows.exclude(**emptied) if emptied else rows


def our_apps() -> list[AppConfig]:
    return [one for one in apps.get_app_configs() if one.name.startswith("partage.")]


def _words_of(app: AppConfig) -> Any:
    """The declarations of an app. An app that has none is one whose columns are all undeclared."""
    try:
        return import_module(f"{app.name}.personal")
    except ModuleNotFoundError:
        return None


def all_declared() -> list[Declared]:
    """Every declaration of the site, in the order of its apps."""
    return [
        Declared(apps.get_model(app.label, says.model), says)
        for app in our_apps()
        for says in getattr(_words_of(app), "PERSONAL", ())
    ]


def end_of(model: type[Model], path: str) -> type[Model]:
    """The model that a path of foreign keys leads to."""
    for step in path.split("__") if path != ITSELF else ():
        model = model._meta.get_field(step).related_model  # type: ignore[assignment]
    return model


def is_tied(model: type[Model]) -> bool:
    """Whether foreign keys lead from its rows to somebody."""
    seen, waiting = set(), [model]
    while waiting:
        one = waiting.pop()
        if one in SOMEBODY:
            return True
        seen.add(one)
        keys = [field for field in one._meta.concrete_fields if isinstance(field, ForeignKey)]
        waiting += [key.related_model for key in keys if key.related_model not in seen]
    return False


def check_declared(**_words: Any) -> list[CheckMessage]:
    """For Django's checks: a column that nobody declared stops the site from starting."""
    return [Error(sentence, id="partage.E001") for sentence in faults()]


def faults() -> Iterator[str]:
    for app in our_apps():
        words = _words_of(app)
        personal = getattr(words, "PERSONAL", ())
        others: Mapping[str, str] = getattr(words, "NOT_PERSONAL", {})
        for model in app.get_models():
            mine = [says for says in personal if says.model == model.__name__]
            yield from _faults_of(model, mine, others.get(model.__name__, ""))


def _faults_of(model: type[Model], mine: list[Personal], others: str) -> Iterator[str]:
    name = model._meta.label
    columns = {field.name for field in model._meta.concrete_fields}
    if others == ALL_COLUMNS and not mine:
        if is_tied(model):
            yield f"{name} can be tied to a person: say of each of its columns whether it is personal."
        return
    said = Counter(" ".join([*(says.columns for says in mine), others]).split())
    for column in sorted(columns - said.keys() - {"id"}):
        yield f"{name}.{column} is not declared in personal.py: is it personal, and until when?"
    for column in sorted(said.keys() - columns):
        yield f"{name} has no column {column}, which its personal.py declares."
    for column in sorted(column for column, times in said.items() if times > 1):
        yield f"{name}.{column} is declared twice in personal.py."
    for says in mine:
        yield from _faults_in(model, says)


def _faults_in(model: type[Model], says: Personal) -> Iterator[str]:
    """Of what leads to the person, and of the date."""
    try:
        ends = [end_of(model, path) for path in says.whose.split()]
        if says.since:
            model._meta.get_field(says.since)
    except (FieldDoesNotExist, AttributeError):
        yield f"{model._meta.label}: whose {says.whose!r} or since {says.since!r} leads nowhere."
        return
    if any(end not in SOMEBODY for end in ends):
        yield f"{model._meta.label}: whose {says.whose!r} does not lead to a person."
    if says.until.days and not says.since:
        yield f"{model._meta.label}: kept for {says.until.days} days since no date."
