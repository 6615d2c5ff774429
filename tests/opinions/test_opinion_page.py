"""The page of an opinion: its result first, what it recommends and on what ground, its versions."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from partage.contributions.models import (
    Argument,
    Progress,
    Statement,
    TestReport,
)
from partage.contributions.test_reports import count_reports
from partage.coproductions.models import Organization
from partage.opinions.importing import import_opinion
from partage.opinions.models import Evidence, Opinion, Recommendation
from partage.opinions.publishing import PublicationRefused, content_of, publish_opinion
from partage.register.models import Entry
from tests.factories import (
    at,
    make_assembly,
    make_coproduction,
    make_idea,
    make_report,
    make_statements,
    make_two_camps,
    publish_results,
    stored,
)
from tests.opinions.opinion_file import as_bytes, import_sample, small
from tests.web.page import html_of, tags_of, words_of

pytestmark = pytest.mark.django_db


def page(slug: str = "cese-2016-12", language: str = "en", name: str = "opinion") -> Any:
    response = Client().get(at(name, slug, language=language))
    assert response.status_code == 200
    return response


def words(language: str = "en", slug: str = "cese-2016-12") -> str:
    return words_of(page(slug, language))


@pytest.mark.parametrize(
    ("language", "sentences"),
    [
        (
            "en",
            [
                "Adopted: 156 for, 0 against, 2 abstentions (Oct. 25, 2016)",
                "23 recommendations",
                "What the opinion recommends (10)",
                "What the opinion raises (6)",
                "What groups wish (6)",
                "What an author wishes (1)",
                "Votes by group: not known.",
                "Decision of the CESE bureau",
                "Public authorities (as we read it)",
                "What it saw first",
                "88%: Share of French people who had already used a supermarket self-checkout.",
                "said in words alone: Nearly half of French people",
                "more than 50% (2010): The same share in 2010",
                "drawing more than half its income from this system. (groupe de l'artisanat) [10]",
                "Better margins. Lower supply risk. Keeping customers. [4] Cutting costs",
                "five opinions voted in 2015 on digital matters. [19]",
                "By when, and how we will know: not known.",
            ],
        ),
        (
            "fr",
            [
                "Adopté : 156 pour, 0 contre, 2 abstentions (25 octobre 2016)",
                "23 recommandations",
                "Ce que l’avis recommande (10)",
                "Voix par groupe : non connues.",
                "Décision du bureau du CESE",
                "Avant quand, et à quoi on le saura : non connu.",
                "Ce qu’il a d’abord constaté",
                "plus de 50 % (2010) : Même part en 2010",
            ],
        ),
    ],
)
def test_the_opinion_of_2016_is_told_in_both_languages(language: str, sentences: list[str]) -> None:
    import_sample()
    shown = words(language)
    assert [sentence for sentence in sentences if sentence not in shown] == []


def test_the_page_is_light_and_each_recommendation_has_its_anchor_and_its_address() -> None:
    import_sample()
    response = page()
    html = html_of(response)
    assert len(html.encode()) < 60_000 and len(re.findall("<[a-z]", html)) < 400
    items = [tag for tag in tags_of(response, "li") if "value" in tag]
    assert [tag["id"] for tag in items] == [f"r{tag['value']}" for tag in items]
    assert sorted(int(tag["value"]) for tag in items) == list(range(1, 24))
    alone = words_of(Client().get(at("recommendation", "cese-2016-12", 17)))
    assert "What groups wish" in alone and "digital illiteracy" in alone
    assert Client().get(at("recommendation", "cese-2016-12", 24)).status_code == 404


def test_a_wish_stands_under_another_heading_than_what_the_opinion_recommends() -> None:
    import_sample()
    shown = words()
    places = [shown.index(text) for text in ("What groups wish (6)", "digital illiteracy")]
    assert places == sorted(places)
    assert shown.index("What an author wishes (1)") < shown.index("share their questions")
    assert shown.index("retraining programmes") < shown.index("What the opinion raises (6)")


def test_the_page_can_be_cited_and_links_its_other_language() -> None:
    import_sample()
    meta = {tag["name"]: tag["content"] for tag in tags_of(page(), "meta") if "name" in tag}
    assert meta["citation_publication_date"] == "2016/10/25"
    assert meta["citation_author"] == "Martine Derobert"
    assert meta["DC.identifier"] == "http://localhost:8000/en/opinions/cese-2016-12/"
    links = {tag.get("hreflang"): tag["href"] for tag in tags_of(page(), "link")}
    assert links["fr"] == "http://localhost:8000/fr/avis/cese-2016-12/"


def test_votes_of_a_group_that_no_source_gives_are_not_known_and_never_zero() -> None:
    import_opinion(as_bytes(small()))
    shown = words(slug="small")
    assert "Consumers 2 0 not known" in shown
    assert "5 for, 3 against, 1 abstention" in shown
    assert "Adopted" not in shown, "which majority was asked for is not said"


def test_an_opinion_without_a_vote_says_so() -> None:
    import_opinion(as_bytes(small(vote={})))
    assert "No vote is recorded." in words(slug="small")
    import_opinion(as_bytes(small(id="half", vote={"result": "adopted"})))
    assert "Adopted; how many votes is not known." in words(slug="half")


def test_an_address_that_is_not_of_the_web_is_no_link() -> None:
    rows = [{"url": "javascript:alert(1)", "what": "A trap"}, {"url": "https://example.org/<b>"}]
    import_opinion(as_bytes(small(sources=rows)))
    response = page("small")
    assert "A trap (not on the web)" in words_of(response)
    assert not [tag for tag in tags_of(response, "a") if tag["href"].startswith("javascript")]
    assert "https://example.org/<b>" in words_of(response)


def test_a_draft_has_no_page() -> None:
    import_sample()
    Opinion.objects.update(state=Opinion.State.DRAFT)
    names = (("opinion",), ("opinion-versions",), ("opinion-version", 1), ("recommendation", 1))
    for name, *more in names:
        assert Client().get(at(name, "cese-2016-12", *more)).status_code == 404
    assert "No opinion is published yet." in words_of(Client().get(at("opinions")))


def own_opinion() -> tuple[Opinion, Recommendation]:
    opinion = import_opinion(as_bytes(small())).opinion
    return opinion, opinion.recommendations.get()


def test_statements_show_who_agrees_by_landscape_group_as_last_released() -> None:
    opinion, recommendation = own_opinion()
    coproduction = make_coproduction()
    make_two_camps(coproduction, each=60, statements=20)
    publish_results(coproduction)
    first, *_others, last = Statement.objects.order_by("pk")
    for statement in (first, last):
        Evidence.objects.create(recommendation=recommendation, statement=statement)
    publish_opinion(opinion)
    shown = words(slug="small")
    assert f"{first.text} 100% of 120 agree, group A 100%, group B 100%." in shown
    assert f"{last.text} 50% of 120 agree" in shown
    assert "agree" in words_of(Client().get(at("recommendation", "small", 1)))


def test_evidence_of_each_kind_leads_where_it_stands_and_what_is_erased_is_not_quoted() -> None:
    opinion, recommendation = own_opinion()
    coproduction = make_coproduction()
    (statement,) = make_statements(coproduction, 1)
    idea = make_idea(coproduction)
    argument = Argument.objects.create(
        idea=idea, side="for", text="It is quicker.", language="en", written_at=statement.written_at,
        state=Progress.PUBLISHED,
    )  # fmt: skip
    given: list[dict[str, Any]] = [
        {"statement": statement},
        {"idea": idea},
        {"argument": argument},
        {"account": coproduction, "line": "C4"},
    ]
    for one in given:
        Evidence.objects.create(recommendation=recommendation, **one)
    publish_opinion(opinion)
    response = page("small")
    links = {tag["href"] for tag in tags_of(response, "a")}
    places = [at("results", "shops"), at("idea", "shops", idea.pk)]
    assert links >= {*places, at("account-line", "shops", "C4")}
    assert "It is quicker." in words_of(response) and statement.text in words_of(response)
    assert statement.text not in repr(opinion.versions.latest().content)
    Statement.objects.update(text="", state=Progress.ERASED)
    argument.delete()
    shown = words(slug="small")
    assert shown.count("A contribution: no longer published, or erased by its author.") == 2
    assert "It is quicker." not in shown


def test_a_task_shows_what_its_reports_say_together_and_a_report_how_it_ended() -> None:
    opinion, recommendation = own_opinion()
    coproduction = make_coproduction()
    report = make_report(coproduction, "My very own words.", outcome=TestReport.Outcome.GAVE_UP)
    for one in ({"task": report.task}, {"report": report}):
        Evidence.objects.create(recommendation=recommendation, **one)
    publish_opinion(opinion)
    shown = words(slug="small")
    assert f"Task that people tried: {report.task.words} What its reports say" in shown
    assert f"Test report: {report.task.words}, I gave up." in shown
    for _one in range(9):
        make_report(coproduction, minutes=12)
    make_report(make_coproduction("elsewhere"), minutes=40)
    count_reports(coproduction)
    shown = words(slug="small")
    assert (
        "(10 reports), How it ended: I did it (9) · I did it with help (0) · I gave up (1)."
        in shown
    )
    links = {tag["href"] for tag in tags_of(page("small"), "a")}
    assert links >= {at("trial-task", "shops", 1), at("test-report", "shops", report.pk)}
    TestReport.objects.filter(pk=report.pk).update(state=Progress.ERASED)
    assert words(slug="small").count("no longer published, or erased by its author.") == 1
    assert "My very own words" not in repr(opinion.versions.latest().content)


def test_the_home_page_and_the_coproduction_lead_to_what_is_published() -> None:
    opinion, _recommendation = own_opinion()
    coproduction, other = make_coproduction(), make_coproduction("elsewhere")
    assembly = make_assembly()
    Opinion.objects.update(coproduction=coproduction, title={"en": "A title not published yet"})
    other.organization = Organization.objects.create(slug="other", name="Another one")
    other.save()

    def links(*place: str) -> set[str]:
        return {tag["href"] for tag in tags_of(Client().get(at(*place)), "a")}

    address = opinion.get_absolute_url()
    assert address in links("home") and address in links("coproduction", "shops")
    assert assembly.get_absolute_url() in links("coproduction", "shops")
    assert not {address, assembly.get_absolute_url()} & links("coproduction", "elsewhere")
    for name in (("home",), ("coproduction", "shops")):
        shown = words_of(Client().get(at(*name)))
        assert "A small opinion (5 for, 3 against, 1 abstention)" in shown
        assert "not published yet" not in shown
    Opinion.objects.update(state=Opinion.State.DRAFT)
    assert address not in links("home") and address not in links("coproduction", "shops")


def test_pages_that_lead_to_opinions_take_as_many_queries_for_many() -> None:
    coproduction = make_coproduction()

    def queries() -> list[int]:
        found = []
        for name in (("home",), ("coproduction", "shops")):
            with CaptureQueriesContext(connection) as captured:
                assert Client().get(at(*name)).status_code == 200
            found.append(len(captured))
        return found

    import_opinion(as_bytes(small()))
    Opinion.objects.update(coproduction=coproduction)
    few = queries()
    for number in range(5):
        import_opinion(as_bytes(small(id=f"small-{number}")))
    Opinion.objects.update(coproduction=coproduction)
    assert queries() == few


def test_a_page_takes_as_many_queries_for_many_recommendations_as_for_few() -> None:
    opinion, _recommendation = own_opinion()
    coproduction = make_coproduction()
    statements = make_statements(coproduction, 40)

    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            page("small")
        return len(found)

    for number in range(2, 42):
        one = Recommendation.objects.create(opinion=opinion, number=number, text={"en": "Do it."})
        Evidence.objects.create(recommendation=one, statement=statements[number - 2])
        if number == 3:
            publish_opinion(opinion)
            few = queries()
    publish_opinion(opinion)
    assert queries() == few <= 10
    assert "Page 1 of 2" in words(slug="small")


def test_each_publication_is_a_version_that_anyone_can_compare_word_by_word() -> None:
    opinion, recommendation = own_opinion()
    recommendation.text = {"en": "Keep one staffed checkout."}
    recommendation.save()
    version = publish_opinion(opinion)
    response = page("small", name="opinion-versions")
    assert "[added: staffed ]" in words_of(response)
    assert version.number == 2 and version.digest in words_of(response)
    old = words_of(Client().get(at("opinion-version", "small", 1)))
    assert "This is an earlier version" in old and "Keep one checkout." in old
    assert "Keep one staffed checkout." in words(slug="small")
    assert Entry.objects.filter(kind="opinion-published").count() == 2
    assert Client().get(at("opinion-version", "small", 3)).status_code == 404


def test_publishing_what_did_not_change_writes_nothing() -> None:
    opinion, _recommendation = own_opinion()
    before = stored()
    assert publish_opinion(opinion).number == 1
    assert stored() == before
    assert opinion.versions.get().content == content_of(opinion)


def test_an_opinion_that_recommends_nothing_is_not_published() -> None:
    opinion = Opinion.objects.create(slug="empty", title={"en": "Empty"})
    before = stored()
    with pytest.raises(PublicationRefused):
        publish_opinion(opinion)
    assert stored() == before


@pytest.mark.parametrize("name", ["opinion", "opinion-json", "opinion-versions", "opinion-board"])
def test_an_opinion_shows_where_its_coproduction_does(name: str) -> None:
    import_opinion(as_bytes(small()))
    coproduction = make_coproduction()
    Opinion.objects.update(coproduction=coproduction)
    assert Client().get(at(name, "small")).status_code == 200
    type(coproduction).objects.update(frame=None)
    assert Client().get(at(name, "small")).status_code == 404
    assert at("opinion", "small") not in html_of(Client().get(at("opinions")))
