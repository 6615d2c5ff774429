"""Votes on two sites in turn: one whose register writes, one whose register does not."""

import http.client
import json
import re
import statistics
import subprocess
import threading
import time
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg

from partage.commands.bench_site import Site, running_site
from partage.commands.bench_votes import WARMING, Figure, Run, percentile, run_once
from partage.commands.load import SECRET, Load, send
from partage.commands.throwaway_postgres import program

PEOPLE, STATEMENTS, CLIENTS = 3000, 100, 32
RECEIPTS, BUSY_CLIENTS = 100, 8
LEAST_KEPT = 0.65
MOST_SPREAD = 3.0
MOST_SEALED_MS = 5000.0
LEAST_SCALING = 3.0
PATIENCE = 30.0


def measure_sites(database: str, *, seconds: float, rounds: int) -> list[Figure]:
    """The cost of the register on votes, and how soon they are sealed."""
    with ExitStack() as stack:
        sizes = {"people": PEOPLE, "statements": STATEMENTS}
        full = stack.enter_context(
            running_site(database, **sizes, command=("bench", "serve-sealed"))
        )
        bare = stack.enter_context(
            running_site(database, **sizes, command=("bench", "serve-unrecorded"))
        )
        runs = _in_turn({"register": full, "none": bare}, seconds, rounds)
        figures = _judged(database, runs)
        figures.append(_sealing(full))
        figures.append(_verified(full))
        if database == "postgres":
            figures += _scaling(full, seconds, rounds)
    return figures


def _load(site: Site) -> Load:
    return Load(
        site.port, site.prepared["path"], WARMING, CLIENTS,
        tokens=site.prepared["tokens"], statements=site.prepared["statements"],
    )  # fmt: skip


def _in_turn(sites: dict[str, Site], seconds: float, rounds: int) -> dict[str, list[Run]]:
    runs: dict[str, list[Run]] = {name: [] for name in sites}
    sent = {name: run_once(site, _load(site)).answered for name, site in sites.items()}
    for _ in range(rounds):
        for name, site in sites.items():
            run = run_once(site, replace(_load(site), seconds=seconds, skip=sent[name]))
            sent[name] += run.answered
            runs[name].append(run)
    return runs


def _judged(database: str, runs: dict[str, list[Run]]) -> list[Figure]:
    pairs = list(zip(runs["register"], runs["none"], strict=True))
    kept = statistics.median(full.per_second / bare.per_second for full, bare in pairs)
    spread = statistics.median(run.p99_ms / run.p50_ms for run in runs["register"])
    a_second = statistics.median(run.per_second for run in runs["register"])
    bare = statistics.median(run.per_second for run in runs["none"])
    added = sum(run.rows_added or 0 for run in runs["register"])
    accepted = sum(run.accepted for run in runs["register"])
    others = sum(run.answered - run.accepted for many in runs.values() for run in many)
    whose = f"{database}, {CLIENTS} clients"
    return [
        Figure(f"{whose}: votes a second, with the register / without",
               f"{kept:.2f} ({a_second:.0f} / {bare:.0f})", f"at least {LEAST_KEPT:g}", kept >= LEAST_KEPT),
        Figure(f"{whose}: p99 / p50", f"{spread:.1f}", f"at most {MOST_SPREAD:g}", spread <= MOST_SPREAD),
        Figure(f"{database}: entries added", f"{added}", f"the {accepted} answers accepted", added == accepted),
        Figure(f"{database}: answers not accepted", f"{others}", "0", others == 0),
    ]  # fmt: skip


def _sealing(site: Site) -> Figure:
    """From an accepted answer to a receipt that can be taken, while others vote."""
    busy = replace(_load(site), seconds=RECEIPTS * 0.15, connections=BUSY_CLIENTS, skip=1)
    others = threading.Thread(target=send, args=(replace(busy, tokens=busy.tokens[1000:]),))
    others.start()
    waits = []
    for number in range(RECEIPTS):
        statement = site.prepared["statements"][number % STATEMENTS]
        waits.append(_wait_for_receipt(site, site.prepared["tokens"][number], statement))
    others.join()
    p99 = percentile(waits, 0.99)
    found = f"p50 {percentile(waits, 0.5):.0f} ms, p99 {p99:.0f} ms"
    name = f"{site.database}: from the answer to a verifiable receipt"
    return Figure(name, found, f"p99 at most {MOST_SEALED_MS:.0f} ms", p99 <= MOST_SEALED_MS)


def _wait_for_receipt(site: Site, token: str, statement: int) -> float:
    cookies = f"participant={token}.20990101; csrftoken={SECRET}"
    headers = {"Host": f"localhost:{site.port}", "Cookie": cookies}
    body = f"csrfmiddlewaretoken={'a' * 32 + SECRET}&statement={statement}&answer=1"
    form = {**headers, "Content-Type": "application/x-www-form-urlencoded"}
    asked = http.client.HTTPConnection("127.0.0.1", site.port, timeout=PATIENCE)
    asked.request("POST", site.prepared["path"], body, form)
    asked.getresponse().read()
    began = time.perf_counter()
    path = f"{site.prepared['path']}receipt/{statement}/receipt.tlog-proof"
    while True:
        asked.request("GET", quote(path), headers=headers)
        answer = asked.getresponse()
        answer.read()
        waited = (time.perf_counter() - began) * 1000
        if answer.status == http.HTTPStatus.OK or waited > PATIENCE * 1000:
            asked.close()
            return waited
        time.sleep(0.02)


def _verified(site: Site) -> Figure:
    """The whole register of the site, checked against its rows."""
    until = time.monotonic() + PATIENCE
    while "0 wait" not in _waiting(site) and time.monotonic() < until:
        time.sleep(0.5)
    told = json.loads(site.run("verify", "log", "--json", "--forget"))
    found = f"{told['size']} entries, {len(told['broken'])} broken"
    holds = bool(told["holds"]) and told["size"] >= site.votes_recorded()
    return Figure(f"{site.database}: the register is checked", found, "all, none broken", holds)


def _waiting(site: Site) -> str:
    placed, signed = re.findall(
        r"(\d+) entries placed, (\d+) signed", site.run("register", "status")
    )[0]
    return f"{int(placed) - int(signed)} wait"


# What the machine can do at best, and what one row shared by all would do to it.
BARE = "INSERT INTO bench_bare (what) VALUES (1);\n"
HOT = "UPDATE bench_bare SET what = what + 1 WHERE id = 1;\n"


def _scaling(site: Site, seconds: float, rounds: int) -> list[Figure]:
    """The transactions of a vote alone, sent by pgbench: does any row hold the others up?"""
    told = site.run(
        "bench", "vote-sql", "--token", site.prepared["tokens"][0],
        "--statement", str(site.prepared["statements"][0]),
    )  # fmt: skip
    vote = _pgbench_script(json.loads(told.splitlines()[-1]), site.prepared["statements"])
    with psycopg.connect(site.variables["PARTAGE_DATABASE_URL"], autocommit=True) as asked:
        asked.execute("CREATE TABLE bench_bare (id bigserial PRIMARY KEY, what int)")
        asked.execute("INSERT INTO bench_bare (what) VALUES (0)")
    scripts = {"one bare INSERT": BARE, "a vote and a row shared by all": _with_hot_row(vote)}
    shown = [
        Figure(f"postgres: {name}, 16 clients / 1", _times(site, script, seconds, rounds)[1], "shown", True)
        for name, script in scripts.items()
    ]  # fmt: skip
    times, found = _times(site, vote, seconds, rounds)
    name = "postgres: transactions of a vote a second, 16 clients / 1"
    return [
        *shown,
        Figure(name, found, f"at least {LEAST_SCALING:g}", times >= LEAST_SCALING),
    ]


def _with_hot_row(vote: str) -> str:
    return vote.replace("COMMIT;", f"{HOT}COMMIT;")


def _times(site: Site, sql: str, seconds: float, rounds: int) -> tuple[float, str]:
    script = site.folder / "transaction.sql"
    script.write_text(sql)
    pairs = [[_tps(site, script, clients, seconds) for clients in (1, 16)] for _ in range(rounds)]
    times = statistics.median(sixteen / one for one, sixteen in pairs)
    each = ", ".join(f"{sixteen:.0f} / {one:.0f}" for one, sixteen in pairs)
    return times, f"{times:.1f} ({each})"


def _pgbench_script(told: dict[str, Any], statements: list[int]) -> str:
    """The SQL of one real vote, with another person, sentence and event at each turn."""
    sql = "\n".join(f"{' '.join(one.split())};" for one in told["sql"])
    event = "decode(md5(random()::text || clock_timestamp()::text || :client_id), 'hex')"
    sql = re.sub(r"'\\+x" + told["event"] + "'::bytea", lambda _found: event, sql)
    sql = sql.replace(f"SELECT id, {told['vault_key']},", "SELECT id, :key,")
    sql = sql.replace(f"SELECT {told['participant']}, s.id", "SELECT :who, s.id")
    sql = sql.replace(f"s.id = {statements[0]} ", "s.id = :what ")
    first, offset = told["first"], told["vault_key"] - told["participant"]
    return (
        f"\\set who random({first}, {first + PEOPLE - 1})\n\\set key :who + {offset}\n"
        f"\\set what random({statements[0]}, {statements[-1]})\n{sql}\n"
    )


def _tps(site: Site, script: Path, clients: int, seconds: float) -> float:
    url = psycopg.conninfo.conninfo_to_dict(site.variables["PARTAGE_DATABASE_URL"])
    done = subprocess.run(
        [
            str(program("pgbench")), "--no-vacuum", "--protocol=prepared", f"--client={clients}", "--jobs=2",
            f"--time={max(2, round(seconds))}", f"--file={script}", f"--host={url['host']}",
            f"--port={url['port']}", f"--username={url['user']}", str(url["dbname"]),
        ],
        env={"PGPASSWORD": str(url["password"])},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return float(re.findall(r"tps = ([\d.]+)", done.stdout)[-1])
