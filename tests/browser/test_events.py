"""A machine gets a key at the desk, sends events, and the month that is closed is read by anyone."""

import json
import re
from http import HTTPStatus
from typing import Any
from urllib.request import Request, urlopen
from uuid import uuid4

from playwright.sync_api import expect

from tests.browser import audit
from tests.browser.conftest import Visit
from tests.browser.gestures import press
from tests.browser.site import CHECKOUT, Site

EVENTS = "desk/self-checkout/events/"


def send(site: Site, key: str, task: str, month: str) -> Any:
    """Twelve events, as a machine tells them."""
    facts = {"task": task, "started_at": f"{month}-02T10:00:00Z", "seconds": 300}
    body = "\n".join(json.dumps(facts | {"id": str(uuid4())}) for _ in range(12))
    address = f"{site.address}/api/v1/coproductions/self-checkout/events"
    head = {"Authorization": f"Bearer {key}"}
    with urlopen(Request(address, body.encode(), head)) as answer:  # noqa: S310 - our own address
        assert answer.status == HTTPStatus.OK
        return json.load(answer)


def test_from_a_key_at_the_desk_to_the_figures_that_anyone_reads(
    site: Site, visit: Visit, facilitator: Any, *, script: bool
) -> None:
    task, month, name = (
        ("weigh", "2026-01", "January") if script else ("pay", "2026-02", "February")
    )
    desk = visit(
        site.page(EVENTS), script=script, storage_state=facilitator, bypass_csp=True, width=390
    )
    desk.get_by_label("Code, as the machines write it").fill(task)
    desk.get_by_label("In words").fill(f"The task {task}")
    press(desk, "Add a task")
    desk.get_by_label("Which machine or shop?").fill("Till 4")
    press(desk, "Make a key")
    key = desk.locator(".notice code").first.inner_text()
    assert send(site, key, task, month)["accepted"] == 12
    desk.goto(site.page(EVENTS))
    expect(desk.get_by_text(key)).to_have_count(0)
    if script:  # axe needs it
        assert audit.faults(desk) == []
    press(desk, f"Close {name} 2026")
    reader = visit(site.page(CHECKOUT), script=script, width=390)
    reader.get_by_role("link", name="What was measured").click()
    row = reader.get_by_role("row").filter(has_text=f"{name} 2026")
    expect(row).to_contain_text(f"The task {task}")
    expect(row).to_contain_text("12")
    desk.goto(site.page("desk/self-checkout/account/"))
    desk.get_by_label("Figure", exact=True).select_option("self_scan")
    desk.get_by_label("What was measured").select_option(f"{task}:measured")
    press(desk, "Take this figure")
    expect(desk.locator("#self_scan-central")).to_have_value("300")
    expect(desk.locator("#self_scan-source")).to_have_value(
        re.compile("Events of this coproduction")
    )
    if script:
        assert audit.faults(desk) == []
