"""What the register holds of people, apart from its public entries."""

from django.utils.translation import gettext_lazy as _

from partage.web.personal_data import (
    ALL_COLUMNS,
    BY_INTEREST,
    OPERATOR,
    WITH_THE_DEVICE,
    Personal,
)

PERSONAL = (
    Personal(
        model="VaultKey",
        columns="key",
        what=_("The secret that opens your entries in the register"),
        purpose=_("proving what was recorded, and making it unreadable once you erase it"),
        ground=BY_INTEREST,
        until=WITH_THE_DEVICE,
        seen_by=OPERATOR,
        whose="participant",
    ),
    Personal(
        model="Payload",
        columns="entry vault_key content opening recorded_at",
        what=_("What entries of the register hide"),
        purpose=_("proving that nothing was added, changed or left out"),
        ground=BY_INTEREST,
        until=WITH_THE_DEVICE,
        seen_by=OPERATOR,
        whose="vault_key__participant",
        since="recorded_at",
    ),
)
NOT_PERSONAL = {
    "Log": ALL_COLUMNS,
    "Entry": ALL_COLUMNS,
    "Erasure": ALL_COLUMNS,
    "Consumer": ALL_COLUMNS,
}
