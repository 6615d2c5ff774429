"""A round of the common fund, from money at the desk to what was paid."""

import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.utils import timezone
from playwright.sync_api import Page, expect

from tests.browser import audit
from tests.browser.conftest import Visit
from tests.browser.gestures import expect_heading, follow, press
from tests.browser.site import CHECKOUT, Site

ROOT = Path(__file__).parents[2]
DESK = "desk/self-checkout/fund/"
VOTERS = 2


def let_time_pass(site: Site, purpose: str, phase: str) -> str:
    """Bring the round to this phase; its number."""
    made = subprocess.run(
        [sys.executable, "-m", "tests.browser.fund_acts", purpose, phase],
        cwd=ROOT, env=site.environment_of_acts(), check=True, capture_output=True, text=True,
    )  # fmt: skip
    return made.stdout.split()[-1]


def open_round(desk: Page, purpose: str) -> None:
    desk.get_by_label("gift").check()
    desk.get_by_label("How much, in euros?").fill("1000")
    desk.get_by_label("From whom?").fill("The shop")
    press(desk, "Enter it")
    desk.get_by_label("What is this round for?").fill(purpose)
    desk.get_by_label("Budget, in euros").fill("500")
    for label, days in (("Projects from", 0), ("Projects until", 5), ("Votes from", 6), ("Votes until", 9)):  # fmt: skip
        desk.get_by_label(label).fill((timezone.localdate() + timedelta(days=days)).isoformat())
    press(desk, "Open the round")


def propose(page: Page, title: str) -> None:
    follow(page, "Propose a project")
    press(page, "Send my project")
    expect(page.get_by_role("alert")).to_contain_text("Write your project in one sentence first.")
    page.get_by_label("Your project in one sentence").fill(title)
    page.get_by_label("What is it, and for whom?").fill("Somewhere to sit while one waits.")
    page.get_by_label("Who would do it?").fill("The workshop of the street")
    page.get_by_label("What does it cost, in euros?").fill("200")
    press(page, "Send my project")
    expect_heading(page, title)


def audited(page: Page, *, script: bool) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate(audit.WIDTH) <= 390
    if script:  # axe needs it
        assert audit.faults(page) == []


def test_from_money_at_the_desk_to_what_was_paid(
    site: Site, visit: Visit, facilitator: Any, *, script: bool
) -> None:
    purpose = f"The street {'with' if script else 'without'} a script"
    title = f"A bench for {purpose.lower()}"
    signed = {"storage_state": facilitator, "script": script, "bypass_csp": True}
    desk = visit(site.page(DESK), **signed)
    open_round(desk, purpose)
    audited(desk, script=script)
    author = visit(site.page(CHECKOUT), script=script, bypass_csp=True)
    follow(author, "The common fund")
    follow(author, purpose)
    propose(author, title)
    desk.reload()
    follow(desk, "1 project to read")
    expect_heading(desk, title)
    press(desk, "Publish")
    expect(desk.locator("main")).to_contain_text("Nothing to read.")
    number = let_time_pass(site, purpose, "voting")
    for _voter in range(VOTERS):
        voter = visit(site.page(f"{CHECKOUT}fund/rounds/{number}/"), script=script, bypass_csp=True)
        follow(voter, "Vote on the projects")
        voter.get_by_label(title).check()
        press(voter, "Record my ballot")
        expect(voter.get_by_role("status")).to_contain_text("Your ballot is recorded: 1 project.")
        expect(voter.get_by_label(title)).to_be_checked()
        audited(voter, script=script)
    let_time_pass(site, purpose, "to-count")
    desk.goto(site.page(DESK))
    press(desk, "Count it now")
    expect(desk.get_by_role("row").filter(has_text=title)).to_contain_text("selected")
    audited(desk, script=script)
    desk.goto(site.page(DESK))
    follow(desk, title)
    desk.get_by_label("paid", exact=True).check()
    desk.get_by_label("How much was paid, in euros?").fill("150,50")
    desk.get_by_label("In words, for all to read").fill("The wood.")
    press(desk, "Publish it")
    author.reload()
    expect(author.locator("main")).to_contain_text("150.50\u00a0€ of 200\u00a0€ paid.")
    expect(author.locator("main")).to_contain_text("The wood.")
    audited(author, script=script)
