"""The pages that the law wants: filled from the settings, and saying what is missing."""

from html.parser import HTMLParser

import pytest
from click.testing import CliRunner
from django.conf import settings
from django.test import Client, override_settings

from partage.commands.check import check
from partage.commands.retention import record_of_processing
from partage.config.environment import COMPULSORY, SettingError, read_accessibility
from partage.contributions.models import CHARTER
from partage.rights.declared import all_declared
from tests.factories import at, make_coproduction
from tests.web.page import bytes_of, words_of

pytestmark = pytest.mark.django_db
PAGES = (
    "legal-notice", "personal-data", "debate-rules", "accessibility", "site-map", "help",
    "ecodesign", "how",
)  # fmt: skip
FILLED = settings.LEGAL | {name: f"The {name.lower()} we gave" for name in COMPULSORY}
FILLED |= {"PARTAGE_SOURCE_URL": "https://example.org/source"}


class Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.elements, self.found = 0, set[str]()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements += 1
        if tag == "a":
            self.found.add(dict(attrs).get("href") or "")


def links_of(name: str, language: str = "en") -> Links:
    links = Links()
    links.feed(Client().get(at(name, language=language)).content.decode())
    return links


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("name", PAGES)
def test_each_page_is_light_and_reached_from_the_foot_of_every_page(
    name: str, language: str
) -> None:
    answer = Client().get(at(name, language=language))
    assert answer.status_code == 200 and len(bytes_of(answer)) < 60_000
    assert links_of(name, language).elements <= 400
    assert at(name, language=language) in links_of("home", language).found


def test_a_legal_notice_that_lacks_something_says_so_with_the_name_of_the_setting() -> None:
    page = words_of(Client().get(at("legal-notice")))
    assert "This notice is not complete" in page
    assert not [name for name in COMPULSORY if name not in page]
    with override_settings(LEGAL=FILLED):
        page = words_of(Client().get(at("legal-notice")))
    assert "not complete" not in page and "missing" not in page
    assert "The partage_host_phone we gave" in page and "Registration" not in page


def test_what_settings_hold_is_shown_as_text_and_never_as_markup() -> None:
    with override_settings(LEGAL=FILLED | {"PARTAGE_PUBLISHER": "<b>Us & Co</b>"}):
        for name in ("legal-notice", "personal-data", "accessibility"):
            assert "&lt;b&gt;Us &amp; Co" in Client().get(at(name)).content.decode()


def test_a_public_site_is_told_each_compulsory_setting_that_is_empty() -> None:
    with override_settings(IS_LOCAL=False, BASE_URL="https://example.org"):
        said = CliRunner().invoke(check)
        assert said.exit_code == 1
        for name in COMPULSORY:
            assert f"{name} is empty: the legal notice must say it." in said.output
        with override_settings(LEGAL=FILLED):
            assert "the legal notice" not in CliRunner().invoke(check).output
    assert "the legal notice" not in CliRunner().invoke(check).output


@pytest.mark.parametrize(
    ("status", "mention"),
    [
        ("none", "Accessibility: not compliant"),
        ("partial", "Accessibility: partially compliant"),
        ("full", "Accessibility: fully compliant"),
    ],
)
def test_every_page_bears_the_official_mention(status: str, mention: str) -> None:
    with override_settings(ACCESSIBILITY=status):
        for name in ("home", "accessibility", "help"):
            assert mention in words_of(Client().get(at(name)))


def test_the_mention_is_in_the_language_of_the_page() -> None:
    french = words_of(Client().get(at("home", language="fr")))
    assert "Accessibilité : non conforme" in french


def test_another_word_for_accessibility_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PARTAGE_ACCESSIBILITY", "mostly")
    with pytest.raises(SettingError, match="PARTAGE_ACCESSIBILITY must be one of"):
        read_accessibility()


def test_personal_data_names_every_kind_that_is_declared() -> None:
    page = words_of(Client().get(at("personal-data")))
    assert not [one for one in all_declared() if str(one.says.what) not in page]


def test_the_rules_of_the_debate_are_those_of_the_desk() -> None:
    page = words_of(Client().get(at("debate-rules")))
    assert not [rule for rule in CHARTER if str(rule.label) not in page]


def test_the_site_map_leads_to_pages_that_are_there() -> None:
    make_coproduction()
    found = {link for link in links_of("site-map").found if link.startswith("/")}
    assert at("coproduction", "shops") in found and at("my-data") in found
    assert not [one for one in found if Client().get(one, follow=True).status_code != 200]


def test_the_record_of_processing_names_who_answers_for_it() -> None:
    with override_settings(LEGAL=FILLED):
        assert "The partage_publisher we gave" in CliRunner().invoke(record_of_processing).output
    assert "(PARTAGE_PUBLISHER)" in CliRunner().invoke(record_of_processing).output
