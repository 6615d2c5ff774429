"""What is held of who claims a skill, who confirms one, and who says the hours they learned."""

from django.utils.translation import gettext_lazy as _

from partage.web.personal_data import (
    ALL_COLUMNS,
    BY_REQUEST,
    DESK,
    ITS_OWNER,
    WITH_THE_DEVICE,
    Personal,
    Until,
    answers,
    at_the_desk,
)

PERSONAL = (
    Personal(
        model="Claim",
        columns="skill participant account_mark text language claimed_at asks_desk confirmed_as confirmed_at revoked_at reason",
        what=_("Skills that you claim"),
        purpose=_("having them confirmed, and making badges that you take away"),
        ground=BY_REQUEST,
        until=WITH_THE_DEVICE,
        seen_by=_("you, whoever you give the link to, and the people at the desk"),
        whose="participant",
        since="claimed_at",
    ),
    at_the_desk(
        model="Claim",
        columns="confirmed_by confirmer confirmer_mark",
        what=_("Skills of others that you confirmed"),
        purpose=_("that nobody confirms their own"),
        whose="confirmed_by confirmer",
        since="confirmed_at",
    ),
    Personal(
        model="Shown",
        columns="claim idea test_report taken",
        what=_("What you chose to show a skill by"),
        purpose=_("letting others see what a skill rests on"),
        ground=BY_REQUEST,
        until=WITH_THE_DEVICE,
        seen_by=DESK,
        whose="claim__participant",
    ),
    Personal(
        model="Badge",
        columns="claim number status_list place made_at revoked_at",
        what=_("Badges that you made"),
        purpose=_("telling whoever reads one whether it still holds"),
        ground=BY_REQUEST,
        until=Until(_("until you erase it; that a badge holds no more stays, and names nobody")),
        seen_by=ITS_OWNER,
        whose="claim__participant",
        since="made_at",
    ),
    answers(
        model="TakenHours",
        columns="programme participant hours said_at",
        what=_("Training hours that you took"),
        purpose=_("counting the training that changed work asks for"),
        whose="participant",
        since="said_at",
    ),
)
NOT_PERSONAL = {
    "Skill": ALL_COLUMNS,
    "Programme": ALL_COLUMNS,
    "ChangedWork": ALL_COLUMNS,
    "Attendance": ALL_COLUMNS,
    "BadgeKey": ALL_COLUMNS,
}
