"""What the API gives, shape by shape. A later v1 adds fields; it changes and removes none."""

from datetime import date, datetime
from typing import Any, Generic, Literal, TypeVar

from ninja import Field, Schema

Shape = TypeVar("Shape")
# A text in one or several languages, by their tags; or the addresses of a page by language.
Texts = dict[str, str]


class Problem(Schema):
    """A refusal (RFC 9457)."""

    title: str
    status: int
    detail: str = Field(description="One sentence: what was wrong, and what to do.")


class EventsProblem(Problem):
    error: str = Field(description="The same as `detail`.")


class Page(Schema, Generic[Shape]):
    items: list[Shape]
    next: str | None = Field(description="Address of the next page; null on the last one.")

    @classmethod
    def model_parametrized_name(cls, params: tuple[Any, ...]) -> str:
        return f"{params[0].__name__}List"


class RegisterLinks(Schema):
    checkpoint: str = Field(description="The signed head of the register, as text.")
    keys: str = Field(description="The public keys that sign it.")


class Index(Schema):
    version: str
    documentation: Texts
    openapi: str
    coproductions: str
    calls: str
    opinions: str
    works: str
    register_links: RegisterLinks | None = Field(description="null until something is sealed.")


class Organization(Schema):
    slug: str
    name: str


class Stage(Schema):
    kind: str
    opens_at: datetime
    closes_at: datetime | None


class Coproduction(Schema):
    slug: str
    organization: Organization
    title: Texts
    question: Texts
    asked_by: Texts
    asked_on: date | None
    legal_basis: Texts
    not_discussed: Texts
    is_sample: bool = Field(description="Invented, to show how the site works.")
    frame: int = Field(description="The version in force.")
    stages: list[Stage]
    people: int = Field(description="How many took part, rounded down to five.")
    page: Texts


class Task(Schema):
    name: Texts
    done_before_by: Texts
    degree: Literal["chosen", "obliged", "endured"]


class DataTaken(Schema):
    category: Texts
    is_known_to_people: bool
    purpose: Texts
    receivers: Texts
    is_commercial: bool | None
    kept_days: int | None


class Frame(Schema):
    version: int
    published_at: datetime
    reason: Texts
    decides: Texts
    families: list[str]
    profiling: Texts
    ranking: Texts
    payer: Texts
    law: Texts
    sharing_rule: Texts
    retention: Texts
    alternative: str
    alternative_words: Texts
    alternative_hours_a_week: float | None
    alternative_wait_minutes: float | None
    is_sensitive: bool
    consent_text: Texts
    landscape: str
    tasks: list[Task]
    data_taken: list[DataTaken]
    page: Texts


class Release(Schema):
    number: int
    published_at: datetime
    is_final: bool
    people: int


class Results(Release):
    content: dict[str, Any] = Field(description="As in results.json of the page of results.")
    page: Texts


class Month(Schema):
    id: int
    month: str = Field(description="As 2026-05.")
    task: str
    basis: str
    events: int
    seconds: int
    value_cents: int
    data: dict[str, int | None] = Field(description="null where few events would show.")


class Decision(Schema):
    id: int
    day: date
    about: str
    number: int
    decision: str
    rule: str
    role: str
    reported: bool
    contested: bool
    upheld: bool


class Statement(Schema):
    id: int
    state: Literal["published", "erased"]
    words: Texts
    is_from_team: bool
    written_on: date
    published_on: date | None
    page: Texts


class Source(Schema):
    title: str
    link: str


class Counts(Schema):
    agrees: int
    mixed: int
    disagrees: int


class Outcome(Schema):
    id: int
    idea: int
    kind: str
    text: str
    language: str
    said_at: datetime


class Idea(Schema):
    id: int
    number: int | None = Field(description="Its place among the published.")
    state: Literal["published", "grouped", "erased"]
    grouped_with: int | None
    section: str
    title: str
    body: str
    language: str
    written_on: date
    counts: Counts | None = Field(description="Ten answers at a time; null once not published.")
    brought_counts: Counts | None = Field(description="That came with an import.")
    answers: int | None
    arguments: int | None
    sources: list[Source]
    outcomes: list[Outcome]
    page: Texts


class Argument(Schema):
    id: int
    idea: int
    side: Literal["for", "against"]
    text: str
    link: str
    language: str
    written_on: date


class TrialTask(Schema):
    number: int
    words: str
    language: str
    counted: int = Field(description="On how many reports the figures stand.")
    figures: dict[str, Any]
    page: Texts


class TestReport(Schema):
    id: int
    task: int
    outcome: str
    severity: str
    text: str
    language: str
    written_on: date
    page: Texts


class Call(Schema):
    id: int
    organization: Organization
    state: Literal["published", "erased"]
    title: str
    text: str
    language: str
    written_on: date
    published_at: datetime | None
    supports: int
    answer_from: int | None
    owed_since: datetime | None
    answer: str
    answered_at: datetime | None
    page: Texts


class FollowedUp(Schema):
    what: str
    url: str


class Work(Schema):
    """A work of the library; null is unknown, and is not zero."""

    id: int
    slug: str
    title: str
    institutions: list[str]
    region: str
    kind: str
    date: str | None = Field(description="2016, 2016-11 or 2016-11-29, as much as is known.")
    rapporteurs: list[str]
    votes_for: int | None
    votes_against: int | None
    votes_abstain: int | None
    body_size: int | None
    url: str
    source_url: str
    language: str
    themes: list[str]
    summary: str
    shelf: str | None = Field(description="Who keeps it; null: the site.")
    questions: list[str]
    recommendations: list[str]
    followed_up: list[FollowedUp]
    follows: list[str]
    answers: list[str]
    cites: list[str]
    changed_at: datetime
    page: Texts


class OpinionVersion(Schema):
    number: int
    published_at: datetime
    sha256: str
    page: Texts


class OpinionLine(Schema):
    slug: str
    coproduction: str | None
    title: Texts
    voted_on: date | None
    vote: dict[str, Any]
    version: int
    published_at: datetime
    page: Texts


class Opinion(OpinionLine):
    sha256: str
    content: dict[str, Any] = Field(description="As in opinion.json of its page.")


class Answer(Schema):
    kind: str
    said_by: str
    text: str
    language: str
    said_at: datetime


class Milestone(Schema):
    reached_on: date
    text: str
    address: str
    language: str


class Recommendation(Schema):
    number: int
    standing: str
    text: Texts
    acts: Texts
    due_on: date | None
    known_by: Texts
    note: Texts
    theme: str
    evidence: list[dict[str, Any]]
    answers: list[Answer]
    milestones: list[Milestone]
    reminded_on: list[date]
    page: Texts


class AccountLine(Schema):
    number: int
    published_at: datetime
    sha256: str = Field(description="Of the declaration.")
    page: Texts


class Account(AccountLine):
    account: dict[str, Any] = Field(description="As in account.json of its page.")


class DisputedFigure(Schema):
    id: int
    account: int
    name: str
    low: float
    central: float
    high: float
    source: str
    source_date: date
    filed_at: datetime
    page: Texts


class Fund(Schema):
    balance_cents: int
    promised_cents: int
    free_cents: int
    page: Texts


class Movement(Schema):
    number: int
    kind: str
    cents: int
    balance_cents: int
    source: str
    project: int | None
    reverses: int | None = Field(description="The number of the movement that it corrects.")
    at: datetime


class Count(Schema):
    counted_at: datetime
    ballots: int | None = Field(description="null below ten.")
    raised_cents: int | None
    left_cents: int
    sha256: str = Field(description="Of what was counted, as the register has it.")


class Round(Schema):
    number: int
    phase: str
    purpose: str
    language: str
    budget_cents: int
    opened_at: datetime
    proposals_open_at: datetime
    proposals_close_at: datetime
    votes_open_at: datetime
    votes_close_at: datetime
    count: Count | None
    page: Texts


class FollowUp(Schema):
    kind: str
    text: str
    language: str
    said_at: datetime
    movement: int | None


class Purchase(Schema):
    place: int
    progress: str
    cost_cents: int
    paid_cents: int
    follow_ups: list[FollowUp]


class Project(Schema):
    id: int
    round: int
    number: int | None
    title: str
    text: str
    doer: str
    cost_cents: int
    language: str
    written_on: date
    votes: int | None = Field(description="Once counted; null below ten ballots.")
    purchase: Purchase | None
    page: Texts


class Division(Schema):
    name: str
    pot_cents: int
    parts_cents: dict[str, int]


class ShareOut(Schema):
    computed_at: datetime
    pot_cents: int | None
    pot_source: str
    kept_cents: int | None
    people: int | None = Field(description="null below ten; the fields after it too.")
    contributions_cents: int | None
    tax_cents: int | None
    net_cents: int | None
    divisions: list[Division]
    spread_cents: dict[str, int]
    sha256: str = Field(description="Of all statements, as the register has it.")


class SharePeriod(Schema):
    number: int
    name: Texts
    opens_on: date
    closes_on: date
    rule: str
    rule_sha256: str
    seed: str
    adopted_at: datetime
    adopted_by_opinion: str | None
    adopted_by_recommendation: int | None
    adopted_by_act: str
    act_on: date | None
    act_address: str
    activity: str
    activity_reason: str
    withdrawn_at: datetime | None
    withdrawn_reason: str
    share_out: ShareOut | None
    page: Texts


class RefusedLine(Schema):
    line: int
    why: str


class Received(Schema):
    accepted: int
    repeated: int
    refused: int
    refusals: list[RefusedLine]
