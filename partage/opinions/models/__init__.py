"""Opinions, the debate that amends them, and what became of them."""

from partage.opinions.models.debates import LONGEST_WHY as LONGEST_WHY
from partage.opinions.models.debates import NEW as NEW
from partage.opinions.models.debates import Amendment as Amendment
from partage.opinions.models.debates import AmendmentQuerySet as AmendmentQuerySet
from partage.opinions.models.debates import AmendmentSupport as AmendmentSupport
from partage.opinions.models.debates import Debate as Debate
from partage.opinions.models.debates import Target as Target
from partage.opinions.models.opinions import EVIDENCE as EVIDENCE
from partage.opinions.models.opinions import LONGEST_REASON as LONGEST_REASON
from partage.opinions.models.opinions import LONGEST_TEXT as LONGEST_TEXT
from partage.opinions.models.opinions import MOST_REMINDERS as MOST_REMINDERS
from partage.opinions.models.opinions import Addressee as Addressee
from partage.opinions.models.opinions import Answer as Answer
from partage.opinions.models.opinions import Declaration as Declaration
from partage.opinions.models.opinions import Evidence as Evidence
from partage.opinions.models.opinions import Finding as Finding
from partage.opinions.models.opinions import GroupVote as GroupVote
from partage.opinions.models.opinions import Milestone as Milestone
from partage.opinions.models.opinions import NoReminders as NoReminders
from partage.opinions.models.opinions import Opinion as Opinion
from partage.opinions.models.opinions import OpinionQuerySet as OpinionQuerySet
from partage.opinions.models.opinions import Part as Part
from partage.opinions.models.opinions import Recommendation as Recommendation
from partage.opinions.models.opinions import Reminder as Reminder
from partage.opinions.models.opinions import Source as Source
from partage.opinions.models.opinions import Version as Version
