"""A hundred people use every feature and are erased: nothing of them is left anywhere."""

from collections.abc import Iterator
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.db import connection
from django.test import Client

from partage.accounting.models import CounterInput
from partage.accounting.publication import publish_account
from partage.commands.tidy import remove_traces
from partage.commands.verify_site import this_site
from partage.contributions.models import Notice, Statement
from partage.contributions.worker import one_pass
from partage.coproductions.models import Coproduction, Task
from partage.news import subscribing
from partage.news.telling import tell
from partage.people.models import Mail
from partage.register.audit import Audit
from partage.register.erasing import tell_erasures
from tests.factories import (
    CONSENT,
    answer,
    at,
    everything_stored,
    make_coproduction,
    make_facilitator,
    make_statements,
    participant_of,
    signed_in,
)
from tests.news.letterbox import subscribe
from tests.test_matrix import ACCOUNT

PEOPLE, STAYING = 100, 20
pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def lively() -> Coproduction:
    tasks = [{"name": {"en": "Scan"}, "degree": "chosen"}]
    frame = {"sensitive": True, "consent_text": CONSENT, "tasks": tasks}
    coproduction = make_coproduction("shops", frame=frame)
    publish_account(coproduction, ACCOUNT.read_text("utf-8"), ACCOUNT.name)
    make_statements(coproduction, 12)
    return coproduction


def mark_of(number: int) -> str:
    """Words that nobody else would leave, and that no compression makes out of somebody else's."""
    return "MARKER" + sha256(str(number).encode()).hexdigest()[:20]


def live(coproduction: Coproduction, number: int) -> Client:
    """One person uses everything there is, and leaves marks that nobody else would."""
    browser, mark = Client(), mark_of(number)
    browser.post(at("consent", "shops"))
    for statement in coproduction.statements.filter(is_from_team=False, author=None)[:5]:
        answer(browser, statement, (1, -1, 0)[(number + statement.pk) % 3])
    first = coproduction.statements.order_by("pk")[0]
    answer(browser, first, -1)
    browser.post(at("undo", "shops"), {"statement": first.pk})
    browser.get(at("receipt", "shops", coproduction.statements.order_by("pk")[1].pk))
    browser.post(at("propose", "shops"), {"text": f"A sentence with {mark} in it."})
    task = Task.objects.latest("pk")
    said = {"speaks_as": "employee", "degree": "endured", "change": "harder"}
    browser.post(at("voices", "shops"), {"task": task.pk, **said})
    figure = {"low": "40", "central": str(41 + number), "high": "5000", "source": f"Seen: {mark}"}
    dispute = at("account-counter", "shops", "passages")
    answered = browser.post(dispute, {**figure, "source_date": "2026-05-02"})
    assert answered.status_code in {200, 302}, answered.content
    browser.get(at("where-am-i", "shops"))
    reported = {"rule": "personal", "text": f"It names {mark}.", "good_faith": "on"}
    who = {"name": mark, "mail": f"{mark}@example.org"}
    browser.post(at("report", "shops", "statement", first.pk), reported | who)
    subscribe(browser, "notices", "digest", address=f"{mark}@example.org")
    if number % 4 == 0:
        browser.post(at("withdraw", "shops"))
        browser.post(at("consent", "shops"))
    return browser


def decide(coproduction: Coproduction) -> None:
    """The facilitator publishes every third sentence and refuses every third."""
    desk = signed_in(make_facilitator(coproduction))
    for statement in Statement.objects.waiting():
        choice = ("publish", "refuse", "")[statement.pk % 3]
        sent = {"number": statement.pk, "decision": choice, "rule": "several", "reason": "Two."}
        if choice:
            desk.post(at("queue", "shops"), sent)


def marks_of(browser: Client, coproduction: Coproduction, number: int) -> list[bytes]:
    participant = participant_of(browser, coproduction)
    token = next(iter(browser.cookies.values())).value
    secrets = [bytes(participant.key), bytes(participant.vault_key.key)]
    return [mark_of(number).encode(), token.partition(".")[0].encode(), *secrets]


def files(settings: LazySettings, tmp_path: Path) -> Iterator[Path]:
    """The database's own files, the register's, and whatever else the site wrote."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            base = Path(connection.settings_dict["NAME"])
            yield from base.parent.glob(f"{base.name}*")
        else:
            cursor.execute("CHECKPOINT")
            cursor.execute("SHOW data_directory")
            yield from (Path(cursor.fetchone()[0]) / "base").rglob("*")
    yield from tmp_path.rglob("*")


def test_nothing_is_left_of_a_hundred_people_who_used_everything(
    settings: LazySettings,
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    settings.ACTS_PER_MINUTE = settings.NEW_PARTICIPANTS_PER_HOUR = 10**6
    settings.MAIL_IS_ON = True
    monkeypatch.setattr(subscribing, "PER_NETWORK", 10**6)
    coproduction = lively()
    browsers = [live(coproduction, number) for number in range(PEOPLE + STAYING)]
    decide(coproduction)
    one_pass()
    tell()
    assert Notice.objects.filter(name__contains="MARKER").count() > PEOPLE
    assert Mail.objects.exists()  # some wait when their people go
    assert coproduction.releases.exists() and CounterInput.objects.exists()
    marks = [m for n, b in enumerate(browsers[:PEOPLE]) for m in marks_of(b, coproduction, n)]
    kept = marks_of(browsers[-1], coproduction, PEOPLE + STAYING - 1)
    for browser in browsers[:PEOPLE]:
        assert browser.post(at("erase", "shops")).status_code == 200
    tell_erasures(waits=timedelta())
    one_pass()
    remove_traces()
    exports = b"".join(
        b"".join(Client().get(at(name, "shops"))) for name in ("results-csv", "results-json")
    )
    written = [path.read_bytes() for path in files(settings, tmp_path) if path.is_file()]
    everything = b"\n".join(
        [*written, exports, everything_stored().encode(), "".join(capfd.readouterr()).encode()]
    )
    assert [mark for mark in marks if mark in everything] == []
    assert all(mark in everything for mark in kept if b"MARKER" in mark)  # the search does find
    site = this_site()
    audit = Audit(site.source, site.verifiers, opener=site.open)
    for _done in audit.run():
        pass
    assert audit.report.holds, audit.report.broken[:3]
    assert audit.report.erased > PEOPLE * 8
