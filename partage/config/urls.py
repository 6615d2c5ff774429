"""Every address of the site. Paths are translated: /en/coproductions/…, /fr/demarches/…"""

from django.conf.urls.i18n import i18n_patterns
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import include, path, reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from partage.accounting import declaring, parameters, variants
from partage.accounting import feeds as accounting_feeds
from partage.accounting import views as accounting
from partage.calls import desk as calls_desk
from partage.calls import feeds as calls_feeds
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
from partage.news import views as news
from partage.pages import ecodesign, setup, stages
from partage.pages import feeds as pages_feeds
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
    path(_("frame/frame.atom"), pages_feeds.frame_feed, name="frame-feed"),
    path(_("vote/"), contributions.vote, name="vote"),
    path(_("vote/sentences.atom"), feeds.sentences_feed, name="sentences-feed"),
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
    path(_("ideas/<int:number>/idea.atom"), feeds.idea_feed, name="idea-feed"),
    path(_("ideas/<int:number>/vote/"), idea_pages.idea_vote, name="idea-vote"),
    path(_("ideas/<int:number>/withdraw/"), idea_pages.withdraw_my_idea, name="withdraw-idea"),
    path(
        _("ideas/<int:number>/arguments/<int:argument>/helped/"), idea_pages.helped, name="helped"
    ),
    path(_("ideas/<int:number>/change/"), versions.change, name="change-idea"),
    path(_("ideas/<int:number>/versions/"), versions.versions, name="idea-versions"),
    path(_("ideas/<int:number>/dispute/"), follow_up.dispute_refusal, name="dispute"),
    path(_("outcomes/"), follow_up.outcomes, name="outcomes"),
    path(_("outcomes/outcomes.atom"), feeds.outcomes_feed, name="outcomes-feed"),
    path(_("follow/"), news.news, name="news"),
    path(_("results/"), results.page, name="results"),
    path(_("results/results.atom"), feeds.results_feed, name="results-feed"),
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
    path(_("account/variants/variants.atom"), accounting_feeds.variants_feed, name="variants-feed"),
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
        path(
            _("coproductions/coproductions.atom"),
            pages_feeds.coproductions_feed,
            name="coproductions-feed",
        ),
        path(_("coproductions/<slug:slug>/"), include(coproduction)),
        path(_("calls/"), calls.calls, name="calls"),
        path(_("calls/calls.atom"), calls_feeds.calls_feed, name="calls-feed"),
        path(_("calls/new/"), calls.new_call, name="call-new"),
        path(_("calls/<int:number>/"), calls.call, name="call"),
        path(_("calls/<int:number>/support/"), calls.support, name="call-support"),
        path(_("calls/<int:number>/erase/"), rights.erase_call, name="call-erase"),
        path(_("calls/desk/"), calls_desk.calls_desk, name="calls-desk"),
        path(_("calls/desk/promise/"), calls_desk.promise, name="calls-promise"),
        path(_("calls/desk/<int:number>/"), calls_desk.answer, name="call-answer"),
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
        path(_("mail/<int:number>/<slug:key>/"), news.mail_confirm, name="mail-confirm"),
        path(_("mail/<int:number>/<slug:key>/stop/"), news.mail_stop, name="mail-stop"),
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
