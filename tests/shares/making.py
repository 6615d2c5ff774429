"""The way of a facilitator: facts, a rule, a period that passes, contributions, a pot."""

import re
from datetime import date, timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from partage.coproductions.models import Coproduction
from partage.shares.models import FACTS, Beneficiary, Period, ShareOut
from partage.shares.people import link_of
from tests.factories import at, make_facilitator, signed_in

IBAN = "FR1420041010050500013M02606"
OTHER_IBAN = "DE89370400440532013000"


def desk_of(coproduction: Coproduction) -> Client:
    """A facilitator's browser, once the facts of the work are said."""
    browser = signed_in(make_facilitator(coproduction))
    say_facts(browser, coproduction)
    return browser


def say_facts(browser: Client, coproduction: Coproduction, **changes: str) -> Any:
    sent = dict.fromkeys(FACTS, "yes") | {f"{code}_words": "See the guide." for code in FACTS}
    return browser.post(at("shares-facts", coproduction.slug), sent | changes)


def rule(**changes: Any) -> dict[str, Any]:
    """A form as typed: all to people, equally, next month, by a named act."""
    opens = timezone.localdate() + timedelta(days=1)
    typed: dict[str, Any] = {
        "name": "Spring",
        "opens_on": f"{opens}",
        "closes_on": f"{opens + timedelta(days=27)}",
        "funds": "",
        "equal_rate": "100",
        "activity": "personal-services",
        "act_name": "Vote of the users' council",
        "act_on": f"{timezone.localdate()}",
        "example_pot": "1000",
        "do": "adopt",
    }
    return typed | changes


def adopt(browser: Client, coproduction: Coproduction, **changes: Any) -> Any:
    return browser.post(at("share-rule", coproduction.slug), rule(**changes))


def pass_by(period: Period, opens_on: date | None = None) -> Period:
    """The period is over: every date moves back, as if time had passed."""
    opens = opens_on or timezone.localdate() - timedelta(days=60)
    length = period.closes_on - period.opens_on
    Period.objects.filter(pk=period.pk).update(
        opens_on=opens,
        closes_on=opens + length,
        adopted_on=opens - timedelta(days=1),
        act_on=period.act_on and opens - timedelta(days=1),
    )
    return Period.objects.get(pk=period.pk)


def over(browser: Client, coproduction: Coproduction, opens: int = 60, **typed: Any) -> Period:
    """An adopted period that is over: it opened so many days ago."""
    answer = adopt(browser, coproduction, **typed)
    assert answer.status_code == 302, answer.content.decode()
    found = Period.objects.filter(coproduction=coproduction).latest()
    return pass_by(found, timezone.localdate() - timedelta(days=opens))


def press(browser: Client, period: Period, do: str, **sent: Any) -> Any:
    address = at("share-period", period.coproduction.slug, period.number)
    return browser.post(address, {"do": do, **sent})


def send(browser: Client, period: Period, text: str, do: str = "file") -> Any:
    file = SimpleUploadedFile("people.csv", text.encode())
    return press(browser, period, do, file=file)


def compute(browser: Client, period: Period, pot: str, **sent: str) -> ShareOut:
    typed = {"pot": pot, "source": "The accounts of the shop.", **sent}
    answer = press_twice(browser, period, **typed)
    assert answer.status_code == 302, answer.content.decode()
    return ShareOut.objects.get(period=period)


def press_twice(browser: Client, period: Period, **typed: str) -> Any:
    """The answer to the second press, or to the first where there is nothing to press again."""
    answer = press(browser, period, "compute", **typed)
    read = mark_of(answer)
    return press(browser, period, "compute", **typed, sure=read) if read else answer


def mark_of(answer: Any) -> str:
    found = re.search(r'name="sure" value="(\w+)"', answer.content.decode())
    return found[1] if found else ""


def links(browser: Client, period: Period, *numbers: str) -> dict[str, str]:
    """The path of each person's own page, as the file of links tells it."""
    answer = send(browser, period, "person\n" + "\n".join(numbers), do="links")
    lines = b"".join(answer.streaming_content).decode().splitlines()[1:]
    told = dict(line.split(",", 1) for line in lines)
    return {
        number: link.partition("localhost")[2].partition("/")[2] for number, link in told.items()
    }


def page_of(beneficiary: Beneficiary) -> str:
    return link_of(Beneficiary.objects.select_related("vault_key").get(pk=beneficiary.pk))
