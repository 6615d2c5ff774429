"""`partage verify log` on one's own site, or on the address of one: rows are compared too."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from pytest_django.live_server_helper import LiveServer

from partage.commands.verify import verify
from partage.register import audit as auditing
from partage.register.models import Log, Payload
from partage.register.sequencer import current_log
from partage.register.storage import folder_of
from tests.register.registers import behind_the_back, record_acts, record_votes, sealed

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_memory(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))


def run(*words: object) -> Result:
    return CliRunner().invoke(verify, ["log", *map(str, words)])


def report() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(run("--json", "--forget").stdout)
    return found


def test_what_entries_hide_is_opened_and_found_to_match() -> None:
    record_votes(3)
    sealed(4)
    result = run()
    assert result.exit_code == 0
    assert "7 match what they commit to, 0 are sealed, 0 are erased" in result.stdout
    verdict = Log.objects.get().verdict
    assert verdict == {"size": 7, "holds": True, "erased": 0}
    assert "It continues the one of 7 entries" in run().stdout


def test_before_the_first_seal_there_is_nothing_to_check() -> None:
    record_acts(1)
    refused = run()
    assert (refused.exit_code, refused.stderr.count("\n")) == (1, 1)
    assert "Nothing is sealed yet in this site's register" in refused.stderr


CHANGES = {
    "the kind of an entry": (
        "UPDATE register_entry SET kind = 'x' WHERE position = 1",
        1,
        "the site's rows say something else",
    ),
    "the hour of an entry": (
        "UPDATE register_entry SET hour = '2020-01-01 00:00:00+00:00' WHERE position = 1",
        1,
        "the site's rows say something else",
    ),
    "an entry deleted": (
        "UPDATE register_entry SET log = 7 WHERE position = 1",
        1,
        "the site's rows say something else",
    ),
    "what a vote said": (
        """UPDATE register_payload SET content = '{"statement":7}'""",
        0,
        "what is kept is not what was committed to",
    ),
    "a vote emptied": (
        "UPDATE register_payload SET content = ''",
        0,
        "what it hides is gone, and no entry says that it was erased",
    ),
    "a vote deleted": (
        "DELETE FROM register_payload",
        0,
        "what it hides is gone, and no entry says that it was erased",
    ),
    "another's secret": (
        "UPDATE register_payload SET opening = register_entry.commitment FROM register_entry "
        "WHERE register_entry.id = entry_id",
        0,
        "what is kept is not what was committed to",
    ),
}


@pytest.mark.parametrize(("sql", "place", "what"), CHANGES.values(), ids=CHANGES)
def test_rows_changed_behind_the_back_of_the_site_are_found(
    sql: str, place: int, what: str
) -> None:
    record_votes(1)
    sealed(3)
    assert report()["holds"]
    behind_the_back(sql)
    refused = run()
    assert refused.exit_code == 1
    assert f"broken: entry {place}: {what}" in refused.stderr
    assert [broken["place"] for broken in report()["broken"]] == [place]
    verdict = Log.objects.get().verdict
    assert verdict == {"size": 4, "holds": False, "erased": 0}


def test_a_file_changed_is_found_by_the_site_itself() -> None:
    sealed(300)
    tile = folder_of(1) / "tile/0/000"
    tile.write_bytes(bytes(8192))
    refused = run()
    assert "broken: entry 0: its hash is not that of the tile" in refused.stderr


def test_an_opening_kept_for_itself_is_used() -> None:
    key = record_votes(2)
    sealed(1)
    assert report()["matches"] == 3
    Payload.objects.update(opening=bytes(key.key))
    assert [broken["place"] for broken in report()["broken"]] == [0, 1]


@pytest.mark.django_db(transaction=True)
def test_the_address_of_a_site_is_checked_as_a_stranger_does(
    live_server: LiveServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    record_votes(3)
    sealed(300)
    address = f"{live_server.url}/register/1"
    result = run(address)
    assert result.exit_code == 0, result.stderr
    assert "300 match what they commit to, 3 are sealed" in result.stdout
    key = current_log().vkeys.strip()
    assert "continues the one of 303" in run(f"{address}/", "--vkey", key).stdout
    monkeypatch.setattr(auditing, "LONGEST_FILE", 100)
    assert "longer than any file of a register" in run(address, "--forget").stderr
