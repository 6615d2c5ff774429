"""A recommendation rests on a work of the library, and each shows the other."""

import pytest
from django.test import Client

from partage.library.keeping import withdraw_work
from tests.factories import at
from tests.library.works import make_work
from tests.opinions.test_opinions_desk import SITE, a_desk, a_draft, cite, publish
from tests.web.page import words_of

pytestmark = pytest.mark.django_db
TITLE = "La coproduction à l'heure du numérique"


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_page_of_a_work_is_pasted_and_each_shows_the_other(language: str) -> None:
    work = make_work()
    _coproduction, browser = a_desk()
    opinion = a_draft(browser)
    address = f"{SITE}{at('work', work.slug, language=language)}"
    assert cite(browser, address).status_code == 302
    # In the language of the work, whichever page was pasted: once is enough.
    assert opinion.recommendations.get().evidence.get().work == (
        f"{SITE}{at('work', work.slug, language='fr')}"
    )
    assert cite(browser, f"{SITE}{at('work', work.slug)}").status_code == 400
    assert "Nothing is known." in words_of(Client().get(at("work", work.slug)))
    publish(browser)
    shown = words_of(Client().get(at("recommendation", opinion.slug, 1)))
    assert f"Work of the library: {TITLE}" in shown
    back = words_of(Client().get(at("work", work.slug)))
    assert "A recommendation rests on it: Checkouts for all, 1" in back


def test_a_work_that_is_not_there_or_was_withdrawn_cannot_be_cited() -> None:
    work = make_work()
    withdraw_work(work, "It was never published.")
    _coproduction, browser = a_desk()
    opinion = a_draft(browser)
    for slug in ("nothing", work.slug):
        refused = cite(browser, f"{SITE}{at('work', slug)}")
        assert refused.status_code == 400 and "Nothing to cite stands there" in words_of(refused)
    assert not opinion.recommendations.get().evidence.exists()
