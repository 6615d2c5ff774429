"""A facilitator keeps the shelf of their organization, and no other."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from partage.coproductions.models import Organization
from partage.library.models import Work
from partage.register.models import Entry
from tests.factories import at, make_coproduction, make_facilitator, signed_in, stored
from tests.library.works import as_csv, make_work, row
from tests.web.page import words_of

pytestmark = pytest.mark.django_db
SHELF = "quatre-vents"


@pytest.fixture
def browser() -> Client:
    return signed_in(make_facilitator(make_coproduction()))


def sent(**changes: Any) -> dict[str, Any]:
    words = {name: words for name, words in row().items() if name != "id"}
    return words | {"themes": ["plateformes", "consommation"], "body_size": "233"} | changes


def upload(browser: Client, text: str | bytes) -> Any:
    content = text.encode() if isinstance(text, str) else text
    file = SimpleUploadedFile("mine.csv", content, "text/csv")
    return browser.post(at("shelf-desk", SHELF), {"file": file})


def test_a_facilitator_adds_a_work_and_changes_it(browser: Client) -> None:
    made = browser.post(at("work-new", SHELF), sent(questions="Qui paie ?\nQui décide ?"))
    assert made.status_code == 302
    work = Work.objects.get()
    assert work.slug == "cese-2016-11-29-la-coproduction-a-lheure-du-numerique"
    assert (work.shelf and work.shelf.slug, work.votes_for) == (SHELF, 156)
    assert [one.text for one in work.questions.all()] == ["Qui paie ?", "Qui décide ?"]
    assert work.title in words_of(Client().get(at("shelf", SHELF)))
    place = at("work-edit", SHELF, work.slug)
    form = browser.get(place).content.decode()
    assert "Qui paie ?\nQui décide ?</textarea>" in form and 'value="2016-11-29"' in form
    changed = sent(title="Un autre titre", themes=["plateformes", "algorithmes-ia"], votes_for="")
    assert browser.post(place, changed).status_code == 302
    work = Work.objects.get()
    assert (work.title, work.votes_for) == ("Un autre titre", None)
    assert work.theme_slugs == ["plateformes", "algorithmes-ia"] and not work.questions.exists()
    kinds = [entry.kind for entry in Entry.objects.filter(space=Work.SPACE).order_by("pk")]
    assert kinds == ["work-added", "work-changed"]
    assert Entry.objects.filter(kind="work-added").get().public["shelf"] == SHELF


def test_two_works_of_the_same_name_have_addresses_of_their_own(browser: Client) -> None:
    for _time in range(2):
        assert browser.post(at("work-new", SHELF), sent()).status_code == 302
    first, second = Work.objects.order_by("pk")
    assert second.slug == f"{first.slug}-2"


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"date": "2016-02-30"}, "which no calendar has"),
        ({"votes_for": "300"}, "302 votes are more than the 233 members of the body"),
        ({"votes_for": "-1"}, "votes_for is “-1”; write a whole number"),
        ({"themes": []}, "themes is empty"),
        ({"themes": ["chats"]}, "chats"),
        ({"url": "ftp://x.example/"}, "give the address of a page"),
        ({"follows": "nowhere"}, "follows names nowhere, which the library does not hold"),
        ({"title": ""}, "title is empty"),
    ],
)
def test_what_cannot_be_right_is_said_and_nothing_is_written(
    browser: Client, changes: dict[str, Any], sentence: str
) -> None:
    before = stored()
    refused = browser.post(at("work-new", SHELF), sent(**changes))
    assert refused.status_code == 400
    assert sentence in words_of(refused)
    assert "body.example" in refused.content.decode() or "url" in changes
    assert stored() == before


def test_a_file_comes_in_whole_or_each_bad_line_is_named(browser: Client) -> None:
    before = stored()
    refused = upload(browser, as_csv(row("one"), row("two", date="2016-02-30"), row("one")))
    assert refused.status_code == 400
    said = words_of(refused)
    assert "Line 3: date is “2016-02-30”" in said
    assert "Line 4: the id one stands on line 2 already" in said
    assert stored() == before
    assert "Added: 2; changed: 0; as before: 0." in words_of(
        upload(browser, as_csv(row("one"), row("two")))
    )
    assert "Added: 0; changed: 0; as before: 2." in words_of(
        upload(browser, as_csv(row("one"), row("two")))
    )
    assert Work.objects.filter(shelf__slug=SHELF).count() == 2


@pytest.mark.parametrize(
    "content", ["", "a,b\n1,2\n", as_csv(row()).encode("latin-1"), b"PK\x03\x04x"]
)
def test_a_file_that_is_not_of_works_is_refused_in_a_sentence(
    browser: Client, content: str | bytes
) -> None:
    refused = upload(browser, content)
    assert refused.status_code == 400 and "Nothing was written." in words_of(refused)
    assert not Work.objects.exists()


def test_a_work_of_the_catalogue_or_of_another_shelf_cannot_be_taken(browser: Client) -> None:
    make_work("theirs")
    refused = upload(browser, as_csv(row("theirs", title="Mine now")))
    assert "the work theirs is on another shelf" in words_of(refused)
    assert browser.get(at("work-edit", SHELF, "theirs")).status_code == 404
    assert Work.objects.get().title != "Mine now"


def test_nobody_else_opens_the_desk_of_a_shelf(browser: Client) -> None:
    other = make_coproduction("elsewhere", organization="Elsewhere")
    stranger = signed_in(make_facilitator(other, email="paul@example.org"))
    work = make_work(shelf=Organization.objects.get(slug=SHELF))
    for place in (
        at("shelf-desk", SHELF),
        at("work-new", SHELF),
        at("work-edit", SHELF, work.slug),
    ):
        assert stranger.get(place).status_code == 403
        assert stranger.post(place, sent(reason="Because I can.")).status_code == 403
        assert Client().get(place).status_code == 302
    assert Work.objects.get().withdrawn_at is None


def test_a_work_is_withdrawn_once_with_a_reason(browser: Client) -> None:
    work = make_work(shelf=Organization.objects.get(slug=SHELF))
    place = at("work-edit", SHELF, work.slug)
    assert browser.post(place, {"reason": ""}).status_code == 400
    assert Client().get(at("work", work.slug)).status_code == 200
    assert browser.post(place, {"reason": "It was never published."}).status_code == 302
    assert browser.post(place, {"reason": "It was never published."}).status_code == 409
    gone = Client().get(at("work", work.slug))
    assert gone.status_code == 410 and "It was never published." in words_of(gone)
    assert work.title not in words_of(Client().get(at("shelf", SHELF)))
    assert browser.post(place, sent(title="Back again")).status_code == 200
    assert Work.objects.get().title == work.title
