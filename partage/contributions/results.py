"""The results as released: words first, then the table, then the picture; CSV and JSON."""

import csv
import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    JsonResponse,
    StreamingHttpResponse,
)
from django.shortcuts import redirect, render
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from partage.calc.disclosure import rough
from partage.calc.landscape_result import PLACED_VOTES
from partage.calc.locator import Locator, Position
from partage.calc.ranking import compares_groups, ordered
from partage.contributions.changes import changes
from partage.contributions.channels import Way, channel_rows
from partage.contributions.models import Release, Turnout, Vote
from partage.contributions.polis_results import (
    GROUP_LETTERS,
    LISTED,
    polis_shown,
    polis_unites,
)
from partage.contributions.protecting import (
    COUNTED,
    groups_are_alike,
    is_alike_row,
    told_content,
    told_people,
    told_row,
    told_share,
)
from partage.contributions.releases import PICTURE_FROM, SENTENCES_FROM
from partage.contributions.revealing import reveals
from partage.contributions.views import visible_coproduction, votes_stage
from partage.contributions.voting import acting
from partage.coproductions.models import Coproduction
from partage.people.participants import device_token
from partage.web import charts
from partage.web.csv_files import csv_file
from partage.web.localized import in_reader_language
from partage.web.paging import ITEMS, page_of

Content = dict[str, Any]
ANSWER_COLUMNS = 4  # agree, disagree, don't know, answers
# Rows of a table by its further columns, for groups and channels: the page stays light.
WIDE_PAGE, WIDEST_PAGE = 14, 10

ORDERS = {
    "random": (gettext_lazy("at random"), gettext_lazy("The order is drawn from the seed in the address: the same seed gives everybody the same order.")),
    "agreed": (gettext_lazy("most agreed"), gettext_lazy("By the share of answers that agree, the highest first.")),
    "different": (gettext_lazy("most different"), gettext_lazy("Where these results have groups: by the largest gap between two groups in the share that agrees. Where they have none: the sentences closest to two halves first.")),
    "answered": (gettext_lazy("most answered"), gettext_lazy("By the number of answers, the highest first.")),
    "seldom": (gettext_lazy("least answered"), gettext_lazy("By the number of answers, the lowest first.")),
    "newest": (gettext_lazy("newest"), gettext_lazy("By the date the sentence was proposed, the latest first.")),
}  # fmt: skip
# Which of its two measures the order "most different" takes in this list.
BETWEEN_GROUPS = gettext_lazy("By the largest gap between two groups of this release in the share that agrees. Sentences whose counts by group are not published come last.")  # fmt: skip
BETWEEN_PEOPLE = gettext_lazy("This release has no groups to compare: the sentences closest to two halves, for and against, come first.")  # fmt: skip


def rule_of(order: str, rows: Iterable[Content]) -> object:
    if order != "different":
        return ORDERS[order][1]
    return BETWEEN_GROUPS if compares_groups(rows) else BETWEEN_PEOPLE


@dataclass(frozen=True)
class Summary:
    """The one or two sentences that anyone can repeat."""

    people: int
    unites: Content | None
    separates: Content | None


def statements_of(content: Content) -> list[Content]:
    """Each statement's words and counts, with what the landscape adds to it."""
    found = content["landscape"] or content.get("polis") or {"statements": []}
    added = {int(row["id"]): row for row in found["statements"]}
    rows = []
    for statement in content["statements"]:
        more = added.get(statement["id"], {})
        extra = {key: more.get(key) for key in ("support", "low", "high")}
        # The rules of Polis give agrees, disagrees and passes; the others give their sum too.
        groups = [(*counts[:3], sum(counts[:3])) for counts in more.get("groups") or ()]
        extra |= {"groups": groups, "group_shares": _group_shares(groups)}
        extra["channels"] = statement.get("channels", {})  # none in partage-results/1
        extra["shares_apart"] = _shares_apart(extra["channels"])
        row = {**statement, **extra} | _shares(statement)
        rows.append(told_row(row))
    return rows


def _shares_apart(channels: Content) -> dict[str, float | str]:
    """Share of each channel that agrees; of all roughly, where one of them answered alike."""
    told = {name: counts for name, counts in channels.items() if counts}
    if len(told) < len(channels):
        return {}
    is_rough = any(is_alike_row(counts) for counts in told.values())
    return {
        name: rough(counts["agrees"], counts["seen"])
        if is_rough
        else counts["agrees"] / counts["seen"]
        for name, counts in told.items()
    }


def _group_shares(groups: list[tuple[int, int, int, int]]) -> list[float | str | None]:
    """Share of each group that agrees; of all roughly, where one of them answered alike."""
    is_rough = groups_are_alike(groups)
    return [
        (rough(agrees, seen) if is_rough else agrees / seen) if seen else None
        for agrees, _d, _p, seen in groups
    ]


def _shares(statement: Content) -> dict[str, Any]:
    """Shares of each answer; roughly, where counts would tell what each one answered."""
    seen = statement["seen"]
    leans = {"mostly_agree": bool(seen) and statement["agrees"] >= statement["disagrees"]}
    is_rough = is_alike_row(statement)
    names = {"agrees": "share_agree", "disagrees": "share_disagree", "passes": "share_unsure"}
    shares = {
        share: (rough(statement[count], seen) if is_rough else statement[count] / seen)
        if seen
        else None
        for count, share in names.items()
    }
    return shares | leans


def summary(content: Content) -> Summary:
    if by_polis := content.get("polis"):
        return Summary(content["people"], polis_unites(by_polis, statements_of(content)), None)
    found = content["landscape"]
    if not found:
        return Summary(content["people"], None, None)
    rows = {row["id"]: row for row in statements_of(content)}
    unites, separates = _listed(found["unites"], rows), _listed(found["separates"], rows)
    return Summary(
        content["people"],
        unites[0] if unites else None,
        separates[0] if separates else None,
    )


def _listed(ids: Iterable[str], rows: dict[int, Content]) -> list[Content]:
    listed = [rows[int(name)] for name in ids if int(name) in rows]
    return [row for row in listed if row["seen"]][:LISTED]


def last_release(coproduction: Coproduction) -> Release | None:
    return coproduction.releases.order_by("number").last()


@login_not_required
@require_safe
def page(request: HttpRequest, slug: str) -> HttpResponse:
    """The results in the reader's order, by default at random with the seed in the address."""
    coproduction = visible_coproduction(slug)
    release = last_release(coproduction)
    order = request.GET.get("order", "random")
    order = order if order in ORDERS else "random"
    seed = request.GET.get("seed", "")[:20]
    if release and order == "random" and not seed:
        return redirect(f"{request.path}?order=random&seed={secrets.token_hex(3)}")
    context: dict[str, Any] = {
        "coproduction": coproduction,
        "release": release,
        "turnout": Turnout.objects.filter(coproduction=coproduction).first(),
        "stage": votes_stage(coproduction),
    }
    if release:
        context |= _shown(release, order, seed, request)
        context |= _since(release)
    return render(request, "contributions/results.html", context)


def _shown(release: Release, order: str, seed: str, request: HttpRequest) -> dict[str, Any]:
    content = release.content
    rows = statements_of(content)
    by_id = {row["id"]: row for row in rows}
    found = content["landscape"] if content["people"] >= SENTENCES_FROM else None
    by_polis = polis_shown(content.get("polis"), rows)
    groups = len(group_letters(content))
    apart = channels_apart(content)
    channels = channel_rows(told_people(content)["channels"] if "channels" in content else {})
    for row in rows:
        row["group_shares"] = row["group_shares"] or [None] * groups  # hidden, but in its place
        row["channel_shares"] = [(c.label, row["shares_apart"].get(c)) for c in apart]
    more = groups + len(apart)
    items = ITEMS if more <= 2 else WIDE_PAGE if more <= 4 else WIDEST_PAGE
    return {
        "page": page_of(ordered(rows, order, seed), request, items),
        "query": f"order={order}&seed={seed}&" if order == "random" else f"order={order}&",
        "orders": [(key, words[0]) for key, words in ORDERS.items()],
        "order": order,
        "rule": rule_of(order, rows),
        "seed": seed,
        "summary": summary(content),
        "found": found,
        "unites": _listed(found["unites"], by_id) if found else [],
        "separates": _listed(found["separates"], by_id) if found else [],
        "groups": _groups(found, by_id) if found else [],
        "by_polis": by_polis,
        "letters": group_letters(content),
        "columns": ANSWER_COLUMNS + bool(found) + groups + len(apart),
        "channels": channels,
        "few_by_channel": any(people is None for _name, people, _answers in channels),
        "anybody": Way.WEB in content.get("channels", {}),
        "left_out": content.get("left_out", []),
        "apart": [channel.label for channel in apart],
        "apart_in": (content.get("by_channel") or {}).get("release"),
        "picture": picture(content, None),
        "reveals": reveals(release, rows),
    }


def _since(release: Release) -> dict[str, Any]:
    """The release before, and what changed since."""
    earlier = Release.objects.filter(coproduction=release.coproduction_id)
    before = earlier.only("number", "content").filter(number=release.number - 1).first()
    return {"before": before, "changes": changes(before.content, release.content)} if before else {}


def channels_apart(content: Content) -> list[Way]:
    """The channels that have a column of their own: none where there is but one."""
    people = (content.get("by_channel") or {}).get("people", {})
    found = [channel for channel in Way if people.get(channel)]
    return found if len(found) > 1 else []


def _groups(found: Content, rows: dict[int, Content]) -> list[Content]:
    """Each announced group: its letter, its size, and the sentences that set it apart."""
    groups = found["groups"]
    return [
        {
            "letter": GROUP_LETTERS[number],
            "size": groups["sizes"][number],
            "apart": [
                _apart(item, rows[int(item["id"])])
                for item in groups["sets_apart"][number]
                if int(item["id"]) in rows
            ],
        }
        for number in range(groups["k"])
    ]  # fmt: skip


def _apart(item: Content, row: Content) -> Content:
    shares = row["group_shares"]
    inside, elsewhere = (told_share(item[name], shares) for name in ("share_in", "share_elsewhere"))
    return {**row, "share_in": inside, "elsewhere": elsewhere}


def picture(content: Content, you: Position | None) -> SafeString | None:
    """Where people stand, by squares of ten people or more; never a mark for one person."""
    grid = content["landscape"] and content["landscape"]["grid"]
    if not grid or not grid["cells"] or content["people"] < PICTURE_FROM:
        return None
    cells = [(cell["column"], cell["row"], cell["count"]) for cell in grid["cells"]]
    name = _("Where people stand: the darker a square, the more people answered alike there")
    place = (you.x / grid["side"], you.y / grid["side"]) if you else None
    return charts.density_grid(cells, name, place)


@login_not_required
@require_safe
@never_cache
def where_am_i(request: HttpRequest, slug: str) -> HttpResponse:
    """Computed on demand for the asker, from the answers of this device; kept nowhere."""
    coproduction = visible_coproduction(slug)
    release = last_release(coproduction)
    participant = acting(coproduction, device_token(request))
    answers = dict(
        Vote.objects.filter(participant=participant)
        .exclude(answer=Vote.Answer.UNCLEAR)
        .values_list("statement_id", "answer")
        if participant
        else []
    )
    context: dict[str, Any] = {
        "coproduction": coproduction,
        "release": release,
        "answered": len(answers),
        "missing": max(0, PLACED_VOTES - len(answers)),
        "turnout": Turnout.objects.filter(coproduction=coproduction).first(),
    }
    if release and release.model and not context["missing"]:
        context |= _located(release, {str(pk): answer for pk, answer in answers.items()})
    return render(request, "contributions/where_am_i.html", context)


def _located(release: Release, answers: dict[str, int]) -> dict[str, Any]:
    position = Locator(**(release.model or {})).locate(answers)
    has_map = release.content["landscape"]["how_sure"]["axes_above_chance"] > 0
    agreements = [
        {"letter": GROUP_LETTERS[a.group], "same": a.same, "of": a.of, "is_nearest": a.group == position.group}
        for a in position.agreements
    ]  # fmt: skip
    return {
        "agreements": agreements,
        "alike": _alike(release.content, answers),
        "picture": picture(release.content, position) if has_map else None,
    }


def _alike(content: Content, answers: dict[str, int]) -> tuple[int, int]:
    """On how many sentences the asker answered as most people did, of those with a majority."""
    same = of = 0
    for row in content["statements"]:
        leaning = (row["agrees"] or 0) - (row["disagrees"] or 0)
        answer = answers.get(str(row["id"]), 0)
        if leaning and answer:
            of += 1
            same += answer * leaning > 0
    return same, of


def _release_or_404(slug: str) -> tuple[Coproduction, Release]:
    coproduction = visible_coproduction(slug)
    release = last_release(coproduction)
    if release is None:
        raise Http404
    return coproduction, release


@login_not_required
@require_safe
def as_json(request: HttpRequest, slug: str) -> JsonResponse:
    coproduction, release = _release_or_404(slug)
    facts = {
        "coproduction": coproduction.slug,
        "sample": coproduction.is_sample,
        "release": release.number,
        "published_at": release.published_at,
        "final": release.is_final,
    }
    told = facts | told_content(release.content)
    return JsonResponse(told, json_dumps_params={"ensure_ascii": False})


COLUMNS = (
    "id",
    "text",
    "language",
    "agrees",
    "disagrees",
    "passes",
    "seen",
    "support",
    "low",
    "high",
)


@login_not_required
@require_safe
def as_csv(request: HttpRequest, slug: str) -> StreamingHttpResponse:
    coproduction, release = _release_or_404(slug)
    columns = [*COLUMNS, *(f"{c.value}_{name}" for c in Way for name in COUNTED)]
    columns += [
        f"group_{letter}_{name}" for letter in group_letters(release.content) for name in COUNTED
    ]
    name = f"{coproduction.slug}-{release.number}"
    return csv_file(name, columns, _csv_rows(release.content), csv.QUOTE_ALL)


def group_letters(content: Content) -> str:
    """Of the groups announced."""
    if by_polis := content.get("polis"):
        return GROUP_LETTERS[: len(by_polis["groups"])]
    return GROUP_LETTERS[: content["landscape"]["groups"]["k"]] if content["landscape"] else ""


def _csv_rows(content: Content) -> Iterator[list[object]]:
    hidden = [(None,) * len(COUNTED)] * len(group_letters(content))
    for row in statements_of(content):
        text, language = in_reader_language(row["words"])
        values = {**row, "text": text, "language": language}
        apart = [(row["channels"].get(c) or {}).get(name) for c in Way for name in COUNTED]
        by_group = [count for counts in row["groups"] or hidden for count in counts]
        yield [*(values[n] for n in COLUMNS), *apart, *by_group]
