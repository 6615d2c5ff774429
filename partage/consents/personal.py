"""What is held of consents."""

from django.utils.translation import gettext_lazy as _

from partage.web.personal_data import BY_LAW, ITS_OWNER, WITH_THE_DEVICE, Personal

PERSONAL = (
    Personal(
        model="Consent",
        columns="participant purpose frame language text_sha256 given_at withdrawn_at",
        what=_("Your consents"),
        purpose=_("proving that you allowed your answers to be counted, under which words"),
        ground=BY_LAW,
        until=WITH_THE_DEVICE,
        seen_by=ITS_OWNER,
        whose="participant",
        since="given_at",
    ),
    Personal(
        model="Restriction",
        columns="participant kind since",
        what=_("That you keep your answers out of the results"),
        purpose=_("leaving your answers out, as you asked (GDPR, articles 18 and 21)"),
        ground=BY_LAW,
        until=WITH_THE_DEVICE,
        seen_by=ITS_OWNER,
        whose="participant",
        since="since",
    ),
)
NOT_PERSONAL: dict[str, str] = {}
