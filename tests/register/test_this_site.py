"""The site reads its own register: the verdict is kept for its pages, whatever is found."""

from typing import Any

import pytest
from django.db import OperationalError, connection

from partage.register.audit import SourceError
from partage.register.models import Log
from partage.register.sequencer import current_log
from partage.register.storage import folder_of
from partage.register.this_site import this_site, verify_this_site
from tests.register.registers import record_acts, sealed

pytestmark = pytest.mark.django_db


def test_before_the_first_seal_nothing_is_read_and_no_verdict_is_kept() -> None:
    record_acts(1)
    verify_this_site()
    assert not Log.objects.exclude(verified_at=None).exists()


def test_what_holds_is_kept_with_how_much_was_read() -> None:
    sealed(3)
    verify_this_site()
    assert Log.objects.get().verdict == {"size": 3, "holds": True, "erased": 0}


def test_a_checkpoint_that_cannot_be_read_is_kept_as_a_break() -> None:
    sealed(3)
    (folder_of(current_log().pk) / "checkpoint").write_text("no note")
    verify_this_site()
    assert dict(Log.objects.get().verdict or {})["holds"] is False


def test_a_database_that_does_not_answer_is_said_in_one_line() -> None:
    def silent(*_call: Any) -> Any:
        raise OperationalError("gone\nfor long")

    with (
        connection.execute_wrapper(silent),
        pytest.raises(SourceError, match="does not answer: gone") as refused,
    ):
        this_site()
    assert "\n" not in str(refused.value)
