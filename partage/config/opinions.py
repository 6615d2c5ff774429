"""The addresses of an opinion: reading it, its debate, and drafting it at the desk."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from partage.opinions import (
    debate,
    debate_desk,
    desk,
    files,
    following_up,
    reminder_pages,
    versions,
    views,
)

opinion = [
    path("", views.opinion, name="opinion"),
    path(_("follow-up/"), following_up.board, name="opinion-board"),
    path(_("opinion.json"), files.as_json, name="opinion-json"),
    path(_("opinion.md"), files.markdown, name="opinion-md"),
    path(_("opinion.xml"), files.akoma_ntoso, name="opinion-xml"),
    path(_("opinion.pdf"), files.pdf, name="opinion-pdf"),
    path(_("versions/"), versions.versions, name="opinion-versions"),
    path(_("versions/<int:version>/"), views.opinion, name="opinion-version"),
    path(_("recommendations/<int:number>/"), following_up.recommendation, name="recommendation"),
    path(_("debate/"), debate.debate, name="debate"),
    path(_("debate/amendments/"), debate.amendments, name="amendments"),
    path(_("debate/amendments.atom"), debate.amendments_feed, name="amendments-feed"),
    path(_("debate/amendments/<int:number>/"), debate.amendment, name="amendment"),
    path(_("debate/amendments/<int:number>/support/"), debate.support, name="support-amendment"),
    path(_("debate/amendments/<int:number>/act/"), debate.amendment_act, name="amendment-act"),
    path(_("debate/amendments/<int:number>/revise/"), debate.revise, name="revise-amendment"),
    path(_("debate/declaration/"), debate.declaration, name="group-declaration"),
    path(_("debate/amend/<slug:target>/<int:place>/"), debate.amend, name="amend"),
]

opinion_draft = [
    path("", desk.draft, name="draft-opinion"),
    path(_("parts/new/"), desk.draft_part, name="new-part"),
    path(_("parts/<int:place>/"), desk.draft_part, name="draft-part"),
    path(_("recommendations/new/"), desk.draft_recommendation, name="new-recommendation"),
    path(
        _("recommendations/<int:number>/"),
        desk.draft_recommendation,
        name="draft-recommendation",
    ),
    path(
        _("recommendations/<int:number>/evidence/"),
        desk.draft_evidence,
        name="draft-evidence",
    ),
    path(
        _("recommendations/<int:number>/follow-up/"),
        desk.follow_up,
        name="follow-recommendation",
    ),
    path(_("debate/"), debate_desk.debate_desk, name="debate-desk"),
    path(_("debate/<int:number>/apply/"), debate_desk.apply_amendment, name="apply-amendment"),
    path(_("reminders/"), reminder_pages.reminders, name="draft-reminders"),
    path(
        _("recommendations/<int:number>/addressee/"),
        reminder_pages.addressee,
        name="draft-addressee",
    ),
]
