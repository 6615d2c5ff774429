"""Taking one's data away: a zip of JSON, CSV and a note, made as it is sent."""

import base64
import csv
import hmac
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.db.models import BinaryField, F, Field, ForeignKey, Model
from django.utils import timezone
from django.utils.translation import gettext as _

from partage.accounting.models import PublishedAccount
from partage.contributions.models import Argument, Idea, Statement, TestReport, TrialTask
from partage.coproductions.models import Frame, Task
from partage.fund.models import Ballot, Round
from partage.opinions.amending import digest_of
from partage.opinions.models import Amendment
from partage.people.participants import keyed
from partage.rights.declared import SOMEBODY, Declared, all_declared
from partage.rights.holding import Holding, plain, rows_of, ways_to
from partage.shares.models import Beneficiary
from partage.shares.people import payment_of
from partage.training.models import Claim, Programme, Skill, TakenHours
from partage.web.csv_files import Line, cell
from partage.web.zip_files import zip_stream

FORMAT = "partage-takeaway/1"
DATA, SEAL, README = "data.json", "seal.json", "readme.txt"
AT_ONCE = 500
CODE_BYTES = 10
# Would let somebody in, or are of no use outside this site.
SECRET_COLUMNS = frozenset(["password", "session_key", "session_data"])
# Of words that everybody can read.
OPEN_MARKS = frozenset(["text_sha256"])

# How others' things that a row is about are told: by their words, not by our numbers.
TOLD: dict[type[Model], Callable[[Any], dict[str, Any]]] = {
    Statement: lambda one: {"language": one.language, "text": _first(one.words_for_all)},
    Idea: lambda one: {"language": one.language, "title": one.title},
    Argument: lambda one: {"language": one.language, "text": one.text, "idea": one.idea.title},
    TrialTask: lambda one: {"language": one.language, "text": one.words},
    Task: lambda one: {"name": one.name},
    Frame: lambda one: {"version": one.version},
    Amendment: lambda one: {
        "opinion": one.debate.opinion.slug,
        "number": one.number,
        "words": digest_of(one.words),
    },
    Round: lambda one: {"language": one.language, "purpose": one.purpose},
    PublishedAccount: lambda one: {"account": one.number},
    TestReport: lambda one: {"task": one.task.words, "text": one.text},
    Skill: lambda one: {"code": one.code, "name": one.name},
    Programme: lambda one: {"title": one.title, "provider": one.provider},
    Claim: lambda one: {"skill": one.skill.code},
    TakenHours: lambda one: {"programme": one.programme.title},
}


def _first(words: dict[str, str]) -> str:
    return next(iter(words.values()), "")


@dataclass(frozen=True)
class Section:
    """The rows of one kind that are held of somebody, and the words that say why."""

    declared: Declared
    path: str
    places: dict[Any, str]  # by holder
    facts: dict[str, str]

    @property
    def name(self) -> str:
        return self.declared.model._meta.label

    @property
    def fields(self) -> "list[Field[Any, Any]]":
        """Columns that can be told: no secret, and no number of a person."""
        found = [
            self.declared.model._meta.get_field(one) for one in self.declared.says.columns.split()
        ]
        return [one for one in found if _can_be_told(one)]  # type: ignore[misc]

    def rows(self) -> Iterator[dict[str, Any]]:
        keys = [one.name for one in self.fields if isinstance(one, ForeignKey)]
        found = rows_of(self.declared, self.path, list(self.places)).order_by("pk")
        found = found.annotate(_whose=F(self.path)).select_related(*keys)
        for row in found.iterator(AT_ONCE):
            told = {one.name: _told(getattr(row, one.name)) for one in self.fields}
            yield {"place": self.places[plain(row._whose)]} | told | _opened(self.declared, row)


def _can_be_told(one: Any) -> bool:
    is_somebody = isinstance(one, ForeignKey) and one.related_model in SOMEBODY
    is_closed = isinstance(one, BinaryField) and one.name not in OPEN_MARKS
    return not (is_closed or one.name in SECRET_COLUMNS or is_somebody)


def _told(value: Any) -> Any:
    if isinstance(value, Model):
        return TOLD[type(value)](value) if type(value) in TOLD else str(value)
    if isinstance(value, (bytes, memoryview)):
        return bytes(value).hex()
    return value if isinstance(value, (str, int, dict, list, type(None))) else str(value)


def _opened(declared: Declared, row: Model) -> dict[str, Any]:
    """Name and account, which the row holds closed; what the numbers of a ballot stand for."""
    if isinstance(row, Ballot):
        chosen = row.round.projects.filter(number__in=row.projects).order_by("number")
        return {"titles": list(chosen.values_list("title", flat=True))}
    if not isinstance(row, Beneficiary) or "payment" not in declared.says.columns.split():
        return {}
    payment = payment_of(row)
    return asdict(payment) if payment else {}


def takeaway_code(token: str | None, person_pk: int | None) -> str:
    """What shows that a file is theirs: told on the page, never in the file."""
    whose = f"device:{token}" if token else f"person:{person_pk}"
    letters = base64.b32encode(keyed("takeaway", whose)[:CODE_BYTES]).decode()
    return "-".join(letters[start : start + 4] for start in range(0, len(letters), 4))


def proof_of(code: str, digest: str) -> str:
    letters = code.replace("-", "").replace(" ", "").upper()
    return hmac.digest(letters.encode(), f"{FORMAT}:{digest}".encode(), "sha256").hex()


def takeaway(holdings: Sequence[Holding], code: str) -> Iterator[bytes]:
    """The zip, in pieces. What is said in words is said in the reader's language, now."""
    sections = list(_sections(holdings))
    return zip_stream(_files(sections, _readme(), code))


def _sections(holdings: Sequence[Holding]) -> Iterator[Section]:
    for declared in all_declared():
        for path, theirs in ways_to(declared, holdings):
            places = {key: one.name for key, one in theirs.items()}
            yield Section(declared, path, places, _facts(declared))


def _facts(declared: Declared) -> dict[str, str]:
    says = declared.says
    words = {"what": says.what, "purpose": says.purpose, "ground": says.ground}
    words |= {"until": says.until.words, "seen_by": says.seen_by, "given_by": says.given_by}
    return {"kind": declared.model._meta.label} | {name: str(word) for name, word in words.items()}


def _files(
    sections: Sequence[Section], readme: str, code: str
) -> Iterator[tuple[str, Iterable[bytes]]]:
    yield README, [readme.encode()]
    digest = sha256()
    yield DATA, _digested(_json(sections), digest)
    for number, section in enumerate(sections, 1):
        yield f"csv/{number:02}-{section.name.replace('.', '-').lower()}.csv", _csv(section)
    sealed = {"format": FORMAT, "sha256": digest.hexdigest()}
    sealed["proof"] = proof_of(code, sealed["sha256"])
    yield SEAL, [json.dumps(sealed, indent=2).encode()]


def _digested(pieces: Iterable[bytes], digest: Any) -> Iterator[bytes]:
    for piece in pieces:
        digest.update(piece)
        yield piece


def _json(sections: Sequence[Section]) -> Iterator[bytes]:
    """One row a line: a reader need not hold it all."""
    about = {"format": FORMAT, "site": settings.BASE_URL, "made_at": timezone.now().isoformat()}
    yield (json.dumps(about)[:-1] + ', "held": [').encode()
    for number, section in enumerate(sections):
        facts = json.dumps(section.facts, ensure_ascii=False)[:-1]
        yield f'{"," if number else ""}\n{facts}, "rows": ['.encode()
        for place, row in enumerate(section.rows()):
            yield f"{',' if place else ''}\n{json.dumps(row, ensure_ascii=False)}".encode()
        yield b"]}"
    yield b"\n]}\n"


def _csv(section: Section) -> Iterator[bytes]:
    writer = csv.writer(Line())
    columns: list[str] = []
    for row in section.rows():
        if not columns:
            columns = list(row)
            yield writer.writerow(columns).encode()
        yield writer.writerow([_flat(row.get(column)) for column in columns]).encode()


def _flat(value: Any) -> str:
    is_table = isinstance(value, (dict, list))
    return cell(json.dumps(value, ensure_ascii=False) if is_table else value)


def _readme() -> str:
    return _(
        "What %(site)s holds about you, taken away on %(day)s.\n\n"
        "data.json holds everything, with why it is held, until when and who sees it. The folder csv "
        "holds the same, one file a kind, for a spreadsheet. Secrets and marks are left out: they are "
        "of no use elsewhere, or would let somebody in.\n\n"
        "Another site of Partage can bring your contributions in:\n"
        "    partage import takeaway FILE --code CODE\n"
        "The code is on the page where you took this file; it is not in the file. Keep both to yourself: "
        "together they show that the contributions are yours.\n"
    ) % {"site": settings.BASE_URL, "day": timezone.localdate().isoformat()}
