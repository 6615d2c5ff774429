"""Test reports: tasks chosen at the desk, reports filed without an account, counted by tens."""

import csv
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from partage.contributions.deciding import publish
from partage.contributions.models import Progress, TestReport, TrialTask
from partage.contributions.test_reports import MOST_TASKS, count_reports
from partage.contributions.worker import one_pass
from partage.coproductions.models import Coproduction, Stage
from partage.people.models import Participant
from partage.register.models import Entry, Payload
from tests.factories import (
    at,
    everything_stored,
    make_coproduction,
    make_facilitator,
    make_report,
    make_sensitive,
    make_task,
    signed_in,
    stored,
)
from tests.web.page import bytes_of, hidden_fields, html_of, tags_of, words_of

pytestmark = pytest.mark.django_db
TEXT = "I looked for the button for a long time."
SAID = {
    "outcome": "helped",
    "text": TEXT,
    "severity": "annoying",
    "minutes": "7",
    "difficulty": "4",
}


def with_tests(coproduction: Coproduction | None = None) -> Coproduction:
    """A coproduction whose tests are open, and one task to try."""
    coproduction = coproduction or make_coproduction()
    Stage.objects.create(coproduction=coproduction, kind="tests", opens_at=timezone.now())
    make_task(coproduction)
    return coproduction


def close_tests() -> None:
    now = timezone.now()
    Stage.objects.filter(kind="tests").update(
        opens_at=now - timedelta(days=2), closes_at=now - timedelta(minutes=1)
    )


def send(browser: Client, **changes: object) -> int:
    sent = {"task": TrialTask.objects.earliest("pk").pk, **SAID, **changes}
    return browser.post(at("file-test-report", "shops"), sent).status_code


def filed(browser: Client, **changes: object) -> TestReport:
    assert send(browser, **changes) == 302
    return TestReport.objects.latest("pk")


def page_of_reports() -> str:
    return words_of(Client().get(at("test-reports", "shops")))


def test_a_user_test_works_from_its_beginning_to_its_page() -> None:
    desk = signed_in(make_facilitator(make_coproduction()))
    words = {
        "pattern": "user-test",
        "organization": Coproduction.objects.get().organization_id,
        "title": "Booking rooms",
        "question": "Can you book a room?",
        "decides": "The library.",
    }
    filled = desk.post(at("set-up"), {**words, "do": "fill"})
    dates = {f["name"]: f["value"] for f in tags_of(filled, "input") if f.get("type") == "date" and f.get("value")}  # fmt: skip
    assert desk.post(at("set-up"), {**words, **dates, "do": "publish"}).status_code == 302
    slug = "booking-rooms"
    assert at("test-reports", slug) in html_of(Client().get(at("coproduction", slug)))
    assert at("trial-tasks", slug) in html_of(desk.get(at("queue", slug)))
    desk.post(at("trial-tasks", slug), {"words": "Book a room for Tuesday"})
    tester = Client()
    sent = {"task": TrialTask.objects.get().pk, **SAID}
    assert tester.post(at("file-test-report", slug), sent).status_code == 302
    report = TestReport.objects.get()
    shown = desk.get(at("queue", slug))
    assert "1 contribution to read" in words_of(shown) and TEXT in words_of(shown)
    desk.post(at("queue", slug), {**hidden_fields(shown), "decision": "publish"})
    assert TEXT in words_of(Client().get(at("trial-task", slug, 1)))
    assert "I did it with help" in words_of(Client().get(at("test-report", slug, report.pk)))
    assert Entry.objects.get(kind="test-report-published").public["role"] == "facilitator"


def test_a_newcomer_files_a_report_with_three_answers_and_follows_it() -> None:
    with_tests()
    tester, stranger = Client(), Client()
    page = tester.get(at("file-test-report", "shops"))
    (chosen,) = [f for f in tags_of(page, "input") if f.get("name") == "task"]
    assert "checked" in chosen  # the only task there is
    report = filed(tester, severity="", minutes="", difficulty="")
    assert (report.severity, report.minutes, report.difficulty) == ("", None, None)
    mine = tester.get(at("test-report", "shops", report.pk))
    assert "waiting: somebody will read it" in words_of(mine)
    assert stranger.get(at("test-report", "shops", report.pk)).status_code == 404
    (link,) = [a["href"] for a in tags_of(mine, "a") if a["href"].startswith("?key=")]
    by_link = stranger.get(at("test-report", "shops", report.pk) + link)
    assert TEXT in words_of(by_link) and "Withdraw my report" not in words_of(by_link)
    wrong = stranger.get(at("test-report", "shops", report.pk) + link[:-1] + "é")
    assert wrong.status_code == 404
    assert "waiting" in words_of(tester.get(at("file-test-report", "shops")))
    entry = Entry.objects.get(kind="test-report-filed")
    assert entry.public == {} and TEXT in Payload.objects.get(entry=entry).content


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"task": ""}, "Choose the task that you tried."),
        ({"task": "0"}, "Choose one of the tasks on this page."),
        ({"task": "1; DROP"}, "Choose one of the tasks on this page."),
        ({"outcome": ""}, "Choose how it ended."),
        ({"outcome": "won"}, "won is not one of the available choices."),
        ({"text": ""}, "Write what happened: one sentence is enough."),
        ({"text": "\u200b"}, "Your text has 0 characters; write at least 10."),
        ({"text": "x" * 2001}, "Your text has 2001 characters; shorten it to 2000."),
        ({"minutes": "seven"}, "Give whole minutes, such as 7, or leave it empty."),
        ({"minutes": "0"}, "Give at least 1 minute, or leave it empty."),
        ({"minutes": "1441"}, "Give at most 1440 minutes, which is a day, or leave it empty."),
        ({"difficulty": "6"}, "6 is not one of the available choices."),
        ({"severity": "awful"}, "awful is not one of the available choices."),
    ],
)  # fmt: skip
def test_a_report_that_lacks_something_is_kept_in_the_form(
    changes: dict[str, str], sentence: str
) -> None:
    with_tests()
    sent = {"task": TrialTask.objects.get().pk, **SAID, **changes}
    before = stored()
    page = Client().post(at("file-test-report", "shops"), sent)
    assert page.status_code == 400 and sentence in words_of(page)
    assert str(sent["text"]) in html_of(page)
    assert stored() == before


def test_a_task_of_another_coproduction_takes_no_report_here() -> None:
    with_tests()
    elsewhere = make_task(make_coproduction("elsewhere"))
    before = stored()
    assert send(Client(), task=elsewhere.pk) == 400
    assert stored() == before


def test_reports_come_only_while_the_tests_are_open_and_keep_what_was_typed() -> None:
    with_tests()
    close_tests()
    before = stored()
    sent = {"task": TrialTask.objects.get().pk, **SAID}
    page = Client().post(at("file-test-report", "shops"), sent)
    assert page.status_code == 409 and TEXT in words_of(page)
    assert "The tests are not open here" in words_of(page) and stored() == before
    assert not tags_of(Client().get(at("file-test-report", "shops")), "textarea")


def test_one_person_files_one_report_on_a_task_until_it_is_withdrawn_or_refused() -> None:
    coproduction = with_tests()
    tester = Client()
    first = filed(tester)
    before = stored()
    assert send(tester) == 409 and stored() == before
    tester.post(at("withdraw-mine", "shops", "test_report", first.pk))
    second = filed(tester)
    TestReport.objects.filter(pk=second.pk).update(state=Progress.REFUSED, rule="off-topic")
    filed(tester)
    other = make_task(coproduction, "Cancel the room", number=2)
    assert send(tester, task=other.pk) == 302


def test_too_many_acts_of_one_device_are_refused(settings: object) -> None:
    coproduction = with_tests()
    tester = Client()
    filed(tester)
    settings.ACTS_PER_MINUTE = 1  # type: ignore[attr-defined]
    other = make_task(coproduction, "Cancel the room", number=2)
    before = stored()
    assert send(tester, task=other.pk) == 429 and stored() == before


def test_sensitive_tests_ask_for_consent_and_lose_reports_with_it() -> None:
    with_tests(make_sensitive("shops"))
    tester = Client()
    assert "we ask whether you agree" in words_of(tester.get(at("file-test-report", "shops")))
    before = stored()
    assert send(tester) == 403 and stored() == before
    tester.post(at("consent", "shops"))
    filed(tester)
    tester.post(at("withdraw", "shops"))
    assert not TestReport.objects.exists()
    hidden = Payload.objects.filter(entry__kind="test-report-filed").exclude(content="")
    assert not hidden.exists() and TEXT not in everything_stored()


def test_an_author_withdraws_a_report_and_nobody_else_can() -> None:
    with_tests()
    tester = Client()
    report = filed(tester)
    assert Client().post(at("withdraw-mine", "shops", "test_report", report.pk)).status_code == 404
    TestReport.objects.update(state=Progress.PUBLISHED)
    assert Client().post(at("withdraw-mine", "shops", "test_report", report.pk)).status_code == 404
    for _again in range(2):
        assert (
            tester.post(at("withdraw-mine", "shops", "test_report", report.pk)).status_code == 302
        )
    assert Entry.objects.filter(kind="test-report-withdrawn").count() == 1
    assert Client().get(at("test-report", "shops", report.pk)).status_code == 404
    assert "withdrawn by its author" in words_of(tester.get(at("file-test-report", "shops")))
    assert TEXT not in words_of(Client().get(at("trial-task", "shops", 1)))


def test_erasing_everything_takes_reports_along() -> None:
    with_tests()
    tester = Client()
    filed(tester)
    TestReport.objects.update(state=Progress.PUBLISHED)
    assert "1 test report you filed" in words_of(tester.get(at("erase", "shops")))
    tester.post(at("erase", "shops"))
    assert not TestReport.objects.exists() and not Participant.objects.exists()
    assert TEXT not in everything_stored()


def test_a_refused_report_tells_its_author_the_rule_and_the_reason() -> None:
    coproduction = with_tests()
    tester = Client()
    report = filed(tester)
    desk = signed_in(make_facilitator(coproduction))
    fields = hidden_fields(desk.get(at("queue", "shops")))
    before = stored()
    assert desk.post(at("queue", "shops"), {**fields, "decision": "refuse"}).status_code == 400
    assert desk.post(at("queue", "shops"), {**fields, "decision": "group", "same_as": "1"}).status_code == 400  # fmt: skip
    assert stored() == before
    sent = {**fields, "decision": "refuse", "rule": "personal", "reason": "It names the clerk."}
    assert desk.post(at("queue", "shops"), sent).status_code == 302
    assert desk.post(at("queue", "shops"), sent).status_code == 409
    page = words_of(tester.get(at("test-report", "shops", report.pk)))
    assert "It attacks or names a person." in page and "It names the clerk." in page
    assert "reason" not in Entry.objects.get(kind="test-report-refused").public


def test_minutes_and_difficulty_are_shown_to_their_author_alone() -> None:
    coproduction = with_tests()
    tester = Client()
    report = filed(tester, minutes="533")
    desk = signed_in(make_facilitator(coproduction))
    assert "533" not in words_of(desk.get(at("queue", "shops")))
    TestReport.objects.update(state=Progress.PUBLISHED)
    assert "533" in words_of(tester.get(at("test-report", "shops", report.pk)))
    for name in (
        "test-reports",
        "trial-task",
        "test-report",
        "test-reports-csv",
        "test-reports-feed",
    ):
        words = {"trial-task": [1], "test-report": [report.pk]}.get(name, [])
        assert b"533" not in bytes_of(Client().get(at(name, "shops", *words))), name


def test_figures_appear_from_ten_reports_and_move_by_tens() -> None:
    coproduction = with_tests()
    for number in range(9):
        make_report(
            coproduction, outcome=TestReport.Outcome.DONE, minutes=number + 1, severity="none"
        )
    one_pass()
    assert "9 reports published" in page_of_reports()
    assert "Counts and medians appear from ten reports." in page_of_reports()
    make_report(coproduction, state=Progress.WAITING, minutes=1000)
    tenth = filed(Client(), outcome="gave-up", minutes="100", severity="")
    publish(tenth, make_facilitator(coproduction))
    one_pass()
    page = page_of_reports()
    assert "I did it (9) · I did it with help (0) · I gave up (1)" in page
    assert "Minutes (median) 5.50" in page and "Counted on 10 reports." in page
    # Nine told of a problem and one of difficulty: too few.
    assert "Problem met" not in page and "Difficulty (median" not in page
    make_report(coproduction, outcome=TestReport.Outcome.GAVE_UP, minutes=100)
    count_reports(coproduction)
    assert "I gave up (1)" in page_of_reports() and "11 reports published" in page_of_reports()
    close_tests()
    one_pass()
    assert "I gave up (2)" in page_of_reports() and "Minutes (median) 6" in page_of_reports()


def test_figures_under_ten_reports_do_not_show_at_closing_either() -> None:
    coproduction = with_tests()
    make_report(coproduction, minutes=3)
    close_tests()
    one_pass()
    assert "I did it (1)" not in page_of_reports()
    assert TrialTask.objects.get().figures == {}


def test_the_pages_take_as_many_queries_for_many_reports_as_for_few() -> None:
    coproduction = with_tests()
    found = []
    for _few, then in ((1, 1), (2, 59)):
        for _number in range(then):
            make_report(coproduction, "x" * 2000)
        counts = []
        for name, words in (("test-reports", []), ("trial-task", [1]), ("file-test-report", [])):
            with CaptureQueriesContext(connection) as queries:
                page = Client().get(at(name, "shops", *words))
            counts.append(len(queries))
            assert len(html_of(page)) < 60_000, name
        found.append(counts)
    assert found[0] == found[1] and max(found[0]) <= 8
    assert "Page 1 of 3" in words_of(Client().get(at("trial-task", "shops", 1)))


def test_the_file_and_the_feed_hold_what_is_published_and_nothing_else() -> None:
    coproduction = with_tests()
    make_report(coproduction, "=1+1 and then it stopped", severity="blocking")
    make_report(coproduction, "Still waits here", state=Progress.WAITING)
    (row,) = csv.DictReader(bytes_of(Client().get(at("test-reports-csv", "shops"))).decode().splitlines())  # fmt: skip
    assert (row["task"], row["outcome"], row["severity"]) == ("1", "done", "blocking")
    assert row["text"] == "'=1+1 and then it stopped"
    feed = Client().get(at("test-reports-feed", "shops", language="fr"))
    assert feed["Content-Type"].startswith("application/atom+xml")
    assert feed.content.decode().count("<entry>") == 1 and "J’ai réussi" in feed.content.decode()


def test_tasks_are_added_and_one_with_a_report_stays() -> None:
    coproduction = with_tests()
    desk = signed_in(make_facilitator(coproduction))
    tasks = at("trial-tasks", "shops")
    assert desk.post(tasks, {"words": "Cancel the room again"}).status_code == 302
    assert list(TrialTask.objects.values_list("number", flat=True)) == [1, 2]
    assert desk.post(tasks, {"remove": "2"}).status_code == 302
    make_report(coproduction)
    before = stored()
    assert desk.post(tasks, {"remove": "1"}).status_code == 409
    assert desk.post(tasks, {"remove": "7"}).status_code == 404
    assert desk.post(tasks, {"words": ""}).status_code == 400
    long = desk.post(tasks, {"words": "x" * 201})
    assert long.status_code == 400 and "x" * 201 in html_of(long)
    assert stored() == before
    kinds = Entry.objects.filter(kind__startswith="trial-task").order_by("pk")
    assert [e.kind for e in kinds] == ["trial-task-added", "trial-task-removed"]


def test_there_are_at_most_so_many_tasks_and_the_words_of_one_more_are_kept() -> None:
    coproduction = with_tests()
    for number in range(2, MOST_TASKS + 1):
        make_task(coproduction, number=number)
    desk = signed_in(make_facilitator(coproduction))
    page = desk.post(at("trial-tasks", "shops"), {"words": "One task too many"})
    assert page.status_code == 409 and "One task too many" in words_of(page)
    assert f"There are {MOST_TASKS} tasks already." in words_of(page)
    assert TrialTask.objects.count() == MOST_TASKS


def test_a_coproduction_without_tests_says_so() -> None:
    coproduction = make_coproduction()
    assert at("test-reports", "shops") not in html_of(Client().get(at("coproduction", "shops")))
    assert "There is no task to try yet." in page_of_reports()
    desk = signed_in(make_facilitator(coproduction))
    assert "has no stage of tests" in words_of(desk.get(at("trial-tasks", "shops")))
