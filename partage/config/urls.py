"""Every address of the site. Paths are translated: /en/coproductions/…, /fr/demarches/…"""

from django.conf.urls.i18n import i18n_patterns
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import include, path, reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from partage.accounting import declaring, parameters, variants
from partage.accounting import views as accounting
from partage.assemblies import desk as assemblies_desk
from partage.assemblies import members
from partage.assemblies import views as assemblies
from partage.calls import desk as calls_desk
from partage.calls import views as calls
from partage.contributions import (
    desk,
    feeds,
    follow_up,
    idea_desk,
    idea_pages,
    receipts,
    results,
    versions,
)
from partage.contributions import views as contributions
from partage.coproductions import views as coproductions
from partage.pages import ecodesign, setup, stages
from partage.pages import views as pages
from partage.people import views as people
from partage.register import views as register
from partage.rights import views as rights


@login_not_required
@require_safe
@vary_on_headers("Accept-Language")
def root(request: HttpRequest) -> HttpResponse:
    """To the home page in the reader's language."""
    return HttpResponseRedirect(reverse("home"))


coproduction = [
    path("", pages.coproduction, name="coproduction"),
    path(_("frame/"), pages.frame, name="frame"),
    path(_("frame/<int:version>/"), pages.frame, name="frame-version"),
    path(_("vote/"), contributions.vote, name="vote"),
    path(_("vote/undo/"), contributions.undo, name="undo"),
    path(_("consent/"), contributions.consent, name="consent"),
    path(_("consent/withdraw/"), pages.withdraw, name="withdraw"),
    path(_("vote/receipt/<int:statement>/"), receipts.receipt, name="receipt"),
    path(
        _("vote/receipt/<int:statement>/receipt.tlog-proof"),
        receipts.receipt_file,
        name="receipt-file",
    ),
    path(_("my-answers/"), contributions.my_answers, name="my-answers"),
    path(_("my-answers/erase/"), rights.erase, name="erase"),
    path(_("propose/"), contributions.propose, name="propose"),
    path(_("ideas/"), idea_pages.ideas, name="ideas"),
    path(_("ideas/ideas.csv"), idea_pages.ideas_csv, name="ideas-csv"),
    path(_("ideas/ideas.atom"), feeds.ideas_feed, name="ideas-feed"),
    path(_("ideas/propose/"), idea_pages.propose_an_idea, name="propose-idea"),
    path(_("ideas/similar/"), idea_pages.similar, name="similar-ideas"),
    path(_("ideas/<int:number>/"), idea_pages.idea, name="idea"),
    path(_("ideas/<int:number>/vote/"), idea_pages.idea_vote, name="idea-vote"),
    path(_("ideas/<int:number>/withdraw/"), idea_pages.withdraw_my_idea, name="withdraw-idea"),
    path(
        _("ideas/<int:number>/arguments/<int:argument>/helped/"), idea_pages.helped, name="helped"
    ),
    path(_("ideas/<int:number>/change/"), versions.change, name="change-idea"),
    path(_("ideas/<int:number>/versions/"), versions.versions, name="idea-versions"),
    path(_("ideas/<int:number>/dispute/"), follow_up.dispute_refusal, name="dispute"),
    path(_("outcomes/"), follow_up.outcomes, name="outcomes"),
    path(_("results/"), results.page, name="results"),
    path(_("results/where-am-i/"), results.where_am_i, name="where-am-i"),
    path(_("results/results.csv"), results.as_csv, name="results-csv"),
    path(_("results/results.json"), results.as_json, name="results-json"),
    path(_("account/"), accounting.account, name="account"),
    path(_("account/account.json"), accounting.account_json, name="account-json"),
    path(_("account/declaration.toml"), accounting.declaration, name="account-declaration"),
    path(_("account/account.csv"), accounting.account_csv, name="account-csv"),
    path(_("account/compare/"), accounting.compare, name="account-compare"),
    path(_("account/what-if/"), variants.what_if, name="account-what-if"),
    path(_("account/variants/"), variants.variants, name="account-variants"),
    path(_("account/variants/<int:number>/"), variants.variant_page, name="account-variant"),
    path(_("account/dispute/<slug:name>/"), variants.counter, name="account-counter"),
    path(_("account/lines/<slug:code>/"), accounting.line, name="account-line"),
    path(_("tasks/"), variants.voices, name="voices"),
]

urlpatterns = [
    path("", root, name="root"),
    path("healthz", pages.healthz, name="healthz"),
    path("readyz", pages.readyz, name="readyz"),
    path("metrics", pages.metrics, name="metrics"),
    # One language and for ever: other programs know these addresses.
    path("register/<int:number>/checkpoint", register.checkpoint, name="log-checkpoint"),
    path("register/<int:number>/cosigned", register.cosigned, name="log-cosigned"),
    path("register/<int:number>/vkey", register.vkey, name="log-vkey"),
    path("register/<int:number>/tile/<path:path>", register.tile, name="log-tile"),
    *i18n_patterns(
        path("", pages.home, name="home"),
        path(_("coproductions/<slug:slug>/"), include(coproduction)),
        path(_("calls/"), calls.calls, name="calls"),
        path(_("calls/new/"), calls.new_call, name="call-new"),
        path(_("calls/<int:number>/"), calls.call, name="call"),
        path(_("calls/<int:number>/support/"), calls.support, name="call-support"),
        path(_("calls/<int:number>/erase/"), rights.erase_call, name="call-erase"),
        path(_("calls/desk/"), calls_desk.calls_desk, name="calls-desk"),
        path(_("calls/desk/promise/"), calls_desk.promise, name="calls-promise"),
        path(_("calls/desk/<int:number>/"), calls_desk.answer, name="call-answer"),
        path(_("assemblies/"), assemblies.assemblies, name="assemblies"),
        path(_("assemblies/desk/"), assemblies_desk.assemblies_desk, name="assemblies-desk"),
        path(
            _("assemblies/desk/<slug:slug>/"), assemblies_desk.assembly_desk, name="assembly-desk"
        ),
        path(
            _("assemblies/desk/<slug:slug>/members/"),
            assemblies_desk.assembly_members,
            name="assembly-members",
        ),
        path(_("assemblies/desk/<slug:slug>/new/"), assemblies_desk.new_vote, name="vote-new"),
        path(
            _("assemblies/desk/<slug:slug>/votes/<int:number>/"),
            assemblies_desk.vote_desk,
            name="vote-desk",
        ),
        path(_("assemblies/member/<str:token>/"), members.member_link, name="member-link"),
        path(_("assemblies/<slug:slug>/"), assemblies.assembly, name="assembly"),
        path(_("assemblies/<slug:slug>/member/"), members.member, name="member"),
        path(_("assemblies/<slug:slug>/leave/"), members.leave, name="member-leave"),
        path(
            _("assemblies/<slug:slug>/votes/<int:number>/"), assemblies.vote, name="assembly-vote"
        ),
        path(_("assemblies/<slug:slug>/votes/<int:number>/ballot/"), members.ballot, name="ballot"),
        path(
            _("assemblies/<slug:slug>/votes/<int:number>/names/"),
            assemblies.names,
            name="assembly-vote-names",
        ),
        path(
            _("assemblies/<slug:slug>/votes/<int:number>/vote.csv"),
            assemblies.as_csv,
            name="assembly-vote-csv",
        ),
        path(
            _("assemblies/<slug:slug>/votes/<int:number>/vote.json"),
            assemblies.as_json,
            name="assembly-vote-json",
        ),
        path(_("how-it-works/"), pages.how, name="how"),
        path(_("ecodesign/"), ecodesign.ecodesign, name="ecodesign"),
        path(_("register/"), register.register_page, name="register"),
        path(_("parameters/"), parameters.parameters, name="parameters"),
        path(_("parameters/<slug:name>/"), parameters.parameter, name="parameter"),
        path(_("desk/"), pages.desk, name="desk"),
        path(_("desk/new/"), setup.new, name="set-up"),
        path(_("desk/<slug:slug>/"), desk.queue, name="queue"),
        path(_("desk/<slug:slug>/ideas/"), idea_desk.idea_queue, name="idea-queue"),
        path(
            _("desk/<slug:slug>/ideas/<int:number>/answer/"),
            follow_up.answer_page,
            name="answer-idea",
        ),
        path(
            _("desk/<slug:slug>/ideas/<int:number>/spelling/"),
            versions.mend_spelling,
            name="mend-spelling",
        ),
        path(_("desk/<slug:slug>/disputes/"), follow_up.disputes, name="disputes"),
        path(_("desk/<slug:slug>/stages/"), stages.stages, name="stages"),
        path(_("desk/<slug:slug>/figures/"), variants.counter_queue, name="counter-queue"),
        path(_("desk/<slug:slug>/account/"), declaring.declare, name="declare"),
        path(_("desk/<slug:slug>/frame/"), declaring.declare_frame, name="declare-frame"),
        path(_("desk/<slug:slug>/people/"), coproductions.people, name="people"),
        path(_("sessions/"), people.sessions, name="sessions"),
        path(_("sign-in/"), people.sign_in, name="sign-in"),
        path(_("sign-in/code/"), people.sign_in_code, name="sign-in-code"),
        path(_("sign-in/<str:token>/"), people.sign_in_link, name="sign-in-link"),
        path(_("sign-out/"), people.sign_out, name="sign-out"),
    ),
]
handler400 = "partage.web.errors.bad_request"
handler403 = "partage.web.errors.forbidden"
handler404 = "partage.web.errors.not_found"
handler500 = "partage.web.errors.server_error"
