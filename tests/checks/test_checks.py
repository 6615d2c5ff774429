"""Standing checks: each rule holds on a sound site, and says so when it is broken on purpose."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from click.testing import CliRunner
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from partage.checks import running
from partage.checks.declared import Check, all_checks
from partage.checks.models import Run
from partage.checks.running import found_by, run_checks
from partage.commands.main import main
from partage.register.models import Entry, Log, VaultKey
from partage.rights.retention import remove_past
from tests.checks.lively import make_lively_site
from tests.factories import at, make_administrator, make_coproduction, signed_in, stored
from tests.web.page import words_of

pytestmark = pytest.mark.django_db

# Each rule, and what a hand in the database does to it.
BREAKS: dict[str, str] = {
    "register-verified": "UPDATE register_log SET verified_at = '2026-01-01 00:00:00'",
    "register-without-gap": "DELETE FROM register_entry WHERE kind = 'stage-planned'",
    "acts-sealed": "UPDATE register_entry SET position = NULL, hour = '2026-01-01 00:00:00' WHERE kind = 'account-published'",
    "erasures-told": "INSERT INTO register_erasure (event_id, ground, erased_at) SELECT event_id, 'erasure', '2026-01-01 00:00:00' FROM register_entry WHERE kind = 'account-published'",
    "readers-in-step": "UPDATE register_consumer SET position = position + 1000000",
    "frames-last": "UPDATE coproductions_coproduction SET frame_id = NULL WHERE slug = 'tills'",
    "frames-recorded": "UPDATE register_entry SET kind = 'other' WHERE kind = 'frame-published'",
    "consents-recorded": "DELETE FROM register_payload WHERE entry_id IN (SELECT id FROM register_entry WHERE kind = 'consent-given'); DELETE FROM register_entry WHERE kind = 'consent-given'",
    "ballots-counted": "UPDATE assemblies_rollcallballot SET choice = 'abstain' WHERE choice = 'against'",
    "secret-box": "DELETE FROM assemblies_secretballot WHERE choice = 'against'",
    "votes-as-recorded": "UPDATE assemblies_vote SET outcome = 'no-quorum'",
    "ballots-recorded": "UPDATE register_entry SET kind = 'other' WHERE kind = 'secret-ballot'",
    "answers-counted": "UPDATE contributions_turnout SET people = people + 1",
    "idea-totals": "UPDATE contributions_idea SET answers = 5",
    "ideas-counted": "UPDATE contributions_idea SET agrees = 12, answers = 12",
    "arguments-counted": "UPDATE contributions_idea SET discussion = 3",
    "reports-counted": "UPDATE contributions_trialtask SET counted = 11",
    "refused-with-reasons": "DELETE FROM contributions_decision WHERE kind = 'refused'",
    "left-out-with-reasons": "DELETE FROM contributions_decision WHERE kind = 'excluded'",
    "answers-with-consent": "UPDATE consents_consent SET withdrawn_at = '2026-01-01 00:00:00'",
    "results-as-recorded": "UPDATE contributions_release SET people = 11",
    "votes-recorded": "UPDATE register_entry SET kind = 'other' WHERE kind = 'vote'",
    "acts-recorded": "UPDATE register_entry SET kind = 'other' WHERE kind = 'statement-refused'",
    "months-add-up": "UPDATE events_event SET seconds = seconds + 1",
    "batches-recorded": "UPDATE events_batch SET accepted = accepted + 1",
    "fund-balance": "UPDATE fund_movement SET balance = balance + 1 WHERE number > 1",
    "fund-paid": "UPDATE fund_purchase SET paid_cents = paid_cents - 1",
    "fund-recorded": "UPDATE register_entry SET kind = 'other' WHERE kind = 'fund-movement'",
    "fund-counts-recorded": "UPDATE fund_count SET left_cents = left_cents + 1",
    "skills-recorded": "UPDATE register_entry SET kind = 'other' WHERE kind = 'skill-confirmed'",
    "badges-revoked": "UPDATE training_claim SET revoked_at = '2026-01-01 00:00:00', reason = 'No.'",
    "accounts-as-recorded": "UPDATE accounting_publishedaccount SET digest = 'x'",
    "calls-recorded": "UPDATE register_entry SET kind = 'other' WHERE kind = 'call-supported'",
    "opinions-as-recorded": "UPDATE opinions_version SET content = '{\"title\": \"another\"}'",
    "shares-close": "UPDATE shares_statement SET gross = gross + 1, net = net + 1 WHERE number = 1",
    "pots-close": "UPDATE shares_shareout SET pot = pot + 1",
    "shares-as-recorded": "UPDATE shares_statement SET gross = gross + 1, net = net + 1 WHERE number = 1",
    "payouts-close": "UPDATE shares_payout SET net = net + 1",
    "no-orphan": "UPDATE contributions_decision SET idea_id = 987654321 WHERE kind = 'published' AND idea_id IS NOT NULL",
    "participants-somewhere": "UPDATE people_participant SET space = 'nowhere' WHERE space = 'tills' OR id = (SELECT max(id) FROM people_participant)",
    "secrets-of-somebody": "INSERT INTO register_vaultkey (key) SELECT key FROM register_vaultkey LIMIT 1",
    "nothing-too-old": "INSERT INTO people_newcomer (network, began_at) SELECT event_id, '2026-01-01 00:00:00' FROM register_entry LIMIT 1",
}  # fmt: skip
# What the database itself refuses, but for a hand that takes its guard away first.
GUARDED = {
    "ballots-counted": "assemblies_rollcallballot",
    "secret-box": "assemblies_secretballot",
    "votes-as-recorded": "assemblies_vote",
    "pots-close": "shares_shareout",
}


@contextmanager
def undone() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def by_hand(code: str) -> None:
    with connection.cursor() as cursor:
        _take_guard_away(GUARDED.get(code, ""), cursor)
        for sql in BREAKS[code].split("; "):
            cursor.execute(sql)
            assert cursor.rowcount, f"{code}: nothing was broken"


def _take_guard_away(table: str, cursor: Any) -> None:
    if connection.vendor == "sqlite":
        cursor.execute(f"PRAGMA ignore_check_constraints = {int(bool(table))}")
        asked = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s"
        cursor.execute(asked, [table])
        for (name,) in cursor.fetchall():
            cursor.execute(f'DROP TRIGGER "{name}"')
    elif table:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT IF EXISTS share_out_sums_to_its_pot")


def test_every_rule_holds_on_a_sound_site_and_tells_when_it_is_broken() -> None:
    make_lively_site()
    sound = run_checks()
    assert {code: one for code, one in sound.found.items() if one["number"] != 0} == {}
    assert sound.holds and set(sound.found) == set(BREAKS)
    checks, unseen = {one.code: one for one in all_checks()}, []
    for code in BREAKS:
        with undone():
            by_hand(code)
            found = found_by(checks[code])
        if not found["number"] or not found["rows"]:
            unseen.append((code, found))
    assert unseen == []
    assert run_checks().holds


def run_of(days: float, number: int | None = 0, rows: tuple[str, ...] = ()) -> Run:
    """A run of so many days ago that found this of every rule."""
    at_that_time = timezone.now() - timedelta(days=days)
    found = {check.code: {"number": number, "rows": list(rows)} for check in all_checks()}
    return Run.objects.create(
        began_at=at_that_time,
        ended_at=at_that_time,
        broken=len(found) if number else 0,
        unknown=len(found) if number is None else 0,
        found=found,
    )


def status_page(browser: Client | None = None, language: str = "en") -> str:
    answer = (browser or Client()).get(at("status", language=language))
    assert answer.status_code == 200
    return words_of(answer)


def test_the_page_says_that_nothing_was_checked_yet_then_when_and_what() -> None:
    assert "Nothing was checked yet" in status_page()
    run_of(0.1)
    page = status_page()
    assert "Every rule holds. Last check:" in page and "2 hours ago" in page
    assert page.count(" holds ") >= len(all_checks())
    french = status_page(language="fr")
    assert "Toutes les règles sont respectées." in french and "il y a 2 heures" in french


def test_an_old_check_is_said_to_be_old() -> None:
    run_of(3)
    assert "Not checked since" in status_page()
    run_of(0.5)
    page = status_page()
    assert "Not checked since" not in page and "Earlier checks" in page


def test_rows_that_break_a_rule_are_named_to_administrators_alone() -> None:
    run_of(0.1, 3, ("fund.Movement 7", "fund.Movement 8"))
    public, inside = status_page(), status_page(signed_in(make_administrator()))
    assert f"{len(all_checks())} rules do not hold." in public
    assert "3 rows break it" in public and "fund.Movement" not in public
    assert "fund.Movement 7, fund.Movement 8" in inside


def test_a_rule_that_cannot_be_checked_is_not_said_to_hold(monkeypatch: Any) -> None:
    def fails() -> Iterator[str]:
        yield "x"
        raise KeyError("digest")

    def endless() -> Iterator[str]:
        while True:
            yield "x"

    checks = [Check("fails", "It fails.", fails), Check("endless", "It has no end.", endless)]
    monkeypatch.setattr(running, "all_checks", lambda: checks)
    run = run_checks()
    assert run.found["fails"] == {"number": None, "rows": []}
    assert run.found["endless"]["number"] == running.MOST_COUNTED
    assert (run.broken, run.unknown, run.holds) == (1, 1, False)
    page = status_page()
    assert "1 rule does not hold. 1 rule could not be checked." in page
    assert page.count("not checked") >= len(all_checks())  # rules that this run did not know


def test_what_was_found_is_forgotten_after_a_year() -> None:
    run_of(366)
    kept = run_of(364)
    remove_past()
    assert list(Run.objects.all()) == [kept]
    with pytest.raises(IntegrityError), transaction.atomic():
        Run.objects.update(ended_at=kept.began_at - timedelta(seconds=1))


def test_the_command_says_each_rule_and_fails_when_one_does_not_hold() -> None:
    make_coproduction()
    sound = CliRunner().invoke(main, ["check", "--data"])
    assert sound.exit_code == 0, sound.output
    assert sound.output.count("[holds]") == len(all_checks())
    VaultKey.objects.create(key=b"k" * 32)
    broken = CliRunner().invoke(main, ["check", "--data"])
    assert broken.exit_code == 1 and "Traceback" not in broken.output
    assert "[broken] Every secret that opens entries" in broken.output
    assert "1 rule does not hold" in broken.output
    told = CliRunner().invoke(main, ["check", "--data", "--json"]).output
    assert json.loads(told[: told.rindex("}") + 1])["secrets-of-somebody"]["number"] == 1
    assert Run.objects.count() == 3


def test_checking_writes_nothing_but_its_row() -> None:
    make_coproduction()
    before = stored()
    with CaptureQueriesContext(connection) as queries:
        run_checks()
    assert stored() == before | {"checks.Run": before["checks.Run"] + 1}
    written = [q["sql"] for q in queries if q["sql"].startswith(("INSERT", "UPDATE", "DELETE"))]
    assert len(written) == 1


@pytest.mark.django_db(transaction=True)
def test_a_check_reads_one_state_and_nobody_waits_for_it() -> None:
    make_coproduction()
    seen: list[int] = []

    def reads() -> Iterator[str]:
        seen.append(Entry.objects.count())
        other = connection.copy()
        try:
            with other.cursor() as cursor:
                cursor.execute("UPDATE register_entry SET kind = 'other'")
                cursor.execute("DELETE FROM register_payload")
        finally:
            other.close()
        seen.append(Entry.objects.exclude(kind="other").count())
        yield from ()

    assert found_by(Check("reads", "It reads.", reads)) == {"number": 0, "rows": []}
    assert seen[0] == seen[1] > 0
    assert Entry.objects.exclude(kind="other").count() == 0
    assert not connection.in_atomic_block


def test_a_register_that_stopped_or_was_tampered_with_is_said() -> None:
    make_lively_site()
    with undone():
        Log.objects.update(halted="The rows no longer give the root.")
        assert run_checks().found["register-verified"]["number"] == 1
    Entry.objects.filter(kind="frame-published").update(kind="frame-changed")
    told = CliRunner().invoke(main, ["check", "--data"]).output
    assert "[broken] The register was read from its first entry" in told
