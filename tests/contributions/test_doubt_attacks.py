"""What the desk could learn or undo by sets of its own choosing, and does not."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from partage.assurance.inviting import make_batch, use_invitation
from partage.contributions.models import ContestedSet, Decision, InDoubt, Statement
from partage.contributions.releases import compute_results
from partage.contributions.stuffing import shifts
from partage.coproductions.models import Coproduction, Role
from partage.people.models import Channel, Participant
from tests.contributions.test_doubts import (
    REASON,
    decide,
    doubt_stuffed,
    honest,
    put_in_doubt,
    stuffed,
)
from tests.factories import (
    AGREE,
    DISAGREE,
    at,
    make_coproduction,
    make_device,
    make_facilitator,
    make_helper,
    make_people,
    make_statements,
    make_votes,
    participant_of,
    publish_results,
    signed_in,
)
from tests.web.page import words_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def shops() -> Coproduction:
    return make_coproduction()


@pytest.fixture
def statements(shops: Coproduction) -> list[Statement]:
    found = make_statements(shops, 9)
    honest(shops, 70, found)
    return found


@pytest.fixture
def desk(shops: Coproduction) -> Client:
    return signed_in(make_facilitator(shops))


def divided(people: list[Participant], statements: list[Statement]) -> list[Participant]:
    """A third of them agrees with everything, the others with nothing."""
    make_votes(people[::3], statements, AGREE)
    make_votes([one for n, one in enumerate(people) if n % 3], statements, DISAGREE)
    return people


def on_paper(shops: Coproduction, statements: list[Statement], count: int) -> list[Participant]:
    people = divided(make_people(shops, count), statements)
    Participant.objects.filter(pk__in=[one.pk for one in people]).update(channel=Channel.PAPER)
    return people


def with_codes(shops: Coproduction, statements: list[Statement], count: int) -> int:
    """A batch of codes of the desk's own, all shown; its number."""
    batch, codes = make_batch(shops, "Ours", count, timezone.now() + timedelta(days=3))
    for person, code in zip(divided(make_people(shops, count), statements), codes, strict=True):
        use_invitation(person, shops, code)
    return batch.pk


@pytest.mark.parametrize(("count", "is_shown"), [(10, False), (49, False), (50, True)])
def test_figures_of_a_batch_show_from_fifty_people_on(
    shops: Coproduction, statements: list[Statement], desk: Client, count: int, *, is_shown: bool
) -> None:
    one = put_in_doubt(desk, batch=with_codes(shops, statements, count))
    assert bool(shifts(one)) is is_shown
    page = words_of(desk.get(at("doubt", "shops", one.number)))
    assert ("fewer than 50 answers" in page) is not is_shown
    assert ("Counted when the set was opened" in page) is is_shown


def test_figures_of_a_way_show_only_where_fifty_others_are_left(
    shops: Coproduction, desk: Client
) -> None:
    found = make_statements(shops, 2)
    divided(make_people(shops, 49), found)
    on_paper(shops, found, 60)
    assert put_in_doubt(desk, way="paper").tallies == {}
    divided(make_people(shops, 1), found)
    on_paper(shops, found, 10)
    assert len(put_in_doubt(desk, way="paper").tallies) == 2


def test_no_figures_where_everybody_in_the_set_answered_alike(
    shops: Coproduction, statements: list[Statement], desk: Client
) -> None:
    stuffed(shops, 25, statements)
    assert doubt_stuffed(desk, shops).tallies == {}


def test_figures_stay_as_counted_when_the_set_was_opened(
    shops: Coproduction, statements: list[Statement], desk: Client
) -> None:
    on_paper(shops, statements, 60)
    one = put_in_doubt(desk, way="paper")
    before = desk.get(at("doubt", "shops", one.number)).context["shifts"]
    make_votes(make_people(shops, 1), statements, AGREE)
    assert desk.get(at("doubt", "shops", one.number)).context["shifts"] == before != []


def test_no_figures_beside_results_that_differ_by_one_person(
    shops: Coproduction, statements: list[Statement], desk: Client
) -> None:
    on_paper(shops, statements, 60)
    publish_results(shops)
    make_votes(make_people(shops, 1), statements[:4], AGREE)
    told = put_in_doubt(desk, way="paper").tallies
    assert set(told) == {str(one.pk) for one in statements[4:]}


def test_no_figures_of_a_set_that_differs_from_another_by_one_person(
    shops: Coproduction, statements: list[Statement], desk: Client
) -> None:
    on_paper(shops, statements, 60)
    first = put_in_doubt(desk, way="paper")
    on_paper(shops, statements, 1)
    second = put_in_doubt(desk, way="paper")
    assert first.tallies and second.members.count() == 61 and second.tallies == {}
    on_paper(shops, statements, 10)
    assert put_in_doubt(desk, way="paper").tallies


def upheld(shops: Coproduction, statements: list[Statement], desk: Client) -> Participant:
    """Somebody left out with many on paper, who contested it and was right."""
    on_paper(shops, statements, 20)
    browser = make_device(shops)
    person = participant_of(browser, shops)
    make_votes([person], statements, AGREE)
    Participant.objects.filter(pk=person.pk).update(channel=Channel.PAPER)
    decide(desk, put_in_doubt(desk, way="paper"), "leave-out")
    browser.post(at("contested-set", "shops", 1), {"text": "I came by myself."})
    return person


def answered(shops: Coproduction) -> None:
    other = signed_in(make_helper(shops, Role.Kind.MODERATOR))
    doubt = InDoubt.objects.exclude(filed_at=None).get()
    sent = {"doubt": doubt.pk, "decision": "count"}
    assert other.post(at("doubt", "shops", 1), sent).status_code == 302


def test_who_was_right_against_a_set_is_not_put_in_the_same_doubt_again(
    shops: Coproduction, statements: list[Statement], desk: Client
) -> None:
    person = upheld(shops, statements, desk)
    answered(shops)
    counted = compute_results(shops).content["people"]
    again = put_in_doubt(desk, way="paper")
    assert again.facts["people"] == again.members.count() == 20
    assert decide(desk, again, "leave-out") == 302
    assert compute_results(shops).content["people"] == counted
    assert InDoubt.objects.filter(participant=person).count() == 1


def test_a_set_opened_before_the_answer_leaves_them_in_too(
    shops: Coproduction, statements: list[Statement], desk: Client
) -> None:
    person = upheld(shops, statements, desk)
    again = put_in_doubt(desk, way="paper")
    answered(shops)
    counted = compute_results(shops).content["people"]
    assert decide(desk, again, "leave-out") == 302
    assert compute_results(shops).content["people"] == counted
    assert not again.members.filter(participant=person).exists()


def test_a_set_of_nobody_but_those_who_were_right_is_not_opened(
    shops: Coproduction, statements: list[Statement], desk: Client
) -> None:
    person = upheld(shops, statements, desk)
    answered(shops)
    Participant.objects.exclude(pk=person.pk).update(channel=Channel.WEB)
    assert desk.post(at("doubts", "shops"), {"way": "paper"}).status_code == 409
    assert ContestedSet.objects.count() == 1


def colleagues(shops: Coproduction) -> list[Client]:
    mails = ("bea@example.org", "cem@example.org")
    return [signed_in(make_facilitator(shops, email=mail)) for mail in mails]


@pytest.fixture
def kept(shops: Coproduction, statements: list[Statement], desk: Client) -> ContestedSet:
    """A set that one person kept, where two must agree to leave anything out."""
    make_helper(shops, Role.Kind.MODERATOR)
    agreed = {"two_to_refuse": "yes", "reason": "Four eyes are better."}
    assert desk.post(at("moderation-desk", "shops"), agreed).status_code == 302
    stuffed(shops, 25, statements)
    one = doubt_stuffed(desk, shops)
    assert decide(desk, one, "count", "A class answered together, we called its teacher.") == 302
    return one


PROPOSED = "I called again: there is no such class in that school."


def test_proposing_to_leave_out_what_was_kept_changes_nothing_in_public(
    shops: Coproduction, kept: ContestedSet
) -> None:
    public, log = at("contested-set", "shops", kept.number), Decision.objects.count()
    before = words_of(Client().get(public))
    second, third = colleagues(shops)
    assert decide(second, kept, "leave-out", PROPOSED) == 302
    assert words_of(Client().get(public)) == before and "its teacher" in before
    assert Decision.objects.count() == log
    page = words_of(third.get(at("doubt", "shops", kept.number)))
    assert f"A colleague proposes to leave these answers out: {PROPOSED}" in page
    assert decide(second, kept, "leave-out", PROPOSED) == 403
    assert decide(third, kept, "leave-out", REASON) == 302
    kept.refresh_from_db()
    assert (kept.state, kept.reason, kept.proposed_reason) == ("excluded", REASON, "")
    assert Decision.objects.count() == log + 1
    assert "A colleague proposes" not in words_of(third.get(at("doubt", "shops", kept.number)))


def test_a_proposal_against_what_was_kept_can_be_turned_down(
    shops: Coproduction, kept: ContestedSet
) -> None:
    second, third = colleagues(shops)
    assert decide(third, kept, "count") == 409
    assert decide(second, kept, "leave-out", PROPOSED) == 302
    assert decide(third, kept, "count") == 302
    kept.refresh_from_db()
    assert (kept.state, kept.reason, kept.first_reader) == ("kept", REASON, None)
    assert "A colleague proposes" not in words_of(second.get(at("doubt", "shops", kept.number)))


def test_who_proposed_decides_alone_once_two_need_not_agree(
    shops: Coproduction, kept: ContestedSet, desk: Client
) -> None:
    second, _third = colleagues(shops)
    assert decide(second, kept, "leave-out", PROPOSED) == 302
    alone = {"two_to_refuse": "no", "reason": "Too few of us are left."}
    assert desk.post(at("moderation-desk", "shops"), alone).status_code == 302
    assert decide(second, kept, "leave-out", PROPOSED) == 302
    kept.refresh_from_db()
    assert kept.state == "excluded"
