"""A mandate opens what it covers, for its inspector, between its days; its log is its own."""

import json
import re
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from partage.coproductions.models import Coproduction
from partage.oversight.consulting import broken_at
from partage.oversight.mandates import close_past_mandates
from partage.oversight.models import Consultation, Mandate, Note
from partage.people.models import Person
from partage.register.models import Entry
from partage.rights.accounts import erase_account
from tests.factories import (
    at,
    make_administrator,
    make_coproduction,
    make_facilitator,
    signed_in,
    stored,
)
from tests.oversight.inspections import (
    expire,
    inspector_browser,
    make_all,
    make_inspector,
    make_mandate,
    today,
)

pytestmark = pytest.mark.django_db


def sent(**changes: str) -> dict[str, str]:
    given = {
        "email": "new@example.org",
        "name": "Nora",
        "body": "service",
        "body_name": "Labour inspectorate",
        "legal_basis": "Article L. 8112-1 of the labour code",
        "organization": "",
        "slugs": "shops",
        "from_on": str(today()),
        "until_on": str(today(30)),
    }
    return given | changes


@pytest.fixture
def administrator() -> Client:
    make_coproduction("shops")
    make_coproduction("elsewhere", organization="Another one")
    return signed_in(make_administrator())


def test_an_administrator_opens_a_mandate_which_the_register_tells_without_saying_of_whom(
    administrator: Client,
) -> None:
    page = administrator.post(at("mandates"), sent()).content.decode()
    assert "Hand this link to new@example.org" in page
    mandate = Mandate.objects.get()
    entry = Entry.objects.get(kind="mandate-opened")
    assert entry.space == ""
    assert entry.public == {"mandate": 1, "body": "service", "terms": mandate.terms}
    told = json.dumps(list(Entry.objects.values_list("public", flat=True)))
    assert "shops" not in told and "Nora" not in told and "Labour" not in told


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"until_on": "2020-01-01", "from_on": "2019-01-01"}, "The last day is past"),
        ({"until_on": str(today(1)), "from_on": str(today(2))}, "comes before the first"),
        ({"until_on": "soon"}, "Write the day as year-month-day"),
        ({"until_on": "9999-12-31"}, "Write the day as year-month-day"),
        ({"slugs": ""}, "Say what is inspected"),
        ({"slugs": "nowhere"}, "There is no coproduction “nowhere”"),
        ({"legal_basis": ""}, "Say on what legal basis they inspect"),
        ({"body": "council"}, "A works council inspects its own employer"),
        ({"body": "spy"}, "Choose for whom they inspect"),
        ({"organization": "another-one"}, "shops is not a coproduction of Another one"),
        ({"email": "nobody"}, "Write an address such as"),
        ({"email": "claire@example.org"}, "nobody inspects what they help to run"),
    ],
)
def test_what_makes_no_mandate_is_said_in_a_sentence_and_writes_nothing(
    administrator: Client, changes: dict[str, str], sentence: str
) -> None:
    facilitator = make_facilitator(Coproduction.objects.get(slug="shops"))
    Person.objects.filter(pk=facilitator.pk).update(awaits_proof=False)
    before = stored()
    answer = administrator.post(at("mandates"), sent(**changes))
    assert answer.status_code in {400, 409}
    assert sentence in answer.content.decode().replace("&#x27;", "'")
    assert stored() == before


def test_only_administrators_open_and_close_mandates() -> None:
    shops = make_coproduction("shops")
    mandate = make_mandate(shops)
    for browser in (signed_in(make_facilitator(shops)), inspector_browser()):
        assert browser.post(at("mandates"), sent()).status_code == 403
        assert browser.post(at("mandates"), {"close": "1"}).status_code == 403
    mandate.refresh_from_db()
    assert mandate.closed_at is None


def test_a_mandate_covers_what_is_listed_or_all_of_an_organization() -> None:
    shops, more = make_coproduction("shops"), make_coproduction("more")
    other = make_coproduction("elsewhere", organization="Another one")
    listed, whole = make_mandate(shops), make_all(shops.organization)
    assert [c.slug for c in listed.covered()] == ["shops"]
    assert {c.slug for c in whole.covered()} == {"shops", "more"}
    later = make_coproduction("later")
    assert later in whole.covered() and later not in listed.covered()
    assert other not in whole.covered() and more not in listed.covered()


def test_a_works_council_reads_the_coproductions_of_its_employer_and_no_other() -> None:
    shops = make_coproduction("shops")
    make_coproduction("elsewhere", organization="Another one")
    mandate = make_all(shops.organization, body="council", body_name="Works council")
    browser = inspector_browser()
    assert browser.get(at("inspection-months", mandate.number, "shops")).status_code == 200
    assert browser.get(at("inspection-months", mandate.number, "elsewhere")).status_code == 403


def test_outside_its_days_its_scope_or_its_inspector_a_mandate_opens_nothing() -> None:
    shops = make_coproduction("shops")
    make_coproduction("elsewhere")
    mandate = make_mandate(shops)
    page = at("inspection", 1)
    assert inspector_browser().get(page).status_code == 200
    assert signed_in(make_inspector("other@example.org")).get(page).status_code == 404
    outside = inspector_browser().get(at("inspection-account", 1, "elsewhere"))
    assert outside.status_code == 403
    assert "This mandate does not cover “elsewhere”" in outside.content.decode()
    expire(mandate)
    late = inspector_browser().get(page)
    assert (
        late.status_code == 403 and "outside these days it opens nothing" in late.content.decode()
    )


def test_each_page_read_is_sealed_over_the_one_before_and_told_only_at_the_closing() -> None:
    shops = make_coproduction("shops")
    mandate, browser = make_mandate(shops), inspector_browser()
    entries = Entry.objects.count()
    for name in ("inspection", "inspection-flags", "inspection-entries"):
        browser.get(at(name, 1))
    assert Entry.objects.count() == entries
    pages = Consultation.objects.values_list("number", "page")
    assert list(pages) == [(1, "inspection"), (2, "inspection-flags"), (3, "inspection-entries")]
    administrator = signed_in(make_administrator())
    assert administrator.get(at("mandate-log", 1)).status_code == 404
    administrator.post(at("mandates"), {"close": "1"})
    closed = Entry.objects.get(kind="mandate-closed")
    last = Consultation.objects.get(number=3)
    assert closed.public == {"mandate": 1, "consulted": 3, "consultations": last.digest}
    assert "inspection-flags" not in json.dumps(closed.public)
    assert "The log holds" in administrator.get(at("mandate-log", 1)).content.decode()
    assert browser.get(at("inspection", 1)).status_code == 403
    mandate.refresh_from_db()
    assert broken_at(mandate) is None


@pytest.mark.parametrize("behind", ["change", "remove", "cut"])
def test_a_log_that_was_touched_is_broken(behind: str) -> None:
    mandate, browser = make_mandate(make_coproduction("shops")), inspector_browser()
    for _time in range(3):
        browser.get(at("inspection", 1))
    if behind == "change":
        Consultation.objects.filter(number=2).update(about="/nothing/")
    elif behind == "remove":
        Consultation.objects.filter(number=2).delete()
    else:
        signed_in(make_administrator()).post(at("mandates"), {"close": "1"})
        Consultation.objects.filter(number=3).delete()
    mandate.refresh_from_db()
    assert broken_at(mandate) == (3 if behind == "cut" else 2)


def shown(browser: Client, address: str) -> bytes:
    """The page without the token that is another one each time."""
    return re.sub(rb'name="csrfmiddlewaretoken" value="\w+"', b"", browser.get(address).content)


def test_the_inspected_organization_sees_nothing_of_what_was_read() -> None:
    shops = make_coproduction("shops")
    make_mandate(shops)
    desk = signed_in(make_facilitator(shops))
    names = ("desk", "frame", "register", "frame-feed", "site-open-data", "api-coproduction")
    addresses = [
        at(n, *(["shops"] if n in {"frame", "frame-feed", "api-coproduction"} else []))
        for n in names
    ]
    before = [shown(desk, address) for address in addresses]
    browser = inspector_browser()
    for name in ("inspection", "inspection-flags", "inspection-compare", "inspection-notes"):
        assert browser.get(at(name, 1)).status_code == 200
    browser.post(at("inspection-notes", 1), {"text": "Look at the tills."})
    assert Note.objects.count() == 1
    assert [shown(desk, address) for address in addresses] == before


def test_a_mandate_whose_last_day_is_over_is_closed_at_night() -> None:
    mandate = make_mandate(make_coproduction("shops"))
    close_past_mandates()
    assert not Entry.objects.filter(kind="mandate-closed").exists()
    expire(mandate)
    close_past_mandates()
    close_past_mandates()
    assert Entry.objects.filter(kind="mandate-closed").count() == 1


def test_an_inspector_who_erases_their_account_leaves_the_body_and_no_name() -> None:
    make_mandate(make_coproduction("shops"))
    browser = inspector_browser()
    browser.get(at("inspection", 1))
    erase_account(make_inspector())
    mandate = Mandate.objects.get()
    assert mandate.inspector is None and mandate.body_name == "Labour inspectorate"
    assert mandate.closed_at is not None and broken_at(mandate) is None
    page = signed_in(make_administrator()).get(at("mandates")).content.decode()
    assert "account was erased" in page and "Inès" not in page


def test_the_database_refuses_a_mandate_that_no_rule_allows() -> None:
    mandate = make_mandate(make_coproduction("shops"))
    wrong: list[dict[str, object]] = [
        {"until_on": today(-5)},
        {"covers_all": True},
        {"body": "council"},
        {"body": "spy"},
        {"legal_basis": ""},
        {"closed_at": timezone.now()},
        {"consultations_digest": "x"},
    ]
    for values in wrong:
        with pytest.raises(IntegrityError), transaction.atomic():
            Mandate.objects.filter(pk=mandate.pk).update(**values)
    with transaction.atomic():
        row = {"number": 1, "at": timezone.now() - timedelta(1), "page": "x", "digest": "x"}
        Consultation.objects.create(mandate=mandate, **row)
    with pytest.raises(IntegrityError), transaction.atomic():
        Consultation.objects.create(mandate=mandate, **row)


def test_hours_and_waiting_cases_are_shown_together_and_name_no_mandate() -> None:
    make_mandate(make_coproduction("shops"))
    browser = inspector_browser()
    browser.post(at("inspection", 1), {"do": "hours", "day": str(today()), "hours": "1.5"})
    browser.post(at("inspection", 1), {"do": "cases", "waiting_cases": "12"})
    assert (
        "Hours given: 1.50. Cases that wait: 12."
        in browser.get(at("inspection", 1)).content.decode()
    )
    page = browser.get(at("caseload")).content.decode()
    assert "control service" in page and "12" in page and "1.50" in page
    assert "Labour inspectorate" not in page and "shops" not in page
    assert (
        signed_in(make_facilitator(make_coproduction("more"))).get(at("caseload")).status_code
        == 403
    )
    for wrong in ({"do": "hours", "day": str(today()), "hours": "25"}, {"do": "cases", "waiting_cases": "-1"}, {"do": "x"}, {"do": "hours", "day": "", "hours": "0"}):  # fmt: skip
        refused = browser.post(at("inspection", 1), wrong)
        assert refused.status_code == 400 and "Nothing was changed." in refused.content.decode()
