"""`partage verify log`: a register is read from its first entry on, and the next time continued."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from faults.sample_log import SampleLog, sample_log
from partage.commands.verify import verify
from partage.register.checkpoints import Checkpoint
from partage.register.notes import COSIGNATURE, Signer, sign
from tests.register.registers import files_in

Run = Callable[..., Result]
LOG = sample_log(300)


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """`partage verify log …` by somebody whose memory is in this test's folder."""

    def invoke(*words: object) -> Result:
        state = {"XDG_STATE_HOME": str(tmp_path / "state")}
        return CliRunner().invoke(verify, ["log", *map(str, words)], env=state)

    return invoke


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    LOG.write(tmp_path / "log")
    return tmp_path / "log"


def older(size: int) -> SampleLog:
    return SampleLog(LOG.entries[:size], LOG.signer)


def memory(tmp_path: Path) -> dict[str, bytes]:
    return files_in(tmp_path / "state")


def refused(result: Result, *why: str) -> bool:
    """One line that says why, and a code that a script understands."""
    (line,) = result.stderr.splitlines()
    assert result.exit_code == 1 and line.startswith("Error: ")
    return all(word in line for word in why)


def test_a_register_that_holds_is_said_to_and_remembered(
    run: Run, folder: Path, tmp_path: Path
) -> None:
    result = run(folder)
    assert result.exit_code == 0 and "Everything holds." in result.stdout
    assert "300 entries, root" in result.stdout and LOG.signer.name in result.stdout
    assert "seen before" not in result.stdout
    assert "It continues the one of 300 entries seen before." in run(folder).stdout
    assert len(memory(tmp_path)) == 1


def test_it_grows_and_continues_what_was_seen(run: Run, folder: Path) -> None:
    older(256).write(folder)
    assert run(folder).exit_code == 0
    LOG.write(folder)
    assert "continues the one of 256 entries" in run(folder).stdout


def test_the_report_as_json(run: Run, folder: Path) -> None:
    report: dict[str, Any] = json.loads(run(folder, "--json").stdout)
    assert report["holds"] and report["size"] == 300 and report["broken"] == []
    assert report["matches"] + report["sealed"] + report["erased"] == 300
    assert report["root"] == LOG.checkpoint.root.hex()


def test_each_entry_has_its_line(run: Run, folder: Path) -> None:
    lines = dict(line.split(" ", 1) for line in run(folder, "--each").stdout.splitlines())
    assert len(lines) == 300
    assert (lines["0"], lines["2"], lines["6"]) == ("erased under entry 5", "sealed", "matches")


def test_an_entry_changed_is_named_with_what_was_expected_and_found(
    run: Run, folder: Path, tmp_path: Path
) -> None:
    bundle = folder / "tile/entries/000"
    bundle.write_bytes(bundle.read_bytes().replace(b"shops", b"shoes", 1))
    result = run(folder)
    assert refused(result, "broken: entry 0:", f"expected {LOG.leaves[0].hex()}", "found ")
    assert "It does not hold:" in result.stdout
    assert memory(tmp_path) == {}
    report = json.loads(run(folder, "--json").stdout)
    assert not report["holds"] and report["broken"][0]["place"] == 0
    assert "0 broken" in run(folder, "--each").stdout.splitlines()


def test_a_register_that_went_back_is_broken_and_what_was_seen_is_kept(
    run: Run, folder: Path, tmp_path: Path
) -> None:
    run(folder)
    seen = memory(tmp_path)
    older(200).write(folder)
    assert refused(run(folder), "entries that were there are gone (expected 300, found 200)")
    assert memory(tmp_path) == seen
    assert run(folder, "--forget").exit_code == 0
    assert memory(tmp_path) == seen


def test_a_register_whose_beginning_was_changed_is_broken(run: Run, folder: Path) -> None:
    older(100).write(folder)
    run(folder)
    other = SampleLog([*sample_log(50, seed=9).entries, *LOG.entries[50:]], LOG.signer)
    other.write(folder)
    assert refused(run(folder), "the first 100 entries are not those remembered")


def test_another_key_than_the_one_remembered_or_given_is_refused(run: Run, folder: Path) -> None:
    run(folder)
    impostor = Signer(LOG.signer.name, bytes(32))
    SampleLog(LOG.entries, impostor).write(folder)
    assert refused(run(folder), "the keys trusted here are")
    assert run(folder, "--vkey", impostor.verifier).exit_code == 0
    LOG.write(folder)
    assert refused(run(folder, "--vkey", impostor.verifier), "the keys trusted here are")


def test_the_key_of_a_witness_is_checked_beside_that_of_the_register(
    run: Run, folder: Path
) -> None:
    witness = Signer("witness.example", bytes(32), COSIGNATURE)
    line = witness.line(LOG.checkpoint.text, 1_700_000_000)
    (folder / "checkpoint").write_text(LOG.note + line)
    assert run(folder, "--vkey", LOG.signer.verifier, "--vkey", witness.verifier).exit_code == 0
    (folder / "checkpoint").write_text(LOG.note + witness.line("another\n", 1))
    both = ("--vkey", LOG.signer.verifier, "--vkey", witness.verifier)
    assert refused(run(folder, *both), "The signature of witness.example does not fit")


def test_a_checkpoint_from_the_future_is_broken(run: Run, folder: Path, tmp_path: Path) -> None:
    head = Checkpoint(LOG.signer.name, 400, bytes(32))
    (folder / "checkpoint").write_text(sign(head.text, [LOG.signer]))
    assert refused(run(folder), "broken: entry 256:", "001.p/144: no such file or directory")
    assert memory(tmp_path) == {}


def test_what_is_no_register_is_refused_in_one_line(run: Run, folder: Path, tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    assert refused(run(empty), "checkpoint: no such file or directory")
    assert refused(run(tmp_path / "nowhere"), "There is no folder")
    assert refused(run(folder / "checkpoint"), "There is no folder")
    assert refused(run("ftp://example.org/register/1"), "An address begins with https://")
    assert refused(run("http://127.0.0.1:9/register/1"), "127.0.0.1:9/register/1/checkpoint")
    (folder / "vkey").write_bytes(b"\xff")
    assert refused(run(folder), "The file vkey is not text.")
    (folder / "checkpoint").write_bytes(b"\xff")
    assert refused(run(folder, "--vkey", LOG.signer.verifier), "The checkpoint is not text.")
    assert refused(run(folder, "--vkey", "a+b+c"), "The key is not base64")
    assert memory(tmp_path) == {}


def test_a_memory_that_cannot_be_read_is_said_to_be(run: Run, folder: Path, tmp_path: Path) -> None:
    run(folder)
    (path,) = (tmp_path / "state").rglob("*/checkpoints/*")
    path.write_bytes(b"\xff")
    assert refused(run(folder), "cannot be read")
    path.write_text("nonsense")
    assert refused(run(folder), "A checkpoint has three lines")
    assert run(folder, "--forget").exit_code == 0


def test_help_names_what_can_be_checked() -> None:
    said = CliRunner().invoke(verify, ["--help"])
    assert "partage verify log copies/register/1" in said.stdout
