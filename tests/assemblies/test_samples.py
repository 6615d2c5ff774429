"""The assembly of the demo: a result to read and a vote to cast, and no name of anybody."""

import pytest
from django.test import Client

from partage.assemblies.samples import CHOSEN, GROUPS, make_sample_assembly
from tests.factories import at, make_coproduction, members_of
from tests.web.page import words_of

pytestmark = pytest.mark.django_db


def test_the_sample_assembly_shows_a_result_and_lets_one_seat_vote() -> None:
    assembly, token = make_sample_assembly(make_coproduction().organization)
    closed, is_open = assembly.votes.order_by("number")
    counts = [CHOSEN.count(letter) for letter in "fab"]
    assert [closed.votes_for, closed.against, closed.abstentions] == counts == [16, 4, 2]
    assert closed.roll_size == sum(GROUPS.values()) == 24 and closed.outcome == "adopted"
    page = words_of(Client().get(at("assembly-vote", assembly.slug, closed.number)))
    assert "16 for, 4 against, 2 abstentions" in page
    browser = Client()
    assert browser.post(at("member-link", token)).status_code == 302
    seat = members_of(assembly)[0]
    ballot = at("ballot", assembly.slug, is_open.number)
    assert browser.post(ballot, {"choice": "for", "member": seat.pk}).status_code == 302
    assert is_open.roll.exclude(ballot=None).count() == 1
