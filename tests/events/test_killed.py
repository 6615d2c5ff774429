"""Events sent while the site is killed: each is counted once, and in little memory."""

import http.client
import json
import os
import sqlite3
import subprocess
import sys
import threading
import time
from pathlib import Path
from uuid import UUID

import pytest

from faults.site import Site, _processes_of, running_site, work_folder

EVENTS = int(os.environ.get("PARTAGE_EVENTS_SENT", "150000"))
EACH = 10_000
KILLS = 3
MOST_KB = 300 * 1024
TOKEN = "k" * 43
MAKE = """
import django; django.setup()
from django.utils import timezone
from partage.coproductions.models import Coproduction
from partage.people.sign_in import token_hash
shop = Coproduction.objects.visible().order_by("pk").first()
shop.event_tasks.create(code="scan", name={"en": "Scan"})
shop.producer_keys.create(name="Till", digest=token_hash("%s"), made_at=timezone.now())
print(shop.slug)
"""


def prepared(site: Site) -> str:
    """The coproduction of the site, with a task and a key."""
    command = [sys.executable, "-c", MAKE % TOKEN]
    variables = site.variables | {"DJANGO_SETTINGS_MODULE": "partage.config.settings"}
    made = subprocess.run(command, env=variables, capture_output=True, text=True, check=False)
    assert made.returncode == 0, made.stderr
    return made.stdout.split()[-1]


def body(start: int) -> bytes:
    facts = {"task": "scan", "started_at": "2026-05-04T10:00:00Z", "seconds": 2}
    each = (facts | {"id": str(UUID(int=n + 1))} for n in range(start, min(start + EACH, EVENTS)))
    return b"\n".join(json.dumps(event).encode() for event in each)


def send(site: Site, slug: str, batch: bytes) -> int:
    """Until the site says what it took; how often it had to be sent."""
    for times in range(1, 1000):
        asked = http.client.HTTPConnection("127.0.0.1", site.port, timeout=120)
        try:
            head = {"Host": "localhost", "Authorization": f"Bearer {TOKEN}"}
            asked.request("POST", f"/api/v1/coproductions/{slug}/events", batch, head)
            answer = asked.getresponse()
            told = json.loads(answer.read())
            if answer.status == 200:
                assert told["accepted"] + told["repeated"] == batch.count(b"\n") + 1
                return times
            assert answer.status == 503, told
        except (OSError, http.client.HTTPException):
            pass
        finally:
            asked.close()
        time.sleep(0.2)
    raise AssertionError("the site never took the batch")


def peak(folder: Path) -> int:
    """The most memory that a process of the site has held, in kB."""
    found = [0]
    for pid in _processes_of(folder):
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
        found += [int(line.split()[1]) for line in lines if line.startswith("VmHWM")]
    return max(found)


@pytest.mark.slow
def test_events_sent_while_the_site_is_killed_are_counted_once() -> None:
    with work_folder() as folder, running_site("sqlite", folder) as site:
        slug = prepared(site)
        sent = 0

        def kill() -> None:
            """Each time when a third of what was left has come."""
            for number in range(1, KILLS + 1):
                while sent < number * EVENTS / (KILLS + 1):
                    time.sleep(0.05)
                site.kill()
                site.start()

        killing = threading.Thread(target=kill, daemon=True)
        killing.start()
        for start in range(0, EVENTS, EACH):
            send(site, slug, body(start))
            sent = start + EACH
        killing.join(timeout=120)
        assert not killing.is_alive()
        assert send(site, slug, body(0)) == 1
        memory = peak(site.folder)
        with sqlite3.connect(site.folder / "partage.sqlite3") as database:
            (events,) = database.execute("SELECT count(*) FROM events_event").fetchone()
            (counted,) = database.execute("SELECT sum(events) FROM events_eventmonth").fetchone()
            (batches,) = database.execute("SELECT sum(accepted) FROM events_batch").fetchone()
    assert events == counted == batches == EVENTS
    assert memory <= MOST_KB, f"{memory} kB"
