"""Setting up a coproduction on one page: its beginnings, its preview, its publication."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from partage.coproductions.models import Coproduction, Role
from partage.coproductions.patterns import PATTERNS
from partage.register.models import Entry
from tests.factories import at, make_coproduction, make_facilitator, signed_in, stored
from tests.web.page import html_of, tags_of, texts_of, words_of

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
YESTERDAY = (TODAY - timedelta(days=1)).isoformat()


@pytest.fixture
def shops() -> Coproduction:
    return make_coproduction()


@pytest.fixture
def desk(shops: Coproduction) -> Client:
    return signed_in(make_facilitator(shops))


def sent(shops: Coproduction, **changes: object) -> dict[str, object]:
    return {
        "pattern": "text",
        "organization": shops.organization_id,
        "title": "A charter for the roof",
        "question": "What should the charter say?",
        "decides": "The members decide in June.",
        "votes-opens": TODAY.isoformat(),
        "votes-closes": (TODAY + timedelta(days=30)).isoformat(),
        "follow-up-opens": (TODAY + timedelta(days=31)).isoformat(),
        **changes,
    }


@pytest.mark.parametrize("pattern", PATTERNS)
def test_a_beginning_fills_its_stages_from_today_and_keeps_the_words(
    desk: Client, shops: Coproduction, pattern: str
) -> None:
    before = stored()
    response = desk.post(at("set-up"), sent(shops, pattern=pattern, do="fill"))
    assert response.status_code == 200 and "A charter for the roof" in html_of(response)
    dates = {box["name"]: box.get("value", "") for box in tags_of(response, "input")}
    for kind, (opens, closes) in PATTERNS[pattern].dates(TODAY).items():
        assert dates[f"{kind}-opens"] == opens.isoformat()
        assert dates[f"{kind}-closes"] == (closes.isoformat() if closes else "")
    kinds = ("ideas", "tests", "votes", "opinion", "follow-up")
    assert sum(bool(dates[f"{kind}-opens"]) for kind in kinds) <= 4
    assert stored() == before


def test_a_preview_says_what_the_public_page_will_say_and_writes_nothing(
    desk: Client, shops: Coproduction
) -> None:
    before = stored()
    page = words_of(desk.post(at("set-up"), sent(shops, do="preview")))
    assert (
        "What the public page will say A charter for the roof The members decide in June." in page
    )
    assert "Quatre-Vents" in page and "Votes: from" in page
    assert stored() == before


@pytest.mark.parametrize("language", ["en", "fr"])
def test_each_word_of_the_preview_is_on_the_pages_that_are_published(
    desk: Client, shops: Coproduction, language: str
) -> None:
    fragment = desk.post(at("set-up-preview", language=language), sent(shops, pattern="data"))
    published = desk.post(
        at("set-up", language=language), sent(shops, pattern="data", do="publish")
    )
    made = Coproduction.objects.latest("pk")
    page, frame = published["Location"], at("frame", made.slug, language=language)
    public = words_of(Client().get(page)) + words_of(Client().get(frame))
    said = [text for text in texts_of(fragment) if text]
    assert len(said) > 30
    hints = said.pop()  # where to say the rest is of the preview alone
    assert [text for text in said if text not in public] == [] and hints not in public


def test_the_preview_of_the_form_and_that_of_the_script_are_one(
    desk: Client, shops: Coproduction
) -> None:
    page = html_of(desk.post(at("set-up"), sent(shops, do="preview")))
    fragment = html_of(desk.post(at("set-up-preview"), sent(shops)))
    assert " ".join(fragment.split()) in " ".join(page.split())


def test_an_empty_form_has_the_preview_of_its_first_choices(desk: Client) -> None:
    page = words_of(desk.get(at("set-up"))).partition("What the public page will say")[2]
    assert "No title yet" in page and "Asked by Quatre-Vents Kind Ideas and tests" in page


def test_a_preview_shows_what_can_be_read_and_says_what_cannot(
    desk: Client, shops: Coproduction
) -> None:
    before = stored()
    wrong = {"title": "", "votes-closes": "soon", "pattern": "<b>", "organization": "x"}
    response = desk.post(at("set-up-preview"), sent(shops, **wrong))
    page = words_of(response)
    assert response.status_code == 200 and "No title yet" in page and "The members decide" in page
    assert "Left out until it is mended:" in page and "Votes: Give a date such as" in page
    assert "Votes: from" in page and "<b>" not in html_of(response)
    assert desk.post(at("set-up-preview")).status_code == 200
    assert stored() == before


def test_a_preview_is_for_those_who_may_publish_and_is_not_read_by_an_address(
    desk: Client, shops: Coproduction
) -> None:
    nobody = signed_in(make_facilitator(email="paul@example.org"))
    assert nobody.post(at("set-up-preview"), sent(shops)).status_code == 403
    assert Client().post(at("set-up-preview"), sent(shops)).status_code == 302
    other = make_coproduction("elsewhere", organization="Another one").organization
    foreign = desk.post(at("set-up-preview"), sent(shops, organization=other.pk))
    assert "Another one" not in words_of(foreign)
    assert desk.get(at("set-up-preview")).status_code == 405


@pytest.mark.parametrize("does", ["preview", "publish"])
def test_a_megabyte_is_not_read(desk: Client, shops: Coproduction, does: str) -> None:
    before = stored()
    for name in ("set-up", "set-up-preview"):
        response = desk.post(at(name), sent(shops, do=does, question="x" * 1_000_000))
        assert response.status_code == 400 and "it is too long" in html_of(response)
    assert stored() == before


def test_publishing_opens_the_page_to_all_and_the_desk_to_its_author(
    desk: Client, shops: Coproduction
) -> None:
    response = desk.post(at("set-up"), sent(shops, do="publish"))
    made = Coproduction.objects.latest("pk")
    assert response.status_code == 302 and response["Location"] == made.get_absolute_url()
    page = words_of(Client().get(made.get_absolute_url()))
    assert "A charter for the roof" in page and "The members decide in June." in page
    assert made.slug == "a-charter-for-the-roof" and made.organization == shops.organization
    assert list(made.stages.values_list("kind", flat=True)) == ["votes", "follow-up"]
    assert made.slug in html_of(desk.get(at("desk")))
    kinds = Entry.objects.filter(space=made.slug).order_by("pk").values_list("kind", flat=True)
    assert list(kinds) == ["stage-planned", "stage-planned", "frame-published", "role-given"]


@pytest.mark.parametrize(
    ("title", "slugs"),
    [
        ("A charter", {"a-charter", "a-charter-2"}),
        ("New", {"new-2", "new-3"}),
        ("庭園", {"coproduction", "coproduction-2"}),
    ],
)
def test_each_has_an_address_of_its_own(
    desk: Client, shops: Coproduction, title: str, slugs: set[str]
) -> None:
    for _time in range(2):
        assert desk.post(at("set-up"), sent(shops, title=title, do="publish")).status_code == 302
    found = set(Coproduction.objects.values_list("slug", flat=True))
    assert found == {"shops", *slugs}


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"pattern": ""}, "Choose how to begin."),
        ({"organization": "999"}, "Choose an organization that you facilitate for."),
        ({"title": " "}, "Give a title."),
        ({"title": "x" * 121}, "at most 120 characters"),
        ({"question": ""}, "Ask a question."),
        ({"decides": ""}, "Say who decides."),
        ({"question": "x" * 50_000}, "at most 500 characters"),
        ({"votes-opens": "2026-02-30"}, "Give a date such as 2026-12-31."),
        ({"votes-opens": "0001-01-01"}, "A stage cannot be opened in the past."),
        ({"votes-opens": YESTERDAY}, "A stage cannot be opened in the past."),
        ({"votes-opens": YESTERDAY, "votes-closes": YESTERDAY}, "It must close after it opens."),
        ({"votes-closes": YESTERDAY}, "It must close after it opens."),
        ({"votes-opens": "soon"}, "Give a date such as 2026-12-31."),
        ({"votes-opens": ""}, "It closes: say when it opens."),
        ({"votes-closes": TODAY.isoformat()}, "It must close after it opens."),
        (
            {"votes-opens": "", "votes-closes": "", "follow-up-opens": ""},
            "Give at least one stage the date on which it opens.",
        ),
    ],
)
@pytest.mark.parametrize("does", ["preview", "publish"])
def test_what_lacks_something_is_refused_and_kept_in_the_form(
    desk: Client, shops: Coproduction, does: str, changes: dict[str, str], sentence: str
) -> None:
    before = stored()
    response = desk.post(at("set-up"), sent(shops, do=does, **changes))
    assert response.status_code == 400
    assert "Nothing was published." in words_of(response) and sentence in words_of(response)
    assert "The members" in html_of(response) or changes.get("decides") == ""
    assert stored() == before


def test_nobody_sets_up_for_an_organization_they_do_not_facilitate_for(
    desk: Client, shops: Coproduction
) -> None:
    other = make_coproduction("elsewhere", organization="Another one").organization
    before = stored()
    response = desk.post(at("set-up"), sent(shops, organization=other.pk, do="publish"))
    assert response.status_code == 400 and "Another one" not in words_of(response)
    assert stored() == before


def test_somebody_who_facilitates_nothing_does_not_come_in(shops: Coproduction) -> None:
    nobody = signed_in(make_facilitator(email="paul@example.org"))
    before = stored()
    assert "Set up a coproduction" not in words_of(nobody.get(at("desk")))
    assert nobody.get(at("set-up")).status_code == 403
    assert nobody.post(at("set-up"), sent(shops, do="publish")).status_code == 403
    assert stored() == before and Role.objects.count() == 0
