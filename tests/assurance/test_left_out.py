"""Whoever was left out of the results and erases everything does not count again; nobody else is kept."""

from typing import Any

import pytest
from click.testing import CliRunner
from django.conf import LazySettings
from django.core.mail import EmailMessage
from django.test import Client
from django.utils import timezone

from partage.assurance.models import Proof
from partage.commands.retention import retention
from partage.contributions.models import ContestedSet, InDoubt
from partage.coproductions.models import Coproduction
from partage.people.models import LeftMark, Participant
from partage.register.models import Payload
from tests.assurance.showing import ADDRESS, asking, check_in, mailed_code, show
from tests.factories import at, everything_stored, make_statement, make_votes, participant_of
from tests.web.page import words_of

pytestmark = pytest.mark.django_db
SENTENCE = "the answers given with it were left out of the results, then erased"
LONG_AGO = "2020-02-01T00Z"


@pytest.fixture(autouse=True)
def mail_is_on(settings: LazySettings) -> None:
    settings.MAIL_IS_ON = True


def come_in(mailoutbox: list[EmailMessage], slug: str = "shops") -> tuple[Client, Any]:
    browser = Client()
    sent = show(browser, ADDRESS, slug)
    return browser, show(browser, mailed_code(mailoutbox), slug, check=check_in(sent))


def doubt(participant: Participant, state: str = "excluded", **said: Any) -> None:
    coproduction = Coproduction.objects.get(slug=participant.space)
    one = ContestedSet.objects.create(
        coproduction=coproduction, number=1, kind="burst", state=state, reason="Hasty.",
        opened_at=timezone.now(), decided_at=timezone.now(),
    )  # fmt: skip
    InDoubt.objects.create(contested_set=one, participant=participant, **said)


def answered(mailoutbox: list[EmailMessage]) -> tuple[Client, Participant]:
    coproduction = asking("mail")
    browser, _shown = come_in(mailoutbox)
    person = participant_of(browser, coproduction)
    make_votes([person], [make_statement(coproduction)])
    return browser, person


@pytest.mark.parametrize("page", ["erase", "erase-all"])
def test_who_was_left_out_does_not_count_again_by_erasing(
    page: str, mailoutbox: list[EmailMessage]
) -> None:
    browser, person = answered(mailoutbox)
    mark, secret = bytes(Proof.objects.get().mark or b""), bytes(person.vault_key.key)
    doubt(person)
    address = at(page, "shops") if page == "erase" else at(page)
    said = words_of(browser.get(address))
    assert "The mark of the address or identity you showed here, and nothing else" in said
    assert not LeftMark.objects.exists()
    assert browser.post(address).status_code == 200
    left = LeftMark.objects.values().get()
    assert left == {"id": left["id"], "space": "shops", "mark": mark}
    held = everything_stored()
    assert repr(bytes(person.key)) not in held and repr(secret) not in held
    assert not Proof.objects.exists() and not Participant.objects.exists()
    again, refused = come_in(mailoutbox)
    assert refused.status_code == 400 and SENTENCE in words_of(refused)
    assert not Participant.objects.exists() and not again.cookies.get("participant")
    asking("mail", "elsewhere")
    assert come_in(mailoutbox, "elsewhere")[1].status_code == 302


@pytest.mark.parametrize(
    ("state", "said"),
    [
        (None, {}),
        ("doubted", {}),
        ("kept", {}),
        (
            "excluded",
            {"text": "It is me.", "filed_at": LONG_AGO, "answered_at": LONG_AGO, "is_upheld": True},
        ),
    ],
)
def test_of_others_who_erase_no_mark_stays_and_the_address_serves_again(
    state: str | None, said: dict[str, Any], mailoutbox: list[EmailMessage]
) -> None:
    browser, person = answered(mailoutbox)
    if state:
        doubt(person, state, **said)
    for page in (at("erase", "shops"), at("erase-all")):
        assert "The mark of the address" not in words_of(browser.get(page))
    browser.post(at("erase", "shops"))
    assert not LeftMark.objects.exists()
    assert come_in(mailoutbox)[1].status_code == 302


def test_a_year_after_the_end_what_stayed_goes_with_the_devices(
    mailoutbox: list[EmailMessage],
) -> None:
    browser, person = answered(mailoutbox)
    doubt(person)
    browser.post(at("erase", "shops"))
    assert CliRunner().invoke(retention).exit_code == 0 and LeftMark.objects.exists()
    coproduction = Coproduction.objects.get(slug="shops")
    coproduction.stages.update(opens_at="2020-01-01T00Z", closes_at=LONG_AGO)
    Payload.objects.update(recorded_at=LONG_AGO)
    assert CliRunner().invoke(retention).exit_code == 0
    assert not LeftMark.objects.exists()
