"""Who decides and the families move from the coproduction to each version of its frame."""

from typing import Any

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

DECIDES = {"en": "The board decides.", "fr": "Le conseil décide."}


def migrate_to(name: str) -> Any:
    executor = MigrationExecutor(connection)
    return executor.migrate([("coproductions", name)]).apps


@pytest.mark.usefixtures("empty_database")
def test_versions_hold_what_was_promised_and_a_reason_and_the_way_back_loses_nothing() -> None:
    before = migrate_to("0004_stage_changes")
    organization = before.get_model("coproductions", "Organization").objects.create(slug="o")
    coproductions = before.get_model("coproductions", "Coproduction").objects
    shops = coproductions.create(
        organization=organization, slug="shops", decides=DECIDES, families=["data"]
    )
    frames = before.get_model("coproductions", "Frame").objects
    both = [
        frames.create(coproduction=shops, version=version, published_at=timezone.now())
        for version in (1, 2)
    ]
    coproductions.update(frame=both[1])
    after = migrate_to("0006_frame_needs_a_reason")
    held = after.get_model("coproductions", "Frame").objects.order_by("version")
    assert list(held.values_list("decides", "families")) == [(DECIDES, ["data"])] * 2
    assert [bool(frame.reason) for frame in held] == [False, True]
    back = migrate_to("0004_stage_changes").get_model("coproductions", "Coproduction").objects
    assert list(back.values_list("decides", "families")) == [(DECIDES, ["data"])]
