"""Ideas: proposed without an account, read, argued, answered, ordered by the reader."""

import csv
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from partage.calc.ranking import IDEA_ORDERS, ordered_ideas
from partage.contributions.ideas import count_ideas
from partage.contributions.models import Argument, Helped, Idea, IdeaVote, Progress
from partage.contributions.private_links import private_key
from partage.contributions.sections import SECTIONS_SHOWN
from partage.contributions.worker import one_pass
from partage.coproductions.models import Coproduction, Stage
from partage.register.models import Entry
from tests.factories import (
    at,
    make_coproduction,
    make_idea,
    make_people,
    make_sensitive,
    participant_of,
    stored,
)
from tests.web.page import html_of, tags_of, words_of

pytestmark = pytest.mark.django_db
TITLE = "Keep one checkout with a person at all hours"


def with_ideas(slug: str = "shops", **changes: object) -> Coproduction:
    """A coproduction whose stage of ideas is open."""
    coproduction = make_coproduction(slug, **changes)  # type: ignore[arg-type]
    now = timezone.now()
    Stage.objects.create(coproduction=coproduction, kind="ideas", opens_at=now)
    return coproduction


def close_ideas() -> None:
    now = timezone.now()
    Stage.objects.filter(kind="ideas").update(
        opens_at=now - timedelta(days=2), closes_at=now - timedelta(days=1)
    )


def propose(browser: Client, title: str = TITLE, **words: str) -> Idea:
    sent = browser.post(at("propose-idea", "shops"), {"title": title, **words})
    assert sent.status_code == 302, words_of(sent)
    return Idea.objects.latest("pk")


def argue(browser: Client, idea: Idea, side: str = "for", text: str = "It keeps people.") -> int:
    sent = {"side": side, "text": text}
    return browser.post(at("idea", "shops", idea.pk), sent).status_code


def test_a_newcomer_proposes_an_idea_on_one_page_with_three_fields_and_no_account() -> None:
    with_ideas()
    browser = Client()
    page = browser.get(at("propose-idea", "shops"))
    fields = [f for f in tags_of(page, "input") if f.get("type") != "hidden"]
    assert len(fields) + len(tags_of(page, "textarea")) == 3
    idea = propose(browser, body="Why **not**?", link="example.org/source")
    shown = browser.get(at("idea", "shops", idea.pk))
    assert TITLE in words_of(shown) and "waiting: somebody will read it" in words_of(shown)
    assert "<strong>not</strong>" in html_of(shown)
    assert idea.sources.get().link == "https://example.org/source"
    assert Entry.objects.get(kind="idea-proposed").public == {}


def test_a_waiting_idea_is_shown_to_its_author_and_by_its_private_link_alone() -> None:
    with_ideas()
    idea = propose(Client())
    stranger = Client()
    assert stranger.get(at("idea", "shops", idea.pk)).status_code == 404
    assert stranger.get(at("idea", "shops", idea.pk), {"key": "0" * 32}).status_code == 404
    assert TITLE not in words_of(stranger.get(at("ideas", "shops"), follow=True))
    by_link = stranger.get(at("idea", "shops", idea.pk), {"key": private_key("idea", idea.pk)})
    assert "waiting: somebody will read it" in words_of(by_link)
    assert "Withdraw my idea" not in words_of(by_link)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ({"title": ""}, "Write your idea in one sentence first."),
        ({"title": "\u200b\u202e short"}, "Your text has 5 characters; write at least 10."),
        ({"title": "x" * 151}, "Your text has 151 characters; shorten it to 150."),
        ({"title": TITLE, "body": "x" * 10_001}, "Your text has 10001 characters; shorten it to 10000."),
        ({"title": TITLE, "link": "javascript:alert(1)"}, "This is not the address of a page"),
    ],
)  # fmt: skip
def test_what_cannot_be_kept_is_said_in_one_sentence_and_nothing_is_lost(
    words: dict[str, str], sentence: str
) -> None:
    with_ideas()
    before = stored()
    page = Client().post(at("propose-idea", "shops"), words)
    assert page.status_code == 400 and sentence in words_of(page)
    if words["title"] == TITLE:
        assert any(f.get("value") == TITLE for f in tags_of(page, "input"))
    assert stored() == before


def test_ideas_come_only_while_their_stage_is_open() -> None:
    with_ideas()
    close_ideas()
    before = stored()
    page = Client().post(at("propose-idea", "shops"), {"title": TITLE})
    assert page.status_code == 409 and TITLE in words_of(page)
    idea = make_idea(Coproduction.objects.get())
    before = stored()
    assert Client().post(at("idea-vote", "shops", idea.pk), {"answer": "1"}).status_code == 409
    assert argue(Client(), idea) == 409
    assert stored() == before


def test_the_last_answer_to_an_idea_counts_and_is_shown() -> None:
    idea = make_idea(with_ideas())
    browser = Client()
    for given in ("1", "0"):
        browser.post(at("idea-vote", "shops", idea.pk), {"answer": given})
    assert IdeaVote.objects.get().answer == IdeaVote.Answer.MIXED
    assert Entry.objects.filter(kind="idea-vote").count() == 2
    page = browser.get(at("idea", "shops", idea.pk))
    pressed = [b["value"] for b in tags_of(page, "button") if b.get("aria-pressed")]
    assert pressed == ["0"]
    assert browser.post(at("idea-vote", "shops", idea.pk), {"answer": "7"}).status_code == 400


def test_an_idea_that_waits_or_was_refused_takes_no_answer() -> None:
    coproduction = with_ideas()
    browser = Client()
    waiting = propose(browser)
    assert browser.post(at("idea-vote", "shops", waiting.pk), {"answer": "1"}).status_code == 409
    refused = make_idea(coproduction, state=Progress.REFUSED)
    assert Client().post(at("idea-vote", "shops", refused.pk), {"answer": "1"}).status_code == 404


def test_sensitive_ideas_ask_for_consent_first() -> None:
    coproduction = make_sensitive("shops")
    Stage.objects.create(coproduction=coproduction, kind="ideas", opens_at=timezone.now())
    idea = make_idea(coproduction)
    before = stored()
    assert Client().post(at("idea-vote", "shops", idea.pk), {"answer": "1"}).status_code == 403
    assert stored() == before


def test_answers_are_counted_ten_at_a_time() -> None:
    coproduction = with_ideas()
    idea = make_idea(coproduction, brought_disagrees=10)
    people = make_people(coproduction, 10)
    now = timezone.now()
    for person in people[:9]:
        IdeaVote.objects.create(participant=person, idea=idea, answer=1, cast_at=now)
    count_ideas(coproduction)
    idea.refresh_from_db()
    assert (idea.agrees, idea.answers) == (0, 0)
    IdeaVote.objects.create(participant=people[9], idea=idea, answer=1, cast_at=now)
    count_ideas(coproduction)
    idea.refresh_from_db()
    assert (idea.agrees, idea.answers, idea.agreement, idea.difference) == (10, 20, 0.5, 1.0)


def test_the_last_answers_are_counted_once_the_stage_has_closed() -> None:
    coproduction = with_ideas()
    idea = make_idea(coproduction)
    Client().post(at("idea-vote", "shops", idea.pk), {"answer": "1"})
    one_pass()
    idea.refresh_from_db()
    assert idea.agrees == 0
    now = timezone.now()
    Stage.objects.filter(kind="ideas").update(
        opens_at=now - timedelta(days=2), closes_at=now - timedelta(minutes=1)
    )
    one_pass()
    idea.refresh_from_db()
    assert idea.agrees == 1


def test_an_argument_is_read_before_it_shows_and_can_be_said_to_help_once() -> None:
    idea = make_idea(with_ideas())
    browser = Client()
    assert argue(browser, idea) == 302
    assert "It keeps people." in words_of(browser.get(at("idea", "shops", idea.pk)))
    assert "It keeps people." not in words_of(Client().get(at("idea", "shops", idea.pk)))
    argument = Argument.objects.get()
    address = at("helped", "shops", idea.pk, argument.pk)
    assert Client().post(address).status_code == 409
    Argument.objects.update(state=Progress.PUBLISHED)
    for _again in range(2):
        assert browser.post(address).status_code == 302
    assert Helped.objects.count() == Entry.objects.filter(kind="argument-helped").count() == 1


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"text": "It keeps people."}, "Choose whether your point is for or against."),
        ({"side": "for", "text": ""}, "Write your point first."),
        ({"side": "for", "text": "x" * 401}, "Your text has 401 characters; shorten it to 400."),
    ],
)  # fmt: skip
def test_an_argument_that_lacks_something_is_kept_in_the_form(
    sent: dict[str, str], sentence: str
) -> None:
    idea = make_idea(with_ideas())
    page = Client().post(at("idea", "shops", idea.pk), sent)
    assert page.status_code == 400 and sentence in words_of(page)
    assert sent["text"] in html_of(page) and not Argument.objects.exists()


def test_one_argument_from_each_side_is_on_every_page() -> None:
    idea = make_idea(with_ideas())
    now = timezone.now()
    for number in range(8):
        for side in Argument.Side:
            Argument.objects.create(
                idea=idea, side=side, text=f"{side} {number}", language="en", written_at=now,
                state=Progress.PUBLISHED,
            )  # fmt: skip
    for seed in ("a", "b", "c"):
        page = words_of(Client().get(at("idea", "shops", idea.pk), {"seed": seed}))
        assert page.count("for ") >= 5 and page.count("against ") >= 5


def test_an_author_withdraws_an_idea_and_nobody_else_can() -> None:
    with_ideas()
    browser = Client()
    idea = propose(browser)
    assert Client().post(at("withdraw-mine", "shops", "idea", idea.pk)).status_code == 404
    browser.post(at("withdraw-mine", "shops", "idea", idea.pk))
    idea.refresh_from_db()
    assert idea.state == Progress.WITHDRAWN
    assert Client().get(at("idea", "shops", idea.pk)).status_code == 404


def test_erasing_everything_leaves_no_word_of_an_idea_nor_of_an_argument() -> None:
    coproduction = with_ideas()
    other = make_idea(coproduction, discussion=1)
    browser = Client()
    idea = propose(browser, body="secret words", link="https://secret.example.org")
    Idea.objects.filter(pk=idea.pk).update(state=Progress.PUBLISHED, number=2)
    argue(browser, other, text="A secret argument.")
    Argument.objects.update(state=Progress.PUBLISHED)
    assert "1 argument you added" in words_of(browser.get(at("erase", "shops")))
    browser.post(at("erase", "shops"))
    idea.refresh_from_db()
    other.refresh_from_db()
    assert idea.state == Progress.ERASED and "secret" not in idea.title + idea.body
    assert not idea.sources.exists() and not Argument.objects.exists() and other.discussion == 0
    assert "erased by its author" in words_of(Client().get(at("idea", "shops", idea.pk)))


def test_withdrawing_consent_takes_answers_to_ideas_along() -> None:
    coproduction = with_ideas()
    idea = make_idea(coproduction)
    browser = Client()
    browser.post(at("idea-vote", "shops", idea.pk), {"answer": "1"})
    assert participant_of(browser, coproduction)
    browser.post(at("withdraw", "shops"))
    assert not IdeaVote.objects.exists()


def _listed(browser: Client, pages: int = 2, **query: str) -> list[int]:
    """The ideas of so many pages, in the order shown."""
    found: list[int] = []
    for page in range(1, pages + 1):
        shown = browser.get(at("ideas", "shops"), {**query, "page": str(page)})
        found += [idea.number for idea in shown.context["page"]]
    return found


@pytest.mark.parametrize("order", ["random", *IDEA_ORDERS])
def test_each_order_can_be_made_again_from_the_open_file(order: str) -> None:
    coproduction = with_ideas()
    for n in range(85):
        idea = make_idea(coproduction, f"Idea number {n}", discussion=n * 7 % 5)
        idea.brought_agrees, idea.brought_disagrees, idea.brought_mixed = n % 7, n % 3, n % 2
        idea.count()
        idea.save()
    Idea.objects.filter(number=4).update(state=Progress.WITHDRAWN)
    file = b"".join(Client().get(at("ideas-csv", "shops")).streaming_content).decode()  # type: ignore[attr-defined]
    rows = [
        {**row, "number": int(row["number"])}
        | {name: float(row[name]) for name in ("answers", "agreement", "difference", "discussion")}
        for row in csv.DictReader(file.splitlines())
    ]
    expected = [row["number"] for row in ordered_ideas(rows, order, "a1b2")]
    assert len(expected) == 84
    assert _listed(Client(), pages=5, order=order, seed="a1b2") == expected
    beyond = Client().get(at("ideas", "shops"), {"order": order, "seed": "a1b2", "page": "999"})
    last = [idea.number for idea in beyond.context["page"]]
    assert last and last == expected[-len(last) :]


def with_sections() -> Coproduction:
    """Fifty ideas in two sections, the second with two withdrawn, and one idea without."""
    coproduction = with_ideas()
    for n in range(50):
        section = "Tills & queues" if n % 2 else "Night"
        idea = make_idea(coproduction, f"Idea number {n}", section=section, discussion=n * 7 % 5)
        idea.brought_agrees, idea.brought_disagrees = n % 7, n % 3
        idea.count()
        idea.save()
    make_idea(coproduction, "Of no section")
    Idea.objects.filter(number__in=(4, 8)).update(state=Progress.WITHDRAWN)
    return coproduction


@pytest.mark.parametrize("order", ["random", *IDEA_ORDERS])
def test_a_section_keeps_the_order_and_can_be_made_again_from_the_open_file(order: str) -> None:
    with_sections()
    file = b"".join(Client().get(at("ideas-csv", "shops")).streaming_content).decode()  # type: ignore[attr-defined]
    rows = [
        {**row, "number": int(row["number"])}
        | {name: float(row[name]) for name in ("answers", "agreement", "difference", "discussion")}
        for row in csv.DictReader(file.splitlines())
    ]
    expected = ordered_ideas(rows, order, "a1b2", "Tills & queues")
    assert len(expected) == 23 and {row["section"] for row in expected} == {"Tills & queues"}
    shown = _listed(Client(), order=order, seed="a1b2", section="Tills & queues")
    assert shown == [row["number"] for row in expected]


def test_each_section_is_a_link_that_keeps_order_and_seed_and_the_current_one_is_marked() -> None:
    with_sections()
    query = {"order": "random", "seed": "a1b2", "section": "Tills & queues"}
    page = Client().get(at("ideas", "shops"), query)
    links = {link["href"]: link.get("aria-current") for link in tags_of(page, "a")}
    kept = "?order=random&seed=a1b2"
    assert links[kept] is None
    assert links[f"{kept}&section=Night"] is None
    assert links[f"{kept}&section=Tills+%26+queues"] == "true"
    assert f"{kept}&section=Tills+%26+queues&page=2" in links
    assert "Ideas (23)" in words_of(page)
    assert {"name": "section", "value": "Tills & queues", "type": "hidden"} in tags_of(
        page, "input"
    )
    everything = Client().get(at("ideas", "shops"), {"order": "random", "seed": "a1b2"})
    assert {link["href"]: link.get("aria-current") for link in tags_of(everything, "a")}[kept]


def test_a_section_without_a_seed_gets_one_and_stays() -> None:
    with_sections()
    response = Client().get(at("ideas", "shops"), {"section": "Night"})
    assert response.status_code == 302
    assert "order=random&section=Night&seed=" in response["Location"]


@pytest.mark.parametrize("section", ["Nowhere", "<b>", "x" * 3000, "night", "\0"])
def test_an_unknown_section_is_named_in_one_sentence(section: str) -> None:
    with_sections()
    response = Client().get(at("ideas", "shops"), {"section": section, "order": "newest"})
    assert response.status_code == 404
    named = section[:80].replace("\0", "\ufffd")
    assert f"No idea is published under the section “{named}”." in words_of(response)
    assert "<b>" not in html_of(response)


def test_the_page_of_an_idea_leads_to_its_section() -> None:
    with_sections()
    idea = Idea.objects.get(number=2)
    links = [link["href"] for link in tags_of(Client().get(at("idea", "shops", idea.pk)), "a")]
    address = next(link for link in links if "section=" in link)
    shown = Client().get(address, follow=True)
    assert "Ideas (23)" in words_of(shown)


def test_many_sections_are_no_page_of_links(django_assert_max_num_queries: object) -> None:
    coproduction = with_ideas()
    for n in range(60):
        make_idea(coproduction, f"Idea number {n}", section=f"Section {n}")
    with django_assert_max_num_queries(8):  # type: ignore[operator]
        page = Client().get(at("ideas", "shops"), {"order": "newest"})
    assert len([a for a in tags_of(page, "a") if "section=" in a["href"]]) == SECTIONS_SHOWN
    assert "There are more" in words_of(page)
    assert html_of(page).count("<") / 2 < 400


def test_a_withdrawn_idea_is_counted_in_no_order() -> None:
    coproduction = with_ideas()
    make_idea(coproduction)
    make_idea(coproduction, state=Progress.WITHDRAWN, title="Taken back")
    Idea.objects.filter(title="Taken back").update(number=2)
    for order in ("random", "newest"):
        page = Client().get(at("ideas", "shops"), {"order": order, "seed": "x"})
        assert "Ideas (1)" in words_of(page)


def test_the_list_is_drawn_by_default_and_its_seed_is_in_the_address() -> None:
    make_idea(with_ideas())
    response = Client().get(at("ideas", "shops"))
    assert response.status_code == 302 and "order=random&seed=" in response["Location"]


def test_the_number_of_queries_does_not_grow_with_ideas(
    django_assert_max_num_queries: object,
) -> None:
    coproduction = with_ideas()
    for number in range(30):
        make_idea(coproduction, f"Idea number {number}")
    for order in ("random", *IDEA_ORDERS):
        with django_assert_max_num_queries(8):  # type: ignore[operator]
            Client().get(at("ideas", "shops"), {"order": order, "seed": "x"})


def test_the_feed_holds_what_is_published_and_nothing_else() -> None:
    coproduction = with_ideas()
    make_idea(coproduction, "A <published> idea")
    propose(Client(), "An idea that still waits")
    feed = Client().get(at("ideas-feed", "shops"))
    assert feed["Content-Type"].startswith("application/atom+xml")
    text = feed.content.decode()
    assert "A &lt;published&gt; idea" in text and "still waits" not in text
