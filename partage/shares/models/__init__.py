"""Sharing: the facts of the work, periods and their rule, what people recorded, what they got."""

from partage.shares.models.periods import FACTS as FACTS
from partage.shares.models.periods import LONGEST_REASON as LONGEST_REASON
from partage.shares.models.periods import LONGEST_RULE as LONGEST_RULE
from partage.shares.models.periods import Activity as Activity
from partage.shares.models.periods import Period as Period
from partage.shares.models.periods import PeriodQuerySet as PeriodQuerySet
from partage.shares.models.periods import WorkFacts as WorkFacts
from partage.shares.models.statements import Beneficiary as Beneficiary
from partage.shares.models.statements import ErasedSellers as ErasedSellers
from partage.shares.models.statements import Payout as Payout
from partage.shares.models.statements import PeriodFund as PeriodFund
from partage.shares.models.statements import Recorded as Recorded
from partage.shares.models.statements import ShareOut as ShareOut
from partage.shares.models.statements import Statement as Statement
from partage.shares.models.statements import Why as Why
