"""The account of a coproduction, through its pages."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from django.conf import settings
from django.test import Client
from django.utils import translation

from partage.accounting.models import PublishedAccount
from partage.accounting.publication import publish_account
from partage.calc.checked_toml import DeclarationError
from partage.commands.imports import imports
from partage.commands.main import main
from partage.register.models import Entry
from partage.web.units import unit_in_words
from tests.factories import at, make_coproduction
from tests.web.page import words_of

pytestmark = pytest.mark.django_db

DECLARATION = settings.PACKAGE / "samples/accounts/self-checkout.toml"
IDEA_BOX = settings.PACKAGE / "samples/accounts/idea-box.toml"


def published(file: Path = DECLARATION) -> PublishedAccount:
    return publish_account(make_coproduction("shops"), file.read_text(), file.name)


def test_the_page_shows_the_worked_example_to_the_cent(client: Client) -> None:
    published()
    page = client.get(at("account", "shops")).content.decode()
    for figure in ("21,851.85", "11,435.19", "365,422.25", "23,826.64", "−35,056.30", "266.65"):
        assert figure in page


def test_the_french_page_writes_numbers_the_french_way(client: Client) -> None:
    published()
    page = client.get(at("account", "shops", language="fr")).content.decode()
    assert "23\u202f826,64" in page


def test_what_is_not_known_is_printed_as_unknown(client: Client) -> None:
    published()
    page = client.get(at("account-line", "shops", "G")).content.decode()
    assert "unknown" in page
    assert ">0<" not in page


def test_an_empty_pot_is_said_in_words(client: Client) -> None:
    published(IDEA_BOX)
    assert "There is nothing to share" in client.get(at("account", "shops")).content.decode()
    page = client.get(at("account", "shops", language="fr")).content.decode()
    assert "rien à partager" in page.lower()


def test_every_line_opens_its_formula_and_inputs(client: Client) -> None:
    facts = published().facts
    for line in facts["lines"] + facts["memo"]:
        page = client.get(at("account-line", "shops", line["code"])).content.decode()
        for scenario, names in line["inputs"].items():
            assert line["formulas"][scenario].split(" * ")[0] in page
            assert all(f"<code>{name}</code>" in page for name in names)


def test_a_line_that_does_not_exist_is_not_found(client: Client) -> None:
    published()
    assert client.get(at("account-line", "shops", "Z9")).status_code == 404


def test_a_coproduction_without_account_has_no_page(client: Client) -> None:
    make_coproduction("shops")
    assert client.get(at("account", "shops")).status_code == 404
    assert "Read the account" not in client.get(at("coproduction", "shops")).content.decode()


def test_the_file_of_the_site_equals_that_of_the_command(client: Client) -> None:
    published()
    printed = CliRunner().invoke(main, ["account", str(DECLARATION), "--json"])
    assert client.get(at("account-json", "shops")).content.decode() == printed.output


def test_the_declaration_taken_away_recomputes_to_the_same_account(client: Client) -> None:
    first = published()
    text = client.get(at("account-declaration", "shops")).content.decode()
    again = publish_account(make_coproduction("other"), text, DECLARATION.name)
    assert (again.digest, again.content) == (first.digest, first.content)


def test_publishing_is_recorded_with_its_digest() -> None:
    account = published()
    entry = Entry.objects.get(kind="account-published")
    assert entry.public == {"number": 1, "digest": account.digest}


def test_a_declaration_that_cannot_be_computed_publishes_nothing() -> None:
    coproduction = make_coproduction("shops")
    broken = DECLARATION.read_text().replace('unit = "s/task"', 'unit = "fortnight"', 1)
    with pytest.raises(DeclarationError, match="fortnight"):
        publish_account(coproduction, broken, "broken.toml")
    assert not PublishedAccount.objects.exists()
    assert not Entry.objects.filter(kind="account-published").exists()


def test_the_command_publishes_or_says_in_one_line_why_not(tmp_path: Path) -> None:
    make_coproduction("shops")
    done = CliRunner().invoke(imports, ["account", "shops", str(DECLARATION)])
    assert done.exit_code == 0 and "account 1 published" in done.output
    (tmp_path / "cut.toml").write_text('format = "partage-declaration/1')
    refused = CliRunner().invoke(imports, ["account", "shops", str(tmp_path / "cut.toml")])
    assert refused.exit_code == 1 and refused.output.count("\n") == 1
    assert CliRunner().invoke(imports, ["account", "nowhere", str(DECLARATION)]).exit_code == 1


def test_shares_shown_close_to_the_pot(client: Client) -> None:
    facts = published().facts
    pot = next(line for line in facts["lines"] if line["code"] == "C5")
    for scenario, shares in facts["shares_cents"].items():
        assert sum(shares.values()) == round(pot["values"][scenario]["central"] * 100)
    assert json.loads(client.get(at("account-json", "shops")).content) == facts


def test_the_shares_close_on_the_page(client: Client) -> None:
    published()
    page = client.get(at("account", "shops")).content.decode()
    assert "Together: the pot, to the cent" in page and page.count("2,666.48") == 3


@pytest.mark.parametrize(
    ("unit", "english", "french"),
    [
        ("EUR/month", "€/month", "€/mois"),
        ("min/task", "min/task", "min/tâche"),
        ("day", "days", "jours"),
        ("category*day", "categories·days", "catégories·jours"),
        ("MB/visit", "MB/visit", "Mo/visite"),
        ("1/year", "/year", "/an"),
        ("bottles/crate", "bottles/crate", "bottles/crate"),  # the organization's own word
    ],
)
def test_units_are_said_in_the_readers_language(unit: str, english: str, french: str) -> None:
    found = []
    for language in ("en", "fr"):
        with translation.override(language):
            found.append(unit_in_words(unit))
    assert found == [english, french]


def test_a_french_page_of_an_account_names_no_english_unit() -> None:
    published()
    page = words_of(Client().get(at("account-line", "shops", "A2", language="fr")))
    assert "/tâche" in page and "/task" not in page
