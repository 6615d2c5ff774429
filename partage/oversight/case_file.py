"""What goes into the sealed case file of an inspection, made as it is sent."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from partage.accounting.models import PublishedAccount
from partage.accounting.views import account_rows
from partage.oversight.case_format import (
    CASE,
    CHECKPOINT,
    CONSULTED,
    ENTRIES,
    KEYS,
    SAMPLES,
    File,
    sealed,
)
from partage.oversight.consulting import facts_of
from partage.oversight.flags import flags_of
from partage.oversight.gathering import figures_of
from partage.oversight.mandates import terms_of
from partage.oversight.models import Consultation, Mandate, Question
from partage.oversight.reading import proof_of
from partage.register.checkpoints import unchecked
from partage.register.keys import KeyMissing, kept_signers
from partage.register.models import Entry, Log
from partage.register.notes import Signer
from partage.register.storage import Tree
from partage.web.csv_files import csv_lines

# Kinds that stand in the register more often than this are there by the samples drawn.
MOST_OF_A_KIND = 500
QUOTED: Any = 1

README = """A case file of Partage.

It verifies without the site it comes from, years later:

    partage verify case FILE --key KEY

KEY is the register's key (name+id+key). Take it from where you trust it, not from this file: the
copy in register/vkey shows that the file is whole, not whose it is.

Without Partage: the comment at the end of the zip is a signed note (C2SP signed-note, Ed25519). Its
third line is the SHA-256 of every byte before the comment. manifest.json has the SHA-256 of each
file. Each line of entries.jsonl is an entry of the register with its place and the hashes that lead
from it to the root that register/checkpoint signs (RFC 6962).

case.json           terms of the mandate and what opens their digest; kinds of entries left out
entries.jsonl       entries with their proofs: all of a kind up to {most}, else those of the samples
samples.json        the samples, with their seeds
accounts/           each account: its declaration, its lines (JSON, CSV)
flags.json          what the published rules found
questions.json      questions and answers
notes.json          the inspector's notes
consultations.jsonl the pages read under the mandate, each sealed over the one before
"""


class CannotSeal(Exception):
    """No case can be made now; the message is the sentence to show."""


def case_file(mandate: Mandate) -> Iterator[bytes]:
    """The case, piece by piece; refuses before the first one where nothing can be signed."""
    log = Log.objects.exclude(checkpoint="").order_by("-number").first()
    if log is None:
        raise CannotSeal(_("Nothing is sealed yet: try again in a few seconds."))
    return sealed(_files(mandate, log), _signer(log))


def _signer(log: Log) -> Signer:
    """A key under which the checkpoint is signed too, so that one key checks both."""
    known = set(log.vkeys.splitlines())
    try:
        return next(one for one in kept_signers(log.origin) if str(one.verifier) in known)
    except (KeyMissing, StopIteration):
        raise CannotSeal(
            _("The key that signs is not on this machine: ask whoever runs the site.")
        ) from None


def _text(facts: Any) -> list[bytes]:
    return [(json.dumps(facts, indent=1, sort_keys=True, ensure_ascii=False) + "\n").encode()]


def _line(facts: Any) -> bytes:
    return (json.dumps(facts, sort_keys=True, ensure_ascii=False) + "\n").encode()


def _files(mandate: Mandate, log: Log) -> Iterator[File]:
    yield "README.txt", [README.format(most=MOST_OF_A_KIND).encode()]
    yield KEYS, [log.vkeys.encode()]
    yield CHECKPOINT, [log.checkpoint.encode()]
    read = list(Consultation.objects.filter(mandate=mandate).order_by("number"))
    yield CASE, _text(_case(mandate, log, read))
    yield ENTRIES, _entries(mandate, log)
    yield SAMPLES, _text([_sample(one) for one in mandate.samples.order_by("number")])
    for account in _accounts(mandate):
        yield from _account_files(account)
    yield "flags.json", _text(_flags(mandate))
    asked = mandate.questions.select_related("coproduction").order_by("number")
    yield "questions.json", _text([_question(one) for one in asked])
    yield "notes.json", _text(_notes(mandate))
    yield CONSULTED, (_line(facts_of(one)) for one in read)


def _case(mandate: Mandate, log: Log, read: list[Consultation]) -> dict[str, Any]:
    return {
        "format": "partage-case/1",
        "terms": terms_of(mandate),
        "opening": bytes(mandate.opening).hex(),
        "log": log.pk,
        "minutes": sum(mandate.worked.values_list("minutes", flat=True)),
        "waiting_cases": mandate.waiting_cases,
        "consultations_digest": read[-1].digest if read else mandate.terms,
        "left_out": {kind: n for kind, n in _kinds(mandate, log).items() if n > MOST_OF_A_KIND},
        "accounts": [
            {
                "coproduction": one.coproduction.slug,
                "number": one.number,
                "file": f"{_stem(one)}.json",
            }
            for one in _accounts(mandate)
        ],
    }


def _covered(mandate: Mandate, log: Log) -> "QuerySet[Entry]":
    slugs = list(mandate.covered().values_list("slug", flat=True))
    size = unchecked(log.checkpoint).size
    return Entry.objects.filter(space__in=slugs, log=log.pk, position__lt=size)


def _kinds(mandate: Mandate, log: Log) -> dict[str, int]:
    counted = _covered(mandate, log).order_by().values("kind").annotate(n=Count("pk"))
    return dict(counted.values_list("kind", "n"))


def _entries(mandate: Mandate, log: Log) -> Iterator[bytes]:
    """Those of rare kinds, those drawn, and the one that opened the mandate; each with its proof."""
    few = [kind for kind, n in _kinds(mandate, log).items() if n <= MOST_OF_A_KIND]
    drawn = {place for one in mandate.samples.filter(log=log.pk) for place in one.places}
    own = Q(kind="mandate-opened", public__mandate=mandate.number)
    size = unchecked(log.checkpoint).size
    there = Entry.objects.filter(log=log.pk, position__lt=size)
    chosen = there.filter(own | Q(pk__in=_covered(mandate, log).filter(kind__in=few).values("pk")))
    wanted = sorted(drawn | {place or 0 for place in chosen.values_list("position", flat=True)})
    tree = Tree(log.pk, size)
    for start in range(0, len(wanted), MOST_OF_A_KIND):
        some = there.filter(position__in=wanted[start : start + MOST_OF_A_KIND])
        for entry in some.order_by("position"):
            yield _line(_proved(entry, log, tree))


def _proved(entry: Entry, log: Log, tree: Tree) -> dict[str, Any]:
    receipt = proof_of(entry, log, tree)
    hashes = [one.hex() for one in receipt.proof]
    return {"place": receipt.index, "entry": receipt.entry.decode(), "proof": hashes}


SAMPLE_COLUMNS = (
    "number",
    "origin",
    "log",
    "size",
    "root",
    "seed",
    "among",
    "population",
    "places",
)


def _sample(sample: Any) -> dict[str, Any]:
    told = {name: getattr(sample, name) for name in SAMPLE_COLUMNS}
    return {**told, "drawn_at": sample.drawn_at.isoformat()}


def _accounts(mandate: Mandate) -> "QuerySet[PublishedAccount]":
    accounts = PublishedAccount.objects.filter(coproduction__in=mandate.covered().order_by())
    return accounts.select_related("coproduction").order_by("coproduction__slug", "number")


def _stem(account: PublishedAccount) -> str:
    return f"accounts/{account.coproduction.slug}-{account.number}"


def _account_files(account: PublishedAccount) -> Iterator[File]:
    stem = _stem(account)
    yield f"{stem}.toml", [account.declaration.encode()]
    yield f"{stem}.json", [account.content.encode()]
    columns = ("code", "line", "unit", "scenario", "low", "central", "high", "grade")
    yield f"{stem}.csv", _csv(columns, account_rows(account, unknown=""))


def _csv(columns: tuple[str, ...], rows: Iterable[Iterable[object]]) -> Iterator[bytes]:
    return (line.encode() for line in csv_lines(columns, rows, QUOTED))


def _flags(mandate: Mandate) -> dict[str, Any]:
    covered = list(mandate.covered())
    figures = figures_of(covered)
    return {
        one.slug: {flag.rule.code: flag.times for flag in flags_of(figures[one.pk])}
        for one in covered
    }


def _question(question: Question) -> dict[str, Any]:
    answered = question.answered_at
    return {
        "number": question.number,
        "coproduction": question.coproduction.slug,
        "question": question.text,
        "asked_at": question.asked_at.isoformat(),
        "due_on": question.due_on.isoformat(),
        "answer": question.answer,
        "answered_at": answered.isoformat() if answered else None,
    }


def _notes(mandate: Mandate) -> list[dict[str, Any]]:
    return [
        {
            "number": note.number,
            "written_at": note.written_at.isoformat(),
            "coproduction": note.coproduction.slug if note.coproduction else None,
            "text": note.text,
        }
        for note in mandate.notes.select_related("coproduction").order_by("number")
    ]
