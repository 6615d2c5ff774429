"""`partage bench shares`: bringing in what many people did, sharing a pot, and paying some of them."""

import json
import time
from collections.abc import Callable
from datetime import timedelta
from fractions import Fraction
from functools import partial
from typing import Any

import click
import numpy as np
from django.utils import timezone

from partage.calc.sharing_rules import Kind, Part, Rule
from partage.commands import serve
from partage.commands.bench_resting import measure_and_judge
from partage.commands.bench_votes import Figure
from partage.coproductions.creation import create_coproduction
from partage.coproductions.models import Coproduction
from partage.shares.adopting import adopt
from partage.shares.bringing import bring_file
from partage.shares.computing import Pot, compute
from partage.shares.facts import record_facts
from partage.shares.models import FACTS, Beneficiary, Period, ShareOut
from partage.shares.paying import make_payout, transfers
from partage.shares.payment_files import bank_file
from partage.shares.people import Payment, keep_payment
from partage.shares.period_desk import share_out_of

PEOPLE, PAYEES = 100_000, 1000
SEED = 20160623
POT = 123_456_789
IBAN = "FR1420041010050500013M02606"
# What is judged.
MOST_SECONDS = 10.0


@click.command()
@click.option("--people", default=PEOPLE, show_default=True, type=click.IntRange(10, 200_000))
@click.option("--payees", default=PAYEES, show_default=True, type=click.IntRange(1, 100_000))
@click.option(
    "--database",
    type=click.Choice(["sqlite", "postgres", "both"]),
    default="both",
    show_default=True,
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of words.")
def bench_shares(*, people: int, payees: int, database: str, as_json: bool) -> None:
    """Share a pot among many people by a fund and three sub-pots, and make a file for the bank.

    \b
    Example:
      partage bench shares --database sqlite
    """
    asked = [f"--people={people}", f"--payees={min(people, payees)}"]
    measure_and_judge(["measure-shares", *asked], database, judged, lines, as_json=as_json)


def judged(found: dict[str, Any]) -> list[Figure]:
    short, seconds = found["cents_missing"], found["computing_s"]
    return [
        Figure("cents missing", f"{short}", "0", short == 0),
        Figure("computing", f"{seconds:.1f} s", f"at most {MOST_SECONDS:.0f} s",
               seconds <= MOST_SECONDS),
    ]  # fmt: skip


def lines(database: str, found: dict[str, Any], figures: list[Figure]) -> list[str]:
    """What was measured, in words."""
    title = f"{database}: {found['people']:,} people, {found['payees']:,} of them paid"
    acts = ("bringing", "computing", "payout", "bank_file")
    rows = [f"{act.replace('_', ' '):<12}{found[f'{act}_s']:>8.1f} s" for act in acts]
    return [title, *rows, *(figure.line for figure in figures)]


@click.command(hidden=True)
@click.option("--people", required=True, type=int)
@click.option("--payees", required=True, type=int)
def measure_shares(people: int, payees: int) -> None:
    """Go from a file of contributions to a file for the bank, and say in JSON what each step took."""
    serve.prepare()
    period = _period()
    took = {"bringing_s": _seconds(partial(bring_file, period, _file(people)))}
    took["computing_s"] = _seconds(partial(compute, period, Pot(POT, "Made up.")))
    share_out = share_out_of(period)
    assert share_out is not None  # noqa: S101 - just computed
    _give_accounts(period.coproduction, payees)
    today, payer = timezone.localdate(), Payment("Bench", IBAN)
    took["payout_s"] = _seconds(partial(make_payout, share_out, payer, today))
    took["bank_file_s"] = _seconds(partial(_bank_file, share_out))
    short = POT - share_out.to_funds - _sum_of(share_out)
    found = {"people": people, "payees": payees, "cents_missing": short}
    click.echo(json.dumps(found | took))


def _period() -> Period:
    """One that is over; its dates are moved back, since time cannot be."""
    words = {"en": "Bench", "fr": "Banc"}
    table = {"slug": "bench", "organization": "Bench", "title": words, "question": words}
    coproduction = create_coproduction({**table, "stages": [], "frame": {}})
    record_facts(coproduction, dict.fromkeys(FACTS, ("unknown", "A bench.")))
    today = timezone.localdate()
    period = Period(
        coproduction=coproduction,
        name=words,
        opens_on=today + timedelta(days=1),
        closes_on=today + timedelta(days=2),
        act_name="Bench",
        act_on=today,
        activity="personal-services",
    )
    adopt(period, _rule())
    back = timedelta(days=30)
    period.adopted_on = period.act_on = today - back
    period.opens_on, period.closes_on = period.opens_on - back, period.closes_on - back
    period.save()
    return period


def _rule() -> Rule:
    """A fifth to a fund; the rest equally, by time and by tasks."""
    parts = (
        Part(Kind.EQUAL, Fraction(2, 5)),
        Part(Kind.TIME, Fraction(2, 5), cap=Fraction(3)),
        Part(Kind.TASKS, Fraction(1, 5), points=(("scan", 3),)),
    )
    return Rule((("Common fund", Fraction(1, 5)),), parts)


def _file(people: int) -> bytes:
    rng = np.random.default_rng(SEED)
    minutes, scans = rng.integers(1, 900, people), rng.integers(0, 40, people)
    rows = (f"{n};{minutes[n]};{scans[n]}" for n in range(people))
    return "\n".join(["person;minutes;scan", *rows]).encode()


def _give_accounts(coproduction: Coproduction, payees: int) -> None:
    some = Beneficiary.objects.filter(coproduction=coproduction).order_by("pk")[:payees]
    for number, one in enumerate(some.select_related("vault_key", "coproduction")):
        keep_payment(one, Payment(f"Holder {number}", IBAN))


def _bank_file(share_out: ShareOut) -> bytes:
    payout = share_out.payouts.get()
    return bank_file(payout, transfers(payout))


def _sum_of(share_out: ShareOut) -> int:
    return sum(share_out.statements.values_list("gross", flat=True).iterator())


def _seconds(act: Callable[[], object]) -> float:
    began = time.perf_counter()
    act()
    return time.perf_counter() - began
