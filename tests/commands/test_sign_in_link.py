"""`partage sign-in-link`: a way in for a facilitator, printed once."""

import pytest
from click.testing import CliRunner, Result
from django.conf import settings
from django.test import Client
from django.utils import translation

from partage.commands.sign_in_link import sign_in_link
from partage.coproductions.models import Role
from partage.people.models import Person, SignInLink
from tests.factories import at, make_coproduction, stored

pytestmark = pytest.mark.django_db
EMAIL = "claire@example.org"


def run(*words: str) -> Result:
    with translation.override("en"):
        return CliRunner().invoke(sign_in_link, words)


def test_the_link_printed_opens_the_desk_of_the_coproduction() -> None:
    make_coproduction()
    result = run(EMAIL, "--name", "Claire", "--facilitates", "shops")
    assert result.exit_code == 0
    address = result.stdout.strip()
    assert address.startswith(settings.BASE_URL)
    browser = Client()
    assert browser.post(address.removeprefix(settings.BASE_URL)).status_code == 302
    assert browser.get(at("queue", "shops")).status_code == 200


def test_a_second_link_is_for_the_same_person_and_gives_no_second_role() -> None:
    make_coproduction()
    for email in (EMAIL, EMAIL.upper()):
        assert run(email, "--name", "Claire", "--facilitates", "shops").exit_code == 0
    assert (Person.objects.count(), Role.objects.count(), SignInLink.objects.count()) == (1, 1, 2)


def test_somebody_new_needs_a_name() -> None:
    before = stored()
    result = run(EMAIL)
    assert result.exit_code == 1
    assert result.stderr == f"Error: Nobody signs in as {EMAIL} yet: give a --name to add them.\n"
    assert stored() == before


def test_an_unknown_coproduction_is_refused_and_nobody_is_added() -> None:
    before = stored()
    result = run(EMAIL, "--name", "Claire", "--facilitates", "nowhere")
    assert result.exit_code == 1
    assert result.stderr == "Error: There is no coproduction 'nowhere'.\n"
    assert stored() == before


@pytest.mark.parametrize("email", ["claire", "", "claire@", "a b@example.org", "x" * 300 + "@a.fr"])
def test_what_is_not_an_address_is_refused(email: str) -> None:
    before = stored()
    result = run(email, "--name", "Claire")
    assert result.exit_code in {1, 2} and isinstance(result.exception, SystemExit)
    assert stored() == before
