"""Search engines find every public page in both languages, and none that is not public."""

from xml.etree.ElementTree import Element, fromstring

import pytest
from django.test import Client

from partage.coproductions.models import Coproduction
from partage.library.keeping import withdraw_work
from partage.pages import sitemap
from tests.factories import at, make_call, make_coproduction
from tests.library.works import make_work
from tests.web.page import bytes_of

pytestmark = pytest.mark.django_db
SPACE = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
SITE = "http://localhost:8000"


def read(path: str) -> Element:
    answer = Client().get(path)
    assert answer.status_code == 200 and answer["Content-Type"].startswith("application/xml")
    return fromstring(bytes_of(answer))  # noqa: S314 - made here


def locations(path: str) -> list[str]:
    return [str(one.text).removeprefix(SITE) for one in read(path).iter(f"{SPACE}loc")]


def everything() -> list[str]:
    return [page for file in locations("/sitemap.xml") for page in locations(file)]


def test_every_address_answers_and_is_there_in_both_languages() -> None:
    make_coproduction()
    make_call(make_coproduction("other"))
    make_work()
    pages = everything()
    assert at("work", "cese-2016-12") in pages
    assert at("work", "cese-2016-12", language="fr") in pages
    assert at("coproduction", "shops") in pages and at("home") in pages
    assert len(pages) == len(set(pages))
    for page in pages:
        assert Client().get(page).status_code == 200, page


def test_what_is_not_public_is_not_told() -> None:
    make_work("kept")
    withdraw_work(make_work("gone"), "It was never published.")
    coproduction = make_coproduction()
    Coproduction.objects.filter(pk=coproduction.pk).update(frame=None)
    told = " ".join(everything())
    assert "kept" in told and "gone" not in told and "shops" not in told


def test_many_works_come_in_several_files(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sitemap, "EACH", 2)
    for number in range(5):
        make_work(f"work-{number}")
    files = [file for file in locations("/sitemap.xml") if "works" in file]
    assert len(files) == 3
    assert sum(len(locations(file)) for file in files) == 10
    for wrong in ("works-4", "works-0", "nothing-1", "pages-2"):
        assert Client().get(f"/sitemap-{wrong}.xml").status_code == 404


def test_robots_are_told_where_it_is() -> None:
    assert f"Sitemap: {SITE}/sitemap.xml" in Client().get("/robots.txt").content.decode()
