"""Who asks to be erased: their ballots and hidden projects go, published ones name nobody."""

import pytest
from django.conf import settings
from django.test import Client

from partage.coproductions.models import Coproduction
from partage.fund.counting import count_round, counts_again
from partage.fund.models import Ballot, Count, Project, Purchase
from partage.register.erasing import EVERYTHING, fingerprint
from partage.register.models import Payload
from partage.rights.replay import replay_erasures
from tests.factories import (
    at,
    everything_stored,
    make_coproduction,
    make_device,
    make_people,
    make_sensitive,
    participant_of,
)
from tests.fund.rounds import WORDS, make_ballots, make_project, make_round, move, vote

pytestmark = pytest.mark.django_db(transaction=True)
DOER = "Violet Beauregard"


def somebody(coproduction: Coproduction) -> Client:
    """A device with a published project, one that waits, and a ballot."""
    opened, device = make_round(coproduction), make_device(coproduction)
    for title in (WORDS["title"], "Another bench"):
        words = WORDS | {"title": title, "doer": DOER}
        device.post(at("propose-project", coproduction.slug, 1), words)
    first = Project.objects.order_by("pk")[:1]
    Project.objects.filter(pk__in=first).update(state="published", number=1)
    vote(device, move(opened, "voting"), 1)
    return device


def test_the_page_says_what_goes_and_pressing_the_button_takes_it_away() -> None:
    device = somebody(make_coproduction())
    told = " ".join(device.get(at("erase", "shops")).content.decode().split())
    assert "1 ballot on projects of the common fund" in told
    assert "What ties you to 2 projects of the common fund" in told
    device.post(at("erase", "shops"))
    assert not Ballot.objects.exists()
    kept = Project.objects.get()
    assert (kept.title, kept.author, kept.doer) == (WORDS["title"], None, "")
    assert DOER not in everything_stored()
    shown = Client().get(at("project", "shops", kept.pk)).content.decode()
    assert WORDS["title"] in shown
    assert "Who would do it" not in shown


def test_a_ballot_that_was_counted_goes_and_the_outcome_stays() -> None:
    coproduction = make_coproduction()
    device = somebody(coproduction)
    opened = coproduction.fund_rounds.get()
    make_ballots(opened, make_people(coproduction, 12), [{1}] * 12)
    count = count_round(move(opened, "to-count"))
    assert counts_again(count) is True
    device.post(at("erase", "shops"))
    after = Count.objects.get()
    assert (after.ballots, after.inputs, after.opening) == (13, count.inputs, None)
    assert counts_again(after) is None
    assert Purchase.objects.get().project.number == 1
    shown = Client().get(at("fund-round", "shops", 1)).content.decode()
    assert "13 ballots were counted" in " ".join(shown.split())


def test_after_a_restore_the_erasure_is_done_again() -> None:
    coproduction = make_coproduction()
    device = somebody(coproduction)
    secret = bytes(participant_of(device, coproduction).vault_key.key)
    settings.ERASURE_LIST.write_text(f"{EVERYTHING} {fingerprint(secret)}\n")
    try:
        replay_erasures()
    finally:
        settings.ERASURE_LIST.unlink()
    assert not Ballot.objects.exists()
    assert Project.objects.get().author is None
    assert DOER not in everything_stored()


def test_after_a_restore_a_withdrawn_consent_takes_the_ballot_again() -> None:
    coproduction = make_sensitive("shops")
    opened, device = make_round(coproduction, "voting"), make_device(coproduction)
    make_project(opened)
    device.post(at("consent", "shops"))
    vote(device, opened, 1)
    secret = bytes(participant_of(device, coproduction).vault_key.key)
    settings.ERASURE_LIST.write_text(f"consent-withdrawn {fingerprint(secret)}\n")
    try:
        replay_erasures()
    finally:
        settings.ERASURE_LIST.unlink()
    assert not Ballot.objects.exists()
    assert not Payload.objects.filter(entry__kind="fund-ballot").exclude(content="").exists()
