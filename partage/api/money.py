"""Published accounts and disputed figures, the common fund, and what was shared."""

from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_noop as _
from ninja import Query

from partage.accounting.models import CounterInput, PublishedAccount
from partage.api import shapes
from partage.api.coproductions import PLACE
from partage.api.paging import Asked, Facts, Listing, told
from partage.api.places import page, shown
from partage.api.service import gives, lists
from partage.fund.counting import FEWEST as FEWEST_BALLOTS
from partage.fund.ledger import balance, promised
from partage.fund.models import Count, Movement, Project, Purchase, Round
from partage.shares.models import Period, ShareOut
from partage.web.days import days_of


def account_facts(one: PublishedAccount) -> Facts:
    places = page("account", one.coproduction.slug)
    return {
        "number": one.number,
        "published_at": one.published_at,
        "sha256": one.digest,
        "page": {tag: f"{place}?version={one.number}" for tag, place in places.items()},
    }


ACCOUNTS = Listing("accounts", "number", shapes.AccountLine, account_facts)


@lists(f"{PLACE}/accounts", "api-accounts", _("Published accounts"), shapes.AccountLine)
def accounts(request: HttpRequest, slug: str, asked: Query[Asked]) -> Any:
    found = shown(slug).accounts.select_related("coproduction")
    return told(request, asked, ACCOUNTS, found.defer("content", "declaration"))


@gives(f"{PLACE}/accounts/{{int:number}}", "api-account", _("One account"), shapes.Account)
def account(request: HttpRequest, slug: str, number: int) -> Facts:
    one = get_object_or_404(shown(slug).accounts.select_related("coproduction"), number=number)
    return account_facts(one) | {"account": one.facts}


def figure_facts(one: CounterInput) -> Facts:
    names = ("name", "low", "central", "high", "source", "source_date", "filed_at")
    return {
        "id": one.pk,
        "account": one.account.number,
        **{name: getattr(one, name) for name in names},
        "page": page("account-variant", one.account.coproduction.slug, one.pk),
    }


FIGURES = Listing("disputed-figures", "pk", shapes.DisputedFigure, figure_facts)


@lists(
    f"{PLACE}/disputed-figures", "api-figures", _("Disputed figures"), shapes.DisputedFigure
)  # fmt: skip
def disputed_figures(request: HttpRequest, slug: str, asked: Query[Asked]) -> Any:
    rows = CounterInput.objects.listed(shown(slug)).select_related("account__coproduction")
    heavy = ("content", "account__content", "account__declaration")
    return told(request, asked, FIGURES, rows.defer(*heavy))


@gives(f"{PLACE}/fund", "api-fund", _("What the common fund holds"), shapes.Fund)
def fund(request: HttpRequest, slug: str) -> Facts:
    found = shown(slug)
    held, kept = balance(found), promised(found)
    cents = {"balance_cents": held, "promised_cents": kept, "free_cents": held - kept}
    return cents | {"page": page("fund", slug)}


def movement_facts(one: Movement) -> Facts:
    return {
        **{name: getattr(one, name) for name in ("number", "kind", "cents", "source", "at")},
        "balance_cents": one.balance,
        "project": one.project_id,
        "reverses": one.reverses.number if one.reverses else None,
    }


MOVEMENTS = Listing("movements", "number", shapes.Movement, movement_facts)


@lists(f"{PLACE}/fund/movements", "api-movements", _("Every movement"), shapes.Movement)
def movements(request: HttpRequest, slug: str, asked: Query[Asked]) -> Any:
    rows = Movement.objects.filter(coproduction=shown(slug)).select_related("reverses")
    return told(request, asked, MOVEMENTS, rows)


def _are_told(count: Count) -> bool:
    """Below ten ballots the outcome alone is told."""
    return count.ballots >= FEWEST_BALLOTS


def _count_facts(count: Count) -> Facts:
    shows = _are_told(count)
    return {
        "counted_at": count.counted_at,
        "ballots": count.ballots if shows else None,
        "raised_cents": count.raised_cents if shows else None,
        "left_cents": count.left_cents,
        "sha256": count.inputs,
    }


ROUND = (
    "number", "phase", "purpose", "language", "budget_cents", "opened_at", "proposals_open_at",
    "proposals_close_at", "votes_open_at", "votes_close_at",
)  # fmt: skip


def round_facts(one: Round) -> Facts:
    count = getattr(one, "count", None)
    return {
        **{name: getattr(one, name) for name in ROUND},
        "count": count and _count_facts(count),
        "page": page("fund-round", one.coproduction.slug, one.number),
    }


ROUNDS = Listing("rounds", "number", shapes.Round, round_facts)


@lists(f"{PLACE}/fund/rounds", "api-rounds", _("Rounds of the common fund"), shapes.Round)
def rounds(request: HttpRequest, slug: str, asked: Query[Asked]) -> Any:
    return told(
        request, asked, ROUNDS, shown(slug).fund_rounds.select_related("count", "coproduction")
    )  # fmt: skip


@gives(f"{PLACE}/fund/rounds/{{int:number}}", "api-round", _("One round"), shapes.Round)
def fund_round(request: HttpRequest, slug: str, number: int) -> Facts:
    found = shown(slug).fund_rounds.select_related("count", "coproduction")
    return round_facts(get_object_or_404(found, number=number))


def _purchase_facts(one: Purchase) -> Facts:
    names = ("kind", "text", "language", "said_at")
    said = [
        {**{name: getattr(each, name) for name in names}, "movement": _movement(each)}
        for each in one.follow_ups.all()
    ]
    cents = {name: getattr(one, name) for name in ("place", "progress", "cost_cents", "paid_cents")}
    return cents | {"follow_ups": said}


def _movement(said: Any) -> int | None:
    return said.movement.number if said.movement else None


def project_facts(one: Project) -> Facts:
    names = ("number", "title", "text", "doer", "cost_cents", "language")
    count = getattr(one.round, "count", None)
    return {
        "id": one.pk,
        "round": one.round.number,
        **{name: getattr(one, name) for name in names},
        **days_of(one, "written"),
        "votes": one.votes if count and _are_told(count) else None,
        "purchase": _purchase_facts(one.bought) if one.bought else None,
        "page": page("project", one.round.coproduction.slug, one.pk),
    }


def _projects(found: Any) -> Any:
    related = found.select_related("round__coproduction", "round__count", "purchase")
    return related.prefetch_related("purchase__follow_ups__movement")


PROJECTS = Listing("projects", "pk", shapes.Project, project_facts)


@lists(f"{PLACE}/fund/projects", "api-projects", _("Projects of every round"), shapes.Project)
def projects(request: HttpRequest, slug: str, asked: Query[Asked]) -> Any:
    return told(request, asked, PROJECTS, _projects(Project.objects.listed(shown(slug))))


@gives(f"{PLACE}/fund/projects/{{int:number}}", "api-project", _("One project"), shapes.Project)
def project(request: HttpRequest, slug: str, number: int) -> Facts:
    seen = Project.objects.visible_to(None).filter(round__coproduction=shown(slug))
    return project_facts(get_object_or_404(_projects(seen), pk=number))


SHARE_PERIOD = (
    "number", "name", "opens_on", "closes_on", "rule", "adopted_at", "act_on", "act_address",
    "activity", "activity_reason", "withdrawn_at", "withdrawn_reason",
)  # fmt: skip


def period_facts(one: Period) -> Facts:
    share_out = None if one.is_withdrawn else getattr(one, "share_out", None)
    return {
        **{name: getattr(one, name) for name in SHARE_PERIOD},
        "rule_sha256": one.digest,
        "seed": one.seed_hex,
        "adopted_by_opinion": one.opinion.opinion.slug if one.opinion else None,
        "adopted_by_recommendation": one.recommendation,
        "adopted_by_act": one.act_name,
        "share_out": share_out and _share_out_facts(share_out),
        "page": page("shares", one.coproduction.slug),
    }


def _share_out_facts(one: ShareOut) -> Facts:
    """As the public page has it: from ten people on, what reached them together."""
    shows = one.is_told
    return {
        "computed_at": one.computed_at,
        "pot_cents": one.pot if shows else None,
        "pot_source": one.pot_source,
        "kept_cents": one.kept if shows else None,
        "people": one.people if shows else None,
        "contributions_cents": one.contributions if shows else None,
        "tax_cents": one.tax if shows else None,
        "net_cents": one.net if shows else None,
        "divisions": _divisions(one) if shows and one.pot > 0 else [],
        "spread_cents": one.spread,
        "sha256": one.digest,
    }


def _divisions(one: ShareOut) -> list[Facts]:
    return [
        {"name": stage["name"], "pot_cents": stage["pot"], "parts_cents": stage["parts"]}
        for stage in one.stages
    ]


def _periods(slug: str) -> Any:
    related = ("share_out", "opinion__opinion", "coproduction")
    return shown(slug).share_periods.select_related(*related).defer("opinion__content")


SHARES = Listing("shares", "number", shapes.SharePeriod, period_facts)


@lists(
    f"{PLACE}/shares", "api-shares", _("Rules of sharing and what they gave"), shapes.SharePeriod
)
def shares(request: HttpRequest, slug: str, asked: Query[Asked]) -> Any:
    return told(request, asked, SHARES, _periods(slug))


@gives(
    f"{PLACE}/shares/{{int:number}}", "api-share", _("One period of sharing"), shapes.SharePeriod
)  # fmt: skip
def share_period(request: HttpRequest, slug: str, number: int) -> Facts:
    return period_facts(get_object_or_404(_periods(slug), number=number))
