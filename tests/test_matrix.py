"""Who may do what: every role at every address with every method, next to what is answered.

A route that is not in the table fails, and so does a line without a route.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone

from partage.accounting.publication import publish_account
from partage.assemblies.votes import close_vote
from partage.contributions.models import Statement
from partage.coproductions.models import Role
from partage.opinions.importing import import_opinion
from partage.opinions.models import Opinion
from tests.factories import (
    at,
    make_administrator,
    make_amendment,
    make_assembly,
    make_assembly_vote,
    make_call,
    make_coproduction,
    make_debate,
    make_device,
    make_facilitator,
    make_helper,
    make_idea,
    make_people,
    make_report,
    make_statements,
    make_votes,
    members_of,
    publish_results,
    signed_in,
)
from tests.fund.rounds import make_project, make_round
from tests.library.works import make_work
from tests.opinions.opinion_file import as_bytes, small
from tests.training.learning import make_programme, make_skill
from tests.web.page import bytes_of

ACCOUNT = Path(settings.PACKAGE) / "samples" / "accounts" / "self-checkout.toml"
ROLES = (
    "anonymous",
    "participant",
    "facilitator",
    "another facilitator",
    "moderator",
    "reader",
    "administrator",
)
WITHOUT_SIGN_IN = ("anonymous", "participant")
ALWAYS_REFUSED = ("PUT", "PATCH", "DELETE", "TRACE")

# route, its words in the address, then "GET POST" for each role in the order of ROLES; a single
# pair is the answer to all of them. Facilitator, moderator, reader (of drafts): of this coproduction.
# HEAD answers as GET; PUT, PATCH, DELETE and TRACE are 405.
TABLE = """
root                  |               | 302 405
healthz               |               | 200 405
readyz                |               | 200 405
metrics               |               | 404 405
log-checkpoint        | 1             | 200 405
log-cosigned          | 1             | 404 405
log-vkey              | 1             | 200 405
log-tile              | 1 0/000.p/1   | 200 405
register              |               | 200 200
status                |               | 200 405
home                  |               | 200 405
my-data               |               | 200 405
legal-notice          |               | 200 405
personal-data         |               | 200 405
debate-rules          |               | 200 405
accessibility         |               | 200 405
site-map              |               | 200 405
help                  |               | 200 405
search                |               | 200 405
library               |               | 200 405
data-requests         |               | 200 400
data-request          | 1             | 404 405
requests-desk         |               | 302 302 | 302 302 | 200 404 | 200 404 | 403 403 | 403 403 | 200 404
correct-name          |               | 302 302 | 302 302 | 405 400 | 405 400 | 405 400 | 405 400 | 405 400
take-away             |               | 404 405 | 200 405 | 200 405 | 200 405 | 200 405 | 200 405 | 200 405
calls                 |               | 200 405
call-new              |               | 200 400
call                  | 1             | 200 405
call-support          | 1             | 405 302
call-news             | 1             | 404 404
call-erase            | 1             | 200 200
calls-desk            |               | 302 302 | 302 302 | 200 404 | 200 404 | 403 403 | 403 403 | 403 403
calls-promise         |               | 302 302 | 302 302 | 405 400 | 405 400 | 405 403 | 405 403 | 405 403
call-answer           | 1             | 302 302 | 302 302 | 200 400 | 200 400 | 403 403 | 403 403 | 403 403
oai                   |               | 200 200
robots                |               | 200 405
sitemap               |               | 200 405
sitemap-file          | works 1       | 200 405
shelves               |               | 200 405
shelf                 | quatre-vents  | 200 405
library-desk          |               | 302 302 | 302 302 | 200 405 | 200 405 | 403 405 | 403 405 | 403 405
shelf-desk            | quatre-vents  | 302 302 | 302 302 | 200 400 | 200 400 | 403 403 | 403 403 | 403 403
work-new              | quatre-vents  | 302 302 | 302 302 | 200 400 | 200 400 | 403 403 | 403 403 | 403 403
work-edit             | quatre-vents x | 302 302 | 302 302 | 404 404 | 404 404 | 403 403 | 403 403 | 403 403
works-feed            |               | 200 405
work                  | cese-2016-12  | 200 405
work-citation         | cese-2016-12 bib | 200 405
how                   |               | 200 405
ecodesign             |               | 200 405
coproduction          | shops         | 200 405
frame                 | shops         | 200 405
frame-version         | shops 1       | 200 405
vote                  | shops         | 200 400
contested-set         | shops 1       | 404 404
restrict-use          | shops         | 405 400
prove                 | shops         | 302 302
undo                  | shops         | 405 302
consent               | shops         | 405 302
consent-receipt       | shops         | 404 405
withdraw              | shops         | 405 302
receipt               | shops 1       | 404 405
receipt-file          | shops 1       | 404 405
erase                 | shops         | 200 200
my-answers            | shops         | 200 405
propose               | shops         | 200 400
ideas                 | shops         | 302 405
ideas-csv             | shops         | 200 405
ideas-feed            | shops         | 200 405
propose-idea          | shops         | 200 400
similar-ideas         | shops         | 200 405
idea                  | shops 1       | 200 400
idea-vote             | shops 1       | 405 400
helped                | shops 1 1     | 405 404
change-idea           | shops 1       | 404 404
idea-versions         | shops 1       | 200 405
outcomes              | shops         | 200 405
results               | shops         | 302 405
where-am-i            | shops         | 200 405
results-csv           | shops         | 200 405
results-json          | shops         | 200 405
results-embed         | shops         | 200 405
open-data             | shops         | 200 405
open-data-dcat        | shops jsonld  | 200 405
open-data-polis       | shops         | 200 405
open-data-file        | shops ideas csv | 200 405
site-open-data        |               | 200 405
site-dcat             | rdf           | 200 405
fields-json           |               | 200 405
table                 | statements    | 200 405
field                 | statements agrees | 200 405
site-file             | statements jsonl | 200 405
account               | shops         | 200 405
account-json          | shops         | 200 405
account-csv           | shops         | 200 405
account-declaration   | shops         | 200 405
account-compare       | shops         | 200 405
account-what-if       | shops         | 200 405
account-variants      | shops         | 200 405
account-variant       | shops 1       | 404 405
account-counter       | shops x       | 404 404
account-line          | shops C4      | 200 405
voices                | shops         | 200 400
measured              | shops         | 200 405
measured-csv          | shops         | 200 405
shares                | shops         | 200 405
my-shares-here        | shops         | 200 405
my-shares             | shops 1 x     | 404 404
my-shares-csv         | shops 1 x     | 404 405
my-shares-json        | shops 1 x     | 404 405
api-events            | shops         | 405 401
api-index             |               | 200 405
api-openapi           |               | 200 405
api-docs              |               | 200 405
api-coproductions     |               | 200 405
api-coproduction      | shops         | 200 405
api-frames            | shops         | 200 405
api-frame             | shops 1       | 200 405
api-releases          | shops         | 200 405
api-results           | shops         | 200 405
api-months            | shops         | 200 405
api-decisions         | shops         | 200 405
api-statements        | shops         | 200 405
api-statement         | shops 1       | 200 405
api-ideas             | shops         | 200 405
api-idea              | shops 1       | 200 405
api-arguments         | shops 1       | 200 405
api-outcomes          | shops         | 200 405
api-trial-tasks       | shops         | 200 405
api-test-reports      | shops         | 200 405
api-test-report       | shops 1       | 200 405
api-calls             |               | 200 405
api-call              | 1             | 200 405
api-opinions          |               | 200 405
api-opinion           | small         | 200 405
api-versions          | small         | 200 405
api-recommendations   | small         | 200 405
api-recommendation    | small 1       | 200 405
api-accounts          | shops         | 200 405
api-account           | shops 1       | 200 405
api-figures           | shops         | 200 405
api-fund              | shops         | 200 405
api-movements         | shops         | 200 405
api-rounds            | shops         | 200 405
api-round             | shops 1       | 200 405
api-projects          | shops         | 200 405
api-project           | shops 1       | 200 405
api-shares            | shops         | 200 405
api-share             | shops 1       | 404 405
learning              | shops         | 200 405
programmes-csv        | shops         | 200 405
programme             | shops 1       | 200 400
skills                | shops         | 200 405
claim-skill           | shops help    | 200 400
skill-claim           | shops 1       | 404 404
make-badge            | shops 1       | 405 404
confirm-skill         | shops 1       | 302 302 | 302 302 | 404 404 | 404 404 | 404 404 | 404 404 | 404 404
my-skills             |               | 200 405
verify-badge          |               | 200 400
badge-issuer          |               | 200 405
badge-keys            |               | 200 405
badge-key             | x             | 404 405
badge-skill           | 1             | 200 405
badge-status          | 1             | 404 405
skills-desk           | shops         | 302 302 | 302 302 | 200 400 | 403 403 | 403 403 | 403 403 | 403 403
programmes-desk       | shops         | 302 302 | 302 302 | 200 400 | 403 403 | 403 403 | 403 403 | 403 403
fund                  | shops         | 200 405
fund-feed             | shops         | 200 405
fund-round            | shops 1       | 200 405
propose-project       | shops 1       | 200 400
project               | shops 1       | 200 405
withdraw-project      | shops 1       | 405 404
fund-ballot           | shops 1       | 200 409
fund-desk             | shops         | 302 302 | 302 302 | 200 400 | 403 403 | 403 403 | 403 403 | 403 403
fund-projects         | shops         | 302 302 | 302 302 | 200 404 | 403 403 | 403 403 | 403 403 | 403 403
follow-project        | shops 1       | 302 302 | 302 302 | 404 404 | 403 403 | 403 403 | 403 403 | 403 403
oversight             |               | 302 302 | 302 302 | 200 405 | 200 405 | 200 405 | 200 405 | 200 405
mandates              |               | 302 302 | 302 302 | 403 403 | 403 403 | 403 403 | 403 403 | 200 400
mandate-log           | 1             | 302 302 | 302 302 | 403 405 | 403 405 | 403 405 | 403 405 | 404 405
caseload              |               | 302 302 | 302 302 | 403 405 | 403 405 | 403 405 | 403 405 | 200 405
questions-desk        | shops         | 302 302 | 302 302 | 200 404 | 403 403 | 403 403 | 403 403 | 403 403
inspection            | 1             | 302 302 | 302 302 | 404 404 | 404 404 | 404 404 | 404 404 | 404 404
inspection-entries    | 1             | 302 302 | 302 302 | 404 405 | 404 405 | 404 405 | 404 405 | 404 405
inspection-entry      | 1 x           | 302 302 | 302 302 | 404 405 | 404 405 | 404 405 | 404 405 | 404 405
inspection-samples    | 1             | 302 302 | 302 302 | 404 404 | 404 404 | 404 404 | 404 404 | 404 404
inspection-log        | 1             | 302 302 | 302 302 | 404 405 | 404 405 | 404 405 | 404 405 | 404 405
inspection-flags      | 1             | 302 302 | 302 302 | 404 405 | 404 405 | 404 405 | 404 405 | 404 405
inspection-compare    | 1             | 302 302 | 302 302 | 404 405 | 404 405 | 404 405 | 404 405 | 404 405
inspection-questions  | 1             | 302 302 | 302 302 | 404 404 | 404 404 | 404 404 | 404 404 | 404 404
inspection-notes      | 1             | 302 302 | 302 302 | 404 404 | 404 404 | 404 404 | 404 404 | 404 404
inspection-case       | 1             | 302 302 | 302 302 | 404 405 | 404 405 | 404 405 | 404 405 | 404 405
inspection-case-file  | 1             | 302 302 | 302 302 | 404 405 | 404 405 | 404 405 | 404 405 | 404 405
inspection-account    | 1 shops       | 302 302 | 302 302 | 404 405 | 404 405 | 404 405 | 404 405 | 404 405
inspection-figure     | 1 shops C4    | 302 302 | 302 302 | 404 405 | 404 405 | 404 405 | 404 405 | 404 405
inspection-months     | 1 shops       | 302 302 | 302 302 | 404 405 | 404 405 | 404 405 | 404 405 | 404 405
inspection-events     | 1 shops 1     | 302 302 | 302 302 | 404 405 | 404 405 | 404 405 | 404 405 | 404 405
parameters            |               | 200 405
parameter             | x             | 404 405
sign-in               |               | 200 400
sign-in-code          |               | 302 302
sign-in-passkey       |               | 405 400
sign-in-identity      | local         | 405 404
identity-back         | local         | 404 405
sign-in-link          | x             | 200 403
desk                  |               | 302 302 | 302 302 | 200 405 | 200 405 | 200 405 | 200 405 | 200 405
set-up                |               | 302 302 | 302 302 | 200 400 | 200 400 | 403 403 | 403 403 | 403 403
set-up-preview        |               | 302 302 | 302 302 | 405 200 | 405 200 | 405 403 | 405 403 | 405 403
queue                 | shops         | 302 302 | 302 302 | 200 404 | 403 403 | 200 404 | 200 403 | 403 403
mend-spelling         | shops 1       | 302 302 | 302 302 | 404 404 | 403 403 | 404 404 | 403 403 | 403 403
answer-idea           | shops 1       | 302 302 | 302 302 | 200 400 | 403 403 | 403 403 | 403 403 | 403 403
stages                | shops         | 302 302 | 302 302 | 200 404 | 403 403 | 403 403 | 403 403 | 403 403
counter-queue         | shops         | 302 302 | 302 302 | 200 404 | 403 403 | 403 403 | 403 403 | 403 403
events-desk           | shops         | 302 302 | 302 302 | 200 400 | 403 403 | 403 403 | 403 403 | 403 403
shares-desk           | shops         | 302 302 | 302 302 | 200 400 | 403 403 | 403 403 | 403 403 | 403 403
shares-facts          | shops         | 302 302 | 302 302 | 200 400 | 403 403 | 403 403 | 403 403 | 403 403
share-rule            | shops         | 302 302 | 302 302 | 200 400 | 403 403 | 403 403 | 403 403 | 403 403
share-period          | shops 1       | 302 302 | 302 302 | 404 404 | 403 403 | 403 403 | 403 403 | 403 403
share-payouts         | shops 1       | 302 302 | 302 302 | 404 404 | 403 403 | 403 403 | 403 403 | 403 403
payout-xml            | shops 1 1     | 302 302 | 302 302 | 404 405 | 403 405 | 403 405 | 403 405 | 403 405
payout-csv            | shops 1 1     | 302 302 | 302 302 | 404 405 | 403 405 | 403 405 | 403 405 | 403 405
declare               | shops         | 302 302 | 302 302 | 200 200 | 403 403 | 403 403 | 403 403 | 403 403
change-frame          | shops         | 302 302 | 302 302 | 200 409 | 403 403 | 403 403 | 403 403 | 403 403
declare-frame         | shops         | 302 302 | 302 302 | 200 400 | 403 403 | 403 403 | 403 403 | 403 403
people                | shops         | 302 302 | 302 302 | 200 400 | 403 403 | 403 403 | 403 403 | 200 400
device-link           | x             | 403 403
other-device          |               | 200 400
passkeys              |               | 302 302 | 302 302 | 200 404 | 200 404 | 200 404 | 200 404 | 200 404
identities            |               | 302 302 | 302 302 | 200 404 | 200 404 | 200 404 | 200 404 | 200 404
sessions              |               | 302 302 | 302 302 | 200 404 | 200 404 | 200 404 | 200 404 | 200 404
desk-mail             |               | 302 302 | 302 302 | 200 400 | 200 400 | 200 400 | 200 400 | 200 400
desk-mail-stop        | 1 x           | 200 200
statement             | shops 1       | 200 405
withdraw-mine         | shops idea 1  | 405 404
report                | shops idea 1  | 200 400
notice                | shops 1       | 404 405
contest               | shops 1       | 405 404
moderation            | shops         | 200 405
moderation-csv        | shops         | 200 405
reports               | shops         | 302 302 | 302 302 | 200 404 | 403 403 | 200 404 | 200 403 | 403 403
unclear               | shops         | 302 302 | 302 302 | 200 404 | 403 403 | 200 404 | 200 403 | 403 403
answer-queue          | shops         | 302 302 | 302 302 | 200 200 | 403 403 | 403 403 | 403 403 | 403 403
moderation-desk       | shops         | 302 302 | 302 302 | 200 400 | 403 403 | 403 403 | 403 403 | 403 403
test-reports          | shops         | 200 405
test-reports-csv      | shops         | 200 405
test-reports-feed     | shops         | 200 405
file-test-report      | shops         | 200 400
trial-task            | shops 1       | 200 405
test-report           | shops 1       | 200 405
trial-tasks           | shops         | 302 302 | 302 302 | 200 400 | 403 403 | 403 403 | 403 403 | 403 403
sign-in-second-code   |               | 302 302
second-factor         |               | 302 302 | 302 302 | 200 404 | 200 404 | 200 404 | 200 404 | 200 404
prove-identity        | shops         | 404 404
ballot-sheet          | shops         | 200 405
poster                | shops         | 200 405
sheets                | shops         | 302 302 | 302 302 | 200 405 | 403 405 | 403 405 | 403 405 | 403 405
doubts                | shops         | 302 302 | 302 302 | 200 409 | 403 403 | 200 409 | 403 403 | 403 403
doubt                 | shops 1       | 302 302 | 302 302 | 404 404 | 403 403 | 404 404 | 403 403 | 403 403
invitations           | shops         | 302 302 | 302 302 | 200 400 | 403 403 | 403 403 | 403 403 | 403 403
member-list           | shops         | 302 302 | 302 302 | 200 400 | 403 403 | 403 403 | 403 403 | 403 403
sheet-file            | shops         | 302 302 | 302 302 | 200 400 | 403 403 | 403 403 | 403 403 | 403 403
take-sheet-back       | shops 1       | 302 302 | 302 302 | 405 404 | 405 403 | 405 403 | 405 403 | 405 403
enter-sheet           | shops paper   | 302 302 | 302 302 | 200 400 | 403 403 | 403 403 | 403 403 | 403 403
opinions              |               | 200 405
opinion               | small         | 200 405
opinion-version       | small 1       | 200 405
opinion-versions      | small         | 200 405
opinion-board         | small         | 200 405
opinions-desk         | shops         | 302 302 | 302 302 | 200 400 | 403 403 | 403 403 | 403 403 | 403 403
draft-opinion         | shops small   | 302 302 | 302 302 | 200 302 | 403 403 | 403 403 | 403 403 | 403 403
new-part              | shops small   | 302 302 | 302 302 | 200 400 | 403 403 | 403 403 | 403 403 | 403 403
draft-part            | shops small 1 | 302 302 | 302 302 | 200 400 | 403 403 | 403 403 | 403 403 | 403 403
new-recommendation    | shops small   | 302 302 | 302 302 | 200 400 | 403 403 | 403 403 | 403 403 | 403 403
draft-recommendation  | shops small 1 | 302 302 | 302 302 | 200 400 | 403 403 | 403 403 | 403 403 | 403 403
draft-evidence        | shops small 1 | 302 302 | 302 302 | 200 400 | 403 403 | 403 403 | 403 403 | 403 403
follow-recommendation | shops small 1 | 302 302 | 302 302 | 200 400 | 403 403 | 403 403 | 403 403 | 403 403
draft-reminders       | shops small   | 302 302 | 302 302 | 200 404 | 403 403 | 403 403 | 403 403 | 403 403
draft-addressee       | shops small 1 | 302 302 | 302 302 | 200 400 | 403 403 | 403 403 | 403 403 | 403 403
reminders-stop        | x x           | 200 200
opinion-json          | small         | 200 405
opinion-md            | small         | 200 405
opinion-xml           | small         | 200 405
opinion-pdf           | small         | 404 405
recommendation        | small 1       | 200 405
debate                | debated       | 200 405
amendments            | debated       | 200 405
amendment             | debated 1     | 200 405
amendments-feed       | debated       | 200 405
support-amendment     | debated 1     | 405 409
amendment-act         | debated 1     | 405 403
revise-amendment      | debated 1     | 403 403
amend                 | debated recommendation 1 | 403 403
group-declaration     | debated       | 403 403
debate-desk           | shops debated | 302 302 | 302 302 | 200 400 | 403 403 | 403 403 | 403 403 | 403 403
apply-amendment       | shops debated 1 | 302 302 | 302 302 | 404 404 | 403 403 | 403 403 | 403 403 | 403 403
coproductions-feed    |               | 200 405
calls-feed            |               | 200 405
outcomes-feed         | shops         | 200 405
results-feed          | shops         | 200 405
sentences-feed        | shops         | 200 405
frame-feed            | shops         | 200 405
idea-feed             | shops 1       | 200 405
variants-feed         | shops         | 200 405
news                  | shops         | 200 400
mail-confirm          | 1 x           | 404 404
mail-stop             | 1 x           | 200 200
assemblies            |               | 200 405
assembly              | council       | 200 405
assembly-vote         | council 1     | 200 405
assembly-vote-names   | council 1     | 200 405
assembly-vote-csv     | council 1     | 200 405
assembly-vote-json    | council 1     | 200 405
member-link           | x             | 403 403
member                | council       | 403 403
member-leave          | council       | 405 302
ballot                | council 1     | 403 403
assemblies-desk       |               | 302 302 | 302 302 | 200 400 | 200 400 | 200 400 | 200 400 | 200 400
assembly-desk         | council       | 302 302 | 302 302 | 200 405 | 200 405 | 403 405 | 403 405 | 403 405
assembly-members      | council       | 302 302 | 302 302 | 200 400 | 200 400 | 403 403 | 403 403 | 403 403
member-erase          | council 0     | 302 302 | 302 302 | 404 404 | 404 404 | 403 403 | 403 403 | 403 403
vote-new              | council       | 302 302 | 302 302 | 200 400 | 200 400 | 403 403 | 403 403 | 403 403
vote-desk             | council 1     | 302 302 | 302 302 | 200 400 | 200 400 | 403 403 | 403 403 | 403 403
sign-out              |               | 302 302 | 302 302 | 405 302 | 405 302 | 405 302 | 405 302 | 405 302
erase-all             |               | 200 200
"""


def routes(patterns: list[URLPattern | URLResolver]) -> Iterator[str]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns)
        else:
            yield str(pattern.name)


def lines() -> dict[str, tuple[str, ...]]:
    """Route to its words and its cells, one for each role."""
    rows = [[cell.strip() for cell in line.split("|")] for line in TABLE.strip().splitlines()]
    all_alike = {name: cells * len(ROLES) for name, _words, *cells in rows if len(cells) == 1}
    return {name: (words, *all_alike.get(name, cells)) for name, words, *cells in rows}


@pytest.fixture
def browsers(db: None) -> dict[str, Client]:
    coproduction, other = make_coproduction("shops"), make_coproduction("elsewhere")
    make_votes(make_people(coproduction, 12), make_statements(coproduction, 2))
    publish_results(coproduction)
    make_idea(coproduction, pk=1)
    words = {"text": "One.", "language": "en", "state": "published", "written_at": timezone.now()}
    words["published_at"] = words["written_at"]
    Statement.objects.get_or_create(pk=1, defaults={"coproduction": coproduction, **words})
    make_report(coproduction, pk=1)
    publish_account(coproduction, ACCOUNT.read_text("utf-8"), ACCOUNT.name)
    make_call(coproduction, pk=1)
    make_work()
    make_project(make_round(coproduction), pk=1)
    make_programme(make_skill(coproduction, pk=1), pk=1)
    assembly = make_assembly()
    close_vote(make_assembly_vote(assembly))
    import_opinion(as_bytes(small()))
    Opinion.objects.update(coproduction=coproduction)
    make_amendment(make_debate(coproduction, assembly), members_of(assembly)[0])
    clients = (
        Client(),
        make_device(coproduction),
        signed_in(make_facilitator(coproduction)),
        signed_in(make_facilitator(other, email="paul@example.org")),
        signed_in(make_helper(coproduction, Role.Kind.MODERATOR)),
        signed_in(make_helper(coproduction, Role.Kind.READER)),
        signed_in(make_administrator()),
    )
    return dict(zip(ROLES, clients, strict=True))


def test_the_table_holds_every_route_and_every_role_and_no_other() -> None:
    assert sorted(lines()) == sorted(routes(get_resolver().url_patterns))
    assert {len(cells) for _words, *cells in lines().values()} == {len(ROLES)}


@pytest.mark.parametrize("role", ROLES)
def test_the_role_gets_the_answers_of_the_table(role: str, browsers: dict[str, Client]) -> None:
    browser, column = browsers[role], ROLES.index(role) + 1
    expected = {name: cells[column] for name, cells in lines().items()}
    found = {}
    for name, (words, *_) in lines().items():
        address = at(name, *words.split())
        read, sent = browser.get(address), browser.post(address)
        found[name] = f"{read.status_code} {sent.status_code}"
        if name == "sign-out" and role not in WITHOUT_SIGN_IN:
            assert browser.get(at("desk")).status_code == 302
    assert found == expected


@pytest.mark.parametrize("role", ROLES)
def test_head_answers_as_get_without_a_body_and_the_rest_is_refused(
    role: str, browsers: dict[str, Client]
) -> None:
    browser = browsers[role]
    for name, (words, *_) in lines().items():
        address = at(name, *words.split())
        head = browser.head(address)
        assert head.status_code == browser.get(address).status_code, name
        assert not bytes_of(head), name
        for method in ALWAYS_REFUSED:
            assert browser.generic(method, address).status_code == 405, (name, method)
