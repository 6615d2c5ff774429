"""Every public page keeps its promises: light, readable by all, without a trace.

A few pages at each `make test`; all of them, as a visitor who has already taken part too, in
`make slow`: in both languages, or in one by turns where a language hardly changes what is seen.
"""

from collections import defaultdict
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, expect

from tests.browser import audit
from tests.browser.conftest import Visit
from tests.browser.gestures import answer_sentences, press
from tests.browser.site import CHECKOUT, SENSITIVE, Site

PARTS = [
    "",
    "vote/",
    "results/?order=agreed",
    "results/where-am-i/",
    "my-answers/",
    "my-answers/erase/",
    "propose/",
    "frame/",
]
ACCOUNT = [
    CHECKOUT + part
    for part in (
        "account/",
        "account/lines/A2/",
        "account/compare/",
        "account/what-if/",
        "account/variants/",
        "account/dispute/self_scan/",
        "tasks/",
    )
]
# What a visitor did shows on these.
CHANGING = (
    CHECKOUT,
    SENSITIVE,
    "my-data/",
    "vote/",
    "where-am-i/",
    "my-answers/",
    "propose/",
    "erase/",
)
PATHS = [
    "",
    "how-it-works/",
    "sign-in/",
    "register/",
    "nothing-here/",
    "ecodesign/",
    "legal-notice/",
    "personal-data/",
    "debate-rules/",
    "accessibility/",
    "site-map/",
    "help/",
    "my-data/",
    "my-data/requests/",
    "my-data/erase/",
    "calls/",
    "calls/new/",
    "parameters/",
    "parameters/pay_table/",
    "opinions/",
    "opinions/cese-2016-12/",
    "opinions/cese-2016-12/follow-up/",
    "opinions/cese-2016-12/versions/",
    "opinions/des-caisses-au-choix/debate/",
    "opinions/des-caisses-au-choix/debate/amendments/",
    "opinions/des-caisses-au-choix/debate/amendments/2/",
    "assemblies/",
    *(sample + part for sample in (CHECKOUT, SENSITIVE) for part in PARTS),
    *ACCOUNT,
    *(
        f"{CHECKOUT}{part}"
        for part in (
            "ideas/?order=newest",
            "ideas/propose/",
            "ideas/1/",
            "outcomes/",
            "report/idea/1/",
            "moderation/",
            "follow/",
            "measured/",
            "fund/",
            "ballot-sheet/",
            "poster/",
        )
    ),
    *(f"{CHECKOUT}results/?order={o}" for o in ("different", "answered", "seldom", "newest")),
    f"{CHECKOUT}results/?order=random&seed=abc",
    f"{SENSITIVE}sentences/1/",
]
AT_EACH_TEST = {
    ("", "en"),
    ("nothing-here/", "en"),
    (CHECKOUT, "fr"),
    (CHECKOUT + "results/?order=agreed", "en"),
    (CHECKOUT + "account/", "fr"),
}


class Public(NamedTuple):
    path: str
    language: str


def as_parameters(pages: list[Public]) -> list[Any]:
    return [
        pytest.param(
            page,
            id=f"{page.language}:{page.path}",
            marks=[] if page in AT_EACH_TEST else [pytest.mark.slow],
        )
        for page in pages
    ]


IN_BOTH = [Public(path, language) for language in ("en", "fr") for path in PATHS]
# For what a language hardly changes: each page once, in English and in French by turns.
TURNS = {Public(path, ("en", "fr")[place % 2]) for place, path in enumerate(PATHS)}
BY_TURNS = [page for page in IN_BOTH if page in TURNS | AT_EACH_TEST]
on_public_pages = pytest.mark.parametrize("public", as_parameters(IN_BOTH))
on_each_page_once = pytest.mark.parametrize("public", as_parameters(BY_TURNS))


@pytest.fixture(scope="package")
def taken_part(chromium: Browser, site: Site) -> Any:
    """The cookies of somebody who answered in both samples and proposed a sentence."""
    context = chromium.new_context()
    page = context.new_page()
    page.goto(site.page(CHECKOUT + "vote/"))
    answer_sentences(page, 8)
    page.goto(site.page(SENSITIVE))
    press(page, "I agree: count my answers")
    answer_sentences(page, 8)
    page.goto(site.page(CHECKOUT + "propose/"))
    page.get_by_label("Your sentence").fill("The scales should be easier to read.")
    press(page, "Send my sentence")
    expect(page.locator(".tag")).to_have_count(1)
    cookies = context.storage_state()
    context.close()
    return cookies


@on_public_pages
def test_page_is_light_and_asks_nobody_else(site: Site, visit: Visit, public: Public) -> None:
    page = visit("about:blank", width=1280)
    first = audit.view(page, site.page(*public))
    again = audit.view(page, site.page(*public))
    assert 0 < first.bytes <= 60_000
    assert again.bytes <= 20_000
    assert 0 < len(first.addresses) <= 8
    assert {urlsplit(address).netloc for address in first.addresses} == {
        urlsplit(site.address).netloc
    }
    assert page.evaluate(audit.ELEMENTS) <= 400


@on_public_pages
def test_page_says_its_language_its_subject_and_lets_one_skip(
    site: Site, visit: Visit, public: Public
) -> None:
    page = visit(site.page(*public))
    expect(page.locator("html")).to_have_attribute("lang", public.language)
    expect(page.locator("h1")).to_have_count(1)
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    expect(page.locator(".skip")).to_be_in_viewport()
    page.keyboard.press("Enter")
    assert page.evaluate(audit.FOCUSED) == "content"


@on_each_page_once
def test_page_has_no_fault_that_axe_can_find(
    site: Site, visit: Visit, taken_part: Any, public: Public
) -> None:
    for state in [None, taken_part] if public.path.endswith(CHANGING) else [None]:
        page = visit(site.page(*public), bypass_csp=True, storage_state=state)
        assert audit.faults(page) == []


@on_each_page_once
def test_page_never_scrolls_sideways_on_the_smallest_phone(
    site: Site, visit: Visit, taken_part: Any, public: Public
) -> None:
    page = visit(site.page(*public), width=320, storage_state=taken_part)
    page.evaluate(audit.OPEN_ALL)
    assert page.evaluate(audit.WIDTH) <= 320


@on_each_page_once
def test_page_reads_the_same_without_javascript(
    site: Site, visit: Visit, taken_part: Any, public: Public
) -> None:
    with_script = visit(site.page(*public), storage_state=taken_part)
    without = visit(site.page(*public), script=False, storage_state=taken_part)
    assert audit.share_kept(audit.words(with_script), audit.words(without)) >= 0.95
    controls = with_script.locator(audit.CONTROLS).count()
    assert without.locator(audit.CONTROLS).count() == controls


@on_each_page_once
def test_page_keeps_nothing_but_its_three_cookies(
    site: Site, visit: Visit, taken_part: Any, public: Public
) -> None:
    page = visit(site.page(*public), storage_state=taken_part)
    assert page.evaluate(audit.KEPT) == 0
    names = {cookie.get("name") for cookie in page.context.cookies()}
    assert names <= {"participant", "csrftoken", "sessionid"}


def test_answering_leaves_nothing_in_the_browser_s_store(site: Site, visit: Visit) -> None:
    page = visit(site.page(CHECKOUT + "vote/"))
    answer_sentences(page, 2)
    assert page.evaluate(audit.KEPT) == 0


@pytest.mark.slow
@pytest.mark.parametrize("language", ["en", "fr"])
def test_each_page_has_a_title_of_its_own(site: Site, visit: Visit, language: str) -> None:
    page = visit("about:blank")
    paths = [path for path in PATHS if path.count("order=") == path.count("order=agreed")]
    titled = defaultdict(list)
    for path in paths:
        page.goto(site.page(path, language))
        titled[page.title()].append(path)
    assert [same for same in titled.values() if len(same) > 1] == []
