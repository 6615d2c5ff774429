"""`partage admin`: the first administrator, who gives roles and decides nothing."""

import pytest
from click.testing import CliRunner, Result
from django.conf import settings
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import translation

from partage.commands.admin import admin
from partage.people.models import Person
from partage.register.models import Entry
from tests.factories import at, make_coproduction, make_facilitator, stored
from tests.web.page import words_of

pytestmark = pytest.mark.django_db
EMAIL = "claire@example.org"


def run(*words: str) -> Result:
    with translation.override("en"):
        return CliRunner().invoke(admin, words)


def administrator() -> Client:
    browser = Client()
    address = run("add", EMAIL, "Claire").stdout.strip()
    assert browser.post(address.removeprefix(settings.BASE_URL)).status_code == 302
    return browser


def test_the_first_administrator_gives_the_first_roles() -> None:
    make_coproduction()
    browser = administrator()
    page = words_of(browser.get(at("desk")))
    assert "Title of shops" in page and "People and roles" in page
    sent = {"email": "paul@example.org", "name": "Paul", "kind": "facilitator"}
    assert "Hand this link" in words_of(browser.post(at("people", "shops"), sent))


def test_an_administrator_decides_nothing_in_a_coproduction() -> None:
    make_coproduction()
    browser = administrator()
    for name in ("queue", "declare", "declare-frame", "counter-queue"):
        assert browser.get(at(name, "shops")).status_code == 403
        assert browser.post(at(name, "shops")).status_code == 403


def test_naming_is_recorded_once_without_the_name() -> None:
    for email in (EMAIL, EMAIL.upper()):
        assert run("add", email, "Claire").exit_code == 0
    assert list(Entry.objects.values_list("kind", "space", "public")) == [
        ("administrator-named", "", {})
    ]
    assert run("list").stdout == f"{EMAIL}  Claire\n"


def test_a_facilitator_is_not_an_administrator() -> None:
    make_coproduction("shops")
    paul = Client()
    paul.force_login(make_facilitator(make_coproduction("elsewhere"), email="paul@example.org"))
    assert paul.get(at("people", "shops")).status_code == 403


def test_what_is_not_an_address_is_refused_and_nobody_is_named() -> None:
    before = stored()
    result = run("add", "claire", "Claire")
    assert result.exit_code == 1 and stored() == before


def test_an_administrator_who_is_ended_is_out_at_once() -> None:
    make_coproduction()
    browser = administrator()
    assert run("end", EMAIL).exit_code == 0
    assert browser.get(at("people", "shops")).status_code == 302
    assert Entry.objects.filter(kind="administrator-ended").count() == 1


def test_ending_nobody_is_refused() -> None:
    result = run("end", EMAIL)
    assert result.exit_code == 1
    assert result.stderr == f"Error: {EMAIL} is not an administrator.\n"


def test_the_database_refuses_an_administrator_whose_address_is_not_shown() -> None:
    Person.objects.create_person(EMAIL, "Claire", awaits_proof=True)
    with pytest.raises(IntegrityError), transaction.atomic():
        Person.objects.update(is_administrator=True)


def test_the_database_refuses_an_address_twice_in_other_capitals() -> None:
    Person.objects.create_person(EMAIL, "Claire")
    with pytest.raises(IntegrityError), transaction.atomic():
        Person.objects.create_person(EMAIL.upper(), "Claire")


def test_naming_somebody_invited_at_a_desk_closes_the_link_that_was_shown() -> None:
    make_coproduction()
    browser = administrator()
    sent = {"email": "paul@example.org", "name": "Paul", "kind": "reader"}
    page = browser.post(at("people", "shops"), sent).content.decode()
    link = page.partition(f"<code>{settings.BASE_URL}")[2].partition("</code>")[0]
    assert run("add", "paul@example.org", "Paul").exit_code == 0
    assert Client().post(link).status_code == 403
