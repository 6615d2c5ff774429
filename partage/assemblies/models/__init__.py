"""Assemblies and their members; their votes, rolls and ballots."""

from partage.assemblies.models.assemblies import LONGEST_NAME as LONGEST_NAME
from partage.assemblies.models.assemblies import MOST_GROUPS as MOST_GROUPS
from partage.assemblies.models.assemblies import MOST_MEMBERS as MOST_MEMBERS
from partage.assemblies.models.assemblies import MOST_PROXIES as MOST_PROXIES
from partage.assemblies.models.assemblies import SEATS as SEATS
from partage.assemblies.models.assemblies import Assembly as Assembly
from partage.assemblies.models.assemblies import AssemblyQuerySet as AssemblyQuerySet
from partage.assemblies.models.assemblies import Group as Group
from partage.assemblies.models.assemblies import Member as Member
from partage.assemblies.models.assemblies import MemberQuerySet as MemberQuerySet
from partage.assemblies.models.assemblies import Proxy as Proxy
from partage.assemblies.models.votes import LONGEST_QUESTION as LONGEST_QUESTION
from partage.assemblies.models.votes import LONGEST_TITLE as LONGEST_TITLE
from partage.assemblies.models.votes import TURNOUT_FROM as TURNOUT_FROM
from partage.assemblies.models.votes import Attempt as Attempt
from partage.assemblies.models.votes import Choices as Choices
from partage.assemblies.models.votes import GroupCount as GroupCount
from partage.assemblies.models.votes import RollCallBallot as RollCallBallot
from partage.assemblies.models.votes import RollEntry as RollEntry
from partage.assemblies.models.votes import SecretBallot as SecretBallot
from partage.assemblies.models.votes import SecretElectorate as SecretElectorate
from partage.assemblies.models.votes import Vote as Vote
from partage.assemblies.models.votes import VoteQuerySet as VoteQuerySet
