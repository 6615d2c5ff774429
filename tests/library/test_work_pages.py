"""The page of a work: what is known, what is not, how to cite it, and what starts from it."""

import json
import re
from xml.etree.ElementTree import fromstring

import pytest
from django.test import Client

from partage.coproductions.models import Coproduction
from partage.library.keeping import withdraw_work
from partage.library.models import StartedFrom, Work
from partage.register.models import Entry
from tests.factories import at, make_coproduction, make_facilitator, make_people, signed_in
from tests.library.works import make_work

pytestmark = pytest.mark.django_db


def page(slug: str = "cese-2016-12", language: str = "en") -> str:
    answer = Client().get(at("work", slug, language=language))
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_the_page_says_what_is_known_and_what_is_not() -> None:
    make_work(votes_against="", rapporteurs="", date="2016-11")
    text = re.sub(r"\s+", " ", page())
    assert "La coproduction à l&#x27;heure du numérique" in text
    assert "for: 156 · against: not known · abstentions: 2" in text
    assert "November 2016" in text and 'datetime="2016-11"' in text
    assert "Platforms and collaborative economy, Consumption" in text
    assert "Plateformes et économie collaborative" in page(language="fr")
    make_work("bare", votes_for="", votes_against="", votes_abstain="", date="")
    assert "<dt>Vote</dt> <dd> not known </dd>" in re.sub(r"\s+", " ", page("bare"))


def test_a_question_leads_a_facilitator_to_a_coproduction_that_says_where_it_comes_from() -> None:
    make_work(questions="Qui paie le travail des clients ?\nQui décide ?")
    browser = signed_in(make_facilitator(make_coproduction()))
    link = f"{at('set-up')}?work=cese-2016-12&asked=2"
    assert link.replace("&", "&amp;") in page()
    form = browser.get(link).content.decode()
    assert "Qui décide ?</textarea>" in form and 'value="cese-2016-12"' in form
    sent = {
        "pattern": "idea-box", "organization": Coproduction.objects.get().organization_id,
        "title": "Who decides", "question": "Qui décide ?", "decides": "The board.",
        "votes-opens": "2030-01-01", "work": "cese-2016-12", "asked": "2", "do": "publish",
    }  # fmt: skip
    assert browser.post(at("set-up"), sent).status_code == 302
    started = StartedFrom.objects.get()
    assert (started.work.slug, started.question) == ("cese-2016-12", "Qui décide ?")
    shown = Client().get(at("coproduction", started.coproduction.slug)).content.decode()
    assert at("work", "cese-2016-12") in shown and "Qui décide ?</q>" in shown
    assert at("coproduction", started.coproduction.slug) in page()
    entry = Entry.objects.get(kind="coproduction-started-from")
    assert entry.public == {"work": "cese-2016-12", "question": 2}


def test_nothing_starts_from_a_work_that_was_withdrawn_meanwhile() -> None:
    work = make_work(questions="Qui décide ?")
    coproduction = make_coproduction()
    browser = signed_in(make_facilitator(coproduction))
    withdraw_work(work, "It was somebody else's.")
    sent = {
        "pattern": "idea-box", "organization": coproduction.organization_id, "title": "Who decides",
        "question": "Who decides?", "decides": "The board.", "votes-opens": "2030-01-01",
        "work": work.slug, "do": "publish",
    }  # fmt: skip
    answer = browser.post(at("set-up"), sent)
    assert answer.status_code == 400
    assert "This work is not in the library any more." in answer.content.decode()
    assert Coproduction.objects.count() == 1


def test_families_show_both_ways_and_related_works_follow_the_printed_rule() -> None:
    make_work("first", themes="sante;inclusion")
    make_work("second", follows="first", themes="culture-information")
    make_work("third", cites="first", themes="culture-information")
    make_work("near", themes="inclusion", title="Near", date="2010")
    make_work("nearer", themes="sante;inclusion", title="Nearer", date="2001")
    make_work("far", themes="territoires", title="Far")
    text = page("first")
    assert "Followed by" in text and at("work", "second") in text
    assert "Cited by" in text and at("work", "third") in text
    assert text.index(at("work", "nearer")) < text.index(at("work", "near") + '"')
    assert at("work", "far") not in text and "one point for each theme" in text
    assert "It follows" in page("second")
    # It is linked to none: themes alone count.
    assert at("work", "nearer") in page("near") and at("work", "far") not in page("near")
    # They share a theme, and both are linked to the first one.
    assert at("work", "third") in page("second")


def test_a_work_can_be_cited_as_words_and_as_files_that_managers_read() -> None:
    make_work(title="Comptes & {mesures} à 100 %", rapporteurs="Jeanne Martin;Paul Roy")
    assert "Jeanne Martin, Paul Roy, CESE." in page()
    item = json.loads(Client().get(at("work-citation", "cese-2016-12", "json")).content)[0]
    assert item["issued"] == {"date-parts": [[2016, 11, 29]]}
    assert item["author"] == [{"literal": "Jeanne Martin"}, {"literal": "Paul Roy"}]
    text = Client().get(at("work-citation", "cese-2016-12", "bib")).content.decode()
    assert text.startswith("@techreport{cese-2016-12,")
    assert r"title = {{Comptes \& \{mesures\} à 100 \%}}" in text
    assert "author = {{Jeanne Martin} and {Paul Roy}}" in text
    assert text.count("{") - text.count(r"\{") == text.count("}") - text.count(r"\}")
    assert Client().get(at("work-citation", "cese-2016-12", "doc")).status_code == 404


def test_search_engines_read_facts_and_no_text_ends_their_element() -> None:
    make_work(title="Un titre </script><script>alert(1)</script>", votes_for="1")
    text = page()
    (told,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', text, re.S)
    facts = json.loads(told)
    assert facts["@type"] == "Report" and facts["datePublished"] == "2016-11-29"
    assert facts["name"] == "Un titre </script><script>alert(1)</script>"
    assert "<script>alert" not in text
    assert '<meta name="citation_title"' in text


def test_a_withdrawn_work_keeps_a_page_that_says_why_and_leaves_every_list() -> None:
    make_work("kept")
    work = make_work("gone", title="Parti")
    withdraw_work(work, "It was never published.")
    answer = Client().get(at("work", "gone"))
    assert answer.status_code == 410
    assert "It was never published." in answer.content.decode()
    assert Client().get(at("work-citation", "gone", "bib")).status_code == 404
    assert at("work", "gone") not in page("kept")
    assert "gone" not in Client().get(at("works-feed")).content.decode()
    assert Entry.objects.get(kind="work-withdrawn").public == {"work": "gone"}


def test_the_feed_holds_the_last_works_that_came_in() -> None:
    for number in range(25):
        make_work(f"work-{number}", title=f"Travail {number}")
    feed = fromstring(Client().get(at("works-feed")).content)  # noqa: S314 - our own
    titles = [one.text for one in feed.iterfind("{*}entry/{*}title")]
    assert titles == [f"Travail {number}" for number in range(24, 4, -1)]


def test_the_page_of_a_work_asks_as_many_queries_whatever_it_holds(
    django_assert_max_num_queries: object,
) -> None:
    make_people(make_coproduction(), 1)
    for number in range(30):
        make_work(f"other-{number}")
    lines = "\n".join(f"Question {number} ?" for number in range(30))
    make_work(
        questions=lines, recommendations=lines, cites=";".join(f"other-{n}" for n in range(9))
    )
    with django_assert_max_num_queries(16):  # type: ignore[operator]
        page()
    assert Work.objects.count() == 31
