"""The register: one entry in the transaction of the act, opened by its key alone."""

import json
from collections.abc import Callable

import pytest
from django.db import connection, transaction
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from partage.contributions.models import (
    Progress,
    Vote,
)
from partage.contributions.voting import cast_vote
from partage.coproductions.models import Coproduction
from partage.register.inserting import ROWS_AT_ONCE
from partage.register.leaves import LONGEST, NO_OPENING, canonical, commitment, opening
from partage.register.models import Entry, Payload, VaultKey
from partage.register.recording import (
    OutsideTransaction,
    new_vault_key,
    record,
    record_alike,
    record_all,
)
from tests.factories import (
    AGREE,
    answer,
    at,
    breaks_at,
    make_coproduction,
    make_device,
    make_facilitator,
    make_people,
    make_sensitive,
    make_statement,
    participant_of,
    signed_in,
    stored,
)

FACTS = st.dictionaries(st.text(max_size=8), st.integers() | st.text(max_size=8), max_size=5)


@pytest.mark.django_db(transaction=True)
def test_an_entry_outside_a_transaction_is_refused() -> None:
    with pytest.raises(OutsideTransaction):
        record("vote", space="shops")
    assert not Entry.objects.exists()


@pytest.mark.django_db
def test_a_personal_payload_needs_a_key_and_a_key_a_payload() -> None:
    with pytest.raises(ValueError, match="go together"):
        record("vote", space="shops", payload={"answer": "agree"})
    with pytest.raises(ValueError, match="go together"):
        record("vote", space="shops", vault_key=new_vault_key())


@pytest.mark.django_db
def test_the_commitment_opens_with_the_key_and_the_payload_and_with_nothing_else() -> None:
    key, other = new_vault_key(), new_vault_key()
    facts = {"statement": 3, "answer": "agree"}
    entry = record("vote", space="shops", payload=facts, vault_key=key)
    committed, event = bytes(entry.commitment), bytes(entry.event_id)
    assert commitment(opening(bytes(key.key), event), canonical(facts)) == committed
    assert commitment(opening(bytes(other.key), event), canonical(facts)) != committed
    assert (
        commitment(opening(bytes(key.key), event), canonical({**facts, "answer": "no"}))
        != committed
    )
    assert commitment(NO_OPENING, canonical(facts)) != committed
    assert Payload.objects.get().content == canonical(facts)


@pytest.mark.django_db
def test_entries_appended_together_open_as_those_appended_one_by_one() -> None:
    key, said = new_vault_key(), [{"statement": n, "answer": "agree"} for n in (3, 4, 4)]
    record_all(
        "vote", space="shops", public={"channel": "paper"}, acts=[(key, each) for each in said]
    )
    entries = list(Entry.objects.order_by("pk").select_related("payload"))
    assert [entry.payload.content for entry in entries] == [canonical(facts) for facts in said]
    for entry in entries:
        opened_by = opening(bytes(key.key), bytes(entry.event_id))
        assert commitment(opened_by, entry.payload.content) == bytes(entry.commitment)
        assert entry.public == {"channel": "paper"} and entry.hour.minute == 0
    assert len({bytes(entry.event_id) for entry in entries}) == 3


@pytest.mark.django_db
def test_more_acts_than_fit_in_a_statement_each_keep_their_own_person_and_content() -> None:
    keys = [new_vault_key() for _ in range(3)]
    facts = [{"statement": n, "answer": "agree"} for n in range(7)]
    acts = [(keys[n % 3], facts[n % 7]) for n in range(2 * ROWS_AT_ONCE + 3)]
    record_all("vote", space="shops", public={}, acts=acts)
    found = Entry.objects.order_by("pk").select_related("payload__vault_key")
    for entry, (key, said) in zip(found, acts, strict=True):
        assert entry.payload.vault_key == key and entry.payload.content == canonical(said)
        opened_by = opening(bytes(key.key), bytes(entry.event_id))
        assert commitment(opened_by, canonical(said)) == bytes(entry.commitment)


@pytest.mark.django_db
def test_an_entry_appended_many_times_hides_nothing_and_each_is_another_event() -> None:
    public = {"channel": "paper", "role": "facilitator"}
    record("sheet-entered", space="shops", public=public)
    record_alike("sheet-entered", space="shops", public=public, times=ROWS_AT_ONCE + 1)
    found = list(Entry.objects.all())
    columns = {
        (one.kind, one.space, one.hour, bytes(one.commitment), str(one.public)) for one in found
    }
    assert len(columns) == 1 and len({bytes(one.event_id) for one in found}) == ROWS_AT_ONCE + 2
    assert not Payload.objects.exists()


@pytest.mark.django_db
def test_many_entries_too_long_for_the_register_are_refused_like_one() -> None:
    with pytest.raises(ValueError, match="is too long"):
        record_alike("x", space="shops", public={"words": "x" * LONGEST}, times=2)
    with pytest.raises(ValueError, match="is recorded as text"):
        record_all("x", space="shops", public={"n": 0.5}, acts=[(new_vault_key(), {})])
    assert not Entry.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_entries_together_outside_a_transaction_are_refused() -> None:
    with pytest.raises(OutsideTransaction):
        record_all("vote", space="shops", public={}, acts=[(new_vault_key(), {})])
    with pytest.raises(OutsideTransaction):
        record_alike("sheet-entered", space="shops", public={}, times=2)
    assert not Entry.objects.exists()


@pytest.mark.django_db
def test_the_same_payload_twice_makes_two_commitments_that_do_not_look_alike() -> None:
    key = new_vault_key()
    entries = [record("vote", space="s", payload={"a": 1}, vault_key=key) for _ in range(2)]
    assert entries[0].commitment != entries[1].commitment


@pytest.mark.django_db
def test_a_public_entry_commits_to_its_public_part() -> None:
    entry = record("frame-published", space="shops", public={"version": 2})
    assert entry.commitment == commitment(NO_OPENING, '{"version":2}')


@pytest.mark.django_db
def test_destroying_a_key_destroys_its_payloads_and_leaves_the_entries() -> None:
    key, other = new_vault_key(), new_vault_key()
    for vault_key in (key, key, other):
        record("vote", space="shops", payload={"answer": "agree"}, vault_key=vault_key)
    before = list(Entry.objects.values())
    VaultKey.objects.filter(pk=key.pk).delete()
    assert Payload.objects.count() == 1
    assert list(Entry.objects.values()) == before


@given(FACTS)
def test_the_same_facts_give_the_same_bytes_in_whatever_order(facts: dict[str, object]) -> None:
    backwards = dict(reversed(facts.items()))
    assert canonical(facts) == canonical(backwards)
    assert json.loads(canonical(facts)) == facts


@given(st.binary(min_size=32, max_size=32), st.binary(min_size=16, max_size=16), FACTS, FACTS)
def test_other_facts_never_open_a_commitment(
    key: bytes, event: bytes, facts: dict[str, object], others: dict[str, object]
) -> None:
    one, two = (commitment(opening(key, event), canonical(f)) for f in (facts, others))
    assert (one == two) is (facts == others)


@pytest.mark.django_db
def test_the_public_entry_of_a_vote_names_no_sentence_and_no_person() -> None:
    statement = make_statement(make_coproduction())
    browser = make_device(statement.coproduction)
    answer(browser, statement)
    entry = Entry.objects.get(kind="vote")
    assert entry.public == {}
    assert (entry.hour.minute, entry.hour.second, entry.hour.microsecond) == (0, 0, 0)
    key = bytes(participant_of(browser, statement.coproduction).vault_key.key)
    kept = b"".join(bytes(part) for part in (entry.event_id, entry.commitment))
    assert key not in kept


@pytest.mark.django_db(transaction=True)
def test_the_rows_and_the_entry_vanish_together() -> None:
    coproduction = make_coproduction()
    statement = make_statement(coproduction)
    person = make_people(coproduction, 1)[0]
    before = stored()
    with transaction.atomic():
        cast_vote(person, coproduction, statement.pk, AGREE)
        assert Vote.objects.exists() and Entry.objects.filter(kind="vote").exists()
        transaction.set_rollback(True)
    assert stored() == before


@pytest.mark.django_db
@pytest.mark.parametrize("table", ["register_entry", "register_payload", "contributions_vote"])
def test_an_answer_whose_entry_cannot_be_written_is_not_counted(table: str) -> None:
    statement = make_statement(make_coproduction())
    browser = make_device(statement.coproduction)
    before = stored()
    with connection.execute_wrapper(breaks_at(table)):
        assert answer(browser, statement).status_code == 503
    assert stored() == before


ACTS: dict[str, tuple[str, dict[str, object], list[str]]] = {
    "answer": ("vote", {"answer": 1}, ["vote"]),
    "change": ("vote", {"answer": -1, "change": 1}, ["vote"]),
    "undo": ("undo", {}, ["vote-withdrawn"]),
    "withdraw": ("withdraw", {}, ["consent-withdrawn", "votes-withdrawn"]),
    "consent again": ("consent", {}, []),
    "propose": ("propose", {"text": "A sentence that says a lot."}, ["statement-proposed"]),
    "publish": ("queue", {"decision": "publish"}, ["statement-published"]),
    "refuse": ("queue", {"decision": "refuse", "rule": "several"}, ["statement-refused"]),
}


@pytest.mark.django_db
@pytest.mark.parametrize(("name", "sent", "kinds"), ACTS.values(), ids=ACTS)
def test_every_act_writes_its_entry_and_no_other(
    name: str, sent: dict[str, object], kinds: list[str]
) -> None:
    coproduction = make_sensitive("shops")
    statement = make_statement(coproduction)
    browser = signed_in(make_facilitator(coproduction))
    browser.post(at("consent", "shops"))
    answer(browser, statement)
    waiting = make_statement(coproduction, "Another one.", state=Progress.WAITING)
    before = Entry.objects.count()
    chosen = waiting if name == "queue" else statement
    assert (
        browser.post(
            at(name, "shops"), {"statement": chosen.pk, "number": chosen.pk, **sent}
        ).status_code
        == 302
    )
    assert list(Entry.objects.order_by("pk").values_list("kind", flat=True))[before:] == kinds


def refused_vote(browser: Client, coproduction: Coproduction) -> int:
    sent = {"statement": 999_999, "answer": 1}
    return browser.post(at("vote", coproduction.slug), sent).status_code


def refused_proposal(browser: Client, coproduction: Coproduction) -> int:
    return browser.post(at("propose", coproduction.slug), {"text": "short"}).status_code


def refused_decision(browser: Client, coproduction: Coproduction) -> int:
    waiting = make_statement(coproduction, state=Progress.WAITING)
    sent = {"number": waiting.pk, "decision": "refuse"}
    return browser.post(at("queue", coproduction.slug), sent).status_code


@pytest.mark.django_db
@pytest.mark.parametrize("act", [refused_vote, refused_proposal, refused_decision])
def test_a_refused_act_writes_no_entry(act: Callable[[Client, Coproduction], int]) -> None:
    coproduction = make_coproduction()
    browser = signed_in(make_facilitator(coproduction))
    before = Entry.objects.count()
    assert act(browser, coproduction) in {400, 409}
    assert Entry.objects.count() == before
