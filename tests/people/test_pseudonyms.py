"""One device has unlinked keys in two coproductions."""

import pytest

from partage.people.participants import key_in


@pytest.mark.slow
def test_a_million_devices_have_no_key_in_common_between_two_coproductions() -> None:
    ones = {key_in("one", f"device-{number}") for number in range(1_000_000)}
    assert len(ones) == 1_000_000
    assert not any(key_in("other", f"device-{number}") in ones for number in range(1_000_000))
