"""A thousand people use every feature and are erased: nothing of them is left anywhere."""

import re
import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from django.conf import LazySettings
from django.db import connection
from django.test import Client

from partage.commands.backup import backup
from partage.commands.tidy import remove_traces
from partage.contributions.models import Notice, Statement
from partage.contributions.worker import one_pass
from partage.coproductions.models import Coproduction
from partage.news import subscribing
from partage.news.telling import tell
from partage.people import device_links
from partage.people.models import Mail, Participant
from partage.register.audit import Audit
from partage.register.erasing import tell_erasures
from partage.register.this_site import this_site
from partage.search import engine
from partage.search.keeping import current, is_due, make_index
from tests.commands.elsewhere import Elsewhere, elsewhere
from tests.factories import at, everything_stored, participant_of
from tests.rights.living import decide, live, lively, mark_of
from tests.web.page import bytes_of

PEOPLE, STAYING = 1000, 5
EVERYTHING = 50  # one in so many uses every feature, the others two each
EXPORTS = (
    "results-csv", "results-json", "ideas-csv", "test-reports-csv", "moderation-csv", "account-csv",
    "measured-csv", "sentences-feed", "ideas-feed", "test-reports-feed", "variants-feed", "fund-feed",
)  # fmt: skip
pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def marks_of(browser: Client, coproduction: Coproduction, number: int) -> list[bytes]:
    participant = participant_of(browser, coproduction)
    token = browser.cookies["participant"].value
    secrets = [bytes(participant.key), bytes(participant.vault_key.key)]
    return [mark_of(number).encode(), token.partition(".")[0].encode(), *secrets]


def found_in(written: bytes, marks: list[bytes]) -> list[bytes]:
    """The marks that stand in it: their first eight bytes at any place, then the whole of them."""
    heads = np.unique(np.frombuffer(b"".join(mark[:8] for mark in marks), "<u8"))
    by_head = {mark[:8]: mark for mark in marks if not mark.startswith(b"MARKER")}
    found = set(re.findall(rb"MARKER[0-9a-f]{20}", written)) & set(marks)
    for start in range(8):
        words = np.frombuffer(written[start : len(written) - (len(written) - start) % 8], "<u8")
        for place in np.flatnonzero(np.isin(words, heads)) * 8 + start:
            mark = by_head.get(written[place : place + 8])
            if mark and written.startswith(mark, place):
                found.add(mark)
    return sorted(found)


def files(*folders: Path) -> Iterator[Path]:
    """The database's own files, the register's, and whatever else the site wrote."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            base = Path(connection.settings_dict["NAME"])
            yield from base.parent.glob(f"{base.name}*")
        else:
            cursor.execute("CHECKPOINT")
            cursor.execute("SHOW data_directory")
            yield from (Path(cursor.fetchone()[0]) / "base").rglob("*")
    for folder in folders:
        yield from folder.rglob("*")


def words_found(marks: list[bytes]) -> list[bytes]:
    """The marks among the words of the search: its files hold them cut and packed, unseen by a scan."""
    vocabulary = current().vocabulary(engine.EVERYTHING)
    return [mark for mark in marks if vocabulary.forms(mark.decode("latin-1").lower())]


def contents(*folders: Path) -> bytes:
    return b"\n".join(path.read_bytes() for path in files(*folders) if path.is_file())


@pytest.fixture
def many(
    settings: LazySettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Elsewhere]:
    """No limit on a crowd that comes from one network; a folder of its own, and an empty site."""
    settings.ACTS_PER_MINUTE = settings.NEW_PARTICIPANTS_PER_HOUR = 10**6
    settings.MAIL_IS_ON = True
    settings.DATA_DIR = tmp_path / "site"
    settings.SEARCH_DIR = tmp_path / "site" / "search"
    settings.DATA_DIR.mkdir()
    (settings.DATA_DIR / "secret-key").write_text(settings.SECRET_KEY)
    monkeypatch.setattr(subscribing, "PER_NETWORK", 10**6)
    monkeypatch.setattr(device_links, "PER_NETWORK", 10**6)
    with elsewhere(tmp_path / "elsewhere") as site:
        yield site


def test_nothing_is_left_of_a_thousand_people_who_used_everything(
    many: Elsewhere, settings: LazySettings, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    place = lively()
    coproduction, everybody = place.coproduction, range(PEOPLE + STAYING)
    browsers = [live(place, n, everything=n % EVERYTHING == 0 or n >= PEOPLE) for n in everybody]
    decide(place)
    one_pass()
    tell()
    make_index()
    assert Notice.objects.filter(name__contains="MARKER").count() > PEOPLE / 20
    assert Mail.objects.exists()  # some wait when their people go
    assert coproduction.releases.exists()
    marks = [m for n, b in enumerate(browsers[:PEOPLE]) for m in marks_of(b, coproduction, n)]
    assert words_found(marks)  # of what is published
    kept = marks_of(browsers[-1], coproduction, PEOPLE + STAYING - 1)
    assert len(found_in(contents(tmp_path), marks)) >= PEOPLE * 3  # the search does find
    saved = tmp_path.parent / f"{tmp_path.name}.tar"
    assert CliRunner().invoke(backup, [str(saved)]).exit_code == 0
    for browser in browsers[:PEOPLE]:
        assert browser.post(at("erase-all")).status_code == 200
    tell_erasures(waits=timedelta())
    one_pass()
    assert is_due()  # the worker asks each second
    make_index()
    remove_traces()
    assert words_found(marks) == []
    exports = b"".join(bytes_of(Client().get(at(name, "shops"))) for name in EXPORTS)
    shown = [exports, everything_stored().encode(), "".join(capfd.readouterr()).encode()]
    everything = b"\n".join([contents(tmp_path), *shown])
    assert found_in(everything, marks) == []
    assert kept[0] in found_in(everything, kept)
    assert Statement.objects.filter(text__contains=mark_of(PEOPLE)).exists()
    the_register_verifies()
    restored_without_them(many, saved, marks, settings.ERASURE_LIST)


def the_register_verifies() -> None:
    site = this_site()
    audit = Audit(site.source, site.verifiers, opener=site.open)
    for _done in audit.run():
        pass
    assert audit.report.holds, audit.report.broken[:3]
    assert audit.report.erased > PEOPLE * 3


def restored_without_them(site: Elsewhere, saved: Path, marks: list[bytes], erased: Path) -> None:
    """A backup from before, brought back elsewhere with the list of those who went since."""
    shutil.copy(erased, site.folder / "erased")
    restored = site.run("restore", saved)
    saved.unlink()
    assert restored.returncode == 0, restored.stderr
    assert site.run("tidy").returncode == 0
    written = b"\n".join(path.read_bytes() for path in site.folder.rglob("*") if path.is_file())
    assert found_in(written, marks) == []
    count = "from partage.people.models import Participant as P; print(P.objects.count())"
    assert int(site.ask(count)) == Participant.objects.count() > 0
