"""`partage verify`: checking a register, a receipt or a case file, on one's own."""

import hashlib
import importlib
import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

import click

from partage.commands.main import set_up
from partage.commands.verify_badge import badge
from partage.commands.wording import counted
from partage.oversight import case_format
from partage.register.audit import (
    Address,
    Audit,
    Broken,
    Folder,
    Hidden,
    Report,
    Source,
    SourceError,
)
from partage.register.checkpoints import Checkpoint, unchecked
from partage.register.notes import ED25519, NoteError, Verifier
from partage.register.receipts import LONGEST, Checked, check_receipt, origin_of


@click.group()
def verify() -> None:
    """Check the register, a receipt, a badge or a case file, without trusting the site.

    \b
    Examples:
      partage verify log                                    this site's own register
      partage verify log https://example.org/register/1     a register somewhere else
      partage verify log copies/register/1                  a copy of its files
      partage verify receipt receipt.tlog-proof             one act, even with the site gone
      partage verify badge badge.jwt                        an Open Badge, of this site or another
      partage verify case partage-inspection-1.zip          an inspection, even with the site gone
    """


verify.add_command(badge)


def _keys(
    _context: click.Context, _parameter: click.Parameter, given: tuple[str, ...]
) -> list[Verifier]:
    try:
        return [Verifier.parse(vkey) for vkey in given]
    except NoteError as error:
        raise click.ClickException(str(error)) from None


vkey_option = click.option(
    "--vkey",
    "vkeys",
    multiple=True,
    callback=_keys,
    help="A key to trust (name+id+key): the register's own, or a witness's. May be given again.",
)


@verify.command()
@click.argument("where", required=False)
@vkey_option
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
@click.option("--each", is_flag=True, help="Print the answer for each entry, one a line.")
@click.option("--forget", is_flag=True, help="Neither use nor keep the checkpoint seen last time.")
def log(
    where: str | None, vkeys: list[Verifier], *, as_json: bool, each: bool, forget: bool
) -> None:
    """Read a register from its first entry on, and check every hash and signature.

    WHERE is an address or a folder; left out, it is this site's register, and what entries hide is
    opened and compared too. The checkpoint is remembered: next time, the register must continue it.

    Without --vkey the key is the one remembered or, the first time, the one the register itself
    shows: that proves that it is whole, not whose it is.

    \b
    Example:
      partage verify log https://example.org/register/1 --vkey example.org/register/1+abcd1234+AX…
    """
    site: Site | None = None
    try:
        site = _this_site() if where is None else None
        source, trusted = _source(where, site), vkeys or (site.verifiers if site else [])
        memory = None if forget else _remembered(source, trusted)
        trusted = trusted or (memory[1] if memory else _shown_keys(source))
        audit = Audit(
            source,
            trusted,
            remembered=memory[0] if memory else None,
            opener=site.open if site else None,
            each=_say_each if each else None,
        )
        _run(audit, quiet=as_json or each)
    except (NoteError, SourceError) as error:
        if site:
            site.keep_verdict(Report(broken=[Broken(None, str(error))]))
        raise click.ClickException(str(error)) from None
    if site:
        site.keep_verdict(audit.report)
    if audit.report.holds and not forget:
        _remember(audit, trusted)
    if not each:
        report = audit.report
        click.echo(json.dumps(report.as_json(), indent=2) if as_json else _words(report.as_json()))
    if not audit.report.holds:
        raise click.ClickException(f"broken: {audit.report.broken[0]}")


class Site(Protocol):
    """This machine's own register, with what its database knows."""

    source: Source
    verifiers: list[Verifier]

    def open(self, start: int, end: int) -> Sequence[Hidden]: ...

    def keep_verdict(self, report: Report) -> None: ...


def _this_site() -> Site:
    """Loaded only here: checking somebody else's register needs no settings and no database."""
    set_up()
    site: Site = importlib.import_module("partage.register.this_site").this_site()
    return site


def _source(where: str | None, site: Site | None) -> Source:
    if site:
        return site.source
    if where and "://" in where:
        return Address(where)
    folder = Path(where or "")
    if not folder.is_dir():
        raise SourceError(f"There is no folder {str(folder)!r}.")
    return Folder(folder)


def _shown_keys(source: Source) -> list[Verifier]:
    try:
        lines = source.read("vkey").decode().splitlines()
    except UnicodeDecodeError:
        raise NoteError("The file vkey is not text.") from None
    return [Verifier.parse(line) for line in lines]


def _say_each(place: int, said: str) -> None:
    click.echo(f"{place} {said}")


def _run(audit: Audit, *, quiet: bool) -> None:
    if quiet:
        for _done in audit.run():
            pass
        return
    size = audit.checkpoint().size
    with click.progressbar(length=size, label=counted(size, "entry", "entries")) as bar:
        for done in audit.run():
            bar.update(done - bar.pos)


def _words(report: dict[str, Any]) -> str:
    lines = [
        f"Register {report['origin']}",
        f"{counted(report['size'], 'entry', 'entries')}, root {report['root']}",
        f"{counted(report['matches'], 'matches', 'match')} what they commit to, "
        f"{counted(report['sealed'], 'is', 'are')} sealed, "
        f"{counted(report['erased'], 'is', 'are')} erased and said to be",
    ]
    if report["extends"] is not None:
        lines.append(f"It continues the one of {report['extends']} entries seen before.")
    lines.append("Everything holds." if report["holds"] else "It does not hold:")
    return "\n".join(lines)


# What was seen last, kept for the person who checks.


def _memory_of(origin: str) -> Path:
    state = Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state")
    return state / "partage" / "checkpoints" / hashlib.sha256(origin.encode()).hexdigest()[:32]


def _remembered(
    source: Source, trusted: list[Verifier]
) -> tuple[Checkpoint, list[Verifier]] | None:
    origins = [v.name for v in trusted if v.kind == ED25519]
    text = source.read("checkpoint").decode(errors="replace")
    origin = origins[0] if origins else unchecked(text).origin
    return read_memory(origin)


def read_memory(origin: str) -> tuple[Checkpoint, list[Verifier]] | None:
    """The checkpoint seen last of a register, and the keys it was checked with."""
    try:
        keys, _, text = _memory_of(origin).read_text("utf-8").partition("\n\n")
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise SourceError(f"{_memory_of(origin)} cannot be read: {error}.") from None
    return unchecked(text), [Verifier.parse(k) for k in keys.splitlines()]


def _remember(audit: Audit, trusted: list[Verifier]) -> None:
    path = _memory_of(audit.report.origin)
    waiting = path.with_suffix(f".{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        waiting.write_text("\n".join(map(str, trusted)) + "\n\n" + audit.text, "utf-8")
        waiting.replace(path)
    except OSError as error:
        click.echo(f"The checkpoint is not remembered: {path}: {error.strerror}.", err=True)


@verify.command()
@click.argument("file", type=click.Path(path_type=Path))
@vkey_option
@click.option("--json", "as_json", is_flag=True, help="Print what it proves as JSON.")
def receipt(file: Path, vkeys: list[Verifier], *, as_json: bool) -> None:
    """Check a receipt: that the register holds this act, under its signature.

    It needs neither the site nor the network, only the register's key: given with --vkey, or
    remembered from `partage verify log`.

    \b
    Example:
      partage verify receipt receipt.tlog-proof --vkey example.org/register/1+abcd1234+AX…
    """
    try:
        text = _text_of(file)
        checked = check_receipt(text, vkeys or _known_keys(origin_of(text)))
    except (NoteError, SourceError) as error:
        raise click.ClickException(f"{file.name}: {error}") from None
    facts = _facts(checked)
    click.echo(json.dumps(facts, indent=2) if as_json else "\n".join(_receipt_lines(facts)))


def _text_of(file: Path) -> str:
    try:
        raw = file.read_bytes()[: 4 * LONGEST + 1]
        return raw.decode()
    except UnicodeDecodeError:
        raise NoteError("a receipt is text, this is not.") from None
    except OSError as error:
        raise SourceError(f"it cannot be read: {error.strerror}.") from None


def _known_keys(origin: str) -> list[Verifier]:
    memory = read_memory(origin)
    if memory is None:
        raise NoteError(
            f"the key of the register {origin[:80]} is not known here: give it with --vkey, "
            "as its page /register/ prints it."
        )
    return memory[1]


def _facts(checked: Checked) -> dict[str, Any]:
    return {
        "register": checked.checkpoint.origin,
        "place": checked.index,
        "of": checked.checkpoint.size,
        "signed_by": [v.name for v in checked.note.signed_by],
        "entry": checked.facts,
        "content": checked.content,
    }


def _plain(value: object) -> str:
    """For a terminal: what a receipt holds might steer it."""
    text = str(value)
    return text if text.isprintable() else ascii(text)


def _receipt_lines(facts: dict[str, Any]) -> list[str]:
    entry = facts["entry"]
    said = ", ".join(f"{_plain(k)} {_plain(v)}" for k, v in facts["content"].items())
    return [
        f"This receipt holds: {entry['kind']}, {entry.get('coproduction', 'the site')}, {entry['hour']}",
        *([f"It says: {said}"] if said else []),
        f"Entry {facts['place']} of {facts['of']} in {facts['register']}",
        f"Signed by {', '.join(facts['signed_by'])}",
    ]


@verify.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--key",
    "--vkey",
    "vkeys",
    multiple=True,
    callback=_keys,
    help="The register's key to trust (name+id+key). May be given again.",
)
@click.option("--json", "as_json", is_flag=True, help="Print what it proves as JSON.")
def case(file: Path, vkeys: list[Verifier], *, as_json: bool) -> None:
    """Check the sealed case file of an inspection: every byte, every proof.

    It needs neither the site nor the network. Without --key the key is the one remembered from
    `partage verify log`, else the one in the file: that shows that it is whole, not whose it is.

    \b
    Example:
      partage verify case partage-inspection-1.zip --key example.org/register/1+abcd1234+AX…
    """
    try:
        memory = None if vkeys else read_memory(case_format.origin_of(file))
        trusted = vkeys or (memory[1] if memory else [])
        checked = case_format.check_case(file, trusted)
    except (case_format.CaseError, NoteError, SourceError) as error:
        raise click.ClickException(f"{file.name}: {error}") from None
    if as_json:
        click.echo(json.dumps({**checked.as_json(), "key_given": bool(trusted)}, indent=2))
        return
    click.echo("\n".join(_case_lines(checked, is_trusted=bool(trusted))))


def _case_lines(checked: case_format.Checked, *, is_trusted: bool) -> list[str]:
    terms = checked.mandate
    own = (
        "" if is_trusted else " (the key in the file: it is whole; give --key to know whose it is)"
    )
    return [
        f"This case holds: mandate {terms['mandate']}, {_plain(terms['body_name'])}",
        f"{checked.files} files, {checked.entries} entries of {checked.size} in {checked.origin}",
        f"{checked.accounts} accounts, {checked.samples} samples, "
        f"{checked.consultations} pages read",
        f"Signed by {checked.signed_by}{own}",
    ]
