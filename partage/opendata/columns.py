"""What each column of each table means: its type, its unit, in English and in French."""

from dataclasses import dataclass

TYPES = ("integer", "number", "text", "boolean", "date", "date-time", "json")


@dataclass(frozen=True)
class Field:
    """One column. `unit` is empty where there is none."""

    name: str
    type: str
    unit: str
    about: dict[str, str]


def _read(lines: str) -> tuple[Field, ...]:
    """Fields written one a line: name | type | unit | in English | in French."""
    parts = [line.split(" | ") for line in lines.strip().splitlines()]
    return tuple(
        Field(name, kind, unit.strip(), {"en": en, "fr": fr}) for name, kind, unit, en, fr in parts
    )


(COPRODUCTION,) = _read(
    "coproduction | text |  | Short name of the coproduction, as in its address. | Nom court de la démarche, comme dans son adresse."
)

STATEMENTS = _read("""
release | integer |  | Number of the release of results. | Numéro de la publication des résultats.
published_at | date-time |  | When this release came out. | Date de cette publication.
statement | integer |  | Number of the sentence. | Numéro de la phrase.
text | text |  | What it says. | Ce qu’elle dit.
language | text | language tag | Language of this text. | Langue de ce texte.
words | json |  | The sentence in each language there is. | La phrase dans chaque langue qui existe.
from_team | boolean |  | Whether the team wrote it, and not a participant. | Si l’équipe l’a écrite, et non une personne participante.
answers | integer | answers | Answers counted; empty under ten. | Réponses comptées ; vide sous dix.
agrees | integer | answers | Answers “agree”; empty where it would tell what each one said. | Réponses « d’accord » ; vide là où cela dirait ce que chacune et chacun a répondu.
disagrees | integer | answers | Answers “disagree”; empty likewise. | Réponses « pas d’accord » ; vide de même.
passes | integer | answers | Answers “don’t know”; empty likewise. | Réponses « je ne sais pas » ; vide de même.
support | number | share from 0 to 1 | Support once the groups are accounted for (how it is computed: landscape). | Soutien une fois les groupes pris en compte (mode de calcul : paysage).
low | number | share from 0 to 1 | Lower end of its 95 % interval. | Borne basse de son intervalle à 95 %.
high | number | share from 0 to 1 | Upper end of its 95 % interval. | Borne haute de son intervalle à 95 %.
""")
GROUP_RESULTS = _read("""
release | integer |  | Number of the release of results. | Numéro de la publication des résultats.
statement | integer |  | Number of the sentence. | Numéro de la phrase.
group | text |  | Letter of the group in this release. | Lettre du groupe dans cette publication.
answers | integer | answers | Answers of this group. | Réponses de ce groupe.
agrees | integer | answers | Of them, “agree”; empty where it would tell what each one said. | Parmi elles, « d’accord » ; vide là où cela dirait ce que chacune et chacun a répondu.
disagrees | integer | answers | Of them, “disagree”; empty likewise. | Parmi elles, « pas d’accord » ; vide de même.
passes | integer | answers | Of them, “don’t know”; empty likewise. | Parmi elles, « je ne sais pas » ; vide de même.
""")
CHANNEL_RESULTS = _read("""
release | integer |  | Number of the release of results. | Numéro de la publication des résultats.
statement | integer |  | Number of the sentence. | Numéro de la phrase.
channel | text |  | How the answers came: web, paper, phone or import; on the web, what was shown first: mail, code, list or identity. | Comment les réponses sont venues : web, papier, téléphone ou import ; sur le web, ce qui a été montré avant : mail, code, list (liste) ou identity (identité).
answers | integer | answers | Answers that came this way. | Réponses venues par cette voie.
agrees | integer | answers | Of them, “agree”; empty where it would tell what each one said. | Parmi elles, « d’accord » ; vide là où cela dirait ce que chacune et chacun a répondu.
disagrees | integer | answers | Of them, “disagree”; empty likewise. | Parmi elles, « pas d’accord » ; vide de même.
passes | integer | answers | Of them, “don’t know”; empty likewise. | Parmi elles, « je ne sais pas » ; vide de même.
""")
IDEAS = _read("""
number | integer |  | Its place among the published ideas. | Sa place parmi les idées publiées.
pk | integer |  | Number in its address. | Numéro dans son adresse.
section | text |  | Section of the list. | Rubrique de la liste.
title | text |  | Its title. | Son titre.
body | text |  | Its text. | Son texte.
language | text | language tag | Language it is written in. | Langue dans laquelle elle est écrite.
written_on | date |  | When it was proposed. | Quand elle a été proposée.
agrees | integer | answers | Answers “agree”, counted ten answers at a time. | Réponses « d’accord », comptées par dix réponses.
mixed | integer | answers | Answers “mixed”, counted likewise. | Réponses « partagé », comptées de même.
disagrees | integer | answers | Answers “disagree”, counted likewise. | Réponses « pas d’accord », comptées de même.
brought_agrees | integer | answers | Answers “agree” that came with an import. | Réponses « d’accord » venues avec un import.
brought_mixed | integer | answers | Answers “mixed” that came with an import. | Réponses « partagé » venues avec un import.
brought_disagrees | integer | answers | Answers “disagree” that came with an import. | Réponses « pas d’accord » venues avec un import.
answers | integer | answers | All answers, imported ones included. | Toutes les réponses, importées comprises.
agreement | number | share | What the order “most agreed” sorts by. | Ce que trie l’ordre « le plus d’accord ».
difference | number | share | What the order “most different” sorts by. | Ce que trie l’ordre « le plus partagé ».
discussion | integer | arguments | What the order “most discussed” sorts by. | Ce que trie l’ordre « le plus discuté ».
""")
ARGUMENTS = _read("""
argument | integer |  | Number of the argument. | Numéro de l’argument.
idea | integer |  | Number in the address of its idea. | Numéro dans l’adresse de son idée.
side | text |  | for or against. | for (pour) ou against (contre).
text | text |  | What it says. | Ce qu’il dit.
link | text | web address | Its source, if it gives one. | Sa source, s’il en donne une.
language | text | language tag | Language it is written in. | Langue dans laquelle il est écrit.
written_on | date |  | When it was written. | Quand il a été écrit.
""")
TEST_REPORTS = _read("""
report | integer |  | Number of the report. | Numéro du compte rendu.
task | integer |  | Number of the task that was tried. | Numéro de la tâche essayée.
task_words | text |  | The task. | La tâche.
outcome | text |  | How it ended. | Comment cela a fini.
severity | text |  | How serious the problem met was. | Gravité du problème rencontré.
text | text |  | What its author says. | Ce qu’en dit son auteur ou son autrice.
language | text | language tag | Language it is written in. | Langue dans laquelle il est écrit.
written_on | date |  | When it was written. | Quand il a été écrit.
""")
RECOMMENDATIONS = _read("""
opinion | text |  | Short name of the opinion, as in its address. | Nom court de l’avis, comme dans son adresse.
opinion_title | text |  | Title of the opinion. | Titre de l’avis.
version | integer |  | Version of the opinion. | Version de l’avis.
published_at | date-time |  | When this version came out. | Quand cette version est parue.
voted_on | date |  | When the assembly voted on the whole. | Quand l’assemblée a voté l’ensemble.
votes_for | integer | votes | Votes for the whole. | Voix pour l’ensemble.
votes_against | integer | votes | Votes against the whole. | Voix contre l’ensemble.
votes_abstain | integer | votes | Abstentions on the whole. | Abstentions sur l’ensemble.
number | integer |  | Number of the recommendation. | Numéro de la préconisation.
standing | text |  | Whether it is one of the main ones. | Si elle compte parmi les principales.
text | text |  | What it recommends. | Ce qu’elle préconise.
acts | text |  | Who should act. | Qui devrait agir.
due_on | date |  | Until when. | Jusqu’à quand.
known_by | text |  | How one will know that it is done. | À quoi l’on saura que c’est fait.
theme | text |  | Its subject. | Son thème.
""")
FOLLOW_UP = _read("""
opinion | text |  | Short name of the opinion. | Nom court de l’avis.
recommendation | integer |  | Number of the recommendation. | Numéro de la préconisation.
kind | text |  | accepted, partly or refused for an answer; done for what was done. | accepted, partly ou refused pour une réponse ; done pour ce qui a été fait.
on | date |  | Day of the answer, or when it was done. | Jour de la réponse, ou de ce qui a été fait.
said_by | text |  | Office that answered. | Service ou fonction qui a répondu.
text | text |  | What was said. | Ce qui a été dit.
language | text | language tag | Language of this text. | Langue de ce texte.
address | text | web address | Where what was done can be seen. | Où ce qui a été fait se voit.
""")
ACCOUNT_LINES = _read("""
version | integer |  | Number of the account. | Numéro du compte.
published_at | date-time |  | When it came out. | Quand il est paru.
code | text |  | Code of the line. | Code de la ligne.
line | text |  | What the line counts. | Ce que la ligne compte.
unit | text |  | Unit of the three numbers. | Unité des trois nombres.
scenario | text |  | Scenario the numbers are for. | Scénario dont sont les nombres.
low | number | as “unit” says | Low bound. | Borne basse.
central | number | as “unit” says | Central value. | Valeur centrale.
high | number | as “unit” says | High bound. | Borne haute.
grade | text |  | How sure the figure is. | Degré de certitude du chiffre.
""")
FUND_MOVEMENTS = _read("""
number | integer |  | Number of the movement. | Numéro du mouvement.
kind | text |  | Where it came from, or what it paid. | D’où il vient, ou ce qu’il paie.
cents | integer | euro cents | Amount; below zero when it goes out. | Montant ; sous zéro quand il sort.
balance | integer | euro cents | What the fund holds after it. | Ce que le fonds contient ensuite.
source | text |  | Its document, in words. | Sa pièce, en mots.
project | integer |  | Number in the address of the project paid. | Numéro dans l’adresse du projet payé.
reverses | integer |  | Number of the movement that it corrects. | Numéro du mouvement qu’il corrige.
at | date-time |  | When it was entered. | Quand il a été inscrit.
""")
FUND_PROJECTS = _read("""
round | integer |  | Number of the round. | Numéro du tour.
number | integer |  | Number on the ballot. | Numéro sur le bulletin.
title | text |  | Its title. | Son titre.
text | text |  | What it is. | Ce qu’il est.
cost_cents | integer | euro cents | What it asks for. | Ce qu’il demande.
language | text | language tag | Language it is written in. | Langue dans laquelle il est écrit.
votes | integer | votes | Its votes; empty until the round is counted, and under ten ballots. | Ses voix ; vide avant le dépouillement, et sous dix bulletins.
place | integer |  | Its place among those that were bought. | Sa place parmi les projets retenus.
paid_cents | integer | euro cents | What was paid for it so far. | Ce qui a été payé pour lui jusqu’ici.
progress | text |  | How far it is. | Où il en est.
""")
SHARES = _read("""
period | integer |  | Number of the period. | Numéro de la période.
name | text |  | Its name. | Son nom.
opens_on | date |  | First day. | Premier jour.
closes_on | date |  | Last day. | Dernier jour.
adopted_on | date |  | When its rule was adopted. | Quand sa règle a été adoptée.
rule | text |  | The rule, in its sealed form. | La règle, dans sa forme scellée.
digest | text | SHA-256 | Fingerprint of the rule. | Empreinte de la règle.
withdrawn | boolean |  | Whether it was withdrawn. | Si elle a été retirée.
pot_cents | integer | euro cents | What was shared; empty under ten people. | Ce qui a été partagé ; vide sous dix personnes.
people | integer | people | Who took part; empty under ten. | Qui a pris part ; vide sous dix.
contributions_cents | integer | euro cents | Contributions withheld; empty under ten people. | Cotisations retenues ; vide sous dix personnes.
tax_cents | integer | euro cents | Tax withheld; empty under ten people. | Impôt retenu ; vide sous dix personnes.
net_cents | integer | euro cents | Net to people; empty under ten people. | Net versé ; vide sous dix personnes.
kept_cents | integer | euro cents | What follows what nobody did: the organization keeps it; empty under ten people. | Ce qui suit ce que personne n’a fait : l’organisation le garde ; vide sous dix personnes.
""")
REGISTER_ENTRIES = _read("""
log | integer |  | Number of the log. | Numéro du journal.
position | integer |  | Place in the log. | Place dans le journal.
kind | text |  | What happened. | Ce qui s’est passé.
hour | date-time |  | In which hour, never to the minute. | Dans quelle heure, jamais à la minute.
event | text | hexadecimal | Random number of the act. | Numéro de l’acte, tiré au hasard.
commitment | text | SHA-256, hexadecimal | Binds to the content without telling it. | Engage sur le contenu sans le dire.
public | json |  | What is told to all. | Ce qui est dit à tout le monde.
""")
