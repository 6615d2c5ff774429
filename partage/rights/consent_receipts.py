"""A receipt of one's consents in a coproduction: the words, when, and how to take them back."""

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from partage.consents.models import Consent, hash_of
from partage.contributions.models import Vote
from partage.contributions.views import visible_coproduction
from partage.contributions.voting import acting
from partage.coproductions.models import Coproduction
from partage.people.participants import device_token
from partage.rights.declared import Declared, all_declared

FORMAT = "partage-consent-receipt/1"
# The version of the standard whose names the fields have.
SCHEMA = "ISO/IEC TS 27560:2023"


@login_not_required
@never_cache
@require_safe
def consent_receipt(request: HttpRequest, slug: str) -> HttpResponse:
    """Every consent of this device here, in force or taken back, as a file of its own."""
    coproduction = visible_coproduction(slug)
    participant = acting(coproduction, device_token(request))
    given = Consent.objects.filter(participant=participant).select_related("frame")
    if participant is None or not given.exists():
        raise Http404
    receipt = _receipt(coproduction, given.order_by("pk"))
    response = JsonResponse(receipt, json_dumps_params={"ensure_ascii": False})
    response["Content-Disposition"] = f'attachment; filename="{slug}-consent.json"'
    return response


def _receipt(coproduction: Coproduction, given: "QuerySet[Consent]") -> dict[str, Any]:
    return {
        "format": FORMAT,
        "schema_version": SCHEMA,
        "site": settings.BASE_URL,
        "coproduction": coproduction.slug,
        "records": [_record(coproduction, one) for one in given],
    }


def _record(coproduction: Coproduction, one: Consent) -> dict[str, Any]:
    """What the standard asks of a record. The device has no name here, so nor has the principal."""
    return {
        "record_id": f"{coproduction.slug}-{one.pk}",
        "pii_principal_id": None,
        "pii_processing": {
            "privacy_notice": _at("frame-version", coproduction.slug, one.frame.version),
            "language": one.language,
            "text": words_of(one),
            "text_sha256": bytes(one.text_sha256).hex(),
            "purposes": [_purpose(coproduction, one)],
        },
        "party_identification": _parties(coproduction),
        "event": _events(one),
    }


def _parties(coproduction: Coproduction) -> list[dict[str, str]]:
    """Who decides what for, and who runs the site, as its legal notice says."""
    site = {
        "party_type": "pii_processor",
        "party_name": settings.LEGAL["PARTAGE_PUBLISHER"],
        "party_address": settings.LEGAL["PARTAGE_PUBLISHER_ADDRESS"],
        "party_contact": settings.LEGAL["PARTAGE_CONTACT"],
    }
    return [{"party_type": "pii_controller", "party_name": coproduction.organization.name}, site]


def words_of(one: Consent) -> str:
    """The very words that were agreed to, found by their digest in the version of the frame."""
    texts = one.frame.consent_text.values()
    return next((text for text in texts if hash_of(text) == bytes(one.text_sha256)), "")


def _purpose(coproduction: Coproduction, one: Consent) -> dict[str, Any]:
    declared = _answers_declared().says
    return {
        "purpose": one.purpose,
        "purpose_description": str(declared.purpose),
        "lawful_basis": _("explicit consent (GDPR, articles 6.1.a and 9.2.a)"),
        "pii_information": [{"pii_type": str(declared.what), "sensitive_pii_category": True}],
        "collection_method": _("typed or pressed on this site, or on a sheet entered at the desk"),
        "processing_method": _("counted with those of others; no profile is made"),
        "retention_period": str(declared.until.words),
        "recipient_third_parties": [],
        "seen_by": str(declared.seen_by),
        "withdrawal_method": _at("my-answers", coproduction.slug),
        "privacy_rights": _at("my-data"),
    }


def _answers_declared() -> Declared:
    return next(one for one in all_declared() if one.model is Vote)


def _events(one: Consent) -> list[dict[str, Any]]:
    given = {"event_type": "explicit_consent", "event_state": "consent_given"}
    events: list[dict[str, Any]] = [given | {"event_time": one.given_at.isoformat()}]
    if one.withdrawn_at is not None:
        taken = {"event_type": "explicit_consent", "event_state": "consent_withdrawn"}
        events.append(taken | {"event_time": one.withdrawn_at.isoformat()})
    return events


def _at(name: str, *args: object) -> str:
    return settings.BASE_URL + reverse(name, args=args)
