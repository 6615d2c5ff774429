"""What a visitor does, by the words that are on the screen."""

from playwright.sync_api import Page, expect


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def follow(page: Page, name: str) -> None:
    page.get_by_role("link", name=name, exact=True).click()


def expect_heading(page: Page, words: str) -> None:
    expect(page.get_by_role("heading", name=words, exact=True)).to_be_visible()


def answer_sentences(page: Page, number: int) -> None:
    """The first answers of a visitor, from the card on the page."""
    for sentence in range(1, number + 1):
        expect_heading(page, f"Sentence {sentence} of 10")
        press(page, "Agree")
    expect(page.get_by_role("heading", name=f"Sentence {number} of 10")).to_have_count(0)


def sign_in(page: Page) -> None:
    press(page, "Sign in")
    expect_heading(page, "Desk")


def read_up_to(desk: Page, words: str) -> None:
    """Publish what waits at the desk before this."""
    for _earlier in range(50):
        if words in desk.locator("main").inner_text():
            return
        press(desk, "Publish")
        desk.wait_for_load_state()
    raise AssertionError(f"{words!r} does not come up at the desk")
