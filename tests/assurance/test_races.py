"""Many devices at once with one code, one place on the list, one address: one of them comes in."""

from collections import Counter
from datetime import timedelta
from functools import partial

import pytest
from django.test import Client
from django.utils import timezone

from partage.assurance.inviting import make_batch
from partage.assurance.listing import list_members, read_member
from partage.assurance.models import InvitationCode, ListedMember, Proof
from partage.assurance.proofs import ProofRefused, keep_proof, mark_of
from partage.coproductions.models import Frame
from partage.people.models import Participant
from tests.contributions.races import at_once
from tests.factories import at, make_coproduction, make_people

DEVICES = 6


def show(said: str) -> int:
    return Client().post(at("prove", "shops"), {"said": said}).status_code


@pytest.mark.django_db(transaction=True)
def test_one_code_lets_one_of_many_devices_in() -> None:
    coproduction = make_coproduction(frame={"assurance": "code"})
    code = make_batch(coproduction, "Street", 10, timezone.now() + timedelta(days=1))[1][0]
    statuses = at_once(*[partial(show, code)] * DEVICES)
    assert Counter(statuses) == {302: 1, 400: DEVICES - 1}
    assert Proof.objects.count() == Participant.objects.count() == 1
    assert InvitationCode.objects.filter(is_used=True).count() == 1


@pytest.mark.django_db(transaction=True)
def test_one_place_on_the_list_lets_one_of_many_devices_in() -> None:
    coproduction = make_coproduction(frame={"assurance": "list"})
    list_members(coproduction, [read_member("AB-1234")])
    statuses = at_once(*[partial(show, "AB-1234")] * DEVICES)
    assert Counter(statuses) == {302: 1, 400: DEVICES - 1}
    assert Proof.objects.count() == 1 and ListedMember.objects.get().is_used


@pytest.mark.django_db(transaction=True)
def test_one_address_stands_for_one_of_many_participants() -> None:
    coproduction = make_coproduction()
    mark = mark_of(coproduction, "ann@example.org")

    def keep(person: Participant) -> bool:
        try:
            keep_proof(person, coproduction, Frame.Assurance.MAIL, mark=mark)
        except ProofRefused:
            return False
        return True

    people = make_people(coproduction, DEVICES)
    done = at_once(*[partial(keep, person) for person in people])
    assert sum(done) == Proof.objects.count() == 1
