"""`partage verify receipt`: an act is proved without the site and without the network."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from faults.sample_log import sample_log
from partage.commands.verify import verify
from partage.register.receipts import LONGEST

LOG = sample_log(300)
KEY = str(LOG.signer.verifier)
RECEIPT = LOG.receipt(8)
Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    def invoke(*words: object, content: bytes | str = str(RECEIPT)) -> Result:
        file = tmp_path / "mine.tlog-proof"
        file.write_bytes(content.encode() if isinstance(content, str) else content)
        words = words if words[:1] == ("log",) else ("receipt", file, *words)
        state = {"XDG_STATE_HOME": str(tmp_path / "state")}
        return CliRunner().invoke(verify, [str(word) for word in words], env=state)

    return invoke


def refused(result: Result, why: str) -> bool:
    (line,) = result.stderr.splitlines()
    assert (result.exit_code, result.stdout) == (1, "")
    return line.startswith("Error: mine.tlog-proof: ") and why in line


def test_with_its_key_a_receipt_holds_and_says_what_it_proves(run: Run) -> None:
    said = run("--vkey", KEY)
    assert said.exit_code == 0
    first, shown, place, by = said.stdout.splitlines()
    assert first.startswith("This receipt holds: vote, shops, 2026-")
    assert shown.startswith("It says: answer ") and "statement" in shown
    assert place == f"Entry 8 of 300 in {LOG.signer.name}"
    assert by == f"Signed by {LOG.signer.name}"


def test_as_json(run: Run) -> None:
    facts = json.loads(run("--vkey", KEY, "--json").stdout)
    assert (facts["place"], facts["of"], facts["signed_by"]) == (8, 300, [LOG.signer.name])
    assert facts["content"] == json.loads(RECEIPT.content)
    assert facts["entry"]["event"] == LOG.entries[8].event.hex()


def test_an_act_that_hides_nothing_says_nothing_more(run: Run) -> None:
    said = run("--vkey", KEY, content=str(LOG.receipt(6))).stdout
    assert "It says" not in said and "frame-published" in said


def test_the_key_remembered_from_reading_the_register_will_do(run: Run, tmp_path: Path) -> None:
    assert refused(run(), f"the key of the register {LOG.signer.name} is not known here")
    LOG.write(tmp_path / "log")
    assert run("log", tmp_path / "log").exit_code == 0
    assert run().exit_code == 0


def test_a_receipt_altered_cut_or_of_another_register_is_refused(run: Run) -> None:
    text = str(RECEIPT)
    other = sample_log(300, origin="other.example/register/1")
    bad = {
        "the proof does not lead to its root": text.replace("index 8", "index 9"),
        "is not what the entry commits to": str(
            replace(RECEIPT, content=RECEIPT.content.replace("statement", "statemint"))
        ),
        "cut short": text[:400],
        "A receipt begins with": text[1:],
        "It is signed by other.example/register/1": str(other.receipt(8)),
        "is too long": text + "x" * LONGEST,
    }
    for why, content in bad.items():
        assert refused(run("--vkey", KEY, content=content), why)
    assert refused(run("--vkey", KEY, content=b"\xff\xfe"), "a receipt is text, this is not")
    assert refused(run("--vkey", KEY, content=b""), "A receipt begins with")


def test_a_file_that_is_not_there_and_a_key_that_is_none_are_refused(
    run: Run, tmp_path: Path
) -> None:
    assert "The key is not base64" in run("--vkey", "a+b+c").stderr
    missing = CliRunner().invoke(verify, ["receipt", str(tmp_path / "nowhere")])
    assert missing.exit_code and "nowhere" in missing.stderr and not missing.stdout


def test_what_a_receipt_holds_cannot_steer_the_terminal(run: Run) -> None:
    said = run("--vkey", KEY, content=str(RECEIPT)).stdout
    assert said.isascii() or said.replace("\n", "").isprintable()


def test_it_needs_neither_settings_nor_database(tmp_path: Path) -> None:
    file = tmp_path / "receipt"
    file.write_text(str(RECEIPT))
    variables = {
        **os.environ,
        "PARTAGE_DATABASE_URL": "nonsense://",
        "PARTAGE_DATA_DIR": "/proc/no",
    }
    done = subprocess.run(
        [sys.executable, "-m", "partage", "verify", "receipt", str(file), "--vkey", KEY],
        env=variables, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
