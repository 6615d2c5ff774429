"""The addresses of oversight: mandates, and what an inspector reads under one."""

from django.urls import URLPattern, URLResolver, include, path
from django.utils.translation import gettext_lazy as _

from partage.oversight import case_pages, comparing, desk, figures, question_pages, views

inspection = [
    path("", views.inspection, name="inspection"),
    path(_("entries/"), views.entries, name="inspection-entries"),
    path(_("entries/<slug:code>/"), views.entry, name="inspection-entry"),
    path(_("samples/"), views.samples, name="inspection-samples"),
    path(_("pages-read/"), views.consultations, name="inspection-log"),
    path(_("flags/"), comparing.flags, name="inspection-flags"),
    path(_("compare/"), comparing.compare, name="inspection-compare"),
    path(_("questions/"), question_pages.questions, name="inspection-questions"),
    path(_("notes/"), question_pages.notes, name="inspection-notes"),
    path(_("case/"), case_pages.case, name="inspection-case"),
    path(_("case/case.zip"), case_pages.case_zip, name="inspection-case-file"),
    path(_("<slug:slug>/account/"), figures.account, name="inspection-account"),
    path(_("<slug:slug>/account/<slug:code>/"), figures.figure, name="inspection-figure"),
    path(_("<slug:slug>/events/"), figures.months, name="inspection-months"),
    path(_("<slug:slug>/events/<int:month>/"), figures.month_events, name="inspection-events"),
]

oversight: list[URLPattern | URLResolver] = [
    path("", views.oversight, name="oversight"),
    path(_("mandates/"), desk.mandates, name="mandates"),
    path(_("mandates/<int:number>/log/"), desk.mandate_log, name="mandate-log"),
    path(_("workload/"), desk.caseload, name="caseload"),
    path("<int:number>/", include(inspection)),
]
