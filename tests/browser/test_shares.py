"""A rule is adopted at the desk, its period passes, and a person reads their statement."""

import sqlite3
from datetime import date, timedelta
from typing import Any

from django.utils import timezone
from playwright.sync_api import Page, expect

from tests.browser import audit
from tests.browser.conftest import Visit
from tests.browser.gestures import follow, press
from tests.browser.site import Site
from tests.shares.making import IBAN

SHARES = "desk/coproduction-2016/shares/"


def say_facts(desk: Page) -> None:
    for group in desk.get_by_role("group").all():
        group.get_by_label("Yes").check()
        group.get_by_label("How one can see it").fill("See the guide.")
    press(desk, "Publish these answers")


def adopt(desk: Page, name: str, first: date) -> None:
    desk.get_by_label("Name of the period").fill(name)
    desk.get_by_label("First day").fill(f"{first}")
    desk.get_by_label("Last day").fill(f"{first + timedelta(days=5)}")
    desk.get_by_label("To the common fund of this coproduction (%)").fill("20")
    desk.get_by_label("Equal (%)").fill("100")
    desk.get_by_label("Or the act that adopted it").fill("Vote of the council")
    desk.get_by_label("Day of the act").fill(f"{timezone.localdate() - timedelta(days=2)}")
    desk.get_by_label("Personal services").check()
    press(desk, "See what it would give")
    expect(desk.get_by_role("row", name="the pot Sum")).to_contain_text("10,000.00")
    press(desk, "Adopt and seal this rule")


def pass_by(site: Site, days: int) -> None:
    """The period is over: its dates move back, as time cannot in a test."""
    moved = ", ".join(f"{name} = date({name}, '-{days} days')" for name in
                      ("opens_on", "closes_on", "adopted_on", "act_on"))  # fmt: skip
    database = sqlite3.connect(site.folder / "var" / "demo" / "partage.sqlite3", timeout=30)
    with database:
        database.execute(f"UPDATE shares_period SET {moved} WHERE opens_on > date('now')")  # noqa: S608
    database.close()


def sends(desk: Page, label: str, text: str, button: str) -> None:
    file: Any = {"name": "people.csv", "mimeType": "text/csv", "buffer": text.encode()}
    desk.get_by_label(label).set_input_files(file)
    press(desk, button)


def link_of(desk: Page) -> str:
    with desk.expect_download() as made:
        sends(desk, "File of your numbers (CSV)", "person\n17\n", "Make the links")
    lines = made.value.path().read_text("utf-8").splitlines()
    return lines[1].partition(",")[2]


def test_from_a_rule_at_the_desk_to_a_statement_that_its_person_reads(
    site: Site, visit: Visit, facilitator: Any, *, script: bool
) -> None:
    name, days = ("Spring", 60) if script else ("Summer", 120)
    options: Any = {"script": script, "bypass_csp": True, "width": 390}
    desk = visit(site.page(f"{SHARES}work/"), storage_state=facilitator, **options)
    say_facts(desk)
    follow(desk, "Adopt a rule for a period to come")
    if script:  # axe needs it
        assert audit.faults(desk) == []
    adopt(desk, name, timezone.localdate() + timedelta(days=3))
    expect(desk.get_by_text("the same for each person who took part")).to_be_visible()
    pass_by(site, days)
    desk.reload()
    sends(desk, "File of what people did (CSV)", "person;minutes\n17;5\n18;6\n", "Send the file")
    desk.get_by_label("The pot (euros)").fill("100")
    desk.get_by_label("Where this amount comes from").fill("The accounts of the shop.")
    press(desk, "See what computing gives")
    expect(desk.get_by_role("button", name="Compute the shares, for good")).to_be_visible()
    if script:
        assert audit.faults(desk) == []
    press(desk, "Compute the shares, for good")
    person = visit(link_of(desk), **options)
    expect(person.get_by_text("40.00 €").first).to_be_visible()
    person.get_by_label("Name of the account's holder").fill("Ana")
    person.get_by_label("IBAN").fill(IBAN)
    press(person, "Keep this account")
    expect(person.get_by_text(IBAN)).to_be_visible()
    if script:
        assert audit.faults(person) == []
    reader = visit(site.page("coproductions/coproduction-2016/shares/"), **options)
    expect(reader.get_by_role("heading", name=name)).to_be_visible()
    expect(reader.get_by_text("fewer than ten people").first).to_be_visible()
    if script:
        assert audit.faults(reader) == []
