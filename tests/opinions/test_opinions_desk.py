"""A facilitator drafts an opinion, publishes it, and says what became of its recommendations."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from partage.contributions.models import Argument, Progress
from partage.coproductions.models import Coproduction
from partage.opinions.models import Answer, Milestone, Opinion
from partage.register.models import Entry
from tests.factories import (
    at,
    make_coproduction,
    make_facilitator,
    make_idea,
    make_report,
    make_statement,
    make_task,
    signed_in,
    stored,
)
from tests.opinions.opinion_file import import_sample
from tests.web.page import html_of, words_of

pytestmark = pytest.mark.django_db
SITE = "http://localhost:8000"
TEXT = "Keep one staffed checkout at all hours."


def a_desk() -> tuple[Coproduction, Client]:
    coproduction = make_coproduction()
    return coproduction, signed_in(make_facilitator(coproduction))


def post(browser: Client, name: str, *words: Any, language: str = "en", **sent: Any) -> Any:
    return browser.post(at(name, *words, language=language), sent)


def a_draft(browser: Client) -> Opinion:
    assert post(browser, "opinions-desk", "shops", title="Checkouts for all").status_code == 302
    assert post(browser, "new-part", "shops", "checkouts-for-all", title="Why").status_code == 302
    sent = {"text": TEXT, "acts": "The cooperative", "due_on": "2030-01-31"}
    found = post(browser, "new-recommendation", "shops", "checkouts-for-all", **sent)
    assert found.status_code == 302
    return Opinion.objects.get()


def publish(browser: Client) -> Any:
    return post(browser, "draft-opinion", "shops", "checkouts-for-all")


def cite(browser: Client, pasted: str) -> Any:
    return post(browser, "draft-evidence", "shops", "checkouts-for-all", 1, pasted=pasted)


def test_a_facilitator_drafts_an_opinion_and_publishes_it() -> None:
    _coproduction, browser = a_desk()
    opinion = a_draft(browser)
    assert Client().get(at("opinion", opinion.slug)).status_code == 404
    assert publish(browser).status_code == 302
    shown = words_of(Client().get(at("opinion", opinion.slug)))
    assert (
        TEXT in shown and "Who must act: The cooperative" in shown and "By Jan. 31, 2030" in shown
    )
    assert "No vote is recorded." in shown and "restated" not in shown
    entries = Entry.objects.filter(kind__startswith="opinion-").order_by("pk")
    assert [entry.kind for entry in entries] == ["opinion-begun", "opinion-published"]
    assert {entry.space for entry in entries} == {"shops"}


def test_each_language_is_written_on_its_own_page_and_the_other_stays() -> None:
    _coproduction, browser = a_desk()
    opinion = a_draft(browser)
    place = ("draft-recommendation", "shops", opinion.slug, 1)
    found = post(browser, *place, language="fr", text="Gardons une caisse avec une personne.")
    assert found.status_code == 302
    one = opinion.recommendations.get()
    assert one.text == {"en": TEXT, "fr": "Gardons une caisse avec une personne."}
    assert one.acts == {"en": "The cooperative"}
    assert TEXT in html_of(browser.get(at(*place)))


def test_nothing_is_published_without_a_recommendation() -> None:
    _coproduction, browser = a_desk()
    post(browser, "opinions-desk", "shops", title="Checkouts for all")
    before = stored()
    refused = publish(browser)
    assert refused.status_code == 409 and "add one, then publish" in words_of(refused)
    assert stored() == before


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"text": "", "acts": "The mayor"}, "Write what should be done first."),
        ({"text": "x", "acts": "The mayor"}, "write at least 10"),
        ({"text": TEXT, "acts": "The mayor", "due_on": "31/02/2030"}, "not a day of the calendar"),
    ],
)
def test_what_cannot_be_kept_is_said_and_stays_in_the_form(
    sent: dict[str, str], sentence: str
) -> None:
    _coproduction, browser = a_desk()
    opinion = a_draft(browser)
    before = stored()
    refused = post(browser, "new-recommendation", "shops", opinion.slug, **sent)
    assert refused.status_code == 400 and sentence in words_of(refused)
    assert "The mayor" in html_of(refused)
    assert stored() == before


def test_evidence_is_cited_by_pasting_an_address_or_a_sentence() -> None:
    coproduction, browser = a_desk()
    opinion = a_draft(browser)
    statement, idea = make_statement(coproduction), make_idea(coproduction)
    report = make_report(coproduction)
    argument = Argument.objects.create(
        idea=idea, side="for", text="It is quicker.", language="en", written_at=timezone.now(),
        state=Progress.PUBLISHED,
    )  # fmt: skip
    french = at("idea", "shops", idea.pk, language="fr")
    for pasted in (
        f"  {statement.text} ",
        f"{SITE}{french}",
        f"{SITE}{at('idea', 'shops', idea.pk)}#argument-{argument.pk}",
        f"{SITE}{at('trial-task', 'shops', report.task.number, language='fr')}",
        f"{SITE}{at('test-report', 'shops', report.pk)}",
        f"{SITE}{at('account-line', 'shops', 'C4')}",
        "https://example.org/report.pdf",
    ):
        assert cite(browser, pasted).status_code == 302, pasted
        again = cite(browser, pasted)
        assert again.status_code == 400 and "already" in words_of(again)
    one = opinion.recommendations.get()
    named = ("statement", "idea", "argument", "task", "report", "account", "line", "work")
    kept = [{k: v for k, v in row.items() if v} for row in one.evidence.values(*named)]
    assert kept == [
        {"statement": statement.pk},
        {"idea": idea.pk},
        {"argument": argument.pk},
        {"task": report.task.pk},
        {"report": report.pk},
        {"account": coproduction.pk, "line": "C4"},
        {"work": "https://example.org/report.pdf"},
    ]
    first = one.evidence.order_by("pk").first()
    assert first is not None
    place = ("draft-evidence", "shops", opinion.slug, 1)
    assert post(browser, *place, take_away=first.pk).status_code == 302
    assert one.evidence.count() == len(kept) - 1


@pytest.mark.parametrize(
    "pasted",
    [
        "A sentence that nobody wrote.",
        "javascript:alert(1)",
        f"{SITE}/en/nowhere/",
        f"{SITE}/en/coproductions/shops/ideas/999/",
        f"{SITE}/en/coproductions/shops/test-reports/999/",
        f"{SITE}/en/coproductions/shops/test-reports/tasks/999999999999999999999/",
        f"{SITE}/en/coproductions/shops/",
        "https://example.org/a page",
    ],
)
def test_what_cannot_be_cited_is_refused_and_nothing_is_written(pasted: str) -> None:
    _coproduction, browser = a_desk()
    a_draft(browser)
    before = stored()
    refused = cite(browser, pasted)
    assert refused.status_code == 400 and "Nothing to cite stands there" in words_of(refused)
    assert stored() == before


def test_what_waits_was_refused_or_stands_elsewhere_is_not_cited() -> None:
    coproduction, browser = a_desk()
    a_draft(browser)
    for state in (Progress.WAITING, Progress.REFUSED):
        for one in (make_idea(coproduction, state=state), make_report(coproduction, state=state)):
            assert cite(browser, f"{SITE}{one.get_absolute_url()}").status_code == 400
    make_task(make_coproduction("elsewhere"), number=7)
    assert cite(browser, f"{SITE}{at('trial-task', 'shops', 7)}").status_code == 400


def test_a_facilitator_of_another_coproduction_may_not_touch_it() -> None:
    _coproduction, browser = a_desk()
    opinion = a_draft(browser)
    make_coproduction("elsewhere")
    other = signed_in(make_facilitator(Coproduction.objects.get(slug="elsewhere"), email="p@x.org"))
    assert publish(other).status_code == 403
    assert post(other, "draft-opinion", "elsewhere", opinion.slug).status_code == 404
    assert not opinion.versions.exists()


def follow(browser: Client, **sent: Any) -> Any:
    return post(browser, "follow-recommendation", "shops", "checkouts-for-all", 1, **sent)


def test_answers_and_what_was_done_are_public_dated_and_in_the_register() -> None:
    _coproduction, browser = a_desk()
    opinion = a_draft(browser)
    assert follow(browser, kind="accepted", said_by="The cooperative").status_code == 404, "a draft"
    publish(browser)
    board = at("opinion-board", opinion.slug)
    assert "No answer is known, 0 days later." in words_of(Client().get(board))
    sent = {"kind": "partly", "said_by": "The cooperative", "text": "From nine to five."}
    assert follow(browser, **sent).status_code == 302
    done = {"done": "One checkout opened.", "address": "https://example.org/opened"}
    assert follow(browser, **done, reached_on="2026-01-02").status_code == 302
    shown = words_of(Client().get(board))
    assert "accepted in part The cooperative" in shown and "From nine to five." in shown
    assert "1 thing done" in shown
    alone = html_of(Client().get(at("recommendation", opinion.slug, 1)))
    assert "One checkout opened." in alone and 'href="https://example.org/opened"' in alone
    answered, reached = Entry.objects.order_by("pk").reverse()[:2][::-1]
    assert (answered.kind, answered.public["answer"]) == ("recommendation-answered", "partly")
    assert (reached.kind, reached.public["on"]) == ("milestone-reached", "2026-01-02")


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"kind": "refused", "said_by": "The mayor"}, "a refusal is never shown without one"),
        ({"kind": "", "said_by": "The mayor"}, "Choose what was answered."),
        ({"kind": "accepted", "text": "The mayor said yes."}, "Say who answered."),
        ({"done": "The mayor did it.", "reached_on": "2026-01-02", "address": ""}, "Give the address"),
        ({"done": "The mayor did it.", "reached_on": "", "address": "https://x.org"}, "Say on which day."),
        ({"done": "The mayor did it.", "reached_on": str(timezone.localdate() + timedelta(2)), "address": "https://x.org"}, "still to come"),
        ({"done": "The mayor did it.", "reached_on": "2026-01-02", "address": "javascript:x"}, "not the address of a page"),
    ],
)  # fmt: skip
def test_an_answer_or_a_milestone_that_says_too_little_is_refused(
    sent: dict[str, str], sentence: str
) -> None:
    _coproduction, browser = a_desk()
    a_draft(browser)
    publish(browser)
    before = stored()
    refused = follow(browser, **sent)
    assert refused.status_code == 400 and sentence in words_of(refused)
    assert "The mayor" in html_of(refused)
    assert stored() == before


def test_the_database_refuses_a_refusal_without_a_reason_and_a_milestone_without_evidence() -> None:
    one = import_sample().recommendations.get(number=1)
    facts = {"recommendation": one, "language": "en", "said_at": timezone.now()}
    with pytest.raises(IntegrityError), transaction.atomic():
        Answer.objects.create(kind="refused", said_by="The State", **facts)
    with pytest.raises(IntegrityError), transaction.atomic():
        Milestone.objects.create(text="Done.", reached_on="2026-01-02", **facts)


def test_nobody_is_known_to_have_answered_the_opinion_of_2016() -> None:
    import_sample()
    response = Client().get(at("opinion-board", "cese-2016-12"))
    days = (timezone.localdate() - timezone.localdate().replace(2016, 10, 25)).days
    assert words_of(response).count(f"No answer is known, {days} days later.") == 23
