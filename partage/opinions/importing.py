"""Bringing in an opinion given elsewhere, from a file of what is known of it."""

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

from django.db import transaction

from partage.opinions.models import (
    Declaration,
    Evidence,
    Finding,
    GroupVote,
    Opinion,
    Part,
    Recommendation,
    Source,
)
from partage.opinions.publishing import publish_opinion
from partage.register.recording import record

Table = Mapping[str, Any]
LANGUAGES = ("en", "fr")
LONGEST = 10_000
LONGEST_NAME = 200
LONGEST_ADDRESS = 2000
MOST = 1_000_000
MOST_FIGURE = 1e15
MOST_ROWS = 500
VOTES = ("votes_for", "votes_against", "votes_abstain")
DATES = ("referral", "cover", "plenary_vote", "official_journal")


# The lists of a diagnosis, and what each holds.
DIAGNOSIS = {
    "forms": Finding.Kind.FORM,
    "degree_of_choice": Finding.Kind.CHOICE,
    "motives_consumers": Finding.Kind.CONSUMERS,
    "motives_firms": Finding.Kind.FIRMS,
    "issues": Finding.Kind.ISSUE,
    "opportunities": Finding.Kind.OPPORTUNITY,
}


class ImportRefused(Exception):
    """The file lacks something, or says two things that cannot both be."""


@dataclass(frozen=True)
class Brought:
    """What an import brought, for the person who ran it."""

    opinion: Opinion
    was_there: bool


@transaction.atomic
def import_opinion(data: bytes) -> Brought:
    """Bring the opinion in and publish it; the same file a second time changes nothing."""
    table = _read(data)
    slug, digest = _slug(table), hashlib.sha256(data).hexdigest()
    known = Opinion.objects.filter(slug=slug).first()
    if known and known.digest == digest:
        return Brought(known, was_there=not _completed(known, table))
    if known:
        raise ImportRefused(f"id: the opinion {slug!r} is here already, from another file")
    opinion = _opinion(table, slug, digest)
    parts = _parts(opinion, table)
    cited = _recommendations(opinion, table, parts)
    declared = _groups(opinion, table)
    found = _findings(opinion, table)
    _sources(opinion, table, [*cited, *declared, *found])
    record("opinion-imported", space=opinion.space, public={"opinion": slug, "sha256": digest})
    publish_opinion(opinion)
    return Brought(Opinion.objects.get(pk=opinion.pk), was_there=False)


def _completed(opinion: Opinion, table: Table) -> bool:
    """Add what an earlier import of the same file left out; whether there was something."""
    if opinion.findings.exists():
        return False
    cited = _findings(opinion, table)
    if not opinion.findings.exists():
        return False
    _sources(opinion, {}, cited)
    public = {"opinion": opinion.slug, "sha256": opinion.digest}
    record("opinion-completed", space=opinion.space, public=public)
    publish_opinion(opinion)
    return True


def _read(data: bytes) -> Table:
    try:
        table = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise ImportRefused(f"not a JSON file in UTF-8: {error}") from None
    if not isinstance(table, dict):
        raise ImportRefused(f"the file must hold one object, got a {type(table).__name__}")
    return table


def _slug(table: Table) -> str:
    slug = table.get("id")
    if not isinstance(slug, str) or not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", slug[:81]):
        raise ImportRefused(f"id must be small letters, digits and hyphens, got {_seen(slug)}")
    if len(slug) > 80:
        raise ImportRefused(f"id has {len(slug)} characters, at most 80 fit: {slug[:20]}…")
    return slug


def _opinion(table: Table, slug: str, digest: str) -> Opinion:
    body, referral = _object(table, "body"), _object(table, "referral")
    names, dates = _object(table, "identifiers"), _dates(table, referral)
    rapporteur, vote = _object(table, "rapporteur"), _vote(table)
    return Opinion.objects.create(
        slug=slug,
        digest=digest,
        title=_words(table, "title", "title", needed=True),
        question=_words(table, "question", "question"),
        definition=_words(table, "definition", "definition"),
        given_by=_words(body, "name", "body.name", needed=True),
        written_by=_words(body, "working_body", "body.working_body"),
        country=_country(body),
        president=_line(body, "president", "body.president"),
        rapporteur=_line(rapporteur, "name", "rapporteur.name"),
        rapporteur_group=_line(rapporteur, "group", "rapporteur.group"),
        number=_line(names, "number", "identifiers.number", 40),
        journal_number=_line(names, "nor", "identifiers.nor", 40),
        pages=_count(names, "pages", "identifiers.pages"),
        referred_by=_words(referral, "by", "referral.by"),
        legal_basis=_words(referral, "legal_basis", "referral.legal_basis", plain="fr"),
        gaps=[g for g in (_words(table, n, n) for n in ("sections_gap", "groups_gap")) if g],
        referred_on=dates["referral"],
        dated_on=dates["cover"],
        voted_on=dates["plenary_vote"],
        in_journal_on=dates["official_journal"],
        **vote,
    )


def _dates(table: Table, referral: Table) -> dict[str, date | None]:
    """The dates, in their order: referred, voted, printed."""
    given = _object(table, "dates")
    found = {name: _day(given, name, f"dates.{name}") for name in DATES}
    asked = _day(referral, "date", "referral.date")
    if asked and found["referral"] and asked != found["referral"]:
        raise ImportRefused(f"referral.date is {asked}, but dates.referral is {found['referral']}")
    found["referral"] = found["referral"] or asked
    in_order = [(n, found[n]) for n in ("referral", "plenary_vote", "official_journal") if found[n]]
    for (earlier, first), (later, second) in pairwise(in_order):
        if first and second and first > second:
            raise ImportRefused(f"dates.{earlier} is {first}, after dates.{later}, {second}")
    return found


def _vote(table: Table) -> dict[str, Any]:
    """The result and the totals, when they agree."""
    vote = _object(table, "vote")
    counts = {name: _count(vote, name, f"vote.{name}") for name in VOTES}
    known = [number for number in counts.values() if number is not None]
    if known and len(known) < len(VOTES):
        unknown = next(name for name, number in counts.items() if number is None)
        raise ImportRefused(f"vote.{unknown} is null: give all three totals, or none")
    cast = _count(vote, "cast", "vote.cast")
    result = _one_of(vote, "result", "vote", ["", *Opinion.Result.values])
    if known and cast is not None and cast != sum(known):
        raise ImportRefused(f"vote.cast is {cast}, but the three totals make {sum(known)}")
    # The other way round may be right: a majority may ask for more than one half.
    if known and result == Opinion.Result.ADOPTED and known[0] <= known[1]:
        raise ImportRefused(f"vote.result is {result!r}, with {known[0]} for, {known[1]} against")
    return {"result": result, **counts}


def _parts(opinion: Opinion, table: Table) -> dict[str, Part]:
    parts: dict[str, Part] = {}
    for place, row in enumerate(_rows(table, "sections"), 1):
        where = f"sections {_name(row, 'id', 'sections', parts)}"
        parent = row.get("parent")
        if parent is not None and (not isinstance(parent, str) or parent not in parts):
            raise ImportRefused(f"{where}: parent {_seen(parent)} is not a section above it")
        level = parts[parent].level + 1 if parent else 1
        if row.get("level", level) != level or level > 6:
            raise ImportRefused(f"{where}: level is {_seen(row.get('level'))}, its place {level}")
        parts[row["id"]] = Part(
            opinion=opinion,
            place=place,
            level=level,
            number=_line(row, "number", f"{where}: number", 40),
            title=_words(row, "title", f"{where}: title", needed=True),
            text=_words(row, "text", f"{where}: text"),
            page=_count(row, "page", f"{where}: page"),
            is_cut=row.get("truncated_in_source") is True,
        )
    Part.objects.bulk_create(parts.values())
    return parts


def _recommendations(opinion: Opinion, table: Table, parts: dict[str, Part]) -> list[str]:
    """Keep them, numbered in the order of the file; the addresses of what they rest on."""
    found: dict[str, Recommendation] = {}
    works: list[tuple[str, str]] = []
    for number, row in enumerate(_rows(table, "recommendations", needed=True), 1):
        name = _name(row, "id", "recommendations", found)
        found[name] = _recommendation(opinion, number, row, parts)
        works += [(name, one) for one in _addresses(row, f"recommendations {name}")]
    Recommendation.objects.bulk_create(found.values())
    Evidence.objects.bulk_create(
        Evidence(recommendation=found[name], work=work) for name, work in works
    )
    return [work for _name_of, work in works]


def _recommendation(
    opinion: Opinion, number: int, row: Table, parts: dict[str, Part]
) -> Recommendation:
    where = f"recommendations {row['id']}"
    section = row.get("section")
    if section is not None and (not isinstance(section, str) or section not in parts):
        raise ImportRefused(f"{where}: section {_seen(section)} is not among the sections")
    return Recommendation(
        opinion=opinion,
        number=number,
        part=parts[section] if section else None,
        standing=_one_of(row, "status", where, Recommendation.Standing.values),
        text=_words(row, "text", f"{where}: text", needed=True),
        acts=_words(row, "addressee", f"{where}: addressee"),
        acts_basis=_one_of(row, "addressee_basis", where, ["", *Recommendation.Basis.values]),
        due_on=_day(row, "due", f"{where}: due"),
        known_by=_words(row, "known_by", f"{where}: known_by"),
        note=_words(row, "note", f"{where}: note"),
        theme=_line(row, "theme", f"{where}: theme", 60),
    )


def _groups(opinion: Opinion, table: Table) -> list[str]:
    """What each group said and how it voted; the addresses of the declarations."""
    declarations: dict[str, Declaration] = {}
    votes = []
    for place, row in enumerate(_rows(table, "groups"), 1):
        where = f"groups {_name(row, 'name', 'groups', declarations)}"
        counts = {name: _count(row, name, f"{where}: {name}") for name in VOTES}
        votes.append(GroupVote(opinion=opinion, group=row["name"], **counts))
        declarations[row["name"]] = Declaration(
            opinion=opinion,
            place=place,
            group=row["name"],
            kind=_words(row, "declaration", f"{where}: declaration"),
            text=_words(row, "points", f"{where}: points", needed=True),
            vote_in_words=_words(row, "vote_in_words", f"{where}: vote_in_words"),
            address=next(iter(_addresses(row, where)), ""),
        )
    _check_groups(opinion, votes)
    Declaration.objects.bulk_create(declarations.values())
    GroupVote.objects.bulk_create(votes)
    return [one.address for one in declarations.values() if one.address]


def _check_groups(opinion: Opinion, votes: list[GroupVote]) -> None:
    """Groups together never have more votes than the total. Fewer may be known."""
    for name in VOTES:
        total = getattr(opinion, name)
        known = sum(getattr(vote, name) or 0 for vote in votes)
        if total is not None and known > total:
            raise ImportRefused(f"groups: {name} makes {known}, but vote.{name} is {total}")


def _findings(opinion: Opinion, table: Table) -> list[str]:
    """The diagnosis, the figures, the works beside it; the addresses of their sources."""
    diagnosis = _object(table, "diagnosis")
    rows: list[Finding] = []
    for key, kind in DIAGNOSIS.items():
        given = diagnosis.get(key, [])
        listed = {**diagnosis, key: [given] if isinstance(given, dict) else given}
        for number, row in enumerate(_rows(listed, key, "diagnosis."), 1):
            rows.append(_finding(row, kind, f"diagnosis.{key} {number}"))
    for number, row in enumerate(_rows(table, "figures"), 1):
        rows.append(_figure(row, f"figures {number}"))
    for number, row in enumerate(_rows(table, "sister_works"), 1):
        rows.append(_finding(row, Finding.Kind.SISTER, f"sister_works {number}"))
    for place, one in enumerate(rows, 1):
        one.opinion, one.place = opinion, place
    Finding.objects.bulk_create(rows)
    return [address for one in rows for address in one.addresses]


def _finding(row: Table, kind: str, where: str) -> Finding:
    return Finding(
        kind=kind,
        text=_words({"text": row}, "text", where, needed=True),
        addresses=_addresses(row, where),
    )


def _figure(row: Table, where: str) -> Finding:
    one = _finding(row, Finding.Kind.FIGURE, where)
    one.value = _number(row, "value", f"{where}: value")
    one.unit = _line(row, "unit", f"{where}: unit", 20)
    one.qualifier = _one_of(row, "qualifier", where, ["", *Finding.Qualifier.values])
    one.year = _year(row, f"{where}: year")
    one.said_by = _line(row, "said_by", f"{where}: said_by")
    return one


def _year(row: Table, where: str) -> int | None:
    year = _count(row, "year", where)
    if year is not None and not date.min.year <= year <= date.max.year:
        raise ImportRefused(f"{where} must be a year such as 2016, got {year}")
    return year


def _number(row: Table, key: str, where: str) -> float | None:
    value = row.get(key)
    if value is None:
        return None
    if type(value) not in (int, float) or not abs(value) <= MOST_FIGURE:
        raise ImportRefused(f"{where} must be a number, got {_seen(value)}")
    return float(value)


def _sources(opinion: Opinion, table: Table, cited: Iterable[str]) -> None:
    """Those the file lists, then those that are only cited, after those that are there."""
    there = set(opinion.sources.values_list("address", flat=True))
    listed: dict[str, dict[str, str]] = {}
    for row in _rows(table, "sources"):
        address = _name(row, "url", "sources", listed, LONGEST_ADDRESS)
        listed[address] = _words(row, "what", f"sources {address}: what")
    for address in cited:
        if address not in there:
            listed.setdefault(address, {})
    Source.objects.bulk_create(
        Source(opinion=opinion, place=place, address=address, what=what)
        for place, (address, what) in enumerate(listed.items(), len(there) + 1)
    )


def _addresses(row: Table, where: str) -> list[str]:
    others = row.get("other_source_urls", [])
    if not isinstance(others, list):
        raise ImportRefused(f"{where}: other_source_urls must be a list, got {_seen(others)}")
    given = [row["source_url"], *others] if row.get("source_url") is not None else others
    found = [_text(one, f"{where}: source_url", LONGEST_ADDRESS) for one in given]
    again = [one for one, times in Counter(found).items() if times > 1]
    if again:
        raise ImportRefused(f"{where}: the source {again[0]!r} is there twice")
    return found


def _object(table: Table, key: str) -> Table:
    found = table.get(key)
    if found is not None and not isinstance(found, dict):
        raise ImportRefused(f"{key} must be an object, got {_seen(found)}")
    return found or {}


def _rows(table: Table, key: str, within: str = "", *, needed: bool = False) -> list[Table]:
    found, key = table.get(key, []), f"{within}{key}"
    if not isinstance(found, list) or not all(isinstance(row, dict) for row in found):
        raise ImportRefused(f"{key} must be a list of objects, got {_seen(found)}")
    if needed and not found:
        raise ImportRefused(f"{key} is missing: an opinion has at least one")
    if len(found) > MOST_ROWS:
        raise ImportRefused(f"{key} has {len(found)} rows, at most {MOST_ROWS} fit")
    return found


def _name(row: Table, key: str, where: str, seen: Iterable[str], most: int = LONGEST_NAME) -> str:
    """What tells this row from the others."""
    name = _text(row.get(key), f"{where}: {key}", most)
    if name in seen:
        raise ImportRefused(f"{where}: {key} {name!r} is there twice")
    return name


def _words(
    row: Table, key: str, where: str, *, needed: bool = False, plain: str = "en"
) -> dict[str, str]:
    """A text by language: `key_en` and `key_fr`, an object, or a plain text in one language."""
    given = row.get(key)
    if given is not None and not isinstance(given, str | dict):
        raise ImportRefused(f"{where} must be a text, got {_seen(given)}")
    table = given if isinstance(given, dict) else {plain: given}
    found = {}
    for language in LANGUAGES:
        text = row.get(f"{key}_{language}", table.get(language))
        if text is not None:
            found[language] = _text(text, f"{where} ({language})", LONGEST)
    if needed and not found:
        raise ImportRefused(f"{where} is missing")
    return found


def _text(value: object, where: str, most: int) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ImportRefused(f"{where} must be a text, got {_seen(value)}")
    if len(value) > most:
        raise ImportRefused(f"{where} has {len(value)} characters, at most {most} fit")
    if any(not (sign.isprintable() or sign in "\n\u00a0\u202f") for sign in value):
        raise ImportRefused(f"{where} holds a sign that cannot be shown: {_seen(value)}")
    return value.strip()


def _line(row: Table, key: str, where: str, most: int = LONGEST_NAME) -> str:
    value = row.get(key)
    return "" if value is None else _text(value, where, most)


def _country(body: Table) -> str:
    country = _line(body, "country", "body.country")
    if country and not re.fullmatch("[A-Z]{2}", country):
        raise ImportRefused(f"body.country must be two capital letters, got {country!r}")
    return country


def _one_of(row: Table, key: str, where: str, known: list[str]) -> str:
    value = row.get(key)
    value = "" if value is None and "" in known else value
    if value not in known:
        choices = ", ".join(filter(None, known))
        raise ImportRefused(f"{where}: {key} must be one of {choices}, got {_seen(value)}")
    return str(value)


def _count(row: Table, key: str, where: str) -> int | None:
    value = row.get(key)
    if value is None:
        return None
    if type(value) is not int or not 0 <= value <= MOST:
        raise ImportRefused(f"{where} must be a whole number from 0 to {MOST}, got {_seen(value)}")
    return value


def _day(row: Table, key: str, where: str) -> date | None:
    value = row.get(key)
    if value is None:
        return None
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        sentence = f"{where} must be a date such as 2016-10-25, got {_seen(value)}"
        raise ImportRefused(sentence) from None


def _seen(value: object) -> str:
    """The value as the file has it, short enough for a sentence."""
    text = json.dumps(value, ensure_ascii=True)
    return text if len(text) <= 60 else f"{text[:60]}…"
