"""What is held of who asked to be written to."""

from django.utils.translation import gettext_lazy as _

from partage.web.personal_data import (
    BY_CONSENT,
    BY_INTEREST,
    BY_REQUEST,
    ITS_OWNER,
    OPERATOR,
    Personal,
    Until,
)

PERSONAL = (
    Personal(
        model="Subscription",
        columns="coproduction call whose address language notices digest text_sha256 asked_at "
        "vault_key ends_on begins_at digest_to digest_on",
        what=_("An address that asked for mail"),
        purpose=_("writing what its owner asked to be told, and nothing else"),
        ground=BY_CONSENT,
        until=Until(_("until you stop it, one year at most"), days=368),
        seen_by=OPERATOR,
        since="asked_at",
    ),
    Personal(
        model="Asked",
        columns="address network asked_at",
        what=_("The mark of an address that mail was asked for"),
        purpose=_("slowing down whoever has mail sent to others"),
        ground=BY_INTEREST,
        until=Until(_("one day"), days=1),
        seen_by=OPERATOR,
        since="asked_at",
    ),
    Personal(
        model="DeskMail",
        columns="person language asked_at looked_on",
        what=_("Your wish for a daily mail of the desk"),
        purpose=_("telling you what waits there"),
        ground=BY_REQUEST,
        until=Until(_("until you stop it")),
        seen_by=ITS_OWNER,
        whose="person",
        since="asked_at",
    ),
)
NOT_PERSONAL: dict[str, str] = {}
