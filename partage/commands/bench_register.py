"""`partage bench register`: what the register costs, and how soon an act is sealed."""

import hashlib
import json
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import click

from partage.calc.merkle import Frontier, leaf_hash, verify_inclusion
from partage.commands.bench_log import KEY, a_receipt, write_log
from partage.commands.bench_register_site import measure_sites
from partage.commands.bench_votes import Figure, chosen_databases
from partage.register.audit import Audit, Folder
from partage.register.receipts import check_receipt

ENTRIES = 1_000_000
ENTRY_BYTES = 96
PROOFS = 2000
WITNESSES = 3
LEAST_APPENDS = 500_000
MOST_AUDIT_SECONDS = 15.0
MOST_RECEIPT_BYTES = 2000
MOST_PROOF_US = 50.0


@click.command()
@click.option("--entries", default=ENTRIES, show_default=True, type=click.IntRange(1000))
@click.option(
    "--database",
    type=click.Choice(["sqlite", "postgres", "both", "none"]),
    default="both",
    show_default=True,
)
@click.option("--seconds", type=click.FloatRange(0.5, 600), default=5, show_default=True)
@click.option("--rounds", type=click.IntRange(1, 50), default=3, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of words.")
def bench_register(
    *, entries: int, database: str, seconds: float, rounds: int, as_json: bool
) -> None:
    """Measure the tree on made-up entries, then votes with the register and without it.

    Seconds mean little on a busy machine: beside them stands a plain pass of SHA-256 over the same
    entries. Votes are compared in turn with those of the same site whose register writes nothing.

    \b
    Example:
      partage bench register --database sqlite --rounds 3
    """
    figures = _arithmetic(entries)
    if database != "none":
        for name in chosen_databases(database):
            figures += measure_sites(name, seconds=seconds, rounds=rounds)
    if as_json:
        click.echo(json.dumps([asdict(figure) for figure in figures], indent=2))
    else:
        click.echo("\n".join(figure.line for figure in figures))
    failed = [figure.line for figure in figures if not figure.holds]
    if failed:
        raise click.ClickException("\n".join(failed))


def _arithmetic(count: int) -> list[Figure]:
    entries = [b"%096d" % number for number in range(count)]
    plain = _seconds(lambda: [hashlib.sha256(entry).digest() for entry in entries])
    hashes = [leaf_hash(entry) for entry in entries]
    appended = count / _seconds(lambda: Frontier().extend(hashes))
    both = count / _seconds(lambda: Frontier().extend([leaf_hash(entry) for entry in entries]))
    audited, size, proof_us = _audit_and_proofs(count)
    return [
        Figure("plain SHA-256 of the same entries", f"{count / plain:,.0f} a second", "shown", True),
        Figure("frontier append, leaf hashes", f"{appended:,.0f} a second",
               f"at least {LEAST_APPENDS:,}", appended >= LEAST_APPENDS),
        Figure("the same with hashing the entries", f"{both:,.0f} a second", "shown", True),
        Figure(f"full audit of {count:,} entries", f"{audited:.1f} s, {audited / plain:.0f} plain passes",
               f"at most {MOST_AUDIT_SECONDS:g} s a million", audited <= MOST_AUDIT_SECONDS * count / 1e6),
        Figure(f"receipt with {WITNESSES} witnesses", f"{size} bytes",
               f"at most {MOST_RECEIPT_BYTES}", size <= MOST_RECEIPT_BYTES),
        Figure("check of a proof", f"{proof_us:.1f} µs", f"at most {MOST_PROOF_US:g}", proof_us <= MOST_PROOF_US),
    ]  # fmt: skip


def _seconds(work: Callable[[], object]) -> float:
    """The best of three, in CPU seconds: what the work itself takes."""
    times = []
    for _ in range(3):
        began = time.process_time()
        work()
        times.append(time.process_time() - began)
    return min(times)


def _audit_and_proofs(count: int) -> tuple[float, int, float]:
    """CPU seconds of an audit from files, bytes of a receipt, µs to check one proof."""
    with tempfile.TemporaryDirectory() as folder:
        log = write_log(Path(folder), count)
        audit = Audit(Folder(Path(folder)), [KEY.verifier])
        began = time.process_time()
        for _done in audit.run():
            pass
        seconds = time.process_time() - began
    if not audit.report.holds or audit.report.size != count:
        raise click.ClickException(f"the audit did not hold: {audit.report.broken[:1]}")
    receipt, verifiers = a_receipt(log, count // 3, WITNESSES)
    check_receipt(str(receipt), verifiers)
    place = (receipt.index, count, receipt.proof, log.root)
    leaf = leaf_hash(receipt.entry)
    each = _seconds(lambda: [verify_inclusion(leaf, *place) for _ in range(PROOFS)]) / PROOFS
    return seconds, len(str(receipt).encode()), each * 1e6
