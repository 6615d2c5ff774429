"""The sealed case file: the same bytes each time, checked with the site gone, no byte unseen."""

import io
import json
import random
import shutil
import zipfile
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from django.conf import settings

from partage.accounting.publication import publish_account
from partage.commands.verify import verify
from partage.coproductions.models import Coproduction
from partage.oversight.case_file import case_file
from partage.oversight.case_format import CaseError, check_case, sealed
from partage.oversight.models import Mandate
from partage.register.keys import kept_signers, verifiers_of
from partage.register.models import Log
from partage.register.notes import Signer
from partage.register.sequencer import seal
from tests.factories import at, make_coproduction
from tests.oversight.inspections import inspector_browser, make_mandate, today
from tests.register.registers import record_acts, record_votes

pytestmark = pytest.mark.django_db
ACCOUNT = settings.PACKAGE / "samples" / "accounts" / "self-checkout.toml"


@pytest.fixture
def shops() -> Coproduction:
    """An inspection with a bit of everything, sealed."""
    shops = make_coproduction("shops")
    make_mandate(shops)
    publish_account(shops, ACCOUNT.read_text("utf-8"), ACCOUNT.name)
    record_votes(20)
    record_acts(5, space="elsewhere")
    seal()
    browser = inspector_browser()
    browser.post(at("inspection-samples", 1), {"size": 5})
    browser.post(at("inspection-notes", 1), {"text": "Look at the tills.", "coproduction": "shops"})
    asked = {"coproduction": "shops", "text": "Who decides?", "due_on": str(today(5))}
    browser.post(at("inspection-questions", 1), asked)
    seal()
    return shops


def downloaded() -> bytes:
    answer: Any = inspector_browser().get(at("inspection-case-file", 1))
    assert answer.status_code == 200
    return b"".join(answer.streaming_content)


def run(file: Path, *options: str) -> Result:
    return CliRunner().invoke(verify, ["case", str(file), *options])


@pytest.fixture
def case(shops: Coproduction, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file alone in a folder of its own, the register's files and key gone."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    (folder / "case.zip").write_bytes(downloaded())
    shutil.rmtree(settings.REGISTER_DIR)
    settings.REGISTER_KEY.unlink()
    return folder / "case.zip"


def key() -> str:
    return str(verifiers_of(Log.objects.get())[0])


def test_a_case_verifies_elsewhere_with_the_site_gone(case: Path) -> None:
    own_key = key()
    Log.objects.all().delete()
    said = run(case, "--key", own_key)
    assert said.exit_code == 0, said.output
    assert "This case holds: mandate 1, Labour inspectorate" in said.output
    assert "1 accounts, 1 samples" in said.output
    facts = json.loads(run(case, "--json").output)
    assert facts["holds"] and not facts["key_given"] and facts["signed_by"] == own_key
    assert facts["mandate"]["coproductions"] == ["shops"]
    assert "the key in the file" in run(case).output


def test_a_case_of_another_register_is_refused_under_the_key_that_one_trusts(case: Path) -> None:
    other = Signer(kept_name(), bytes(range(32)))
    refused = run(case, "--key", str(other.verifier))
    assert refused.exit_code == 1 and "the keys trusted here are" in refused.output


def kept_name() -> str:
    return Log.objects.get().origin


def test_it_holds_what_was_found_and_any_program_opens_it(case: Path) -> None:
    with zipfile.ZipFile(case) as archive:
        assert archive.testzip() is None
        names = set(archive.namelist())
        told = json.loads(archive.read("manifest.json"))["sha256"]
        digests = {name: sha256(archive.read(name)).hexdigest() for name in told}
        assert digests == told and names == {*told, "manifest.json"}
        entries = [json.loads(line) for line in archive.read("entries.jsonl").splitlines()]
        notes = json.loads(archive.read("notes.json"))
        asked = json.loads(archive.read("questions.json"))
        sample = json.loads(archive.read("samples.json"))[0]
    spaces = {json.loads(one["entry"]).get("coproduction") for one in entries}
    assert spaces == {"shops", None}
    assert notes[0]["text"] == "Look at the tills." and asked[0]["question"] == "Who decides?"
    assert set(sample["places"]) <= {one["place"] for one in entries}
    assert {"accounts/shops-1.toml", "accounts/shops-1.json", "accounts/shops-1.csv"} <= names


def test_the_same_inspection_gives_the_same_bytes(shops: Coproduction) -> None:
    mandate = Mandate.objects.get()
    first, again = b"".join(case_file(mandate)), b"".join(case_file(mandate))
    assert first == again


def test_kinds_by_the_thousand_are_there_by_their_samples(
    shops: Coproduction, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("partage.oversight.case_file.MOST_OF_A_KIND", 10)
    inspector_browser().post(at("inspection-samples", 1), {"size": 3, "kind": "vote"})
    file = tmp_path / "case.zip"
    file.write_bytes(downloaded())
    assert check_case(file, []).samples == 2
    with zipfile.ZipFile(file) as archive:
        lines = archive.read("entries.jsonl").decode()
        assert json.loads(archive.read("case.json"))["left_out"] == {"vote": 20}
    assert 3 <= lines.count('\\"kind\\":\\"vote\\"') < 20


def _refusal(file: Path, raw: bytes) -> str:
    file.write_bytes(raw)
    try:
        check_case(file, [])
    except CaseError as error:
        return str(error)
    return ""


def test_each_of_a_thousand_single_byte_changes_is_seen(case: Path, tmp_path: Path) -> None:
    raw, chance = case.read_bytes(), random.Random(1)  # noqa: S311 - which bytes, the same each time
    file = tmp_path / "changed.zip"
    end = len(raw) - 400  # the signature and the end of the zip, byte by byte
    places = [*range(end, len(raw)), *chance.sample(range(end), 600)]
    for place in places:
        changed = bytearray(raw)
        changed[place] ^= 1 << chance.randrange(8)
        sentence = _refusal(file, bytes(changed))
        assert sentence.endswith(".") and "\n" not in sentence, (place, sentence)


@pytest.mark.parametrize("change", ["cut", "longer", "empty", "other", "before"])
def test_a_file_that_is_no_case_is_refused_in_a_sentence(
    case: Path, tmp_path: Path, change: str
) -> None:
    raw = case.read_bytes()
    other = io.BytesIO()
    with zipfile.ZipFile(other, "w") as archive:
        archive.writestr("a", "b")
    changed = {"cut": raw[:-1], "longer": raw + b"\n", "empty": b"", "other": other.getvalue(), "before": b"x" + raw}  # fmt: skip
    assert _refusal(tmp_path / "changed.zip", changed[change]).endswith(".")
    said = run(tmp_path / "changed.zip")
    assert said.exit_code == 1 and len(said.output.splitlines()) == 1
    assert run(tmp_path / "nowhere.zip").exit_code == 1


@pytest.mark.parametrize(
    ("name", "old", "new", "sentence"),
    [
        (
            "entries.jsonl",
            '\\"kind\\":\\"vote\\"',
            '\\"kind\\":\\"veto\\"',
            "its proof does not lead",
        ),
        ("case.json", "Labour", "Labovr", "did not seal these terms"),
        ("consultations.jsonl", "/en/", "/xx/", "not the one that was sealed"),
        ("samples.json", '"number": 1', '"number": 2', "its seed is not the one"),
        ("accounts/shops-1.json", '"digest": "', '"digest": "0', "did not seal the digest"),
    ],
)
def test_what_is_sealed_anew_must_still_be_what_the_register_holds(
    shops: Coproduction, tmp_path: Path, name: str, old: str, new: str, sentence: str
) -> None:
    """Whoever has the key signs another file: its contents must agree with the register."""
    with zipfile.ZipFile(io.BytesIO(downloaded())) as archive:
        files = {one: archive.read(one) for one in archive.namelist() if one != "manifest.json"}
    assert old.encode() in files[name]
    files[name] = files[name].replace(old.encode(), new.encode(), 1)
    (signer,) = kept_signers(Log.objects.get().origin)
    raw = b"".join(sealed([(one, [content]) for one, content in files.items()], signer))
    assert sentence in _refusal(tmp_path / "case.zip", raw)


def test_without_a_seal_or_a_key_no_case_is_made() -> None:
    make_mandate(make_coproduction("shops"))
    browser = inspector_browser()
    unsealed = browser.get(at("inspection-case-file", 1))
    assert unsealed.status_code == 409 and "Nothing is sealed yet" in unsealed.content.decode()
    seal()
    settings.REGISTER_KEY.unlink()
    keyless = browser.get(at("inspection-case-file", 1))
    assert keyless.status_code == 409 and "not on this machine" in keyless.content.decode()
