"""An assembly of 233 members in 18 groups: a roll call and a secret vote, from the desk to the result."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.assembly_acts import BY_HAND, MEMBERS
from tests.browser.conftest import Visit
from tests.browser.gestures import expect_heading, follow, press
from tests.browser.site import Site

ROOT = Path(__file__).parents[2]
MOST_BYTES = 100_000
SENTENCE = "156 for, 0 against, 2 abstentions"


def act(site: Site, *words: str) -> dict[str, Any]:
    """What `assembly_acts` did in the site's database."""
    made = subprocess.run(
        [sys.executable, "-m", "tests.browser.assembly_acts", *words],
        cwd=ROOT, env=site.environment_of_acts(), check=True, capture_output=True, text=True,
    )  # fmt: skip
    found: dict[str, Any] = json.loads(made.stdout.splitlines()[-1])
    return found


def open_vote(desk: Page, regime: str) -> str:
    """Declare a vote at the desk and open it; its number."""
    follow(desk, "Prepare a vote")
    desk.get_by_label("What is voted on, in a few words").fill("The opinion")
    desk.get_by_label("The question, as members will read it").fill("Do you adopt the opinion?")
    desk.get_by_label(regime, exact=True).check()
    press(desk, "Keep it, without opening it")
    press(desk, "Open the vote")
    expect(desk.get_by_role("button", name="Close the vote and publish the result")).to_be_visible()
    return str(re.findall(r"\d+", desk.url)[-1])


def come_in(visit: Visit, site: Site, token: str, *, script: bool) -> Page:
    page = visit(site.page(f"assemblies/member/{token}/"), script=script)
    press(page, "Come in")
    return page


def choose(page: Page, site: Site, slug: str, number: str, choice: str, *, secret: bool) -> None:
    """Vote; a secret ballot is read once more before it goes into the box."""
    page.goto(site.page(f"assemblies/{slug}/votes/{number}/ballot/"))
    page.get_by_label(choice, exact=True).check()
    if not secret:
        press(page, "Send my vote")
        expect(page.get_by_role("status")).to_contain_text(choice)
        return
    press(page, "Go on")
    expect_heading(page, "Read your ballot again")
    press(page, "Put it in the box")
    expect(page.get_by_role("status")).to_contain_text("A ballot is in the box")


def result_of(desk: Page, site: Site, slug: str, number: str) -> Page:
    """Close the vote at the desk: the page of the result, which is light."""
    desk.goto(site.page(f"assemblies/desk/{slug}/votes/{number}/"))
    press(desk, "Close the vote and publish the result")
    expect(desk.locator("main")).to_contain_text(SENTENCE)
    answer = desk.request.get(desk.url)
    assert answer.ok and len(answer.body()) <= MOST_BYTES
    return desk


@pytest.mark.slow
def test_a_roll_call_and_a_secret_vote_of_233_members(
    site: Site, visit: Visit, facilitator: Any, script: bool
) -> None:
    made = act(site, "make", f"Council {'with' if script else 'without'} a script")
    slug, tokens = made["slug"], made["tokens"]
    desk = visit(site.page(f"assemblies/desk/{slug}/"), script=script, storage_state=facilitator)
    members = [come_in(visit, site, token, script=script) for token in tokens]
    for regime, is_secret in (("Roll call", False), ("Secret ballot", True)):
        number = open_vote(desk, regime)
        for page, choice in zip(members, ("For", "For", "Abstention"), strict=True):
            choose(page, site, slug, number, choice, secret=is_secret)
        assert act(site, "cast", slug, number)["left"] == MEMBERS - BY_HAND
        result = result_of(desk, site, slug, number)
        names = result.get_by_role("link", name="Who voted how, by name")
        expect(names).to_have_count(0 if is_secret else 1)
        for page in members:
            page.goto(site.page(f"assemblies/{slug}/votes/{number}/ballot/"))
            expect(page.locator("main")).to_contain_text("The result")
        desk.goto(site.page(f"assemblies/desk/{slug}/"))


@pytest.mark.slow
def test_two_hundred_amendments_then_the_whole_by_233_members(
    site: Site, visit: Visit, facilitator: Any
) -> None:
    slug = act(site, "make", "Council that amends")["slug"]
    opinion = act(site, "amend", slug, "Two hundred amendments")["opinion"]
    debate, at_desk = (
        f"opinions/{opinion}/debate/",
        f"desk/self-checkout/opinions/{opinion}/debate/",
    )
    reader = visit(site.page(debate))
    follow(reader, "200 amendments, in the order of the votes")
    for page in range(1, 15):
        answer = reader.request.get(site.page(f"{debate}amendments/") + f"?page={page}")
        assert answer.ok and len(answer.body()) <= 60_000
    expect(reader.get_by_text("Page 1 of 14")).to_be_visible()

    desk = visit(site.page(at_desk), storage_state=facilitator)
    boxes = desk.get_by_role("checkbox", name=re.compile("^Amendment"))
    boxes.nth(0).check()
    boxes.nth(1).check()
    press(desk, "Open a vote on each amendment chosen")
    expect(desk.get_by_role("alert")).to_contain_text("a rival of amendment")
    boxes.nth(1).uncheck()
    boxes.nth(10).check()  # of the next recommendation
    press(desk, "Open a vote on each amendment chosen")
    for number in ("1", "2"):
        act(site, "cast", slug, number)
        desk.goto(site.page(f"assemblies/desk/{slug}/votes/{number}/"))
        press(desk, "Close the vote and publish the result")
    desk.goto(site.page(at_desk))
    press(desk, "Open the vote on the whole text")
    expect(desk.get_by_role("alert")).to_contain_text("is seconded and not decided")
    assert act(site, "decide", opinion)["adopted"] == 20
    desk.goto(site.page(at_desk))
    press(desk, "Open the vote on the whole text")
    number = "21"
    act(site, "cast", slug, number)
    desk.goto(site.page(f"assemblies/desk/{slug}/votes/{number}/"))
    press(desk, "Close the vote and publish the result")
    expect(desk.locator("main")).to_contain_text("Adopted: 154 for, 0 against, 1 abstention")
    answer = desk.request.get(desk.url)
    assert answer.ok and len(answer.body()) <= MOST_BYTES
    desk.goto(site.page(f"desk/self-checkout/opinions/{opinion}/"))
    press(desk, "Publish this version")
    expect(desk.locator(".statement")).to_contain_text("Adopted: 154 for, 0 against, 1 abstention")
