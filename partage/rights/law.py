"""The pages that the law wants, and those that help to find one's way."""

from itertools import groupby
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from partage.contributions.models import CHARTER
from partage.coproductions.models import Coproduction
from partage.rights.declared import all_declared
from partage.web.paging import page_of

# Each block of the legal notice: its title, then a name for each variable and whether it is compulsory.
NOTICE: list[tuple[Any, list[tuple[Any, str, bool]]]] = [
    (
        _("Publisher"),
        [
            (_("Name"), "PARTAGE_PUBLISHER", True),
            (_("Address"), "PARTAGE_PUBLISHER_ADDRESS", True),
            (_("Telephone"), "PARTAGE_PUBLISHER_PHONE", True),
            (_("Registration"), "PARTAGE_PUBLISHER_REGISTRATION", False),
            (_("Director of publication"), "PARTAGE_PUBLICATION_DIRECTOR", True),
            (_("E-mail"), "PARTAGE_CONTACT", True),
        ],
    ),
    (
        _("Host"),
        [
            (_("Name"), "PARTAGE_HOST", True),
            (_("Address"), "PARTAGE_HOST_ADDRESS", True),
            (_("Telephone"), "PARTAGE_HOST_PHONE", True),
        ],
    ),
]
# The site map: what leads where, by the name of the route.
MAP: list[tuple[Any, list[tuple[str, Any]]]] = [
    (
        _("Take part"),
        [
            ("home", _("Coproductions")),
            ("library", _("Library")),
            ("search", _("Search")),
            ("calls", _("Calls for a coproduction")),
            ("call-new", _("Call for a coproduction")),
            ("opinions", _("Opinions")),
            ("assemblies", _("Assemblies")),
        ],
    ),
    (
        _("My data"),
        [
            ("my-data", _("What we hold about you")),
            ("my-skills", _("My skills")),
            ("erase-all", _("Erase everything")),
            ("data-requests", _("A request about my data")),
            ("other-device", _("On another device")),
            ("sign-in", _("Sign in (facilitators)")),
        ],
    ),
    (
        _("Understand and check"),
        [
            ("help", _("Help")),
            ("how", _("How it is computed")),
            ("status", _("What this site checks of itself")),
            ("verify-badge", _("Check a badge")),
            ("parameters", _("The figures that accounts read")),
            ("register", _("The register")),
            ("site-open-data", _("Open data")),
            ("ecodesign", _("What this site weighs")),
            ("api-docs", _("Read this site by program")),
        ],
    ),
    (
        _("The law"),
        [
            ("legal-notice", _("Legal notice")),
            ("personal-data", _("Personal data")),
            ("debate-rules", _("Rules of the debate")),
            ("accessibility", _("Accessibility")),
        ],
    ),
]


@login_not_required
@require_safe
def legal_notice(request: HttpRequest) -> HttpResponse:
    """Who publishes and hosts the site; what is missing is said, with the variable to set."""
    blocks = [(title, [_line(*line) for line in lines]) for title, lines in NOTICE]
    context = {
        "blocks": [(title, [line for line in lines if line]) for title, lines in blocks],
        "is_incomplete": any(line and line["lacks"] for _title, lines in blocks for line in lines),
        "source_url": settings.LEGAL["PARTAGE_SOURCE_URL"],
    }
    return render(request, "rights/legal_notice.html", context)


def _line(name: Any, variable: str, is_compulsory: bool) -> dict[str, Any] | None:
    value = settings.LEGAL[variable]
    if not value and not is_compulsory:
        return None
    return {"name": name, "value": value, "lacks": "" if value else variable}


@login_not_required
@require_safe
def personal_data(request: HttpRequest) -> HttpResponse:
    """Article 13: all that the apps declare, by its ground."""
    by_ground = sorted(all_declared(), key=lambda one: str(one.says.ground))
    grounds = groupby(by_ground, key=lambda one: str(one.says.ground))
    context = {
        "grounds": [(ground, [one.says for one in found]) for ground, found in grounds],
        "legal": settings.LEGAL,
    }
    return render(request, "rights/personal_data.html", context)


@login_not_required
@require_safe
def debate_rules(request: HttpRequest) -> HttpResponse:
    """What may be refused, by whom, and how it is reported and contested."""
    context = {
        "rules": [rule.label for rule in CHARTER],
        "contact": settings.LEGAL["PARTAGE_CONTACT"],
    }
    return render(request, "rights/debate_rules.html", context)


@login_not_required
@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    """The declaration, in the order that the law gives."""
    context = {"status": settings.ACCESSIBILITY, "legal": settings.LEGAL, "site": settings.BASE_URL}
    return render(request, "rights/accessibility.html", context)


@login_not_required
@require_safe
def site_map(request: HttpRequest) -> HttpResponse:
    groups = [(title, [(reverse(name), words) for name, words in links]) for title, links in MAP]
    page = page_of(Coproduction.objects.visible().order_by("-pk"), request)
    return render(request, "rights/site_map.html", {"groups": groups, "page": page})


@login_not_required
@require_safe
def help_page(request: HttpRequest) -> HttpResponse:
    contact = settings.LEGAL["PARTAGE_CONTACT"]
    return render(request, "rights/help.html", {"contact": contact})
