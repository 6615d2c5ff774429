"""The planted fault answers before it records, and a run whose planted fault is missed stops."""

from collections.abc import Callable, Iterable
from threading import Event
from types import ModuleType

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from faults import answers_first_settings, disk_full, kill, restart
from faults.answers_first import answers_first
from faults.outcome import Outcome, canary
from partage.commands.load import is_accepted
from partage.config import settings as product


def test_a_vote_is_acknowledged_before_it_is_recorded(rf: RequestFactory) -> None:
    may_record, recorded = Event(), Event()

    def site(request: HttpRequest) -> HttpResponse:
        may_record.wait(timeout=20)
        assert request.POST["answer"] == "1"
        recorded.set()
        return HttpResponse(status=503)

    answer = answers_first(site)(rf.post("/bench/vote/", {"answer": "1"}))
    assert is_accepted(f"{answer.status_code} to {answer['Location']}")
    # What the voters read to know where the answer ends.
    assert answer["Content-Length"] == "0"
    assert not recorded.is_set()
    may_record.set()
    assert recorded.wait(timeout=20)


def test_a_page_is_the_site_s_own(rf: RequestFactory) -> None:
    page = HttpResponse("the card")
    assert answers_first(lambda _request: page)(rf.get("/bench/vote/")) is page


def test_the_rest_of_the_site_is_the_product() -> None:
    assert answers_first_settings.MIDDLEWARE[1:] == product.MIDDLEWARE
    assert vars(answers_first_settings)["DATABASES"] == product.DATABASES


@pytest.mark.parametrize(
    ("fault", "run"),
    [
        (kill, lambda: kill.kill("sqlite", 1)),
        (restart, restart.restart),
        (disk_full, disk_full.disk_full),
    ],
)
def test_a_run_stops_when_its_planted_fault_goes_unnoticed(
    fault: ModuleType, run: Callable[[], Iterable[Outcome]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(disk_full, "check_can_mount", lambda *_kinds: None)
    monkeypatch.setattr(fault, "_planted", lambda *_database: canary("a fault", 0, "0 lost"))
    (outcome,) = run()
    assert outcome.state == "BROKEN" and "the bench cannot fail" in outcome.words


@pytest.mark.slow
def test_a_site_that_records_first_is_no_planted_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kill, "ANSWERS_FIRST", {})
    (outcome,) = kill.kill("sqlite", 1)
    assert outcome.state == "BROKEN" and "the bench cannot fail" in outcome.words
