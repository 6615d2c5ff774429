"""A checker written by others, in another language, says the same of our registers and receipts."""

import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from django.conf import LazySettings

from faults.mutate import Foreign, build_foreign, foreign_checker, is_refused, mutation
from faults.outcome import Skipped
from faults.sample_log import (
    AlteredLog,
    AlteredReceipt,
    SampleLog,
    World,
    as_text,
    sample_log,
    write_files,
)
from partage.register.audit import Audit, Folder
from partage.register.models import Payload
from partage.register.notes import Verifier
from partage.register.proving import receipt_of
from partage.register.receipts import check_receipt
from partage.register.sequencer import current_log, seal
from tests.factories import answer, make_coproduction, make_device, make_statements

# Go is asked for by the long tests alone.
pytestmark = pytest.mark.slow
SIZES = (1, 2, 255, 256, 257, 700)


@pytest.fixture(scope="module")
def foreign() -> Iterator[Foreign]:
    try:
        with foreign_checker() as running:
            yield running
    except Skipped as missing:
        pytest.skip(str(missing))


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    try:
        return build_foreign(tmp_path_factory.mktemp("foreign"))
    except Skipped as missing:
        pytest.skip(str(missing))


def run(program: Path, *words: object) -> tuple[int, str, str]:
    done = subprocess.run([program, *map(str, words)], capture_output=True, text=True)
    return done.returncode, done.stdout, done.stderr


def holds_for_us(log: SampleLog, folder: Path) -> bool:
    audit = Audit(Folder(folder), [log.signer.verifier])
    for _done in audit.run():
        pass
    return audit.report.holds


@pytest.mark.parametrize("size", SIZES)
def test_both_accept_a_log_and_its_receipts(size: int, foreign: Foreign, tmp_path: Path) -> None:
    log = sample_log(size)
    log.write(tmp_path)
    assert holds_for_us(log, tmp_path)
    assert foreign.answer(AlteredLog(log.files), log.signer) == "ok"
    for place in sorted({0, size // 2, size - 1}):
        shown = log.receipt(place)
        check_receipt(str(shown), [log.signer.verifier])
        assert foreign.answer(as_text(shown), log.signer) == "ok"
        closed = replace(shown, opening=b"", content="")
        assert foreign.answer(as_text(closed), log.signer) == "ok"


def test_both_refuse_the_same_alterations(foreign: Foreign) -> None:
    world = World()
    for seed in range(60):
        kind, altered = mutation(world, seed)
        if isinstance(altered, AlteredReceipt) or altered.remembered is None:
            assert is_refused(world, altered), f"{kind}, seed {seed}"
            assert foreign.refuses(world, altered), f"{kind}, seed {seed}"


def test_it_says_in_one_line_what_holds_and_what_does_not(program: Path, tmp_path: Path) -> None:
    log = sample_log(300)
    key = log.signer.verifier
    log.write(tmp_path / "log")
    file = tmp_path / "receipt"
    file.write_text(str(log.receipt(7)), "utf-8")
    code, said, _nothing = run(program, "log", tmp_path / "log", key)
    assert code == 0 and said.startswith("300 entries, root ") and said.count("\n") == 1
    assert run(program, "receipt", file, key) == (0, "entry 7 of 300\n", "")

    other = sample_log(2, seed=1).signer.verifier
    for words in (("log", tmp_path / "log"), ("receipt", file)):
        code, said, reason = run(program, *words, other)
        assert code == 1 and not said and reason.count("\n") == 1
    (tmp_path / "log" / "tile/0/000").unlink()
    assert run(program, "log", tmp_path / "log", key)[0] == 1
    assert run(program, "nonsense")[0] == 1


def test_it_refuses_what_an_entry_does_not_commit_to(foreign: Foreign) -> None:
    log = sample_log(300)
    receipt = log.receipt(8)
    wrong = [
        replace(receipt, content='{"answer":"unclear","statement":99}'),
        replace(receipt, opening=bytes(32)),
        replace(receipt, opening=receipt.opening + receipt.content.encode(), content=""),
    ]
    for altered in wrong:
        assert foreign.answer(as_text(altered), log.signer).startswith("broken: what ")


@pytest.mark.django_db
def test_it_accepts_the_register_of_the_site_and_a_receipt_from_it(
    program: Path, settings: LazySettings, tmp_path: Path
) -> None:
    coproduction = make_coproduction()
    browser = make_device(coproduction)
    for statement in make_statements(coproduction, 5):
        answer(browser, statement)
    assert seal() >= 5
    log, payload = current_log(), Payload.objects.latest("pk")
    key = Verifier.parse(log.vkeys)
    folder = Path(settings.REGISTER_DIR) / str(log.number)
    code, said, reason = run(program, "log", folder, key)
    assert code == 0, reason
    assert said.startswith(f"{log.size} entries")

    receipt = receipt_of(payload, log)
    write_files({"receipt": str(receipt).encode()}, tmp_path)
    place = payload.entry.position
    assert run(program, "receipt", tmp_path / "receipt", key) == (
        0,
        f"entry {place} of {log.size}\n",
        "",
    )
    false = replace(receipt, content=receipt.content.replace("agree", "disagree"))
    assert false != receipt
    write_files({"receipt": str(false).encode()}, tmp_path)
    assert run(program, "receipt", tmp_path / "receipt", key)[0] == 1
