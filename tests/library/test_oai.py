"""OAI-PMH: an independent client harvests everything, and each mistake has its answer."""

from datetime import timedelta
from typing import Any

import pytest
import requests
from django.test import Client
from lxml import etree
from sickle import Sickle
from sickle.oaiexceptions import BadResumptionToken, NoRecordsMatch

from partage.coproductions.models import Organization
from partage.library import oai
from partage.library.keeping import withdraw_work
from partage.library.models import Work
from tests.factories import make_coproduction, stored
from tests.library.works import make_work

pytestmark = pytest.mark.django_db
NAMES = {"oai": "http://www.openarchives.org/OAI/2.0/"}


class Harvester(Sickle):  # type: ignore[misc]
    """The client as it is, asking this site without a network."""

    def _request(self, kwargs: dict[str, Any]) -> requests.Response:
        ask = Client().get if self.http_method == "GET" else Client().post
        answer = ask("/oai", kwargs)
        found = requests.Response()
        found.status_code, found.encoding = answer.status_code, "utf-8"
        found._content = answer.content
        return found


def harvester(method: str = "GET") -> Harvester:
    return Harvester("http://localhost:8000/oai", http_method=method)


def ask(query: str) -> Any:
    answer = Client().get(f"/oai?{query}")
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/xml; charset=utf-8"
    return etree.fromstring(answer.content)


def error_of(query: str) -> str | None:
    found = ask(query).find("oai:error", NAMES)
    return None if found is None else str(found.get("code"))


@pytest.fixture
def by_three(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(oai, "PAGE", 3)


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_an_independent_client_harvests_everything_through_tokens(
    by_three: None, method: str
) -> None:
    for number in range(10):
        make_work(f"work-{number}", title=f"Travail {number} & <autres>")
    withdraw_work(Work.objects.get(slug="work-4"), "It was never published.")
    records = list(harvester(method).ListRecords(metadataPrefix="oai_dc"))
    assert len(records) == len({one.header.identifier for one in records}) == 10
    gone = [one.header.identifier for one in records if one.deleted]
    assert gone == ["oai:localhost:work-4"]
    told = {one.header.identifier: one.metadata for one in records if not one.deleted}
    first = told["oai:localhost:work-0"]
    assert first["title"] == ["Travail 0 & <autres>"] and first["date"] == ["2016-11-29"]
    assert first["creator"] == ["Jeanne Martin", "CESE"]
    assert "http://localhost:8000/fr/bibliotheque/work-0/" in first["identifier"]
    assert "Platforms and collaborative economy" in first["subject"]
    headers = list(harvester(method).ListIdentifiers(metadataPrefix="oai_dc"))
    assert [one.identifier for one in headers] == [one.header.identifier for one in records]


def test_a_list_in_pieces_says_where_it_stands_and_ends_with_an_empty_token(by_three: None) -> None:
    for number in range(4):
        make_work(f"work-{number}")
    first = ask("verb=ListRecords&metadataPrefix=oai_dc").find(".//oai:resumptionToken", NAMES)
    assert (first.get("cursor"), first.get("completeListSize")) == ("0", "4")
    last = ask(f"verb=ListRecords&resumptionToken={first.text}")
    assert len(last.findall(".//oai:record", NAMES)) == 1
    token = last.find(".//oai:resumptionToken", NAMES)
    assert token.text is None and token.get("cursor") == "3"


def test_what_changes_during_a_harvest_is_met_again_and_nothing_is_passed_over(
    by_three: None,
) -> None:
    for number in range(7):
        make_work(f"work-{number}")
    records = harvester().ListRecords(metadataPrefix="oai_dc")
    seen = [next(records).header.identifier for _time in range(3)]
    make_work("work-0", title="Changed since")
    make_work("new")
    seen += [one.header.identifier for one in records]
    assert set(seen) == {f"oai:localhost:work-{n}" for n in range(7)} | {"oai:localhost:new"}
    assert seen.count("oai:localhost:work-0") == 2


def test_only_what_changed_between_two_dates_is_harvested() -> None:
    for number, days in enumerate((0, 10, 20)):
        work = make_work(f"work-{number}")
        Work.objects.filter(pk=work.pk).update(changed_at=work.changed_at - timedelta(days=days))
    middle = Work.objects.get(slug="work-1").changed_at
    day = f"{middle:%Y-%m-%d}"
    between: dict[str, str] = {"from": day, "until": day}
    found = harvester().ListIdentifiers(metadataPrefix="oai_dc", **between)
    assert [one.identifier for one in found] == ["oai:localhost:work-1"]
    second = f"{middle:%Y-%m-%dT%H:%M:%SZ}"
    found = harvester().ListIdentifiers(metadataPrefix="oai_dc", **{"from": second})
    assert {one.identifier for one in found} == {"oai:localhost:work-0", "oai:localhost:work-1"}
    with pytest.raises(NoRecordsMatch):
        harvester().ListRecords(metadataPrefix="oai_dc", **{"from": "2100-01-01"})


def test_sets_are_the_catalogue_the_shelves_and_the_themes() -> None:
    shelf = make_coproduction().organization
    make_coproduction("elsewhere", organization="Without a shelf")
    make_work("theirs", shelf=Organization.objects.get(pk=shelf.pk), themes="sante")
    make_work("ours")
    sets = {one.setSpec for one in harvester().ListSets()}
    assert {"catalogue", "shelf-quatre-vents", "theme-sante"} <= sets
    assert len(sets) == 2 + 18

    def in_set(name: str) -> list[str]:
        found = harvester().ListIdentifiers(metadataPrefix="oai_dc", set=name)
        return [one.identifier for one in found]

    assert in_set("shelf-quatre-vents") == in_set("theme-sante") == ["oai:localhost:theirs"]
    assert in_set("catalogue") == ["oai:localhost:ours"]


def test_the_repository_says_what_it_is_and_gives_one_record() -> None:
    make_work()
    said = harvester().Identify()
    assert said.baseURL == "http://localhost:8000/oai" and said.deletedRecord == "persistent"
    assert said.granularity == "YYYY-MM-DDThh:mm:ssZ"
    (format_,) = harvester().ListMetadataFormats(identifier="oai:localhost:cese-2016-12")
    assert format_.metadataPrefix == "oai_dc"
    one = harvester().GetRecord(identifier="oai:localhost:cese-2016-12", metadataPrefix="oai_dc")
    assert one.metadata["type"] == ["avis"]


def test_a_token_that_was_altered_or_made_elsewhere_is_refused(by_three: None) -> None:
    for number in range(4):
        make_work(f"work-{number}")
    token = ask("verb=ListRecords&metadataPrefix=oai_dc").findtext(
        ".//oai:resumptionToken", "", NAMES
    )
    assert token
    for wrong in (token[:-1], token[1:], "x", "a:b:c"):
        with pytest.raises(BadResumptionToken):
            harvester().ListRecords(resumptionToken=wrong)


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("", "badVerb"),
        ("verb=Steal", "badVerb"),
        ("verb=Identify&verb=Identify", "badVerb"),
        ("verb=Identify&set=x", "badArgument"),
        ("verb=ListRecords", "badArgument"),
        ("verb=GetRecord&metadataPrefix=oai_dc", "badArgument"),
        ("verb=ListRecords&metadataPrefix=oai_dc&metadataPrefix=oai_dc", "badArgument"),
        ("verb=ListRecords&metadataPrefix=oai_dc&from=", "badArgument"),
        ("verb=ListRecords&metadataPrefix=oai_dc&from=2016-02-30", "badArgument"),
        ("verb=ListRecords&metadataPrefix=oai_dc&from=29/11/2016", "badArgument"),
        ("verb=ListRecords&metadataPrefix=oai_dc&from=2017-01-01&until=2016-01-01", "badArgument"),
        ("verb=ListRecords&metadataPrefix=oai_dc&from=2017-01-01&until=2018-01-01T00:00:00Z", "badArgument"),
        ("verb=ListRecords&metadataPrefix=oai_dc&resumptionToken=x", "badArgument"),
        ("verb=ListRecords&metadataPrefix=marc21", "cannotDisseminateFormat"),
        ("verb=ListRecords&metadataPrefix=oai_dc&set=nothing", "noRecordsMatch"),
        ("verb=ListRecords&metadataPrefix=oai_dc&set=shelf-%00", "noRecordsMatch"),
        ("verb=GetRecord&metadataPrefix=oai_dc&identifier=oai:localhost:%00", "idDoesNotExist"),
        ("verb=ListRecords&metadataPrefix=oai_dc&until=1990-01-01", "noRecordsMatch"),
        ("verb=ListRecords&resumptionToken=%00%01", "badResumptionToken"),
        ("verb=ListRecords&metadataPrefix=oai_dc&until=0001-01-01", "noRecordsMatch"),
        ("verb=ListRecords&metadataPrefix=oai_dc&from=9999-12-31&until=9999-12-31", "noRecordsMatch"),
        ("verb=ListSets&resumptionToken=x", "badResumptionToken"),
        ("verb=GetRecord&metadataPrefix=oai_dc&identifier=oai:localhost:nothing", "idDoesNotExist"),
        ("verb=GetRecord&metadataPrefix=oai_dc&identifier=cese-2016-12", "idDoesNotExist"),
        ("verb=ListMetadataFormats&identifier=nothing", "idDoesNotExist"),
    ],
)  # fmt: skip
def test_each_mistake_has_the_answer_of_the_protocol(query: str, code: str) -> None:
    make_work()
    before = stored()
    assert error_of(query) == code
    assert (
        Client().post("/oai", dict(p.split("=") for p in query.split("&") if p)).status_code == 200
    )
    assert stored() == before


def test_a_page_of_many_works_takes_as_many_queries_as_one_of_few(
    django_assert_max_num_queries: Any,
) -> None:
    for number in range(30):
        make_work(f"work-{number}")
    with django_assert_max_num_queries(6):
        ask("verb=ListRecords&metadataPrefix=oai_dc")
