"""`partage backup` and `partage restore`: a whole site comes back, and nobody who was erased."""

import io
import json
import shutil
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from django.conf import LazySettings, settings
from django.db import connection
from django.test import Client

from partage.commands.backup import DATABASES, FORMAT, MANIFEST, backup, digest_of, restore
from partage.contributions.models import Statement
from partage.register.erasing import tell_erasures
from partage.register.models import Erasure
from partage.register.sequencer import seal
from tests.commands.elsewhere import Elsewhere, elsewhere
from tests.factories import (
    answer,
    at,
    make_coproduction,
    make_device,
    make_sensitive,
    make_statements,
    stored,
)

pytestmark = pytest.mark.django_db(transaction=True)

COUNTS = """
from partage.contributions.models import Statement, Vote
from partage.people.models import Participant
print(Participant.objects.count(), Vote.objects.count(), Statement.objects.filter(text__contains="benches").count())
"""
SEAL = "from partage.register.sequencer import seal; print(seal())"


@pytest.fixture(autouse=True)
def own_folder(settings: LazySettings, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path / "site"
    settings.DATA_DIR.mkdir()
    (settings.DATA_DIR / "secret-key").write_text("a secret that makes devices known " * 2)


@pytest.fixture
def empty_site(tmp_path: Path) -> Iterator[Elsewhere]:
    with elsewhere(tmp_path / "elsewhere") as site:
        yield site


def run(file: Path) -> Result:
    return CliRunner().invoke(backup, [str(file)])


def a_lively_site() -> tuple[Client, Client]:
    """Two devices that answered and proposed; all of it sealed."""
    coproduction = make_coproduction()
    statements = make_statements(coproduction, 3)
    devices = make_device(coproduction), make_device(coproduction)
    for device in devices:
        for statement in statements:
            answer(device, statement)
    devices[0].post(at("propose", "shops"), {"text": "We want benches in the shop."})
    seal()
    return devices


def erase(device: Client, slug: str = "shops") -> None:
    assert device.post(at("erase", slug)).status_code == 200


def the_register_survived(site: Elsewhere) -> None:
    """Its files are on the new machine, and the site's secret key was put back beside them."""
    shutil.copytree(settings.REGISTER_DIR, site.folder / "register")
    shutil.copy(settings.DATA_DIR / "secret-key", site.folder)


def an_hour_later() -> None:
    Erasure.objects.update(erased_at="2020-01-01T00:00Z")
    assert tell_erasures()
    seal()


def refused(result: Result, why: str) -> bool:
    first, *_more = result.stderr.splitlines()
    return result.exit_code == 1 and first.startswith("Error: ") and why in first


def test_a_site_comes_back_whole_and_signs_again_when_told(
    tmp_path: Path, empty_site: Elsewhere
) -> None:
    a_lively_site()
    file = tmp_path / "backup.tar"
    result = run(file)
    assert result.exit_code == 0 and str(file) in result.stdout
    assert oct(file.stat().st_mode)[-3:] == "600"
    restored = empty_site.run("restore", file)
    assert restored.returncode == 0, restored.stderr
    assert "0 people erased since were erased again." in restored.stdout
    assert "`partage register resume`" in restored.stdout
    assert empty_site.ask(COUNTS) == "2 6 1"
    kept = empty_site.folder / "register-key", empty_site.folder / "secret-key"
    assert [path.read_bytes() for path in kept] == [
        settings.REGISTER_KEY.read_bytes(),
        (settings.DATA_DIR / "secret-key").read_bytes(),
    ]
    assert all(oct(path.stat().st_mode)[-3:] == "600" for path in kept)
    assert empty_site.run("register", "resume", "--nothing-later").returncode == 0
    assert empty_site.ask(SEAL) == "1"
    report = json.loads(empty_site.run("verify", "log", "--json").stdout)
    assert report["holds"] and report["sealed"] == 0


def test_who_was_erased_since_is_erased_again_from_the_list_alone(
    tmp_path: Path, empty_site: Elsewhere
) -> None:
    device, other = a_lively_site()
    assert run(tmp_path / "backup.tar").exit_code == 0
    erase(device)
    shutil.copy(settings.ERASURE_LIST, empty_site.folder / "erased")
    restored = empty_site.run("restore", tmp_path / "backup.tar")
    assert "1 person erased since was erased again." in restored.stdout, restored.stderr
    assert empty_site.ask(COUNTS) == "1 3 0"
    assert empty_site.run("verify", "log").returncode == 0
    assert (
        Statement.objects.count() == 3 and other.get(at("my-answers", "shops")).status_code == 200
    )


def test_who_was_erased_since_is_erased_again_from_the_files_of_the_register_alone(
    tmp_path: Path, empty_site: Elsewhere
) -> None:
    device, other = a_lively_site()
    assert run(tmp_path / "backup.tar").exit_code == 0
    erase(device)
    answer(other, Statement.objects.earliest("pk"), -1)
    an_hour_later()
    the_register_survived(empty_site)
    restored = empty_site.run("restore", tmp_path / "backup.tar")
    assert "1 person erased since was erased again." in restored.stdout, restored.stderr
    assert "it comes from an older backup" in restored.stdout
    assert empty_site.ask(COUNTS) == "1 3 0"
    begun = empty_site.run("register", "new-log", "--yes", "--why", "The disk was lost.")
    assert "Begun: log 2." in begun.stdout, begun.stderr
    assert int(empty_site.ask(SEAL)) > 0
    assert json.loads(empty_site.run("verify", "log", "--json").stdout)["origin"].endswith("/2")


def test_where_the_register_survived_as_it_was_it_goes_on_signing(
    tmp_path: Path, empty_site: Elsewhere
) -> None:
    a_lively_site()
    assert run(tmp_path / "backup.tar").exit_code == 0
    the_register_survived(empty_site)
    restored = empty_site.run("restore", tmp_path / "backup.tar")
    assert restored.returncode == 0 and restored.stdout.count("\n") == 1
    assert "It signs." in empty_site.run("register", "status").stdout
    again = empty_site.run("restore", tmp_path / "backup.tar")
    assert again.returncode == 1 and again.stderr.count("\n") == 1
    assert "is there already" in again.stderr or "is not empty" in again.stderr


def test_a_consent_withdrawn_since_is_withdrawn_again(
    tmp_path: Path, empty_site: Elsewhere
) -> None:
    coproduction = make_sensitive()
    statements = make_statements(coproduction, 2)
    device, slug = make_device(coproduction), coproduction.slug
    device.post(at("consent", slug))
    for statement in statements:
        answer(device, statement)
    seal()
    assert run(tmp_path / "backup.tar").exit_code == 0
    device.post(at("withdraw", slug))
    shutil.copy(settings.ERASURE_LIST, empty_site.folder / "erased")
    restored = empty_site.run("restore", tmp_path / "backup.tar")
    assert "1 person erased since" in restored.stdout, restored.stderr
    assert empty_site.ask(COUNTS) == "1 0 0"
    assert empty_site.run("verify", "log").returncode == 0


# Refused, before anything is touched.


def a_backup(tmp_path: Path) -> Path:
    a_lively_site()
    file = tmp_path / "backup.tar"
    assert run(file).exit_code == 0
    return file


def repacked(file: Path, **changed: bytes) -> Path:
    """The backup with some of its files replaced, its manifest left or replaced too."""
    other = file.with_name("other.tar")
    with tarfile.open(file) as old, tarfile.open(other, "w") as new:
        for member in old.getmembers():
            opened = old.extractfile(member)
            content = changed.get(member.name, opened.read() if opened else b"")
            member.size = len(content)
            new.addfile(member, io.BytesIO(content))
    return other


def test_a_damaged_backup_is_refused_and_nothing_is_touched(tmp_path: Path) -> None:
    file = a_backup(tmp_path)
    whole, before = file.read_bytes(), stored()
    name = DATABASES[connection.vendor]
    (cut := tmp_path / "cut.tar").write_bytes(whole[: len(whole) // 2])
    (text := tmp_path / "text.tar").write_text("not a backup")
    manifests = {
        "{": "is not a backup of a site, or is cut short",
        "{}": "is not a backup of a site, or is cut short",
        '{"files": {}, "format": "other/1"}': f"has the form 'other/1', not '{FORMAT}'",
        f'{{"files": {{}}, "format": "{FORMAT}"}}': "does not hold a database for",
        f'{{"files": {{"../x": ""}}, "format": "{FORMAT}"}}': "is damaged: '../x'",
    }
    bad = {cut: "cut short", text: "is not a backup of a site"}
    for path, why in bad.items():
        assert refused(CliRunner().invoke(restore, [str(path)]), why)
    changed = repacked(file, **{name: b"another database"})
    why = f"is damaged: '{name}' is not what its manifest says"
    assert refused(CliRunner().invoke(restore, [str(changed)]), why)
    for manifest, why in manifests.items():
        changed = repacked(file, **{MANIFEST: manifest.encode()})
        assert refused(CliRunner().invoke(restore, [str(changed)]), why)
    assert stored() == before and not list(settings.DATA_DIR.glob(".restoring*"))


def test_a_backup_of_the_other_kind_of_database_is_refused(tmp_path: Path) -> None:
    file = a_backup(tmp_path)
    (name,) = set(DATABASES.values()) - {DATABASES[connection.vendor]}
    with tarfile.open(file, "a") as tar:
        tar.add(settings.REGISTER_KEY, name)
    manifest = {"format": FORMAT, "files": {name: digest_of(settings.REGISTER_KEY)}}
    changed = repacked(file, **{MANIFEST: json.dumps(manifest).encode()})
    why = f"does not hold a database for {connection.vendor}"
    assert refused(CliRunner().invoke(restore, [str(changed)]), why)


def test_a_place_that_holds_a_site_is_not_restored_into(tmp_path: Path) -> None:
    file = a_backup(tmp_path)
    before = stored()
    why = "is there already" if connection.vendor == "sqlite" else "is not empty"
    assert refused(CliRunner().invoke(restore, [str(file)]), why)
    assert stored() == before


def test_a_folder_with_another_key_is_not_restored_into(
    tmp_path: Path, empty_site: Elsewhere
) -> None:
    file = a_backup(tmp_path)
    (empty_site.folder / "register-key").write_text("another\n")
    refused_ = empty_site.run("restore", file)
    assert refused_.returncode == 1
    assert "register-key differs from the one in the backup" in refused_.stderr
    assert (empty_site.folder / "register-key").read_text() == "another\n"


def test_a_backup_is_written_to_a_new_name_in_a_folder_that_is_there(tmp_path: Path) -> None:
    (there := tmp_path / "there").write_text("mine")
    assert refused(run(there), "exists already: choose another name")
    assert there.read_text() == "mine"
    assert refused(run(tmp_path / "no" / "where"), "There is no folder")
    assert CliRunner().invoke(restore, [str(tmp_path / "nowhere")]).exit_code == 2
    assert not list(tmp_path.glob(".partage-backup*"))
