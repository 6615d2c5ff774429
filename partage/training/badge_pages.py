"""What whoever checks a badge reads: issuer, keys, skills, status lists; and a page that checks one."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from partage.training.badge_keys import public_key
from partage.training.badges import CONTEXT, achievement, issuer, row_of, status_list
from partage.training.checking import REVOKED, Badge, BadgeRefused, check_badge, read_badge
from partage.training.forms import VerifyForm
from partage.training.models import BadgeKey, Skill

A_DAY = "public, max-age=86400"
A_MINUTE = "public, max-age=60"


def _json(content: dict[str, Any], form: str = "application/json") -> HttpResponse:
    response = JsonResponse(content, content_type=form, json_dumps_params={"ensure_ascii": False})
    response["Access-Control-Allow-Origin"] = "*"  # pages elsewhere check badges too
    response["Cache-Control"] = A_MINUTE
    return response


@login_not_required
@require_safe
def badge_issuer(request: HttpRequest) -> HttpResponse:
    """Who signs: this site."""
    return _json({"@context": CONTEXT, **issuer()}, "application/ld+json")


@login_not_required
@require_safe
def badge_keys(request: HttpRequest) -> HttpResponse:
    """Every public key, also of badges signed long ago."""
    return _json(
        {"keys": [row.public for row in BadgeKey.objects.all()]}, "application/jwk-set+json"
    )


@login_not_required
@require_safe
def badge_key(request: HttpRequest, kid: str) -> HttpResponse:
    """One public key, at the address that badges name."""
    return _json(get_object_or_404(BadgeKey, kid=kid).public, "application/jwk+json")


@login_not_required
@require_safe
def badge_skill(request: HttpRequest, number: int) -> HttpResponse:
    """The skill that a badge is about, as its framework publishes it."""
    found = Skill.objects.select_related("coproduction__organization", "coproduction__frame")
    skill = get_object_or_404(found, pk=number, coproduction__frame__isnull=False)
    return _json({"@context": CONTEXT, **achievement(skill)}, "application/ld+json")


@login_not_required
@require_safe
def badge_status(request: HttpRequest, number: int) -> HttpResponse:
    """A signed list of bits: which badges hold no more. It names nobody."""
    text = status_list(number)
    if text is None:
        raise Http404
    response = HttpResponse(text, content_type="application/vc+jwt")
    response["Access-Control-Allow-Origin"] = "*"
    response["Cache-Control"] = A_MINUTE
    return response


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def verify_badge(request: HttpRequest) -> HttpResponse:
    """Paste a badge or choose its file: it holds, or one sentence says why not."""
    if request.method != "POST":
        return render(request, "training/verify.html", {"form": VerifyForm()})
    form = VerifyForm(request.POST, request.FILES)
    context: dict[str, Any] = {"form": form}
    text = form.text() if form.is_valid() else ""
    if not text.strip():
        context["refusal"] = _("Paste the text of a badge, or choose its file.")
        return render(request, "training/verify.html", context, status=400)
    try:
        context["badge"] = held = read_badge(text)
        context["row"] = _check(held)
    except BadgeRefused as error:
        context["refusal"] = _(str(error))
    return render(request, "training/verify.html", context)


def _check(badge: Badge) -> Any:
    """This site's row of the badge, once everything holds."""
    if badge.issuer != issuer()["id"]:
        facts = {"issuer": badge.issuer[:120] or _("nobody")}
        raise BadgeRefused(
            _("This badge says it was issued by %(issuer)s, not by this site: check it there.")
            % facts
        )
    key = public_key(badge.kid)
    if key is None:
        raise BadgeRefused(
            _("The key that this badge names is not one of its issuer's: do not rely on it.")
        )
    check_badge(badge, key)
    row = row_of(badge)
    if row is None or row.revoked_at is not None:
        raise BadgeRefused(REVOKED)
    return row
