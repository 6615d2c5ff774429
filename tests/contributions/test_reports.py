"""Reports of what is published, refusals contested, and the public log of both."""

import csv
import io
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from partage.contributions.follow_up import say_outcome
from partage.contributions.models import (
    Appeal,
    Argument,
    Decision,
    Idea,
    Notice,
    Outcome,
    Progress,
    Statement,
)
from partage.contributions.private_links import private_key
from partage.contributions.reports import forget_old_names
from partage.register.models import Entry
from tests.contributions.test_idea_desk import decide
from tests.contributions.test_ideas import propose, with_ideas
from tests.factories import (
    answer,
    at,
    everything_stored,
    make_coproduction,
    make_facilitator,
    make_idea,
    make_people,
    make_statement,
    make_votes,
    publish_results,
    signed_in,
    stored,
)
from tests.web.page import bytes_of, tags_of, words_of

pytestmark = pytest.mark.django_db
WHY = "It is about the checkouts of our shop."
REPORT = {"rule": "personal", "text": "It names my neighbour.", "good_faith": "on"}


def two_at_the_desk(coproduction: object) -> tuple[Client, Client]:
    ann, bob = (
        signed_in(make_facilitator(coproduction, email=f"{name}@example.org"))  # type: ignore[arg-type]
        for name in ("ann", "bob")
    )
    return ann, bob


def a_refused_idea() -> tuple[Idea, Client, Client, Client]:
    """The idea, the browsers of its author, of who refused it, and of a colleague."""
    coproduction = with_ideas()
    author = Client()
    idea = propose(author)
    ann, bob = two_at_the_desk(coproduction)
    assert decide(ann, "refuse", rule="off-topic") == 302
    return idea, author, ann, bob


def contest(browser: Client, text: str = WHY, **more: str) -> int:
    refusal = Decision.objects.get(kind="refused")
    return browser.post(at("contest", "shops", refusal.pk), {"text": text, **more}).status_code


def judge(browser: Client, decision: str) -> int:
    sent = {"appeal": Decision.objects.get(kind="refused").pk, "decision": decision}
    return browser.post(at("reports", "shops"), sent).status_code


def test_somebody_else_than_who_refused_decides_on_a_contested_refusal() -> None:
    idea, author, ann, bob = a_refused_idea()
    page = words_of(author.get(at("idea", "shops", idea.pk)))
    assert "Why it does not show" in page and "without any automatic means" in page
    assert contest(author) == 302
    assert "1 report or contested refusal" in words_of(bob.get(at("desk")))
    shown = words_of(ann.get(at("reports", "shops")))
    assert WHY not in shown and "1 more waits for somebody else" in shown
    before = stored()
    assert judge(ann, "publish") == 403
    assert stored() == before
    assert WHY in words_of(bob.get(at("reports", "shops")))
    assert judge(bob, "publish") == 302
    idea.refresh_from_db()
    assert (idea.state, idea.number, idea.rule) == (Progress.PUBLISHED, 1, "")
    assert judge(bob, "keep") == 409
    assert Entry.objects.get(kind="dispute-decided").public["upheld"] is True
    assert Decision.objects.filter(kind="restored", idea=idea).count() == 1


def test_a_refusal_may_be_kept_and_its_author_is_told() -> None:
    idea, author, _ann, bob = a_refused_idea()
    contest(author)
    assert judge(bob, "keep") == 302
    assert Idea.objects.get().state == Progress.REFUSED
    assert "keeps it refused" in words_of(author.get(at("idea", "shops", idea.pk)))


def test_only_the_author_contests_once_and_with_words() -> None:
    idea, author, _ann, _bob = a_refused_idea()
    before = stored()
    assert contest(Client()) == 404
    assert contest(Client(), key="0" * 32) == 404
    assert contest(author, "") == 400
    assert stored() == before
    assert contest(Client(), key=private_key("idea", idea.pk)) == 302
    assert contest(author) == 409
    assert Appeal.objects.count() == 1


def test_a_sentence_and_an_argument_can_be_contested_as_well() -> None:
    coproduction = with_ideas()
    author = Client()
    author.post(at("propose", "shops"), {"text": "The shop should close at nine."})
    idea = make_idea(coproduction)
    sent = {"side": "for", "text": "It saves much time.", "link": ""}
    author.post(at("idea", "shops", idea.pk), sent)
    ann, bob = two_at_the_desk(coproduction)
    for _each in range(2):
        assert decide(ann, "refuse", rule="off-topic") == 302
    sentence = Statement.objects.get()
    for page in (at("statement", "shops", sentence.pk), at("idea", "shops", idea.pk)):
        assert "Contest the refusal" in words_of(author.get(page))
    for refusal in Decision.objects.all():
        address = at("contest", "shops", refusal.pk)
        assert author.post(address, {"text": WHY}).status_code == 302
    for refusal in Decision.objects.filter(kind="refused"):
        sent = {"appeal": str(refusal.pk), "decision": "publish"}
        assert bob.post(at("reports", "shops"), sent).status_code == 302
    idea.refresh_from_db()
    assert idea.discussion == 1 and Argument.objects.get().state == Progress.PUBLISHED
    assert Statement.objects.get().state == Progress.PUBLISHED


def file(browser: Client, noun: str, number: int, **words: str) -> object:
    return browser.post(at("report", "shops", noun, number), {**REPORT, **words})


def test_a_report_is_received_read_and_answered_without_an_account() -> None:
    coproduction = with_ideas()
    idea = make_idea(coproduction)
    reader = Client()
    (link,) = [
        a for a in tags_of(reader.get(at("idea", "shops", idea.pk)), "a")
        if a["href"] == at("report", "shops", "idea", idea.pk)
    ]  # fmt: skip
    assert "Report this" in words_of(reader.get(link["href"]))
    response = file(reader, "idea", idea.pk, name="Odile", mail="odile@example.org")
    receipt = response["Location"]  # type: ignore[index]
    assert "It is received" in words_of(Client().get(receipt))
    assert Client().get(receipt.partition("?")[0]).status_code == 404
    ann = signed_in(make_facilitator(coproduction))
    page = words_of(ann.get(at("reports", "shops")))
    assert "It names my neighbour." in page and "odile@example.org" in page
    before = stored()
    sent = {"notice": Notice.objects.get().pk, "decision": "refuse", "rule": "personal"}
    assert ann.post(at("reports", "shops"), sent).status_code == 400
    assert stored() == before
    sent["answer"] = "It does name somebody."
    assert ann.post(at("reports", "shops"), sent).status_code == 302
    assert Client().get(at("idea", "shops", idea.pk)).status_code == 404
    told = words_of(Client().get(receipt))
    assert "was taken down" in told and "It does name somebody." in told
    assert ann.post(at("reports", "shops"), sent).status_code == 409
    public = str(list(Entry.objects.values_list("public", flat=True)))
    assert "Odile" not in public and "neighbour" not in public


def test_what_is_kept_after_a_report_stays_and_the_log_says_so() -> None:
    coproduction = make_coproduction()
    sentence = make_statement(coproduction)
    file(Client(), "statement", sentence.pk)
    ann = signed_in(make_facilitator(coproduction))
    sent = {"notice": Notice.objects.get().pk, "decision": "keep", "rule": "personal"}
    ann.post(at("reports", "shops"), sent | {"answer": "It names nobody."})
    assert Statement.objects.get().state == Progress.PUBLISHED
    log = words_of(Client().get(at("moderation", "shops")))
    assert "kept after a report" in log and "It names nobody." not in log


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ({"rule": ""}, "Choose the rule"),
        ({"rule": "source"}, "Select a valid choice."),
        ({"text": ""}, "Write why it breaks this rule."),
        ({"text": "x" * 1001}, "at most 1000 characters"),
        ({"mail": "no address"}, "Enter a valid email address."),
        ({"good_faith": ""}, "Tick that you say it in good faith."),
    ],
)
def test_a_report_that_lacks_something_keeps_what_was_typed(
    words: dict[str, str], sentence: str
) -> None:
    idea = make_idea(with_ideas())
    before = stored()
    response = file(Client(), "idea", idea.pk, **{"name": "Odile"}, **words)
    assert response.status_code == 400  # type: ignore[attr-defined]
    assert sentence in words_of(response)  # type: ignore[arg-type]
    assert "Odile" in str([i.get("value") for i in tags_of(response, "input")])  # type: ignore[arg-type]
    assert stored() == before


def test_what_is_not_shown_or_is_elsewhere_cannot_be_reported() -> None:
    hidden = make_idea(with_ideas(), state=Progress.WAITING)
    foreign = make_statement(make_coproduction("elsewhere"))
    for noun, number in (("idea", hidden.pk), ("statement", foreign.pk), ("person", 1)):
        assert file(Client(), noun, number).status_code == 404  # type: ignore[attr-defined]


def test_names_of_a_report_are_forgotten_and_erasing_takes_its_words() -> None:
    coproduction = with_ideas()
    reader = Client()
    file(reader, "idea", make_idea(coproduction).pk, name="Odile", mail="odile@example.org")
    long_ago = timezone.now() - timedelta(days=200)
    Notice.objects.update(decided_at=long_ago, is_upheld=False)
    forget_old_names()
    assert Notice.objects.get().name == ""
    reader.post(at("erase", "shops"))
    assert "It names my neighbour." not in everything_stored()
    assert Notice.objects.get().author is None


def test_the_log_is_a_file_that_agrees_with_the_page() -> None:
    _idea, author, ann, _bob = a_refused_idea()
    propose(author, "Another idea, quite different")
    decide(ann, "publish")
    contest(author)
    rows = list(csv.DictReader(io.StringIO(b"".join(
        Client().get(at("moderation-csv", "shops")).streaming_content  # type: ignore[attr-defined]
    ).decode())))  # fmt: skip
    assert [(row["decision"], row["rule"], row["contested"]) for row in rows] == [
        ("refused", "off-topic", "True"),
        ("published", "", "False"),
    ]
    page = words_of(Client().get(at("moderation", "shops")))
    assert "Sentence" not in page and "contested" in page


def test_nothing_is_restricted_without_its_reasons_in_the_log() -> None:
    _idea, _author, _ann, _bob = a_refused_idea()
    for model in (Statement, Idea, Argument):
        for one in model._default_manager.filter(state=Progress.REFUSED).exclude(rule="source"):
            assert Decision.objects.filter(**{one.noun: one}, rule=one.rule).exists()


def test_the_database_refuses_a_decision_about_two_things_or_none() -> None:
    coproduction = with_ideas()
    idea, sentence = make_idea(coproduction), make_statement(coproduction)
    for about in ({}, {"idea": idea, "statement": sentence}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Decision.objects.create(
                coproduction=coproduction, kind="published", decided_at=timezone.now(), **about
            )


def test_what_was_taken_down_is_read_by_its_author_alone_and_comes_back_when_restored() -> None:
    coproduction = make_coproduction()
    author, reader = Client(), Client()
    author.post(at("propose", "shops"), {"text": "My neighbour at number nine steals."})
    ann, bob = two_at_the_desk(coproduction)
    decide(ann, "publish")
    sentence = Statement.objects.get(author__isnull=False)
    answer(reader, sentence)
    make_votes(make_people(coproduction, 12), [sentence])
    publish_results(coproduction)
    pages = [at("my-answers", "shops"), at("results-csv", "shops"), at("results-json", "shops")]
    told = "neighbour at number nine"
    assert all(told in bytes_of(reader.get(page)).decode() for page in pages)
    file(reader, "statement", sentence.pk)
    sent = {"notice": Notice.objects.get().pk, "decision": "refuse", "rule": "personal"}
    ann.post(at("reports", "shops"), sent | {"answer": "It names somebody."})
    assert not any(told in bytes_of(reader.get(page)).decode() for page in pages)
    assert told in words_of(author.get(at("statement", "shops", sentence.pk)))
    contest(author)
    judge(bob, "publish")
    assert all(told in bytes_of(reader.get(page)).decode() for page in pages)


def test_what_was_done_with_an_idea_taken_down_is_not_listed() -> None:
    coproduction = with_ideas()
    idea = make_idea(coproduction)
    say_outcome(idea, Outcome.Kind.DONE, "It is there.", "en")
    assert idea.title in words_of(Client().get(at("outcomes", "shops")))
    file(Client(), "idea", idea.pk)
    ann = signed_in(make_facilitator(coproduction))
    sent = {"notice": Notice.objects.get().pk, "decision": "refuse", "rule": "personal"}
    ann.post(at("reports", "shops"), sent | {"answer": "It names somebody."})
    for page in (at("outcomes", "shops"), at("outcomes-feed", "shops")):
        assert idea.title not in bytes_of(Client().get(page)).decode()
