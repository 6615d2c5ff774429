"""Results appear by release: at closing, else at most daily and after ten new people."""

import hashlib
import secrets
from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import numpy as np
from django.db import transaction
from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from partage.assurance.proofs import levels_in, those_who_showed
from partage.calc.arrival import arrival_votes_from_arrays
from partage.calc.landscape import landscape, published
from partage.calc.locator import Locator
from partage.calc.polis import polis
from partage.calc.polis import published as published_polis
from partage.calc.votes import votes_from_arrays
from partage.contributions.channels import Way, add_channels, people_and_answers, ways_in
from partage.contributions.left_out import change_since, excluded_sets, people_left_out
from partage.contributions.models import Release, Statement, Turnout, Vote
from partage.contributions.protecting import hold_lines
from partage.coproductions.creation import CreationRefused
from partage.coproductions.models import Coproduction, Frame, Stage
from partage.register import consumers
from partage.register.recording import record

FORMAT = "partage-results/2"
NEW_PEOPLE = 10
FEWEST_VOTERS = 10
SENTENCES_FROM = 30
PICTURE_FROM = 100
INTERVAL = timedelta(days=1)
# Acts accepted just before closing may still be committing.
GRACE = timedelta(seconds=10)
CONSUMER = "results"
COUNTED = Q(answer__in=[Vote.Answer.AGREE, Vote.Answer.DISAGREE, Vote.Answer.UNSURE])

Content = dict[str, Any]
Columns = tuple[list[int], list[int], list[int]]  # people, sentences, answers


class Computed(NamedTuple):
    """What a release says; the private model to locate oneself by; what opens its commitment."""

    content: Content
    model: Content | None
    opening: bytes | memoryview | None
    left_out: Content


def count_turnout(coproduction: Coproduction) -> int:
    """Count people and answers again, for the page and for the rule of the next sentence."""
    votes = Vote.objects.filter(statement__coproduction=coproduction)
    channels = _by_way(coproduction, votes)
    people = sum(row["people"] for row in channels.values())
    found = {"people": people, "by_channel": channels}
    Turnout.objects.update_or_create(coproduction=coproduction, defaults=found)
    unclear = Count("pk", filter=Q(answer=Vote.Answer.UNCLEAR))
    rows = votes.order_by().values("statement").annotate(n=Count("pk"), unclear=unclear)
    counts = {pk: (n, m) for pk, n, m in rows.values_list("statement", "n", "unclear")}
    columns = ["answers_counted", "unclear_counted"]
    changed = []
    for statement in Statement.objects.filter(coproduction=coproduction).only(*columns):
        before = statement.answers_counted, statement.unclear_counted
        statement.answers_counted, statement.unclear_counted = counts.get(statement.pk, (0, 0))
        if before != (statement.answers_counted, statement.unclear_counted):
            changed.append(statement)
    Statement.objects.bulk_update(changed, columns, batch_size=500)
    return int(people)


def _by_way(coproduction: Coproduction, votes: Any) -> dict[str, dict[str, int]]:
    """People and answers of each way: counted by the database, save who showed something."""
    by_channel = votes.values("participant__channel").order_by()
    counted = by_channel.annotate(people=Count("participant", distinct=True), answers=Count("pk"))
    found = {
        row["participant__channel"]: {"people": row["people"], "answers": row["answers"]}
        for row in counted
    }
    if levels := levels_in(coproduction):
        shown = votes.filter(those_who_showed(coproduction)).values_list("participant", flat=True)
        for way, row in people_and_answers(levels, shown).items():
            found[way] = row
            for name in row:
                found[Way.WEB][name] -= row[name]
    return {way: row for way, row in found.items() if row["people"]}


def is_due(
    stage: Stage | None,
    last: Release | None,
    people: int,
    at: datetime | None = None,
    *,
    moved: int | None = None,
) -> bool:
    """Whether results of so many people may be published now.

    `moved`: how many came, or went with a contested set, since the last; if not said, who came.
    """
    at = at or timezone.now()
    if moved is None:
        moved = people - last.people if last else people
    if stage is None or (last and last.is_final):
        return False
    if stage.closes_at and at >= stage.closes_at + GRACE:
        return True
    if people < NEW_PEOPLE or not stage.is_open(at):
        return False
    return last is None or (at - last.published_at >= INTERVAL and moved >= NEW_PEOPLE)


def publish_if_due(coproduction: Coproduction) -> Release | None:
    """Compute outside any transaction, then write the release and the position together.

    Killed in between, nothing is written and the next pass starts again; raced by another worker,
    the one that moves the position first wins.
    """
    now = timezone.now()
    stage = coproduction.stages.filter(kind=Stage.Kind.VOTES).first()
    start = consumers.position(CONSUMER, coproduction.slug)
    end = consumers.last_position(coproduction.slug)
    last = coproduction.releases.order_by("number").last()
    turnout = Turnout.objects.filter(coproduction=coproduction).first()
    # The turnout is at hand, and also has who only answered what is not counted.
    everybody = turnout.people if turnout else 0
    moved = change_since(coproduction, last, everybody).people
    if not is_due(stage, last, everybody, now, moved=moved):
        return None
    out = people_left_out(coproduction)
    people, left = _people_counted(coproduction, out)
    moved = change_since(coproduction, last, people + left).people
    if not is_due(stage, last, people, now, moved=moved):
        return None
    # Judged before the answers are read: some may still come while the map is computed.
    is_final = stage is not None and stage.is_over(now)
    if is_final and last and moved < NEW_PEOPLE:
        # Too few came since: a difference between two releases would be what one person said.
        computed = Computed(last.content, last.model, last.opening, last.left_out)
    else:
        computed = compute_results(coproduction, last)
    with transaction.atomic():
        if not consumers.advance(CONSUMER, coproduction.slug, start=start, end=end):
            return None
        return _write(coproduction, last, computed, is_final=is_final)


def _people_counted(coproduction: Coproduction, out: Any) -> tuple[int, int]:
    """How many people count, and how many are left out."""
    published = Statement.objects.published().filter(coproduction=coproduction)
    counted = Vote.objects.filter(COUNTED, statement__in=published)
    people = counted.order_by().values("participant").distinct()
    return people.exclude(participant__in=out).count(), people.filter(participant__in=out).count()


def _write(
    coproduction: Coproduction,
    last: Release | None,
    computed: Computed,
    *,
    is_final: bool,
) -> Release:
    release = Release.objects.create(
        coproduction=coproduction,
        number=last.number + 1 if last else 1,
        published_at=timezone.now(),
        is_final=is_final,
        people=computed.content["people"],
        **computed._asdict(),
    )
    told = {"release": release.number, "people": release.people, "final": is_final}
    record(
        "results-published",
        space=coproduction.slug,
        public=told | {"inputs": release.content.get("inputs", "")},
    )
    return release


def compute_results(
    coproduction: Coproduction, last: Release | None = None, sets: Any = None
) -> Computed:
    """What the release after `last` says; `sets`: as though these were left out, and no others."""
    sets = excluded_sets(coproduction) if sets is None else sets
    out = people_left_out(coproduction, sets)
    statements = list(
        Statement.objects.published().filter(coproduction=coproduction).order_by("pk")
    )
    shown = [s.pk for s in statements]
    by_polis = is_by_polis(coproduction, last)
    # Read once: a second reading would count what came in between.
    arrived = _arrived(coproduction, out) if by_polis else None
    people, asked, answers = (
        _on(arrived, shown)
        if arrived
        else _columns(
            Vote.objects.filter(COUNTED, statement__in=shown).exclude(participant__in=out)
        )
    )
    may_map = len(set(people)) >= SENTENCES_FROM
    before = Locator(**last.model).drawn if last and last.model else None
    found = (
        landscape(votes_from_arrays(people, asked, answers), before)
        if may_map and not by_polis
        else None
    )
    tallies = _tallies(asked, answers)
    opening = secrets.token_bytes(32)
    content: Content = {
        "format": FORMAT,
        "inputs": commitment(opening, *(arrived or (people, asked, answers))),
        "people": len(set(people)),
        "answers": len(answers),
        "statements": [_statement(s, tallies) for s in statements],
        "landscape": published(found) if found else None,
        "polis": _by_polis(arrived, shown) if arrived and may_map else None,
        "assurance": coproduction.assurance.value,
        "left_out": _sets_told(sets),
    }
    if found and found.has_map and last and before:
        content["landscape"]["turned_like"] = last.number
    number = last.number + 1 if last else 1
    add_channels(
        content,
        ways_in(coproduction),
        list(zip(people, asked, answers, strict=True)),
        last.content if last else None,
        number,
    )
    hold_lines(content, last.content if last else None, number)
    model = Locator.of(found).as_json() if found else None
    return Computed(content, model, opening, _left_out(coproduction, out, sets))


def _sets_told(sets: Any) -> list[Content]:
    """The contested sets that are left out, with how many people from ten on."""
    counted = sets.annotate(
        people=Count("members", filter=Q(members__is_upheld=False) | Q(members__is_upheld=None))
    )
    return [
        {"set": one.number, "people": one.people if one.people >= FEWEST_VOTERS else None}
        for one in counted.order_by("number")
    ]


def _left_out(coproduction: Coproduction, out: Any, sets: Any) -> Content:
    _counted, left = _people_counted(coproduction, out)
    return {"people": left, "sets": sorted(sets.values_list("number", flat=True))}


def is_by_polis(coproduction: Coproduction, last: Release | None) -> bool:
    """Whether the frame asks for the rules of Polis; once a map is out, the next ones are made alike.

    Groups cut in two ways from the same answers would tell, by subtraction, what few people said.
    """
    mapped = _mapped_by(last) if last else None
    asked = coproduction.frame.landscape if coproduction.frame else None
    return (mapped or asked) == Frame.Landscape.POLIS


def _mapped_by(release: Release) -> str | None:
    if release.content.get("polis"):
        return Frame.Landscape.POLIS
    return Frame.Landscape.DEFAULT if release.content["landscape"] else None


def check_landscape(coproduction: Coproduction, table: Mapping[str, Any]) -> None:
    """Raises CreationRefused if a next version of the frame maps otherwise than what is published."""
    last = coproduction.releases.order_by("number").last()
    mapped = _mapped_by(last) if last else None
    if last and mapped and table.get("landscape", Frame.Landscape.DEFAULT) != mapped:
        sentence = _(
            "The way of mapping (landscape) stays as it is: results %(number)s are published with it, and two maps of the "
            "same answers would tell what few people said"
        )
        raise CreationRefused(sentence % {"number": last.number})


def _arrived(coproduction: Coproduction, out: Any) -> Columns:
    """Answers in the order of arrival, also to the sentences no longer shown: Polis keeps them."""
    rows = Vote.objects.filter(COUNTED, statement__coproduction=coproduction)
    return _columns(rows.exclude(participant__in=out).order_by("pk"))


def _on(arrived: Columns, shown: list[int]) -> Columns:
    """The answers to these sentences alone."""
    wanted = frozenset(shown)
    rows = [row for row in zip(*arrived, strict=True) if row[1] in wanted]
    people, asked, answers = zip(*rows, strict=True) if rows else ((), (), ())
    return list(people), list(asked), list(answers)


def _by_polis(arrived: Columns, shown: list[int]) -> Content:
    """What the rules of Polis say; sentences no longer shown count as zeros."""
    hidden = {str(pk) for pk in set(arrived[1]).difference(shown)}
    content = published_polis(polis(arrival_votes_from_arrays(*arrived), moderated=hidden))
    # Beside the counts of the release, these would tell how many people stand in hidden sentences.
    return {key: value for key, value in content.items() if key not in ("people", "votes")}


def commitment(opening: bytes, people: Any, asked: Any, answers: Any) -> str:
    """Binds to the very answers counted; without the opening, no guess at one can be tested."""
    rows = np.array([people, asked, answers], np.dtype("<i8")).reshape(3, -1).T
    ordered = rows[np.lexsort(rows.T[::-1])]
    return hashlib.sha256(opening + ordered.tobytes()).hexdigest()


def _columns(rows: Any) -> Columns:
    table = np.fromiter(
        rows.values_list("participant_id", "statement_id", "answer").iterator(chunk_size=10_000),
        dtype=np.dtype((np.int64, 3)),
    )
    return table[:, 0].tolist(), table[:, 1].tolist(), table[:, 2].tolist()


def _tallies(asked: list[int], answers: list[int]) -> Counter[tuple[int, int]]:
    return Counter(zip(asked, answers, strict=True))


def _statement(statement: Statement, tallies: Counter[tuple[int, int]]) -> Content:
    """One statement's line: its words, and its counts from ten voters on."""
    agrees, disagrees, passes = (tallies[statement.pk, answer] for answer in (1, -1, 0))
    seen = agrees + disagrees + passes
    shown = seen >= FEWEST_VOTERS
    return {
        "id": statement.pk,
        "words": statement.words,
        "from_team": statement.is_from_team,
        "agrees": agrees if shown else None,
        "disagrees": disagrees if shown else None,
        "passes": passes if shown else None,
        "seen": seen if shown else None,
    }


def say_in_releases(words: Mapping[int, dict[str, str]]) -> None:
    """Releases never change but for this: the words of sentences taken back or taken down."""
    spaces = Statement.objects.filter(pk__in=words).values("coproduction")
    for release in Release.objects.filter(coproduction__in=spaces).select_for_update():
        lines = [line for line in release.content["statements"] if line["id"] in words]
        for line in lines:
            line["words"] = words[line["id"]]
        if lines:
            release.save(update_fields=["content"])
