"""An opinion debated from the first draft to the published text, by the desk and two members."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser import audit
from tests.browser.conftest import Visit
from tests.browser.gestures import expect_heading, follow, press
from tests.browser.site import Site

DESK = "desk/self-checkout/opinions/"
TEXT = "Self-checkouts may become the rule in every shop."


@pytest.fixture
def desk(site: Site, visit: Visit, facilitator: Any, script: bool) -> Page:
    return visit(site.page(DESK), script=script, storage_state=facilitator, bypass_csp=True)


def draft(desk: Page, title: str, *texts: str) -> None:
    desk.get_by_label("Title of the opinion").fill(title)
    press(desk, "Begin the draft")
    for text in texts:
        follow(desk, "Add a recommendation")
        desk.get_by_label("What should be done").fill(text)
        press(desk, "Keep these words")
        follow(desk, title)


def assemble(desk: Page, site: Site, name: str, lines: list[str]) -> None:
    """An assembly made by pasting its members after a look."""
    desk.goto(site.page("assemblies/desk/"))
    desk.get_by_label("Name").fill(name)
    press(desk, "Make it, then add members")
    desk.locator("textarea").fill("\n".join(lines))
    press(desk, "Look before adding")
    press(desk, "Add them")


def come_in(desk: Page, visit: Visit, name: str, **options: Any) -> Page:
    """A member's own browser, by the link that the desk makes for them."""
    card = desk.locator("li.card").filter(has_text=name)
    card.locator("summary").click()
    card.get_by_role("button", name="Make a link to vote").click()
    page = visit(desk.locator("code").inner_text(), **options)
    page.get_by_role("button").last.click()
    expect_heading(page, "My votes")
    return page


def put_before(desk: Page, site: Site, slug: str, name: str) -> None:
    desk.goto(site.page(f"{DESK}{slug}/"))
    follow(desk, "Put it before an assembly")
    desk.get_by_label("The assembly").select_option(label=name)
    desk.get_by_label("Last day for amendments").fill("2099-12-31")
    press(desk, "Open the debate")
    expect(desk.get_by_text("amend the text until")).to_be_visible()


def cast(member: Page, title: str) -> None:
    follow(member, "My votes")
    member.get_by_role("link", name=title, exact=True).last.click()
    member.get_by_label("For", exact=True).check()
    press(member, "Send my vote")


def close(desk: Page) -> None:
    desk.get_by_role("button", name=re.compile("^Close the vote")).click()
    expect(desk.locator(".remember")).to_contain_text("Adopted: 2 for, 0 against")


def test_an_opinion_is_amended_voted_and_published(
    site: Site, visit: Visit, desk: Page, script: bool
) -> None:
    title, hall = f"Checkouts {script}", f"Council {script}"
    slug = title.lower().replace(" ", "-")
    draft(desk, title, TEXT, "Train the staff in time.")
    assemble(desk, site, hall, ["Ana Blum;Consumers", "Ben Roche;Workers"])
    ana = come_in(desk, visit, "Ana Blum", script=script, bypass_csp=True)
    ben = come_in(desk, visit, "Ben Roche", script=script)
    put_before(desk, site, slug, hall)
    assert not script or audit.faults(desk) == []

    ana.goto(site.page(f"opinions/{slug}/debate/"))
    ana.get_by_role("link", name="Propose an amendment : Recommendation 1").click()
    ana.get_by_label("What should be done").fill(TEXT.replace("may become", "remain"))
    press(ana, "Propose")
    expect(ana.get_by_text("Say why first, in one sentence.")).to_be_visible()
    assert not script or audit.faults(ana) == []
    ana.get_by_label("Why, in one sentence").fill("A choice must stay one.")
    press(ana, "Propose")
    expect_heading(ana, "Amendment 1, Recommendation 1")
    expect(ana.locator("del")).to_contain_text("may become")
    assert not script or audit.faults(ana) == []
    follow(ana, "See it as one text")
    expect(ana.locator("ins")).to_contain_text("remain")
    ben.goto(ana.url)
    press(ben, "Second it")
    expect(ben.get_by_text("Seconded by Ben Roche, Workers.")).to_be_visible()

    desk.goto(site.page(f"{DESK}{slug}/debate/"))
    desk.get_by_label("Amendment 1, Recommendation 1").check()
    assert not script or audit.faults(desk) == []
    press(desk, "Open a vote on each amendment chosen")
    for member in (ana, ben):
        member.goto(site.page(f"opinions/{slug}/debate/"))
        cast(member, "Amendment 1")
    follow(desk, "Amendment 1, Recommendation 1")
    close(desk)
    text = desk.get_by_text(TEXT.replace("may become", "remain"))
    for _second in range(20):  # the worker writes it in
        desk.goto(site.page(f"opinions/{slug}/debate/"))
        if text.count():
            break
        desk.wait_for_timeout(500)
    expect(text).to_be_visible()

    desk.goto(site.page(f"{DESK}{slug}/debate/"))
    press(desk, "Open the vote on the whole text")
    for member in (ana, ben):
        member.goto(site.page(f"opinions/{slug}/debate/"))
        cast(member, title)
    desk.goto(site.page(f"{DESK}{slug}/debate/"))
    desk.get_by_role("main").get_by_role("link", name="The vote on the whole").last.click()
    close(desk)
    desk.goto(site.page(f"{DESK}{slug}/"))
    press(desk, "Publish this version")
    expect(desk.locator(".statement")).to_contain_text("Adopted: 2 for, 0 against")
    follow(desk, "The vote: groups, names, proofs")
    expect(desk.locator(".remember")).to_contain_text("Adopted")
