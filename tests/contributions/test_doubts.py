"""Answers in doubt: public rules point at sets, people decide with a reason, and anyone in one contests."""

import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from click.testing import CliRunner
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from partage.assurance.inviting import make_batch, use_invitation
from partage.commands.main import main
from partage.contributions.doubt_pages import RULES
from partage.contributions.models import ContestedSet, Decision, InDoubt, Release, Statement, Vote
from partage.contributions.moderation import COLUMNS
from partage.contributions.releases import compute_results
from partage.contributions.stuffing import findings
from partage.coproductions.models import Coproduction, Role
from partage.news.desk_mail import waiting_for
from partage.people.models import Channel, Participant
from partage.register.models import Entry
from tests.factories import (
    AGREE,
    DISAGREE,
    answer,
    at,
    close_voting,
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
    stored,
)
from tests.web.page import bytes_of, html_of, words_of

pytestmark = pytest.mark.django_db
REASON = "Forty devices answered alike within two minutes of a post that asked for it."
SAID_ALONE = ("inputs", "left_out")


def days_ago(days: float) -> datetime:
    return timezone.now() - timedelta(days=days)


def spread(people: list[Participant], hours: float = 5) -> None:
    """Each began so many hours before the next, and took a minute for each answer."""
    for number, person in enumerate(people):
        for step, vote in enumerate(Vote.objects.filter(participant=person).order_by("pk")):
            vote.cast_at = days_ago(15) + timedelta(hours=hours * number, minutes=step)
            vote.save()


def honest(coproduction: Coproduction, count: int, statements: list[Statement]) -> None:
    """People who do not all answer alike, over some days."""
    people = make_people(coproduction, count)
    for number, person in enumerate(people):
        for place, statement in enumerate(statements):
            answer = AGREE if (number >> (place % 6)) & 1 else DISAGREE
            make_votes([person], [statement], answer)
    spread(people)


def stuffed(
    coproduction: Coproduction, count: int, statements: list[Statement]
) -> list[Participant]:
    """One person with as many private windows: all of it within two minutes."""
    people = make_people(coproduction, count)
    make_votes(people, statements, AGREE)
    Vote.objects.filter(participant__in=people).update(cast_at=days_ago(9.9))
    return people


@pytest.fixture
def shops() -> Coproduction:
    return make_coproduction()


@pytest.fixture
def statements(shops: Coproduction) -> list[Statement]:
    found = make_statements(shops, 9)
    honest(shops, 40, found)
    return found


@pytest.fixture
def desk(shops: Coproduction) -> Client:
    return signed_in(make_facilitator(shops))


def put_in_doubt(desk: Client, **sent: Any) -> ContestedSet:
    response = desk.post(at("doubts", "shops"), sent)
    assert response.status_code == 302, words_of(response)
    return ContestedSet.objects.order_by("number").last()  # type: ignore[return-value]


def doubt_stuffed(desk: Client, shops: Coproduction, kind: str = "burst") -> ContestedSet:
    found = next(one for one in findings(shops) if one.kind == kind)
    return put_in_doubt(desk, found=found.key)


def decide(desk: Client, one: ContestedSet, decision: str, reason: str = REASON) -> int:
    sent = {"decision": decision, "reason": reason}
    return desk.post(at("doubt", "shops", one.number), sent).status_code


def said(shops: Coproduction) -> dict[str, Any]:
    return {k: v for k, v in compute_results(shops).content.items() if k not in SAID_ALONE}


def test_nothing_is_found_among_people_who_answer_each_on_their_own(
    shops: Coproduction, statements: list[Statement], desk: Client
) -> None:
    assert findings(shops) == []
    assert "Nothing new." in words_of(desk.get(at("doubts", "shops")))


def test_the_desk_sees_a_burst_those_alike_and_those_too_fast_as_sets_and_writes_nothing(
    shops: Coproduction, statements: list[Statement], desk: Client
) -> None:
    people = stuffed(shops, 25, statements)
    before = stored()
    found = {one.kind.value: one for one in findings(shops)}
    assert set(found) == {"burst", "alike", "fast"}
    assert all(one.people == {each.pk for each in people} for one in found.values())
    page = words_of(desk.get(at("doubts", "shops")))
    assert "25 people – many people who began within ten minutes" in page
    assert "25 people – people who answered the same sentences alike: 9 sentences." in page
    for number in RULES.values():
        assert str(number) in page
    assert stored() == before


def test_answers_are_read_once_for_as_long_as_nothing_happens(
    shops: Coproduction, statements: list[Statement], desk: Client
) -> None:
    def reads() -> int:
        with CaptureQueriesContext(connection) as queries:
            desk.get(at("doubts", "shops"))
        return sum("contributions_vote" in query["sql"] for query in queries)

    people = stuffed(shops, 25, statements)
    assert reads() == 1
    assert reads() == reads() == 0
    device = make_device(shops)
    assert reads() == 0  # somebody came, and answered nothing
    answer(device, statements[0])
    assert reads() == 1 and reads() == 0
    desk.post(at("doubts", "shops"), {"found": findings(shops)[0].key})
    assert InDoubt.objects.count() == len(people)
    assert "Nothing new." in words_of(desk.get(at("doubts", "shops")))


def test_sheets_that_the_desk_enters_together_are_no_burst(
    shops: Coproduction, statements: list[Statement]
) -> None:
    people = stuffed(shops, 25, statements)
    Participant.objects.filter(pk__in=[one.pk for one in people]).update(channel=Channel.PAPER)
    assert findings(shops) == []


def test_a_set_left_out_changes_results_as_though_its_people_had_not_answered(
    shops: Coproduction, statements: list[Statement], desk: Client
) -> None:
    without = said(shops)
    stuffed(shops, 25, statements)
    both = said(shops)
    one = doubt_stuffed(desk, shops)
    assert said(shops) == both  # nothing is decided yet
    assert decide(desk, one, "leave-out") == 302
    assert said(shops) == without
    assert compute_results(shops).content["left_out"] == [{"set": 1, "people": 25}]
    assert Vote.objects.count() == 65 * 9
    assert decide(desk, one, "count") == 302
    assert said(shops) == both


def test_the_desk_compares_results_with_the_set_and_without_it(
    shops: Coproduction, statements: list[Statement], desk: Client
) -> None:
    people = stuffed(shops, 25, statements)
    Vote.objects.filter(participant__in=people[:8]).update(answer=DISAGREE)
    one = doubt_stuffed(desk, shops)
    page = desk.get(at("doubt", "shops", one.number))
    first = Statement.objects.order_by("pk")[0]
    rows = Vote.objects.filter(statement=first)
    with_set = rows.filter(answer=AGREE).count() / rows.count()
    own = rows.exclude(participant__doubts__isnull=False)
    without = own.filter(answer=AGREE).count() / own.count()
    shift = next(row for row in page.context["shifts"] if row.words == first.words)
    assert (shift.share_with, shift.share_without) == (with_set, without) != (without, with_set)
    assert "With the set, and without it" in words_of(page)


def test_a_small_set_shows_no_comparison_as_it_would_tell_who_said_what(
    shops: Coproduction, statements: list[Statement], desk: Client
) -> None:
    stuffed(shops, 6, statements)
    one = doubt_stuffed(desk, shops, "alike")
    page = words_of(desk.get(at("doubt", "shops", one.number)))
    assert "Fewer than 10 people." in page and "the difference would tell who said what" in page
    decide(desk, one, "leave-out")
    assert compute_results(shops).content["left_out"] == [{"set": 1, "people": None}]


def test_the_next_release_leaves_the_set_out_and_says_so(
    shops: Coproduction, statements: list[Statement], desk: Client
) -> None:
    stuffed(shops, 25, statements)
    assert publish_results(shops).people == 65
    decide(desk, doubt_stuffed(desk, shops), "leave-out")
    assert publish_results(shops).number == 1  # a day has not passed
    Release.objects.update(published_at=days_ago(2))
    second = publish_results(shops)
    assert (second.number, second.people) == (2, 40)
    page = words_of(Client().get(at("results", "shops"), follow=True))
    assert "The desk left answers out of these results: the reasons for set 1 (25 people)." in page
    assert "This is not one person, one vote" in page
    assert Client().get(at("results-json", "shops")).json()["left_out"][0]["people"] == 25


def test_a_set_left_out_just_before_the_end_is_left_out_of_the_final_results(
    shops: Coproduction, statements: list[Statement], desk: Client
) -> None:
    stuffed(shops, 25, statements)
    publish_results(shops)
    decide(desk, doubt_stuffed(desk, shops), "leave-out")
    close_voting(shops)
    last = publish_results(shops)
    assert last.is_final and last.people == 40


def test_a_few_people_left_out_alone_make_no_release(
    shops: Coproduction, statements: list[Statement], desk: Client
) -> None:
    stuffed(shops, 6, statements)
    publish_results(shops)
    decide(desk, doubt_stuffed(desk, shops, "alike"), "leave-out")
    Release.objects.update(published_at=days_ago(2))
    assert publish_results(shops).number == 1


@pytest.mark.parametrize("reason", ["", "Too short.", "x" * 1001])
def test_nothing_is_left_out_without_a_reason(
    shops: Coproduction, statements: list[Statement], desk: Client, reason: str
) -> None:
    stuffed(shops, 25, statements)
    one = doubt_stuffed(desk, shops)
    before = stored()
    assert decide(desk, one, "leave-out", reason) == 400
    assert decide(desk, one, "burn") == 400
    one.refresh_from_db()
    assert one.state == "doubted" and stored() == before
    with pytest.raises(IntegrityError), transaction.atomic():
        ContestedSet.objects.update(state="excluded")


def test_the_decision_is_in_the_public_log_and_in_the_register_with_its_reasons(
    shops: Coproduction, statements: list[Statement], desk: Client
) -> None:
    stuffed(shops, 25, statements)
    one = doubt_stuffed(desk, shops)
    assert Client().get(at("contested-set", "shops", 1)).status_code == 404
    decide(desk, one, "leave-out")
    log = words_of(Client().get(at("moderation", "shops")))
    assert "Answers in doubt" in log and "left out of the results" in log
    lines = Client().get(at("moderation-csv", "shops")).getvalue().decode().splitlines()
    row = dict(zip(COLUMNS, lines[1].split(","), strict=True))
    assert (row["about"], row["decision"]) == ("contested_set", "excluded")
    statement = words_of(Client().get(at("contested-set", "shops", 1)))
    for words in (REASON, "25 people.", "The frame promises one vote a person.", "A person."):
        assert words in statement
    assert "Your answers are among them" not in statement
    kinds = Entry.objects.filter(kind__startswith="contested-set").order_by("pk")
    assert [(entry.kind, entry.public["role"]) for entry in kinds] == [
        ("contested-set-opened", "facilitator"),
        ("contested-set-excluded", "facilitator"),
    ]


def concerned(shops: Coproduction, statements: list[Statement], desk: Client) -> Client:
    """A device whose answers are left out with those of many."""
    stuffed(shops, 24, statements)
    browser = make_device(shops)
    person = participant_of(browser, shops)
    make_votes([person], statements, AGREE)
    Vote.objects.filter(participant=person).update(cast_at=days_ago(9.9))
    decide(desk, doubt_stuffed(desk, shops), "leave-out")
    return browser


def test_whoever_is_concerned_sees_why_and_somebody_else_answers_what_they_say(
    shops: Coproduction, statements: list[Statement], desk: Client
) -> None:
    browser = concerned(shops, statements, desk)
    page = words_of(browser.get(at("my-answers", "shops")))
    assert "The desk leaves these answers out of the results." in page
    assert "Your answers are among them" in words_of(browser.get(at("contested-set", "shops", 1)))
    people = compute_results(shops).content["people"]
    address = at("contested-set", "shops", 1)
    assert browser.post(address, {"text": ""}).status_code == 400
    assert browser.post(address, {"text": "We all sat in the same room."}).status_code == 302
    assert browser.post(address, {"text": "Again."}).status_code == 409
    doubt = InDoubt.objects.exclude(filed_at=None).get()
    sent = {"doubt": doubt.pk, "decision": "count"}
    own = desk.post(at("doubt", "shops", 1), sent)
    assert own.status_code == 403 and "somebody else decides on this" in words_of(own)
    moderator = make_helper(shops, Role.Kind.MODERATOR)
    other, reader = signed_in(moderator), signed_in(make_helper(shops, Role.Kind.READER))
    contests = "1 person contests that their answers are left out"
    assert contests in words_of(other.get(at("desk")))
    assert at("doubts", "shops") in html_of(other.get(at("desk")))
    assert [queues["doubts"].count for _each, queues in waiting_for(moderator)] == [1]
    for nobody in (desk, reader):  # who left them out, and who decides nothing
        assert contests not in words_of(nobody.get(at("desk")))
    assert "We all sat in the same room." in words_of(other.get(at("doubt", "shops", 1)))
    assert other.post(at("doubt", "shops", 1), sent).status_code == 302
    assert other.post(at("doubt", "shops", 1), sent).status_code == 409
    assert contests not in words_of(other.get(at("desk")))
    assert compute_results(shops).content["people"] == people + 1
    assert "your answers are counted" in words_of(browser.get(address))
    entry = Entry.objects.get(kind="exclusion-contest-decided")
    assert entry.public["upheld"] is True
    assert Entry.objects.get(kind="exclusion-contested").public == {}


def test_nobody_else_contests_it_and_erasing_takes_one_out_of_the_set(
    shops: Coproduction, statements: list[Statement], desk: Client
) -> None:
    browser = concerned(shops, statements, desk)
    address, words = at("contested-set", "shops", 1), {"text": "Let me in."}
    assert Client().post(address, words).status_code == 404
    assert make_device(shops).post(address, words).status_code == 404
    assert browser.post(at("erase", "shops")).status_code == 200
    assert InDoubt.objects.count() == 24


def test_where_two_must_agree_the_first_only_proposes_to_leave_out(
    shops: Coproduction, statements: list[Statement], desk: Client
) -> None:
    other = signed_in(make_helper(shops, Role.Kind.MODERATOR))
    agreed = {"two_to_refuse": "yes", "reason": "Four eyes are better."}
    assert desk.post(at("moderation-desk", "shops"), agreed).status_code == 302
    stuffed(shops, 25, statements)
    one = doubt_stuffed(desk, shops)
    assert decide(desk, one, "leave-out") == 302
    one.refresh_from_db()
    assert one.state == "doubted"
    assert decide(desk, one, "leave-out") == 403
    assert "A colleague proposes" in words_of(other.get(at("doubt", "shops", 1)))
    assert decide(other, one, "leave-out") == 302
    one.refresh_from_db()
    assert one.state == "excluded" and one.decided_by_id != one.first_reader_id


def test_a_whole_way_or_a_batch_of_codes_can_be_put_in_doubt(
    shops: Coproduction, statements: list[Statement], desk: Client
) -> None:
    people = make_people(shops, 12)
    batch, codes = make_batch(shops, "Rue des Lilas", 12, timezone.now() + timedelta(days=3))
    for person, code in zip(people, codes, strict=True):
        use_invitation(person, shops, code)
    make_votes(people, statements, DISAGREE)
    by_batch = put_in_doubt(desk, batch=batch.pk)
    by_way = put_in_doubt(desk, way="code")
    mine = {person.pk for person in people}
    for one in (by_batch, by_way):
        assert set(one.members.values_list("participant", flat=True)) == mine
    nobody = desk.post(at("doubts", "shops"), {"way": "phone"})
    assert nobody.status_code == 409 and "Nobody is in this set" in words_of(nobody)
    assert desk.post(at("doubts", "shops"), {"found": "0" * 32}).status_code == 409
    assert desk.post(at("doubts", "shops"), {"batch": "999"}).status_code == 404
    assert Decision.objects.count() == 0


def test_results_show_apart_who_showed_a_code_and_who_showed_nothing(
    shops: Coproduction, statements: list[Statement], desk: Client
) -> None:
    people = make_people(shops, 12)
    _batch, codes = make_batch(shops, "Rue des Lilas", 12, timezone.now() + timedelta(days=3))
    for person, code in zip(people, codes, strict=True):
        use_invitation(person, shops, code)
    make_votes(people, statements, DISAGREE)
    release = publish_results(shops)
    assert release.content["channels"] == {
        "web": {"people": 40, "answers": 360},
        "code": {"people": 12, "answers": 108},
    }
    assert [row["channels"]["code"]["disagrees"] for row in release.content["statements"]] == [
        12
    ] * 9
    page = words_of(Client().get(at("results", "shops"), follow=True))
    assert "on this site, with an invitation code 12 108" in page
    assert "Agree, on this site, with an invitation code" in page
    turnout = words_of(desk.get(at("sheets", "shops")))
    assert "on this site 40 360 on this site, with an invitation code 12 108" in turnout


def recomputed(*words: str) -> dict[str, Any]:
    done = CliRunner().invoke(main, ["results", "shops", *words])
    assert done.exit_code == 0, done.output
    found = json.loads(done.output)
    return {key: found[key] for key in found.keys() - {*SAID_ALONE, "coproduction"}}


def test_the_command_computes_results_with_a_set_and_without_it_and_writes_nothing(
    shops: Coproduction, statements: list[Statement], desk: Client
) -> None:
    without = said(shops)
    stuffed(shops, 25, statements)
    both = said(shops)
    one = doubt_stuffed(desk, shops)
    before = stored()
    assert without["landscape"] != both["landscape"]
    assert (recomputed(), recomputed("--without", "1")) == (both, without)
    assert stored() == before
    decide(desk, one, "leave-out")
    assert (recomputed(), recomputed("--with", "1")) == (without, both)


def test_the_command_refuses_what_it_cannot_compute_with_a_sentence(
    shops: Coproduction, statements: list[Statement], desk: Client
) -> None:
    stuffed(shops, 6, statements)
    doubt_stuffed(desk, shops, "alike")
    for words, sentence in (
        (["nowhere"], "No coproduction is called 'nowhere'"),
        (["shops", "--with", "7"], "has no contested set 7"),
        (["shops", "--with", "1", "--without", "1"], "named both with and without"),
        (["shops", "--without", "1"], "Set 1 has fewer than 10 people"),
    ):
        done = CliRunner().invoke(main, ["results", *words])
        assert done.exit_code == 1 and sentence in done.output


def test_the_page_stays_light_however_many_sets_the_rules_see(
    shops: Coproduction, statements: list[Statement], desk: Client
) -> None:
    for number in range(20):
        people = make_people(shops, 5)
        for place, statement in enumerate(statements):
            make_votes(people, [statement], AGREE if number >> (place % 5) & 1 else DISAGREE)
        spread(people, hours=7)
    page = desk.get(at("doubts", "shops"))
    assert page.context["more"] > 0 and len(page.context["findings"]) == 15
    assert "smaller set" in words_of(page)
    assert len(bytes_of(page)) < 60_000 and html_of(page).count("<") < 800
    french = words_of(desk.get(at("doubts", "shops", language="fr")))
    assert "5 personnes – des personnes qui ont répondu pareil aux mêmes phrases" in french
