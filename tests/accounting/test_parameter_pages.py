"""The figures that accounts read: a page for all, a page each."""

import re

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from partage.accounting.models import PublishedAccount
from partage.accounting.publication import publish_account
from partage.calc.parameters import all_series
from tests.factories import at, make_coproduction
from tests.web.page import bytes_of, html_of, tags_of, words_of

pytestmark = pytest.mark.django_db

SAMPLES = settings.PACKAGE / "samples/accounts"
MOST_ELEMENTS = 400
MOST_BYTES = 60_000


def published(sample: str = "self-checkout.toml", slug: str = "shops") -> PublishedAccount:
    return publish_account(make_coproduction(slug), (SAMPLES / sample).read_text(), sample)


def test_the_list_gives_every_figure_with_its_unit_and_its_page(client: Client) -> None:
    page = client.get(at("parameters"))
    addresses = [link.get("href") for link in tags_of(page, "a")]
    for series in all_series():
        assert at("parameter", series.name) in addresses
        assert series.label.en in words_of(page)
    assert "12.31 € an hour" in words_of(page)


def test_figures_are_never_rounded_on_screen(client: Client) -> None:
    """A rate of 25.6 % shown as 0.26 could not be disputed."""
    assert "25.6%" in words_of(client.get(at("parameters")))
    assert "0.194 kWh" in words_of(client.get(at("parameter", "web_operation")))
    assert "33.3333%" in words_of(client.get(at("parameter", "corporate_tax")))
    french = html_of(client.get(at("parameter", "micro_services_bnc", language="fr")))
    assert "25,6\u202f%" in french


def test_a_page_tells_the_whole_history_with_its_sources(client: Client) -> None:
    page = client.get(at("parameter", "minimum_wage_hourly"))
    words = words_of(page)
    assert words.index("12.31") < words.index("12.02") < words.index("9.67")
    assert "Décret n° 2024-951" in words
    links = {link["href"] for link in tags_of(page, "a")}
    assert "https://www.legifrance.gouv.fr/jorf/id/JORFTEXT000050392683" in links


def test_each_figure_has_a_page_in_both_languages_and_a_light_one(client: Client) -> None:
    published()
    for language in ("en", "fr"):
        pages = [client.get(at("parameters", language=language))]
        pages += [
            client.get(at("parameter", each.name, language=language)) for each in all_series()
        ]
        for page in pages:
            assert page.status_code == 200
            assert len(bytes_of(page)) <= MOST_BYTES
            assert len(re.findall("<[a-z]", html_of(page))) <= MOST_ELEMENTS


def test_the_pay_table_shows_a_month_at_the_minimum_wage_and_the_table_in_force(
    client: Client,
) -> None:
    words = words_of(client.get(at("parameter", "pay_table")))
    for figure in ("1,958.23", "1,477.93", "1,647.24", "10,677.88"):
        assert figure in words


def test_a_figure_names_the_lines_and_the_accounts_that_read_it(client: Client) -> None:
    published()
    page = client.get(at("parameter", "corporate_tax"))
    assert "D3 · Corporate tax on the organisation's share" in words_of(page)
    assert at("account", "shops") in [link.get("href") for link in tags_of(page, "a")]
    assert "(D3, D4)" in words_of(page)
    assert "Dispute this figure" in words_of(page)


def test_an_input_of_the_same_name_is_not_a_use(client: Client) -> None:
    """The idea box gives its own corporate tax, as an input called corporate_tax."""
    published("idea-box.toml")
    page = client.get(at("parameter", "corporate_tax"))
    assert at("account", "shops") not in [link.get("href") for link in tags_of(page, "a")]
    assert "No published account uses it today." in words_of(page)


def test_only_the_current_account_of_a_coproduction_counts(client: Client) -> None:
    first = published()
    text = (SAMPLES / "idea-box.toml").read_text()
    publish_account(first.coproduction, text, "idea-box.toml")
    assert "No published account uses it" in words_of(client.get(at("parameter", "corporate_tax")))


def test_a_figure_that_no_line_reads_says_so(client: Client) -> None:
    assert "No line of the account reads it." in words_of(
        client.get(at("parameter", "dac7_goods_sales"))
    )


def test_an_unknown_figure_is_not_found(client: Client) -> None:
    assert client.get(at("parameter", "phlogiston")).status_code == 404


def test_the_number_of_queries_does_not_grow_with_accounts(client: Client) -> None:
    published()
    with CaptureQueriesContext(
        connection,
    ) as one:
        client.get(at("parameter", "pay_table"))
    published(slug="bank")
    published(slug="town")
    with CaptureQueriesContext(connection) as three:
        client.get(at("parameter", "pay_table"))
    assert len(one) == len(three) <= 3


def test_the_rates_of_a_line_open_their_page(client: Client) -> None:
    published()
    page = client.get(at("account-line", "shops", "D3"))
    assert at("parameter", "corporate_tax") in [link.get("href") for link in tags_of(page, "a")]
