"""The tables that leave the site: their columns, from which files, dictionary and metadata are made."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from partage.coproductions.models import Coproduction
from partage.opendata import columns as told
from partage.opendata import rows
from partage.opendata.columns import Field

Row = tuple[object, ...]


@dataclass(frozen=True)
class Table:
    """One table: where its rows come from, and what each of its columns means."""

    name: str
    title: dict[str, str]
    about: dict[str, str]
    fields: tuple[Field, ...]
    rows: Callable[[Coproduction], Iterable[Row]]

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(field.name for field in self.fields)

    def field(self, name: str) -> Field | None:
        return next((field for field in self.fields if field.name == name), None)

    def of(self, coproductions: Iterable[Coproduction]) -> Iterator[Row]:
        """Its rows, one coproduction after the other, each row after the name of its own."""
        for coproduction in coproductions:
            for row in self.rows(coproduction):
                yield (coproduction.slug, *row)


def _table(
    name: str,
    title: tuple[str, str],
    about: tuple[str, str],
    fields: tuple[Field, ...],
    source: Callable[[Coproduction], Iterable[Row]],
) -> Table:
    both = dict(zip(("en", "fr"), title, strict=True)), dict(zip(("en", "fr"), about, strict=True))
    return Table(name, *both, (told.COPRODUCTION, *fields), source)


TABLES = (
    _table(
        "statements",
        ("Sentences and results", "Phrases et résultats"),
        ("Each published sentence with its counts in the last release. Under ten answers, and where fewer than fifty people answered alike, counts are left empty.",
         "Chaque phrase publiée, avec ses décomptes dans la dernière publication. Sous dix réponses, et là où moins de cinquante personnes ont répondu de même, les décomptes restent vides."),
        told.STATEMENTS, rows.statements,
    ),
    _table(
        "group-results",
        ("Results by group", "Résultats par groupe"),
        ("Counts of each sentence in each group of the last release; none where a group has fewer than ten answers.",
         "Décomptes de chaque phrase dans chaque groupe de la dernière publication ; aucun là où un groupe a moins de dix réponses."),
        told.GROUP_RESULTS, rows.group_results,
    ),
    _table(
        "channel-results",
        ("Results by channel", "Résultats par voie"),
        ("Counts of each sentence by the way in which answers came; none where a difference would tell what a few people said.",
         "Décomptes de chaque phrase selon la voie par laquelle les réponses sont venues ; aucun là où une différence dirait ce que quelques personnes ont répondu."),
        told.CHANNEL_RESULTS, rows.channel_results,
    ),
    _table(
        "ideas",
        ("Ideas", "Idées"),
        ("Each published idea with the counts that the orders of the list use.",
         "Chaque idée publiée, avec les décomptes dont se servent les ordres de la liste."),
        told.IDEAS, rows.ideas,
    ),
    _table(
        "arguments",
        ("Arguments", "Arguments"),
        ("Each published argument for or against a published idea.",
         "Chaque argument publié pour ou contre une idée publiée."),
        told.ARGUMENTS, rows.arguments,
    ),
    _table(
        "test-reports",
        ("Test reports", "Comptes rendus d’essai"),
        ("Each published report of somebody who tried a task.",
         "Chaque compte rendu publié d’une personne qui a essayé une tâche."),
        told.TEST_REPORTS, rows.test_reports,
    ),
    _table(
        "recommendations",
        ("Opinions and their recommendations", "Avis et leurs préconisations"),
        ("Each recommendation of each published opinion, as its last version says.",
         "Chaque préconisation de chaque avis publié, telle que sa dernière version la donne."),
        told.RECOMMENDATIONS, rows.recommendations,
    ),
    _table(
        "follow-up",
        ("What became of recommendations", "Suites données aux préconisations"),
        ("Answers of those who should act, and what was done.",
         "Réponses de qui devrait agir, et ce qui a été fait."),
        told.FOLLOW_UP, rows.follow_up,
    ),
    _table(
        "account-lines",
        ("Lines of the open account", "Lignes du compte ouvert"),
        ("Each line of the last published account, by scenario, with its bounds.",
         "Chaque ligne du dernier compte publié, par scénario, avec ses bornes."),
        told.ACCOUNT_LINES, rows.account_lines,
    ),
    _table(
        "fund-movements",
        ("Movements of the common fund", "Mouvements du fonds commun"),
        ("Each amount that came into the common fund or went out of it.",
         "Chaque somme entrée dans le fonds commun, ou qui en est sortie."),
        told.FUND_MOVEMENTS, rows.fund_movements,
    ),
    _table(
        "fund-projects",
        ("Projects of the common fund", "Projets du fonds commun"),
        ("Each published project; its votes once its round is counted, from ten ballots on.",
         "Chaque projet publié ; ses voix une fois son tour dépouillé, à partir de dix bulletins."),
        told.FUND_PROJECTS, rows.fund_projects,
    ),
    _table(
        "shares",
        ("What was shared", "Ce qui a été partagé"),
        ("Each period with its rule and, from ten people on, what it gave. Never a share of one person.",
         "Chaque période avec sa règle et, à partir de dix personnes, ce qu’elle a donné. Jamais la part d’une personne."),
        told.SHARES, rows.shares,
    ),
    _table(
        "register-entries",
        ("Entries of the register", "Inscriptions du registre"),
        ("Each sealed entry: what happened and in which hour, never who did it nor what they said.",
         "Chaque inscription scellée : ce qui s’est passé et dans quelle heure, jamais qui l’a fait ni ce qui a été dit."),
        told.REGISTER_ENTRIES, rows.register_entries,
    ),
)  # fmt: skip
BY_NAME = {table.name: table for table in TABLES}
