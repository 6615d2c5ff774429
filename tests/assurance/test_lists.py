"""A list of members tells nobody who is on it, and each of its members answers once, whatever happens to it."""

import random
from datetime import timedelta
from typing import Any

import pytest
from django.conf import LazySettings
from django.core.mail import EmailMessage
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from partage.assurance.inviting import SIGNS
from partage.assurance.listing import follow_each_other
from partage.assurance.models import ListedMember, Proof
from partage.assurance.proofs import LISTS_KEPT, forget_old_tries
from partage.people.models import Participant
from partage.people.outbox import send_waiting
from partage.register.models import Entry
from tests.assurance.showing import ADDRESS, NUMBER, asking, check_in, list_file, mailed_code, show
from tests.factories import (
    answer,
    at,
    everything_stored,
    make_facilitator,
    make_statement,
    signed_in,
    stored,
)
from tests.web.page import bytes_of, words_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def mail_is_on(settings: LazySettings) -> None:
    settings.MAIL_IS_ON = True


def test_a_list_is_brought_in_as_marks_and_its_members_answer(
    mailoutbox: list[EmailMessage],
) -> None:
    coproduction = asking("list")
    statement = make_statement(coproduction)
    desk = signed_in(make_facilitator(coproduction))
    done = list_file(desk, f"membre\n{ADDRESS}\n{NUMBER}\n\nAB 1234 77\n")
    assert "2 read, 2 added" in words_of(desk.get(done["Location"]))
    assert ADDRESS not in everything_stored() and NUMBER not in everything_stored()
    by_number, by_mail = Client(), Client()
    assert show(by_number, NUMBER.lower()).status_code == 302
    sent = show(by_mail, ADDRESS)
    assert show(by_mail, mailed_code(mailoutbox), check=check_in(sent)).status_code == 302
    for browser in (by_number, by_mail):
        assert answer(browser, statement).status_code == 302
    assert list(Proof.objects.values_list("level", "mark")) == [("list", None)] * 2
    served = show(Client(), NUMBER)
    unknown = show(Client(), "ZZ-999-77")
    assert served.status_code == unknown.status_code == 400
    assert "does not have this, or it has served already" in words_of(served)
    told = [bytes_of(page).replace(b"ZZ-999-77", NUMBER.encode()) for page in (served, unknown)]
    assert [len(page) for page in told] == [len(told[0])] * 2
    assert words_of(served) == words_of(unknown)
    page = words_of(desk.get(at("member-list", "shops")))
    assert "Who have shown that they are on it: –." in page
    ListedMember.objects.bulk_create(
        ListedMember(
            coproduction=coproduction, mark=bytes([n]) * 32, is_used=True, listed_at=timezone.now()
        )
        for n in range(12)
    )
    page = words_of(desk.get(at("member-list", "shops")))
    assert "On the list: 14. Who have shown that they are on it: 10." in page


def test_who_is_not_listed_gets_no_mail_the_same_page_and_no_entry(
    mailoutbox: list[EmailMessage],
) -> None:
    coproduction = asking("list")
    list_file(signed_in(make_facilitator(coproduction)), ADDRESS)
    listed, other = show(Client(), ADDRESS), show(Client(), "bob@example.org")
    assert words_of(listed) == words_of(other) and listed.status_code == other.status_code == 200
    send_waiting()
    assert [one.to for one in mailoutbox] == [[ADDRESS]]
    refused = show(Client(), "ZZ-9999")
    assert "The list of members does not have this, or" in words_of(refused)
    assert not Proof.objects.exists() and not Participant.objects.exists()


def test_a_list_with_bad_lines_names_them_and_writes_nothing() -> None:
    coproduction = asking("list")
    desk = signed_in(make_facilitator(coproduction))
    before = stored()
    refused = list_file(desk, f"{ADDRESS}\nann@@example\n{NUMBER}\nab\n=CMD()|x\nA-1-2-3-4\n")
    page = words_of(refused)
    assert refused.status_code == 400 and "Nothing was written." in page
    assert "Line 2: “ann@@example” is not a mail address" in page
    assert "Line 4: “ab” is neither a mail address nor a member number" in page
    assert "Line 5: “=CMD()|x”" in page
    assert "Line 6: “A-1-2-3-4” is neither a mail address nor a member number of 6 to 40" in page
    for text in ("", "member\n", "\x00\n"):
        assert list_file(desk, text).status_code == 400
    assert desk.post(at("member-list", "shops")).status_code == 400
    assert stored() == before


def test_a_heading_is_no_member_and_an_address_needs_a_site_that_sends_mail(settings: Any) -> None:
    desk = signed_in(make_facilitator(asking("list")))
    list_file(desk, f"Courriel;Nom\n{ADDRESS};Ann\n")
    assert ListedMember.objects.count() == 1
    settings.MAIL_IS_ON = False
    refused = list_file(desk, "bob@example.org\n")
    assert refused.status_code == 400 and "this site sends no mail" in words_of(refused)
    assert ListedMember.objects.count() == 1


def test_an_erased_list_keeps_who_answered_and_lets_nobody_else_begin() -> None:
    coproduction = asking("list")
    desk = signed_in(make_facilitator(coproduction))
    list_file(desk, f"{NUMBER}\nCD-5678\n")
    browser = Client()
    show(browser, NUMBER)
    unsure = desk.post(at("member-list", "shops"), {"erase": "1"})
    assert unsure.status_code == 400 and "Tick the box first" in words_of(unsure)
    desk.post(at("member-list", "shops"), {"erase": "1", "sure": "yes"})
    assert not ListedMember.objects.listed().exists() and Proof.objects.count() == 1
    assert ListedMember.objects.get().is_used
    assert Entry.objects.get(kind="list-erased").public == {"members": 2}
    assert show(Client(), "CD-5678").status_code == 400
    assert answer(browser, make_statement(coproduction)).status_code == 302
    page = words_of(desk.get(at("member-list", "shops")))
    assert "On the list: 0." in page and "Erase the list" not in page
    desk.post(at("member-list", "shops"), {"erase": "1", "sure": "yes"})
    assert Entry.objects.filter(kind="list-erased").count() == 1


@pytest.mark.parametrize("way", ["erased", "too old"])
def test_a_list_brought_in_again_lets_nobody_answer_twice(
    way: str, mailoutbox: list[EmailMessage]
) -> None:
    coproduction = asking("list")
    desk = signed_in(make_facilitator(coproduction))
    text = f"{NUMBER}\n{ADDRESS}\nCD-5678\n"
    list_file(desk, text)
    browser = Client()
    assert show(browser, NUMBER).status_code == 302
    sent = show(browser := Client(), ADDRESS)
    assert show(browser, mailed_code(mailoutbox), check=check_in(sent)).status_code == 302
    if way == "erased":
        assert "stay, and show on no page" in words_of(desk.get(at("member-list", "shops")))
        desk.post(at("member-list", "shops"), {"erase": "1", "sure": "yes"})
    else:
        ListedMember.objects.update(listed_at=timezone.now() - LISTS_KEPT - timedelta(days=1))
        forget_old_tries()
    mails = len(mailoutbox)
    show(Client(), ADDRESS)
    send_waiting()
    assert len(mailoutbox) == mails  # not on the list any more
    done = list_file(desk, text)
    assert "3 read, 3 added" in words_of(desk.get(done["Location"]))
    assert show(Client(), NUMBER).status_code == 400
    sent = show(again := Client(), ADDRESS)
    assert show(again, mailed_code(mailoutbox), check=check_in(sent)).status_code == 400
    assert show(Client(), "CD-5678").status_code == 302
    assert Proof.objects.count() == Participant.objects.count() == 3


def test_a_place_off_the_list_stays_only_if_it_served() -> None:
    row = {"coproduction": asking("list"), "mark": b"1" * 32}
    with pytest.raises(IntegrityError), transaction.atomic():
        ListedMember.objects.create(**row)


@pytest.mark.parametrize(
    "numbers",
    [
        [f"{n:06}" for n in range(100, 130)],
        [f"AMAP-{n:04}" for n in range(1, 30)],
        [f"2026/{n:05}-{'KXZ'[n % 3]}" for n in range(30)],
        [f"{n:05}{-n % 10}" for n in range(40, 80)],
        ["K7QX2M", *(f"{n:06}" for n in range(5)), "P4TT9Z", ADDRESS],
    ],
)
def test_a_list_of_numbers_that_follow_each_other_is_refused(numbers: list[str]) -> None:
    desk = signed_in(make_facilitator(asking("list")))
    before = stored()
    refused = list_file(desk, "\n".join(numbers))
    page = words_of(refused)
    assert refused.status_code == 400 and "Nothing was written." in page
    assert "Most of these member numbers follow each other" in page
    assert "drawn by chance" in page and stored() == before


def test_numbers_drawn_by_chance_do_not_follow_each_other() -> None:
    draw = random.Random(9)  # noqa: S311 - drawn the same each time
    signs = SIGNS + "01"
    assert not follow_each_other({"".join(draw.choices(signs, k=6)) for _n in range(3000)})
    assert not follow_each_other({f"{draw.randrange(10**9):09}" for _n in range(3000)})
    assert not follow_each_other({"K7QX2M", "000001", "000002", "P4TT9Z"})  # half are not most
    assert not follow_each_other({ADDRESS, "bob@example.org", "100001"})
