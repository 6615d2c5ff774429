"""What is held of inspectors. What they inspect is declared where it is kept."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from partage.web.personal_data import (
    ADMINISTRATORS,
    BY_LAW,
    ITS_OWNER,
    Personal,
    Until,
    at_the_desk,
)

WITH_THE_INSPECTION = Until(_("as long as the inspection is kept; with the account, the name goes"))
KEPT: dict[str, Any] = {
    "ground": BY_LAW,
    "until": WITH_THE_INSPECTION,
    "whose": "mandate__inspector",
}

PERSONAL = (
    at_the_desk(
        model="Mandate",
        columns="inspector",
        what=_("The mandates under which you inspect"),
        whose="inspector",
        given_by=_("administrators"),
    ),
    Personal(
        model="Consultation",
        columns="mandate at page about",
        what=_("The pages you read under a mandate"),
        purpose=_("showing afterwards what an inspection read"),
        seen_by=ADMINISTRATORS,
        since="at",
        **KEPT,
    ),
    Personal(
        model="Note",
        columns="mandate written_at coproduction text",
        what=_("Your notes of an inspection"),
        purpose=_("the work of the inspection"),
        seen_by=ITS_OWNER,
        since="written_at",
        **KEPT,
    ),
    Personal(
        model="Worked",
        columns="mandate day minutes",
        what=_("The time you gave to an inspection"),
        purpose=_("asking for people with figures"),
        seen_by=ADMINISTRATORS,
        since="day",
        **KEPT,
    ),
    Personal(
        model="Sample",
        columns="mandate drawn_at",
        what=_("The samples you drew"),
        purpose=_("the work of the inspection"),
        seen_by=ITS_OWNER,
        since="drawn_at",
        **KEPT,
    ),
    Personal(
        model="Question",
        columns="mandate text language asked_at due_on",
        what=_("The questions you asked an organization"),
        purpose=_("the work of the inspection"),
        seen_by=_("you and the people at the desk of the coproduction"),
        since="asked_at",
        **KEPT,
    ),
)
NOT_PERSONAL = {
    "Mandate": (
        "number body body_name organization covers_all legal_basis from_on until_on opened_at "
        "opening terms waiting_cases closed_at consulted consultations_digest"
    ),
    "Consultation": "number digest",
    "Note": "number",
    "Sample": "number origin log size root seed among population places",
    "Question": "number coproduction answer answer_language answered_at",
}
