"""`partage bench rollcall`: closing the votes of an assembly, and the page of their result."""

import json
import statistics
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import click
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from partage.assemblies.assembling import Newcomer, add_members, create_assembly
from partage.assemblies.ballots import cast_ballot
from partage.assemblies.models import Assembly, Vote
from partage.assemblies.votes import close_vote, declare_vote, open_vote
from partage.commands import serve
from partage.commands.bench_resting import measure_and_judge
from partage.commands.bench_votes import Figure
from partage.coproductions.models import Organization

MEMBERS, GROUPS = 233, 18
REGIMES = ("roll-call", "secret")
EMPTY = "healthz"
PAGES = 5  # looks at the page for each vote
# What is judged.
MOST_MS = 2000.0
MOST_BYTES = 100_000


@click.command()
@click.option("--members", default=MEMBERS, show_default=True, type=click.IntRange(1, 2000))
@click.option("--groups", default=GROUPS, show_default=True, type=click.IntRange(1, 100))
@click.option(
    "--database",
    type=click.Choice(["sqlite", "postgres", "both"]),
    default="both",
    show_default=True,
)
@click.option("--rounds", default=5, show_default=True, type=click.IntRange(1, 100))
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of words.")
def bench_rollcall(*, members: int, groups: int, database: str, rounds: int, as_json: bool) -> None:
    """Close roll calls and secret votes in which all members chose, and ask for the pages of results.

    Times are medians. A page is compared with an empty view that passes the same middleware
    (/healthz); bytes are those of the page before it is compressed.

    \b
    Example:
      partage bench rollcall --database sqlite
    """
    if groups > members:
        raise click.BadParameter(f"{groups} groups need as many members, got {members}")
    asked = [f"--members={members}", f"--groups={groups}", f"--rounds={rounds}"]
    measure_and_judge(["measure-rollcall", *asked], database, judged, lines, as_json=as_json)


def judged(found: dict[str, Any]) -> list[Figure]:
    """What every vote is held to, the worst named."""
    votes = found["votes"]
    slowest = max(votes, key=lambda one: float(one["closing_ms"]))
    heaviest = max(votes, key=lambda one: int(one["bytes"]))
    others = [f"{one['regime']}: {one['status']}" for one in votes if one["status"] != 200]
    return [
        Figure("pages not shown", "; ".join(others) or "0", "0", not others),
        Figure("closing", f"{slowest['closing_ms']:.0f} ms ({slowest['regime']})",
               f"at most {MOST_MS:.0f} ms", slowest["closing_ms"] <= MOST_MS),
        Figure("bytes of a result", f"{heaviest['bytes']:,} ({heaviest['regime']})",
               f"at most {MOST_BYTES:,}", heaviest["bytes"] <= MOST_BYTES),
    ]  # fmt: skip


def lines(database: str, found: dict[str, Any], figures: list[Figure]) -> list[str]:
    """What was measured, in words."""
    head = f"{'regime':<12}{'closing ms':>12}{'page ms':>10}{'times empty':>13}{'bytes':>9}"
    rows = [
        f"{one['regime']:<12}{one['closing_ms']:>12.1f}{one['page_ms']:>10.1f}"
        f"{one['times_empty']:>13.1f}{one['bytes']:>9,}"
        for one in found["votes"]
    ]
    title = f"{database}: {found['members']} members in {found['groups']} groups"
    return [title, head, *rows, *(figure.line for figure in figures)]


@click.command(hidden=True)
@click.option("--members", required=True, type=int)
@click.option("--groups", required=True, type=int)
@click.option("--rounds", required=True, type=int)
def measure_rollcall(members: int, groups: int, rounds: int) -> None:
    """Make an assembly, vote in it, and say in JSON what closing and showing the result cost."""
    serve.prepare()
    assembly = _assembly(members, groups)
    votes = [_measured(assembly, regime, rounds) for regime in REGIMES]
    click.echo(json.dumps({"members": members, "groups": groups, "votes": votes}))


def _assembly(members: int, groups: int) -> Assembly:
    organization = Organization.objects.create(slug="bench", name="Bench")
    assembly = create_assembly(organization, "Bench", proxies_per_holder=1)
    seats = [Newcomer(f"Seat {n}", f"Group {n % groups + 1}") for n in range(members)]
    add_members(assembly, seats, timezone.localdate())
    return assembly


def _measured(assembly: Assembly, regime: str, rounds: int) -> dict[str, Any]:
    """Medians over so many votes; the empty view is asked for in turn with the page."""
    client = Client(SERVER_NAME="localhost")
    closing, page, empty = [], [], []
    for _round in range(rounds):
        vote = _cast(assembly, regime)
        closing.append(_ms(partial(close_vote, vote)))
        address = reverse("assembly-vote", args=[assembly.slug, vote.number])
        answer = client.get(address)
        for _look in range(PAGES):
            page.append(_ms(partial(client.get, address)))
            empty.append(_ms(partial(client.get, reverse(EMPTY))))
    return {
        "regime": regime,
        "closing_ms": statistics.median(closing),
        "page_ms": statistics.median(page),
        "times_empty": statistics.median(page) / statistics.median(empty),
        "bytes": len(answer.content),
        "status": answer.status_code,
    }


def _cast(assembly: Assembly, regime: str) -> Vote:
    words = {"title": "A vote", "question": "What does it cost?", "regime": regime}
    vote = open_vote(declare_vote(assembly, **words))
    for number, entry in enumerate(vote.roll.select_related("member__vault_key")):
        choice = ("for", "for", "against", "abstain")[number % 4]
        cast_ballot(vote, entry.member, entry.member, choice)
    return vote


def _ms(act: Callable[[], object]) -> float:
    began = time.perf_counter()
    act()
    return 1000 * (time.perf_counter() - began)
