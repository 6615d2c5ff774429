"""A person keeps their answers out of the results: the next ones are as though they had not answered."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from partage.accounting.models import Voice
from partage.accounting.voices import heard
from partage.consents.models import Restriction
from partage.contributions.ideas import count_ideas
from partage.contributions.models import IdeaVote, Release, TestReport, TrialTask, Vote
from partage.contributions.releases import compute_results
from partage.contributions.test_reports import count_reports, counted_reports
from partage.coproductions.models import Coproduction
from partage.fund.counting import count_round, counts_again
from partage.fund.models import Count
from partage.register.models import Entry, Payload
from tests.factories import (
    AGREE,
    DISAGREE,
    at,
    make_coproduction,
    make_device,
    make_idea,
    make_people,
    make_report,
    make_statements,
    make_two_camps,
    make_votes,
    participant_of,
    publish_results,
    stored,
)
from tests.fund.rounds import make_ballots, make_project, make_round, move
from tests.web.page import html_of, tags_of, words_of

pytestmark = pytest.mark.django_db
SAID = ("inputs",)  # sealed with a new random number each time


def use(browser: Client, how: str, slug: str = "shops") -> int:
    return browser.post(at("restrict-use", slug), {"use": how}).status_code


def said(coproduction: Coproduction) -> dict[str, object]:
    return {k: v for k, v in compute_results(coproduction).content.items() if k not in SAID}


def voter(coproduction: Coproduction, answer: int = DISAGREE) -> Client:
    """A device that answered every sentence."""
    browser = make_device(coproduction)
    statements = list(coproduction.statements.order_by("pk"))
    make_votes([participant_of(browser, coproduction)], statements, answer)
    return browser


@pytest.mark.parametrize("how", ["freeze", "object"])
@pytest.mark.parametrize("landscape", ["default", "polis"])
def test_the_next_results_are_as_though_a_frozen_person_had_not_answered(
    how: str, landscape: str
) -> None:
    coproduction = make_coproduction(frame={"landscape": landscape})
    make_two_camps(coproduction, each=30)
    without = said(coproduction)
    browser = voter(coproduction)
    assert said(coproduction) != without
    assert use(browser, how) == 302
    assert said(coproduction) == without
    assert without["landscape" if landscape == "default" else "polis"]
    assert Vote.objects.filter(participant=participant_of(browser, coproduction)).count() == 12
    assert use(browser, "allow") == 302
    assert said(coproduction)["people"] == 61


def test_the_release_after_leaves_them_out_and_the_one_before_stays() -> None:
    coproduction = make_coproduction()
    statements = make_statements(coproduction, 2)
    make_votes(make_people(coproduction, 11), statements)
    browser = voter(coproduction)
    first = publish_results(coproduction)
    assert first.people == 12
    use(browser, "freeze")
    make_votes(make_people(coproduction, 10), statements)
    Release.objects.update(published_at=timezone.now() - timedelta(days=2))
    second = publish_results(coproduction)
    assert (second.number, second.people) == (2, 21)
    assert [row["disagrees"] for row in second.content["statements"]] == [0, 0]
    assert Release.objects.get(number=1).content == first.content
    assert second.left_out == {"people": 1, "sets": []}


def test_freezing_alone_publishes_nothing_as_a_difference_would_tell_what_they_said() -> None:
    coproduction = make_coproduction()
    statements = make_statements(coproduction, 2)
    make_votes(make_people(coproduction, 20), statements)
    browser = voter(coproduction)
    publish_results(coproduction)
    use(browser, "freeze")
    Release.objects.update(published_at=timezone.now() - timedelta(days=2))
    publish_results(coproduction)
    assert Release.objects.count() == 1


def test_my_data_shows_it_and_takes_it_back_in_one_press() -> None:
    coproduction = make_coproduction()
    make_statements(coproduction, 1)
    browser = voter(coproduction)
    page = words_of(browser.get(at("my-data")))
    assert "Freeze my answers" in page and "Object to their use" in page
    use(browser, "freeze")
    page = words_of(browser.get(at("my-data")))
    assert "Frozen by you on" in page and "Count my answers again" in page
    assert "That you keep your answers out of the results" in page
    assert "You keep these answers out of the results." in words_of(
        browser.get(at("my-answers", "shops"))
    )
    use(browser, "object")
    assert "You objected on" in words_of(browser.get(at("my-data")))
    use(browser, "allow")
    assert "Freeze my answers" in words_of(browser.get(at("my-data")))
    assert not Restriction.objects.exists()


def test_it_is_recorded_without_saying_in_public_what_was_chosen() -> None:
    coproduction = make_coproduction()
    make_statements(coproduction, 1)
    browser = voter(coproduction)
    for how in ("freeze", "freeze", "allow", "allow"):
        use(browser, how)
    entries = Entry.objects.filter(kind__startswith="use-").order_by("pk")
    assert [(one.kind, one.public) for one in entries] == [
        ("use-restricted", {}),
        ("use-allowed-again", {}),
    ]
    assert Payload.objects.filter(entry__in=entries).count() == 2


def test_who_has_no_part_changes_nothing_and_a_forged_button_gets_a_sentence() -> None:
    coproduction = make_coproduction()
    make_statements(coproduction, 1)
    browser = voter(coproduction)
    before = stored()
    assert use(Client(), "freeze") == 302
    forged = browser.post(at("restrict-use", "shops"), {"use": "sell"})
    assert forged.status_code == 400 and "“sell” is none of the buttons" in words_of(forged)
    assert browser.get(at("restrict-use", "shops")).status_code == 405
    assert stored() == before


def test_answers_to_ideas_are_left_out_too() -> None:
    coproduction = make_coproduction()
    make_statements(coproduction, 1)
    idea = make_idea(coproduction)
    browser = voter(coproduction)
    people = [participant_of(browser, coproduction), *make_people(coproduction, 11)]
    for person in people:
        IdeaVote.objects.create(participant=person, idea=idea, answer=AGREE, cast_at=timezone.now())
    use(browser, "freeze")
    count_ideas(coproduction)
    idea.refresh_from_db()
    assert idea.agrees == 11


def test_their_test_report_stays_published_and_is_in_no_figure() -> None:
    coproduction = make_coproduction()
    make_statements(coproduction, 1)
    browser = voter(coproduction)
    for person in make_people(coproduction, 10):
        make_report(coproduction, author=person, minutes=5)
    make_report(coproduction, author=participant_of(browser, coproduction), minutes=400)
    use(browser, "freeze")
    count_reports(coproduction)
    task = TrialTask.objects.get()
    assert (task.counted, task.figures["outcome"]) == (10, {"done": 10})
    assert TestReport.objects.published().count() == 11
    Restriction.objects.all().delete()
    assert counted_reports(task).count() == 11


def test_their_voice_on_a_task_is_heard_no_more() -> None:
    tasks = [{"name": {"en": "Scan"}, "degree": "chosen"}]
    coproduction = make_coproduction(frame={"tasks": tasks})
    browser = make_device(coproduction)
    (task,) = coproduction.frame.tasks.all()  # type: ignore[union-attr]
    people = [participant_of(browser, coproduction), *make_people(coproduction, 9)]
    said = {"speaks_as": "employee", "degree": "endured", "change": "harder"}
    Voice.objects.bulk_create(
        Voice(participant=person, task=task, said_at=timezone.now(), **said) for person in people
    )
    assert heard([task])[task.pk]["employee"].people == 10
    use(browser, "freeze")
    assert heard([task])[task.pk]["employee"].people == 0  # nine are too few to show
    use(browser, "allow")
    assert heard([task])[task.pk]["employee"].people == 10


def test_their_ballot_on_projects_is_not_in_the_count_which_can_be_made_again() -> None:
    coproduction = make_coproduction()
    browser = make_device(coproduction)
    opened = make_round(coproduction)
    cheap, dear = make_project(opened, 100), make_project(opened, 200)
    mine = participant_of(browser, coproduction)
    make_ballots(opened, [mine, *make_people(coproduction, 12)], [[2], *[[1]] * 12])
    use(browser, "freeze")
    count = count_round(move(opened, "to-count"))
    for project in (cheap, dear):
        project.refresh_from_db()
    assert (count.ballots, cheap.votes, dear.votes) == (12, 12, 0)
    assert counts_again(count) is True
    use(browser, "allow")  # a round is counted once: what they say now changes nothing
    assert counts_again(count) is True
    browser.post(at("erase", "shops"))
    assert counts_again(Count.objects.get()) is True  # what goes was not counted


def test_the_database_knows_two_ways_only() -> None:
    coproduction = make_coproduction()
    [person] = make_people(coproduction, 1)
    with pytest.raises(IntegrityError), transaction.atomic():
        Restriction.objects.create(participant=person, kind="sold", since=timezone.now())


def test_one_comes_back_to_the_form_and_reads_what_became_of_it() -> None:
    coproduction = make_coproduction()
    make_statements(coproduction, 1)
    browser = voter(coproduction)
    pressed = browser.post(at("restrict-use", "shops"), {"use": "freeze", "page": "1"})
    assert pressed["Location"] == at("my-data") + "?page=1#use-shops"
    page = browser.get(pressed["Location"])
    assert 'id="use-shops"' in html_of(page)
    assert any(tag.get("role") == "status" for tag in tags_of(page, "p"))
    odd = browser.post(at("restrict-use", "shops"), {"use": "allow", "page": "<b>"})
    assert odd["Location"] == at("my-data") + "?page=1#use-shops"
