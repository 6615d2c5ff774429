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
from partage.api.document import PLACE, addresses, openapi
from partage.api.pages import docs
from partage.assemblies import desk as assemblies_desk
from partage.assemblies import members
from partage.assemblies import views as assemblies
from partage.calls import desk as calls_desk
from partage.calls import feeds as calls_feeds
from partage.calls import views as calls
from partage.checks import views as checks
from partage.config.opinions import opinion, opinion_draft
from partage.config.oversight import oversight
from partage.contributions import (
    authors,
    desk,
    doubt_pages,
    embed,
    feeds,
    follow_up,
    idea_pages,
    identity,
    invitation_pages,
    moderation,
    printing,
    proving,
    receipts,
    reports,
    results,
    sentences,
    sheet_pages,
    test_report_pages,
    versions,
)
from partage.contributions import views as contributions
from partage.coproductions import views as coproductions
from partage.events import desk as events_desk
from partage.events import views as events
from partage.fund import desk as fund_desk
from partage.fund import feeds as fund_feeds
from partage.fund import views as fund
from partage.library import desk as library_desk
from partage.library import feeds as library_feeds
from partage.library import views as library
from partage.library.oai import oai
from partage.news import desk_pages
from partage.news import views as news
from partage.opendata import views as opendata
from partage.opinions import desk as opinions_desk
from partage.opinions import reminder_pages
from partage.opinions import views as opinions
from partage.oversight import question_pages
from partage.pages import (
    ecodesign,
    frame_editor,
    frames,
    learning,
    programmes,
    setup,
    sitemap,
    stages,
    works,
)
from partage.pages import feeds as pages_feeds
from partage.pages import views as pages
from partage.people import device_pages, identity_pages, passkey_pages, second_factor_pages
from partage.people import views as people
from partage.register import views as register
from partage.rights import (
    consent_receipts,
    law,
    my_data,
    my_skills,
    request_pages,
    restricting_pages,
)
from partage.rights import views as rights
from partage.search import library as search_library
from partage.search import views as search
from partage.shares import desk as shares_desk
from partage.shares import mine, payout_desk, period_desk
from partage.shares import views as shares
from partage.training import badge_pages
from partage.training import desk as training_desk
from partage.training import views as training


@login_not_required
@require_safe
@vary_on_headers("Accept-Language")
def root(request: HttpRequest) -> HttpResponse:
    """To the home page in the reader's language."""
    return HttpResponseRedirect(reverse("home"))


coproduction = [
    path("", pages.coproduction, name="coproduction"),
    path(_("frame/"), frames.frame, name="frame"),
    path(_("frame/<int:version>/"), frames.frame, name="frame-version"),
    path(_("frame/frame.atom"), pages_feeds.frame_feed, name="frame-feed"),
    path(_("vote/"), contributions.vote, name="vote"),
    path(_("vote/sentences.atom"), feeds.sentences_feed, name="sentences-feed"),
    path(_("vote/undo/"), contributions.undo, name="undo"),
    path(_("vote/before/"), proving.prove, name="prove"),
    path(_("consent/"), contributions.consent, name="consent"),
    path(_("consent/consent.json"), consent_receipts.consent_receipt, name="consent-receipt"),
    path(_("consent/withdraw/"), pages.withdraw, name="withdraw"),
    path(_("vote/receipt/<int:statement>/"), receipts.receipt, name="receipt"),
    path(
        _("vote/receipt/<int:statement>/receipt.tlog-proof"),
        receipts.receipt_file,
        name="receipt-file",
    ),
    path(_("my-answers/"), contributions.my_answers, name="my-answers"),
    path(_("my-answers/use/"), restricting_pages.restrict_use, name="restrict-use"),
    path(_("my-answers/erase/"), rights.erase, name="erase"),
    path(_("identity/"), identity.prove, name="prove-identity"),
    path(_("ballot-sheet/"), printing.ballot_sheet, name="ballot-sheet"),
    path(_("poster/"), printing.poster, name="poster"),
    path(_("propose/"), contributions.propose, name="propose"),
    path(_("ideas/"), idea_pages.ideas, name="ideas"),
    path(_("ideas/ideas.csv"), idea_pages.ideas_csv, name="ideas-csv"),
    path(_("ideas/ideas.atom"), feeds.ideas_feed, name="ideas-feed"),
    path(_("ideas/propose/"), idea_pages.propose_an_idea, name="propose-idea"),
    path(_("ideas/similar/"), idea_pages.similar, name="similar-ideas"),
    path(_("ideas/<int:number>/"), idea_pages.idea, name="idea"),
    path(_("ideas/<int:number>/idea.atom"), feeds.idea_feed, name="idea-feed"),
    path(_("ideas/<int:number>/vote/"), idea_pages.idea_vote, name="idea-vote"),
    path(
        _("ideas/<int:number>/arguments/<int:argument>/helped/"), idea_pages.helped, name="helped"
    ),
    path(_("ideas/<int:number>/change/"), versions.change, name="change-idea"),
    path(_("ideas/<int:number>/versions/"), versions.versions, name="idea-versions"),
    path(_("sentences/<int:number>/"), sentences.statement, name="statement"),
    path(_("mine/<slug:noun>/<int:number>/withdraw/"), authors.withdraw_mine, name="withdraw-mine"),
    path(_("report/<slug:noun>/<int:number>/"), reports.report, name="report"),
    path(_("reports/<int:number>/"), reports.notice, name="notice"),
    path(_("decisions/<int:number>/contest/"), reports.contest, name="contest"),
    path(_("moderation/sets/<int:number>/"), doubt_pages.contested_set, name="contested-set"),
    path(_("moderation/"), moderation.moderation, name="moderation"),
    path(_("moderation/moderation.csv"), moderation.moderation_csv, name="moderation-csv"),
    path(_("test-reports/"), test_report_pages.test_reports, name="test-reports"),
    path(
        _("test-reports/test-reports.csv"), test_report_pages.reports_csv, name="test-reports-csv"
    ),
    path(_("test-reports/test-reports.atom"), feeds.reports_feed, name="test-reports-feed"),
    path(_("test-reports/file/"), test_report_pages.file_test_report, name="file-test-report"),
    path(_("test-reports/tasks/<int:number>/"), test_report_pages.trial_task, name="trial-task"),
    path(_("test-reports/<int:number>/"), test_report_pages.test_report, name="test-report"),
    path(_("outcomes/"), follow_up.outcomes, name="outcomes"),
    path(_("outcomes/outcomes.atom"), feeds.outcomes_feed, name="outcomes-feed"),
    path(_("follow/"), news.news, name="news"),
    path(_("results/"), results.page, name="results"),
    path(_("results/results.atom"), feeds.results_feed, name="results-feed"),
    path(_("results/where-am-i/"), results.where_am_i, name="where-am-i"),
    path(_("results/results.csv"), results.as_csv, name="results-csv"),
    path(_("results/results.json"), results.as_json, name="results-json"),
    path(_("results/embed/"), embed.embed, name="results-embed"),
    path(_("open-data/"), opendata.open_data, name="open-data"),
    path(_("open-data/dcat.<slug:ending>"), opendata.dataset, name="open-data-dcat"),
    path(_("open-data/polis.zip"), opendata.polis, name="open-data-polis"),
    path(_("open-data/<slug:name>.<slug:ending>"), opendata.file, name="open-data-file"),
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
    path(_("learning/"), learning.learning, name="learning"),
    path(_("learning/programmes.csv"), learning.programmes_csv, name="programmes-csv"),
    path(_("learning/programmes/<int:number>/"), learning.programme, name="programme"),
    path(_("skills/"), training.skills, name="skills"),
    path(_("skills/mine/<int:number>/"), training.my_claim, name="skill-claim"),
    path(_("skills/mine/<int:number>/badge/"), training.badge, name="make-badge"),
    path(_("skills/mine/<int:number>/confirm/"), training.confirm, name="confirm-skill"),
    path(_("skills/claim/<slug:code>/"), training.claim, name="claim-skill"),
    path(_("measured/"), events.measured, name="measured"),
    path(_("measured/events.csv"), events.measured_csv, name="measured-csv"),
    path(_("fund/"), fund.fund, name="fund"),
    path(_("fund/fund.atom"), fund_feeds.fund_feed, name="fund-feed"),
    path(_("fund/rounds/<int:number>/"), fund.fund_round, name="fund-round"),
    path(_("fund/rounds/<int:number>/propose/"), fund.propose_a_project, name="propose-project"),
    path(_("fund/rounds/<int:number>/vote/"), fund.ballot, name="fund-ballot"),
    path(_("fund/projects/<int:number>/"), fund.project, name="project"),
    path(_("fund/projects/<int:number>/withdraw/"), fund.withdraw, name="withdraw-project"),
    path(_("shares/"), shares.shares, name="shares"),
    path(_("shares/mine/"), mine.my_shares_here, name="my-shares-here"),
    path(_("shares/mine/<int:number>/<slug:key>/"), mine.my_shares, name="my-shares"),
    path(
        _("shares/mine/<int:number>/<slug:key>/statements.csv"),
        mine.my_shares_csv,
        name="my-shares-csv",
    ),
    path(
        _("shares/mine/<int:number>/<slug:key>/statements.json"),
        mine.my_shares_json,
        name="my-shares-json",
    ),
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
    path("oai", oai, name="oai"),
    path("robots.txt", sitemap.robots, name="robots"),
    path("sitemap.xml", sitemap.sitemap, name="sitemap"),
    path("sitemap-<slug:name>-<int:number>.xml", sitemap.sitemap_file, name="sitemap-file"),
    path("badges/issuer", badge_pages.badge_issuer, name="badge-issuer"),
    path("badges/keys.json", badge_pages.badge_keys, name="badge-keys"),
    path("badges/keys/<str:kid>", badge_pages.badge_key, name="badge-key"),
    path("badges/skills/<int:number>", badge_pages.badge_skill, name="badge-skill"),
    path("badges/status/<int:number>", badge_pages.badge_status, name="badge-status"),
    path(PLACE, include(addresses)),
    path(f"{PLACE}openapi.json", openapi, name="api-openapi"),
    path("identity/<slug:provider>/back", identity_pages.identity_back, name="identity-back"),
    *i18n_patterns(
        path("", pages.home, name="home"),
        path(_("legal-notice/"), law.legal_notice, name="legal-notice"),
        path(_("personal-data/"), law.personal_data, name="personal-data"),
        path(_("debate-rules/"), law.debate_rules, name="debate-rules"),
        path(_("accessibility/"), law.accessibility, name="accessibility"),
        path(_("site-map/"), law.site_map, name="site-map"),
        path(_("help/"), law.help_page, name="help"),
        path(_("search/"), search.search, name="search"),
        path(_("library/"), search_library.library, name="library"),
        path(_("my-data/"), my_data.my_data, name="my-data"),
        path(_("my-data/erase/"), my_data.erase_all, name="erase-all"),
        path(_("my-data/name/"), my_data.correct, name="correct-name"),
        path(_("my-data/skills/"), my_skills.my_skills, name="my-skills"),
        path(_("badges/check/"), badge_pages.verify_badge, name="verify-badge"),
        path(_("my-data/requests/"), request_pages.data_requests, name="data-requests"),
        path(_("my-data/requests/<int:number>/"), request_pages.data_request, name="data-request"),
        path(_("desk/data-requests/"), request_pages.requests_desk, name="requests-desk"),
        path(_("my-data/my-data.zip"), my_data.take_away, name="take-away"),
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
        path(_("calls/<int:number>/mail/"), news.call_news, name="call-news"),
        path(_("calls/<int:number>/erase/"), rights.erase_call, name="call-erase"),
        path(_("calls/desk/"), calls_desk.calls_desk, name="calls-desk"),
        path(_("calls/desk/promise/"), calls_desk.promise, name="calls-promise"),
        path(_("calls/desk/<int:number>/"), calls_desk.answer, name="call-answer"),
        path(_("library/shelves/"), library.shelves, name="shelves"),
        path(_("library/shelves/<slug:slug>/"), library.shelf, name="shelf"),
        path(_("library/desk/"), library_desk.library_desk, name="library-desk"),
        path(_("library/desk/<slug:slug>/"), library_desk.shelf_desk, name="shelf-desk"),
        path(_("library/desk/<slug:slug>/new/"), library_desk.work_new, name="work-new"),
        path(_("library/desk/<slug:slug>/<slug:work>/"), library_desk.work_edit, name="work-edit"),
        path(_("library/works.atom"), library_feeds.works_feed, name="works-feed"),
        path(_("library/<slug:slug>/"), works.work, name="work"),
        path(
            _("library/<slug:slug>/cite.<slug:ending>"), works.work_citation, name="work-citation"
        ),
        path(_("opinions/"), opinions.opinions, name="opinions"),
        path(_("opinions/<slug:slug>/"), include(opinion)),
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
        path(
            _("assemblies/desk/<slug:slug>/members/<int:number>/erase/"),
            assemblies_desk.member_erase,
            name="member-erase",
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
        path(_("open-data/"), opendata.site, name="site-open-data"),
        path(_("open-data/dcat.<slug:ending>"), opendata.catalog, name="site-dcat"),
        path(_("open-data/fields.json"), opendata.fields_json, name="fields-json"),
        path(_("open-data/fields/<slug:name>/"), opendata.table, name="table"),
        path(_("open-data/fields/<slug:name>/<slug:column>/"), opendata.field, name="field"),
        path(_("open-data/<slug:name>.<slug:ending>"), opendata.site_file, name="site-file"),
        path(_("how-it-works/"), pages.how, name="how"),
        path(_("api/"), docs, name="api-docs"),
        path(_("ecodesign/"), ecodesign.ecodesign, name="ecodesign"),
        path(_("register/"), register.register_page, name="register"),
        path(_("oversight/"), include(oversight)),
        path(_("status/"), checks.status, name="status"),
        path(_("parameters/"), parameters.parameters, name="parameters"),
        path(_("parameters/<slug:name>/"), parameters.parameter, name="parameter"),
        path(_("desk/"), pages.desk, name="desk"),
        path(_("desk/new/"), setup.new, name="set-up"),
        path(_("desk/new/preview/"), setup.preview, name="set-up-preview"),
        path(_("desk/<slug:slug>/"), desk.queue, name="queue"),
        path(_("desk/<slug:slug>/reports/"), reports.reports, name="reports"),
        path(_("desk/<slug:slug>/unclear/"), sentences.unclear, name="unclear"),
        path(_("desk/<slug:slug>/answers/"), follow_up.answer_queue, name="answer-queue"),
        path(_("desk/<slug:slug>/moderation/"), moderation.moderation_desk, name="moderation-desk"),
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
        path(
            _("desk/<slug:slug>/tasks-to-try/"), test_report_pages.trial_tasks, name="trial-tasks"
        ),
        path(_("desk/<slug:slug>/opinions/"), opinions_desk.opinions_desk, name="opinions-desk"),
        path(_("desk/<slug:slug>/opinions/<slug:opinion>/"), include(opinion_draft)),
        path(_("desk/<slug:slug>/stages/"), stages.stages, name="stages"),
        path(_("desk/<slug:slug>/figures/"), variants.counter_queue, name="counter-queue"),
        path(_("desk/<slug:slug>/events/"), events_desk.events_desk, name="events-desk"),
        path(_("desk/<slug:slug>/fund/"), fund_desk.fund_desk, name="fund-desk"),
        path(_("desk/<slug:slug>/fund/projects/"), fund_desk.read_projects, name="fund-projects"),
        path(
            _("desk/<slug:slug>/fund/projects/<int:number>/"),
            fund_desk.follow_project,
            name="follow-project",
        ),
        path(_("desk/<slug:slug>/shares/"), shares_desk.shares_desk, name="shares-desk"),
        path(_("desk/<slug:slug>/shares/work/"), shares_desk.facts_desk, name="shares-facts"),
        path(_("desk/<slug:slug>/shares/new/"), shares_desk.rule_desk, name="share-rule"),
        path(
            _("desk/<slug:slug>/shares/<int:number>/"),
            period_desk.period_desk,
            name="share-period",
        ),
        path(
            _("desk/<slug:slug>/shares/<int:number>/payouts/"),
            payout_desk.payouts,
            name="share-payouts",
        ),
        path(
            _("desk/<slug:slug>/shares/<int:number>/payouts/<int:payout>/payout.xml"),
            payout_desk.payout_xml,
            name="payout-xml",
        ),
        path(
            _("desk/<slug:slug>/shares/<int:number>/payouts/<int:payout>/payout.csv"),
            payout_desk.payout_csv,
            name="payout-csv",
        ),
        path(_("desk/<slug:slug>/skills/"), training_desk.skills_desk, name="skills-desk"),
        path(_("desk/<slug:slug>/programmes/"), programmes.programmes_desk, name="programmes-desk"),
        path(_("desk/<slug:slug>/account/"), declaring.declare, name="declare"),
        path(_("desk/<slug:slug>/frame/"), frame_editor.change_frame, name="change-frame"),
        path(_("desk/<slug:slug>/frame/file/"), declaring.declare_frame, name="declare-frame"),
        path(
            _("desk/<slug:slug>/inspections/"),
            question_pages.questions_desk,
            name="questions-desk",
        ),
        path(_("desk/<slug:slug>/sheets/"), sheet_pages.sheets, name="sheets"),
        path(_("desk/<slug:slug>/doubts/"), doubt_pages.doubts, name="doubts"),
        path(_("desk/<slug:slug>/doubts/<int:number>/"), doubt_pages.doubt, name="doubt"),
        path(_("desk/<slug:slug>/invitations/"), invitation_pages.invitations, name="invitations"),
        path(
            _("desk/<slug:slug>/invitations/members/"),
            invitation_pages.member_list,
            name="member-list",
        ),
        path(_("desk/<slug:slug>/sheets/file/"), sheet_pages.sheet_file, name="sheet-file"),
        path(
            _("desk/<slug:slug>/sheets/<int:number>/take-back/"),
            sheet_pages.take_back,
            name="take-sheet-back",
        ),
        path(
            _("desk/<slug:slug>/sheets/enter/<slug:channel>/"),
            sheet_pages.enter,
            name="enter-sheet",
        ),
        path(_("desk/<slug:slug>/people/"), coproductions.people, name="people"),
        path(_("mail/<int:number>/<slug:key>/"), news.mail_confirm, name="mail-confirm"),
        path(_("mail/<int:number>/<slug:key>/stop/"), news.mail_stop, name="mail-stop"),
        path(
            _("mail/reminders/<slug:mark>/<slug:key>/stop/"),
            reminder_pages.stop,
            name="reminders-stop",
        ),
        path(_("mail/desk/"), desk_pages.desk_mail, name="desk-mail"),
        path(
            _("mail/desk/<int:number>/<slug:key>/stop/"),
            desk_pages.desk_mail_stop,
            name="desk-mail-stop",
        ),
        path(_("other-device/"), device_pages.other_device, name="other-device"),
        path(_("other-device/<str:token>/"), device_pages.device_link, name="device-link"),
        path(_("sessions/"), people.sessions, name="sessions"),
        path(_("sessions/passkeys/"), passkey_pages.passkeys, name="passkeys"),
        path(_("sessions/identities/"), identity_pages.identities, name="identities"),
        path(_("sessions/second-code/"), second_factor_pages.second_factor, name="second-factor"),
        path(_("sign-in/"), people.sign_in, name="sign-in"),
        path(_("sign-in/passkey/"), passkey_pages.sign_in_passkey, name="sign-in-passkey"),
        path(
            _("sign-in/identity/<slug:provider>/"),
            identity_pages.sign_in_identity,
            name="sign-in-identity",
        ),
        path(_("sign-in/code/"), people.sign_in_code, name="sign-in-code"),
        path(_("sign-in/second-code/"), people.sign_in_second_code, name="sign-in-second-code"),
        path(_("sign-in/<str:token>/"), people.sign_in_link, name="sign-in-link"),
        path(_("sign-out/"), people.sign_out, name="sign-out"),
    ),
]
handler400 = "partage.web.errors.bad_request"
handler403 = "partage.web.errors.forbidden"
handler404 = "partage.web.errors.not_found"
handler500 = "partage.web.errors.server_error"
