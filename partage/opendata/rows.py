"""Rows of the tables: what the public pages show, by the same functions, and nothing else."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from django.conf import settings
from django.db.models import F

from partage.accounting.views import account_rows
from partage.contributions.idea_pages import idea_rows
from partage.contributions.models import Argument, Progress, Release
from partage.contributions.protecting import COUNTED
from partage.contributions.results import group_letters, last_release, statements_of
from partage.contributions.test_report_pages import report_rows
from partage.coproductions.models import Coproduction
from partage.fund.counting import FEWEST as FEWEST_BALLOTS
from partage.fund.models import Movement, Project
from partage.opinions.listing import last_versions
from partage.opinions.models import Answer, Milestone, Opinion, Version
from partage.register.models import Entry
from partage.shares.models import Period
from partage.web.days import WRITTEN_ON

Row = tuple[object, ...]
AT_A_TIME = 2000


def said(words: dict[str, str]) -> tuple[str, str]:
    """The text and its language: that of the site first, whoever reads."""
    first = [tag for tag, _name in settings.LANGUAGES if words.get(tag)]
    language = first[0] if first else next((tag for tag in words if words[tag]), "")
    return words.get(language, ""), language


def _results(coproduction: Coproduction) -> tuple[Release | None, list[dict[str, Any]]]:
    release = last_release(coproduction)
    return release, statements_of(release.content) if release else []


def statements(coproduction: Coproduction) -> Iterator[Row]:
    release, told = _results(coproduction)
    for row in told:
        text = said(row["words"])
        counts = (row["seen"], row["agrees"], row["disagrees"], row["passes"])
        support = (row["support"], row["low"], row["high"])
        assert release is not None  # noqa: S101 - without one there is no row
        first = (release.number, release.published_at, row["id"], *text, row["words"])
        yield (*first, row["from_team"], *counts, *support)


def group_results(coproduction: Coproduction) -> Iterator[Row]:
    release, told = _results(coproduction)
    for row in told:
        for letter, counts in zip(
            group_letters(release.content if release else {}), row["groups"], strict=False
        ):
            agrees, disagrees, passes, seen = counts
            yield (release and release.number, row["id"], letter, seen, agrees, disagrees, passes)


def channel_results(coproduction: Coproduction) -> Iterator[Row]:
    release, told = _results(coproduction)
    for row in told:
        for channel, counts in sorted(row["channels"].items()):
            if counts:
                agrees, disagrees, passes, seen = (counts[name] for name in COUNTED)
                yield (
                    release and release.number,
                    row["id"],
                    channel,
                    seen,
                    agrees,
                    disagrees,
                    passes,
                )


def ideas(coproduction: Coproduction) -> Iterable[Row]:
    return idea_rows(coproduction)


def arguments(coproduction: Coproduction) -> Iterable[Row]:
    shown = Argument.objects.published().filter(
        idea__coproduction=coproduction, idea__state=Progress.PUBLISHED
    )
    names = ("pk", "idea", "side", "text", "link", "language", "written_on")
    dated = shown.annotate(written_on=WRITTEN_ON).order_by("pk").values_list(*names)
    rows: Iterable[Row] = dated.iterator(chunk_size=AT_A_TIME)
    return rows


def test_reports(coproduction: Coproduction) -> Iterable[Row]:
    return report_rows(coproduction)


def _versions(coproduction: Coproduction) -> list[Version]:
    published = Opinion.objects.published().filter(coproduction=coproduction)
    return list(last_versions(list(published.order_by("pk"))))


def recommendations(coproduction: Coproduction) -> Iterator[Row]:
    for version in _versions(coproduction):
        content = version.content
        vote = content["vote"]
        votes = (vote.get(name) for name in ("votes_for", "votes_against", "votes_abstain"))
        whole = (
            content["opinion"], content["title"], version.number, version.published_at,
            content["voted_on"], *votes,
        )  # fmt: skip
        names = ("number", "standing", "text", "acts", "due_on", "known_by", "theme")
        for row in content["recommendations"]:
            yield (*whole, *(_plain(row[name]) for name in names))


def _plain(value: object) -> object:
    """Words kept in several languages, such as who should act, in that of the site."""
    return said(value)[0] if isinstance(value, dict) else value


def follow_up(coproduction: Coproduction) -> Iterator[Row]:
    shown = {
        "recommendation__opinion__coproduction": coproduction,
        "recommendation__opinion__state": Opinion.State.PUBLISHED,
    }
    which = ("recommendation__opinion__slug", "recommendation__number")
    answers = Answer.objects.filter(**shown).order_by("pk")
    for answer in answers.values_list(
        *which, "kind", "said_at__date", "said_by", "text", "language"
    ):
        yield (*answer, "")
    done = Milestone.objects.filter(**shown).order_by("pk")
    for slug, number, on, *rest in done.values_list(
        *which, "reached_on", "text", "language", "address"
    ):
        yield (slug, number, "done", on, "", *rest)


def account_lines(coproduction: Coproduction) -> Iterator[Row]:
    published = coproduction.accounts.order_by("number").last()
    for row in account_rows(published) if published else ():
        yield (published.number, published.published_at, *row) if published else row


def fund_movements(coproduction: Coproduction) -> Iterable[Row]:
    names = ("number", "kind", "cents", "balance", "source", "project", "reverses__number", "at")
    movements = Movement.objects.filter(coproduction=coproduction).order_by("number")
    rows: Iterable[Row] = movements.values_list(*names).iterator(chunk_size=AT_A_TIME)
    return rows


def fund_projects(coproduction: Coproduction) -> Iterator[Row]:
    shown = Project.objects.published().filter(round__coproduction=coproduction)
    shown = shown.annotate(ballots=F("round__count__ballots")).order_by("round__number", "number")
    names = ("title", "text", "cost_cents", "language")
    bought = ("purchase__place", "purchase__paid_cents", "purchase__progress")
    rows = shown.values_list("ballots", "votes", "round__number", "number", *names, *bought)
    for ballots, votes, *rest in rows.iterator(chunk_size=AT_A_TIME):
        told = votes if (ballots or 0) >= FEWEST_BALLOTS else None
        yield (*rest[:6], told, *rest[6:])


def shares(coproduction: Coproduction) -> Iterator[Row]:
    periods = coproduction.share_periods.select_related("share_out").order_by("number")
    for period in periods:
        whole = (
            period.number, said(period.name)[0], period.opens_on, period.closes_on,
            period.adopted_on, period.rule, period.digest, period.is_withdrawn,
        )  # fmt: skip
        yield (*whole, *_shared(period))


def _shared(period: Period) -> Row:
    """As on the page: from ten people on."""
    share_out = getattr(period, "share_out", None)
    if share_out is None or period.is_withdrawn:
        return (None,) * 6
    if not share_out.is_told:
        return (None,) * 6
    held = (share_out.people, share_out.contributions, share_out.tax, share_out.net)
    return (share_out.pot, *held, share_out.kept)


def register_entries(coproduction: Coproduction) -> Iterator[Row]:
    sealed = Entry.objects.filter(space=coproduction.slug, position__isnull=False)
    names = ("log", "position", "kind", "hour", "event_id", "commitment", "public")
    rows = sealed.order_by("log", "position").values_list(*names)
    for *first, event, commitment, public in rows.iterator(chunk_size=AT_A_TIME):
        yield (*first, bytes(event).hex(), bytes(commitment).hex(), public)


def as_json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
