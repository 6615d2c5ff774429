"""The results in a frame of another site, and the panel that says what they reveal."""

import pytest
from django.conf import LazySettings
from django.test import Client, override_settings

from partage.config.environment import SettingError, read_embed_on
from tests.factories import at, make_coproduction, make_two_camps, publish_results
from tests.web.page import html_of, tags_of, words_of


def policy(name: str) -> str:
    return Client().get(at(name, "shops"), follow=True)["Content-Security-Policy"]


@pytest.mark.django_db
def test_results_show_in_a_frame_of_the_sites_named_and_no_other_page_does() -> None:
    make_two_camps(make_coproduction(), each=50)
    with override_settings(EMBED_ON=["https://www.example.org"]):
        response = Client().get(at("results-embed", "shops"))
        assert "frame-ancestors https://www.example.org" in policy("results-embed")
        assert "default-src 'none'" in policy("results-embed")
        assert "script-src 'none'" in policy("results-embed")
        assert "frame-ancestors 'none'" in policy("results")
    assert "X-Frame-Options" not in response and not response.cookies
    html = html_of(response)
    assert "<script" not in html and "<form" not in html
    assert at("vote", "shops") in html and "No results are published yet." in html


@pytest.mark.django_db
def test_without_a_setting_nobody_frames_it_and_it_says_the_results() -> None:
    coproduction = make_coproduction()
    make_two_camps(coproduction, each=50)
    publish_results(coproduction)
    assert "frame-ancestors 'none'" in policy("results-embed")
    page = words_of(Client().get(at("results-embed", "shops")))
    assert "100 people counted" in page and "To remember:" in page
    assert Client().get(at("results-embed", "nowhere")).status_code == 404


@pytest.mark.parametrize(
    "told", ["https://a.org; script-src *", "example.org", "https://a.org/x y"]
)
def test_a_site_that_is_none_is_refused(told: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PARTAGE_EMBED_ON", told)
    with pytest.raises(SettingError, match="PARTAGE_EMBED_ON must hold sites"):
        read_embed_on()


@pytest.mark.django_db
def test_the_page_says_what_it_reveals() -> None:
    coproduction = make_coproduction()
    make_two_camps(coproduction, each=20)
    publish_results(coproduction)
    page = words_of(Client().get(at("results", "shops") + "?order=agreed"))
    assert "What does this page reveal?" in page
    assert "Totals of the answers of 40 people." in page
    assert "Told roughly" in page and "1 sentence" in page


@pytest.mark.django_db
def test_the_page_of_open_data_gives_what_to_paste_where_sites_may_show_it(
    settings: LazySettings,
) -> None:
    make_coproduction()
    settings.EMBED_ON = []
    assert "iframe" not in html_of(Client().get(at("open-data", "shops")))
    settings.EMBED_ON = ["https://www.example.org"]
    page = Client().get(at("open-data", "shops"))
    address = settings.BASE_URL + at("results-embed", "shops")
    assert f'<iframe src="{address}" title="Title of shops"' in words_of(page)
    assert address in [tag.get("href") for tag in tags_of(page, "a")]
