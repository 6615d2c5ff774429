"""What is destroyed is said in the register, an hour later, among others, and nothing opens it."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from partage.register.audit import Audit
from partage.register.erasing import (
    EVENTS_AN_ENTRY,
    destroy,
    fingerprint,
    forget,
    list_for_backups,
    tell_erasures,
)
from partage.register.models import Entry, Erasure, Payload, VaultKey
from partage.register.recording import record
from partage.register.sequencer import seal
from partage.register.this_site import this_site
from tests.factories import (
    answer,
    at,
    everything_stored,
    make_device,
    make_sensitive,
    make_statement,
    participant_of,
    stored,
)
from tests.register.registers import record_votes

pytestmark = pytest.mark.django_db
NOW = timedelta()


def an_hour_passes() -> None:
    Erasure.objects.update(erased_at=timezone.now() - timedelta(hours=1, minutes=1))
    Payload.objects.update(recorded_at=timezone.now() - timedelta(hours=2))


def told() -> list[Entry]:
    return list(Entry.objects.filter(kind="erased").order_by("pk"))


def own_audit() -> tuple[bool, dict[int, str]]:
    """What `partage verify log` says of this site, place by place."""
    said: dict[int, str] = {}
    site = this_site()
    audit = Audit(site.source, site.verifiers, opener=site.open, each=said.__setitem__)
    for _done in audit.run():
        pass
    return audit.report.holds, said


def test_what_a_destroyed_secret_opened_is_told_an_hour_later() -> None:
    key = record_votes(3)
    kept = record_votes(2)
    events = [
        bytes(event).hex()
        for event in Entry.objects.order_by("pk").values_list("event_id", flat=True)[:3]
    ]
    destroy(key, "erasure")
    assert (Payload.objects.count(), VaultKey.objects.get()) == (2, kept)
    assert tell_erasures() == 0 and not told()
    an_hour_passes()
    assert tell_erasures() == 3
    (entry,) = told()
    assert entry.public == {"events": sorted(events), "ground": "erasure"}
    assert (tell_erasures(), Erasure.objects.count()) == (0, 0)
    seal()
    holds, said = own_audit()
    assert holds
    assert [said[n] for n in range(6)] == [*["erased under entry 5"] * 3, *["matches"] * 3]


def test_before_it_is_told_an_audit_of_the_site_holds_too() -> None:
    destroy(record_votes(2), "erasure")
    seal()
    holds, said = own_audit()
    assert holds and said[0] == "erased, which an entry will say within the hour"


def test_what_is_gone_without_a_word_is_broken() -> None:
    key = record_votes(2)
    key.delete()
    seal()
    assert own_audit() == (False, {0: "broken", 1: "broken"})


def test_erasures_of_many_people_stand_together_in_no_order_and_twenty_an_entry() -> None:
    keys = [record_votes(9) for _ in range(5)]
    order = [
        bytes(event).hex()
        for event in Entry.objects.order_by("pk").values_list("event_id", flat=True)
    ]
    for key in keys[:4]:
        destroy(key, "erasure")
    forget(keys[4], ("vote",), "consent-withdrawn")
    an_hour_passes()
    assert tell_erasures() == 45
    by_ground: dict[str, list[str]] = {}
    for entry in told():
        assert len(entry.public["events"]) <= EVENTS_AN_ENTRY
        assert entry.public["events"] == sorted(entry.public["events"])
        by_ground.setdefault(entry.public["ground"], []).extend(entry.public["events"])
    assert sorted(by_ground["erasure"]) == sorted(order[:36])
    assert sorted(by_ground["consent-withdrawn"]) == sorted(order[36:])
    assert by_ground["erasure"] != order[:36]
    first = set(by_ground["erasure"][:20])
    assert len({order.index(event) // 9 for event in first}) > 1  # of several people


def test_one_erasure_that_is_due_takes_the_recent_ones_along() -> None:
    destroy(record_votes(1), "erasure")
    an_hour_passes()
    destroy(record_votes(1), "erasure")
    assert tell_erasures() == 2


def test_forgetting_some_acts_leaves_the_others_open_under_openings_of_their_own() -> None:
    key = record_votes(2)
    before = bytes(key.key)
    record("statement-proposed", space="shops", payload={"statement": 9}, vault_key=key)
    forget(key, ("vote",), "consent-withdrawn")
    record_votes(1, key)
    assert bytes(VaultKey.objects.get().key) != before
    assert before not in everything_stored().encode() and repr(before) not in everything_stored()
    an_hour_passes()
    tell_erasures()
    seal()
    holds, said = own_audit()
    assert holds
    erased = "erased under entry 4"
    assert [said[n] for n in range(5)] == [erased, erased, "matches", "matches", "matches"]
    assert Payload.objects.exclude(content="").count() == Payload.objects.count() == 2


def test_forgetting_again_keeps_the_openings_that_are_there() -> None:
    key = record_votes(1)
    record("statement-proposed", space="shops", payload={"statement": 9}, vault_key=key)
    for _ in range(2):
        forget(key, ("vote",), "consent-withdrawn")
        record_votes(1, key)
    seal()
    assert own_audit()[0]
    assert Payload.objects.filter(opening__isnull=False).count() == 1


def test_forgetting_nothing_writes_nothing() -> None:
    key = record_votes(1)
    before = (stored(), bytes(VaultKey.objects.get().key))
    forget(key, ("voice",), "consent-withdrawn")
    assert (stored(), bytes(VaultKey.objects.get().key)) == before
    assert not settings.ERASURE_LIST.exists()


@pytest.mark.django_db(transaction=True)
def test_the_fingerprint_of_the_secret_is_listed_once_the_erasure_is_certain() -> None:
    key = record_votes(1)
    secret = bytes(key.key)
    with transaction.atomic():
        list_for_backups("erasure", bytes(key.key))
        transaction.set_rollback(True)
    assert not settings.ERASURE_LIST.exists()
    with transaction.atomic():
        destroy(key, "erasure")
        assert not settings.ERASURE_LIST.exists()
    assert settings.ERASURE_LIST.read_text() == f"erasure {fingerprint(secret)}\n"
    assert secret.hex() not in settings.ERASURE_LIST.read_text()
    assert oct(settings.ERASURE_LIST.stat().st_mode)[-3:] == "600"


def test_withdrawing_a_consent_empties_the_answers_and_the_rest_still_opens() -> None:
    coproduction = make_sensitive()
    statement = make_statement(coproduction)
    browser = make_device(coproduction)
    slug = coproduction.slug
    browser.post(at("consent", slug))
    answer(browser, statement)
    browser.post(at("propose", slug), {"text": "Keep a bench by the door."})
    secret = bytes(participant_of(browser, coproduction).vault_key.key)
    assert browser.post(at("withdraw", slug)).status_code == 302
    assert bytes(participant_of(browser, coproduction).vault_key.key) != secret
    assert '"answer":"agree"' not in everything_stored()
    an_hour_passes()
    tell_erasures()
    seal()
    holds, said = own_audit()
    assert holds and sum(one.startswith("erased") for one in said.values()) == 1
    browser.post(at("consent", slug))
    assert answer(browser, statement).status_code == 302
    seal()
    assert own_audit()[0]
