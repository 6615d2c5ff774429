"""People and roles: who helps to run a coproduction, inviting them, ending a role."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from partage.coproductions.forms import InvitationForm
from partage.coproductions.invitations import CannotInvite, invite
from partage.coproductions.models import Coproduction, Role
from partage.coproductions.roles import LastFacilitator, coproduction_to_staff, end_role
from partage.people.sign_in import signed_in
from partage.web.errors import error_page
from partage.web.tidying import number_in


def people(request: HttpRequest, slug: str) -> HttpResponse:
    """Who has which role; POST invites somebody, or ends a role."""
    coproduction = coproduction_to_staff(request, slug)
    if request.method != "POST":
        return _show(request, coproduction, InvitationForm())
    if "end" in request.POST:
        return _end(request, coproduction)
    form = InvitationForm(request.POST)
    if not form.is_valid():
        return _show(request, coproduction, form, status=400)
    return _invite(request, coproduction, form)


def _show(
    request: HttpRequest,
    coproduction: Coproduction,
    form: InvitationForm,
    status: int = 200,
    **invited: str | None,
) -> HttpResponse:
    roles = coproduction.roles.select_related("person").order_by("kind", "person__name", "pk")
    context = {"coproduction": coproduction, "roles": roles, "form": form, **invited}
    return render(request, "coproductions/people.html", context, status=status)


def _invite(request: HttpRequest, coproduction: Coproduction, form: InvitationForm) -> HttpResponse:
    """The link is on this page alone: it cannot be read back, and another one is a click away."""
    given = form.cleaned_data
    try:
        link = invite(given["email"], given["name"], coproduction, given["kind"])
    except CannotInvite:
        form.add_error("email", _("Only whoever runs this site can give this person a role."))
        return _show(request, coproduction, form, status=409)
    return _show(request, coproduction, InvitationForm(), invited=given["email"], link=link)


def _end(request: HttpRequest, coproduction: Coproduction) -> HttpResponse:
    number = number_in(request.POST["end"])
    role = get_object_or_404(Role.objects.filter(coproduction=coproduction), pk=number)
    try:
        end_role(role)
    except LastFacilitator:
        sentence = _("A coproduction keeps one facilitator. Invite another one first.")
        return error_page(request, 409, _("This role stays"), sentence)
    is_mine = role.person_id == signed_in(request).pk
    return redirect("desk") if is_mine else redirect("people", coproduction.slug)
