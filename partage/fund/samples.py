"""An invented round of the common fund for the demo: its projects are in, and voting is about to begin."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from partage.coproductions.models import Coproduction
from partage.fund.ledger import receive
from partage.fund.models import Movement, Project, Round
from partage.fund.proposing import publish_project
from partage.fund.rounds import open_round
from partage.people.models import Person

GRANT = 1_200_000
BUDGET = 600_000
SOURCE = "Invented grant of the town · Subvention inventée de la ville"
PURPOSE = "Ce qui rend les caisses plus humaines · What makes the checkouts kinder"
# Long enough for the projects below to come onto the ballot, short for whoever opens the page.
SECONDS_BEFORE_VOTES = 30
VOTING_DAYS = 30
PROJECTS = (
    ("Un banc près des caisses · A bench by the checkouts", "Les quatre magasins", 120_000),
    ("Former les caissiers à l’aide · Training cashiers to help", "Le service formation", 250_000),
    ("Une caisse où l’on bavarde · A slow checkout to chat", "Le magasin du centre", 300_000),
    ("Des loupes et des écrans lisibles · Magnifiers and readable screens", "La coopérative", 80_000),
)  # fmt: skip


@transaction.atomic
def make_sample_round(coproduction: Coproduction, reader: Person) -> Round:
    """Money in the fund and four projects read by somebody of the desk."""
    receive(coproduction, GRANT, SOURCE, "sample", Movement.Kind.GRANT)
    opened = open_round(_planned(coproduction))
    for title, doer, cost in PROJECTS:
        project = Project(
            round=opened, title=title, text=title, doer=doer, cost_cents=cost, language="fr",
            written_at=timezone.now(),
        )  # fmt: skip
        project.save(force_insert=True)
        publish_project(project, reader)
    return opened


def _planned(coproduction: Coproduction) -> Round:
    begins = timezone.now()
    votes = begins + timedelta(seconds=SECONDS_BEFORE_VOTES)
    return Round(
        coproduction=coproduction, purpose=PURPOSE, language="fr", budget_cents=BUDGET,
        proposals_open_at=begins, proposals_close_at=votes,
        votes_open_at=votes, votes_close_at=votes + timedelta(days=VOTING_DAYS),
    )  # fmt: skip
