BEGIN TRANSACTION;
CREATE TABLE "accounting_counterinput" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "name" varchar(80) NOT NULL, "low" decimal NOT NULL, "central" decimal NOT NULL, "high" decimal NOT NULL, "source" varchar(300) NOT NULL, "source_date" date NOT NULL, "content" text NOT NULL, "state" varchar(10) NOT NULL, "rule" varchar(20) NOT NULL, "reason" varchar(500) NOT NULL, "filed_at" datetime NOT NULL, "decided_at" datetime NULL, "author_id" bigint NULL REFERENCES "people_participant" ("id") DEFERRABLE INITIALLY DEFERRED, "decided_by_id" bigint NULL REFERENCES "people_person" ("id") DEFERRABLE INITIALLY DEFERRED, "account_id" bigint NOT NULL REFERENCES "accounting_publishedaccount" ("id") DEFERRABLE INITIALLY DEFERRED, CONSTRAINT "counter_input_in_order" CHECK (("low" >= '0' AND "central" >= ("low") AND "high" >= ("central"))), CONSTRAINT "counter_input_refused_with_a_rule" CHECK ((("rule" > '' AND "state" = 'refused') OR (NOT ("state" = 'refused') AND "rule" = ''))), CONSTRAINT "counter_input_state_known" CHECK ("state" IN ('waiting', 'published', 'refused')));
CREATE TABLE "accounting_publishedaccount" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "number" integer unsigned NOT NULL CHECK ("number" >= 0), "published_at" datetime NOT NULL, "declaration" text NOT NULL, "digest" varchar(64) NOT NULL, "content" text NOT NULL, "coproduction_id" bigint NOT NULL REFERENCES "coproductions_coproduction" ("id") DEFERRABLE INITIALLY DEFERRED, CONSTRAINT "account_number_once" UNIQUE ("coproduction_id", "number"));
INSERT INTO "accounting_publishedaccount" VALUES(1,1,'2026-11-23 17:15:53.498956','# Self-checkout in a supermarket. Central figures are single published tests or assumptions: a real
# account replaces them, beginning with a stopwatch sample of 200 passages.
format = "partage-declaration/1"
name = "self-checkout"
title = { en = "Self-checkout in a supermarket", fr = "Les caisses en libre-service d’un supermarché" }
summary = { en = "One million passages of ten articles: who scans, who waits, who pays, who receives.", fr = "Un million de passages de dix articles : qui scanne, qui attend, qui paie, qui reçoit." }
task = { en = "one passage of ten articles", fr = "un passage de dix articles" }
people = { en = "customers", fr = "les clients" }
period = { en = "for one million passages", fr = "pour un million de passages" }
date = 2026-06-01
currency = "EUR"
counts = ["till", "host"]
tasks = "passages"
not_counted = [
  { en = "what is passed on in prices", fr = "ce qui est répercuté dans les prix" },
  { en = "quality, and queues for others", fr = "la qualité, et les files d’attente des autres" },
  { en = "health, and who bears it (age, disability)", fr = "la santé, et qui le supporte (âge, handicap)" },
]

[work]
tasks_gone = [{ en = "scanning the articles of a passage", fr = "scanner les articles d’un passage" }]
tasks_new = [
  { en = "watching several machines at once and unblocking them", fr = "surveiller plusieurs machines à la fois et les débloquer" },
  { en = "checking baskets and ages", fr = "contrôler des paniers et des âges" },
]
skills_asked = [{ en = "helping and calming people, on one’s feet", fr = "aider et apaiser des personnes, debout" }]
remaining_work = "unknown"
human_contact = [{ en = "a short exchange at the machine instead of one at each checkout", fr = "un bref échange devant la machine au lieu d’un échange à chaque caisse" }]
source = "Assumption of the example, to be replaced by what the employees say"
date = 2026-06-01
grade = "A"

[rates]
staff_wage = "staff_wage"
contributor_status = "none"
grid = "france"

[scenarios.before]
staff_time = "passages * staffed_scan / cashier_occupancy"
consumer_time = "0"
waiting_time = "passages * (staffed_wait + staffed_scan)"
devices = "passages * staffed_scan * staffed_till_price / (till_life * days_open * hours_open * cashier_occupancy)"
losses = "0"
paid = "0"
data = "passages * categories_before * retention_before"
footprint = "passages * grams_before"
training_time = "unknown"

[scenarios.let_it_run]
staff_time = "passages * self_scan / (tills_per_host * till_occupancy)"
consumer_time = "passages * self_scan"
waiting_time = "passages * self_wait"
devices = "passages * self_scan * self_till_price / (till_life * days_open * hours_open * till_occupancy)"
losses = "passages * basket * loss_rate"
paid = "0"
data = "passages * categories_let_it_run * retention_let_it_run"
footprint = "passages * grams_self"
training_time = "unknown"
shares = { organisation = 100 }
rule = { en = "No rule: the organisation keeps everything.", fr = "Pas de règle : l’organisation garde tout." }

[scenarios.within_frame]
staff_time = "passages * self_scan / (tills_per_host_frame * till_occupancy)"
consumer_time = "passages * self_scan"
waiting_time = "passages * self_wait"
devices = "passages * self_scan * self_till_price / (till_life * days_open * hours_open * till_occupancy)"
losses = "passages * basket * loss_rate * losses_left"
paid = "0"
data = "passages * categories_before * retention_before"
footprint = "passages * grams_self"
training_time = "unknown"
shares = { organisation = 40, contributors = 30, commons = 20, training = 10 }
rule = { en = "A proposal to be voted.", fr = "Une proposition à voter." }

[inputs.passages]
label = { en = "Passages counted", fr = "Passages comptés" }
unit = "task"
value = 1_000_000
source = "Round number chosen for the example"
date = 2026-06-01
grade = "A"
basis = "assumed"

[inputs.staff_wage]
label = { en = "Cashier''s pay, in minimum wages", fr = "Salaire de caisse, en nombre de SMIC" }
unit = "1"
value = 1
source = "Minimum wage taken for the whole till crew"
date = 2026-06-01
grade = "A"
basis = "assumed"

[inputs.staffed_scan]
label = { en = "Scanning at a staffed till", fr = "Passage à une caisse tenue" }
unit = "s/task"
low = 45
central = 59
high = 75
source = "TF1, race of ten articles, one test, May 2024; bounds assumed"
date = "2024-05"
grade = "S"
basis = "published"

[inputs.cashier_occupancy]
label = { en = "Share of a cashier''s paid time spent scanning", fr = "Part du temps payé de caisse passée à scanner" }
unit = "1"
low = 0.6
central = 0.75
high = 0.9
source = "Assumption, to be replaced by till records"
date = 2026-06-01
grade = "A"
basis = "assumed"

[inputs.staffed_wait]
label = { en = "Wait at a staffed till", fr = "Attente à une caisse tenue" }
unit = "s/task"
low = 60
central = 128
high = 180
source = "Bon à Savoir, 48 timings; bounds and year assumed"
date = "2019"
grade = "S"
basis = "published"

[inputs.self_scan]
label = { en = "Scanning by oneself", fr = "Passage en libre-service" }
unit = "s/task"
low = 75
central = 135
high = 180
source = "TF1, race of ten articles, one test, May 2024; bounds assumed"
date = "2024-05"
grade = "S"
basis = "published"

[inputs.self_wait]
label = { en = "Wait at self-checkout", fr = "Attente en libre-service" }
unit = "s/task"
low = 5
central = 16
high = 60
source = "Bon à Savoir, 48 timings; bounds and year assumed"
date = "2019"
grade = "S"
basis = "published"

[inputs.tills_per_host]
label = { en = "Tills watched by one host", fr = "Caisses surveillées par un hôte" }
unit = "1"
low = 4
central = 6
high = 8
source = "Trade press: 4 to 8 tills a zone; the middle is assumed"
date = 2026-06-01
grade = "A"
basis = "assumed"

[inputs.tills_per_host_frame]
label = { en = "Tills watched by one host within the frame", fr = "Caisses surveillées par un hôte avec le cadre" }
unit = "1"
low = 2
central = 4
high = 6
source = "Frame proposed for discussion"
date = 2026-06-01
grade = "A"
basis = "assumed"

[inputs.till_occupancy]
label = { en = "Share of opening time a self-checkout till is in use", fr = "Part du temps d’ouverture où une caisse libre-service sert" }
unit = "1"
low = 0.5
central = 0.6
high = 0.7
source = "Assumption, to be replaced by till records"
date = 2026-06-01
grade = "A"
basis = "assumed"

[inputs.staffed_till_price]
label = { en = "Price of a staffed till", fr = "Prix d’une caisse tenue" }
unit = "EUR"
value = 11_000
source = "Trade press, 2004"
date = "2004"
grade = "S"
basis = "published"

[inputs.self_till_price]
label = { en = "Price of a self-checkout till", fr = "Prix d’une caisse libre-service" }
unit = "EUR"
value = 20_000
source = "Trade press, 2004"
date = "2004"
grade = "S"
basis = "published"

[inputs.till_life]
label = { en = "Life of a till", fr = "Durée de vie d’une caisse" }
unit = "year"
value = 7
source = "Assumption, to be replaced by the store''s accounts"
date = 2026-06-01
grade = "A"
basis = "assumed"

[inputs.days_open]
label = { en = "Opening days in a year", fr = "Jours d’ouverture par an" }
unit = "day/year"
value = 360
source = "Assumption, to be replaced by the store''s calendar"
date = 2026-06-01
grade = "A"
basis = "assumed"

[inputs.hours_open]
label = { en = "Opening hours in a day", fr = "Heures d’ouverture par jour" }
unit = "h/day"
value = 12
source = "Assumption, to be replaced by the store''s calendar"
date = 2026-06-01
grade = "A"
basis = "assumed"

[inputs.basket]
label = { en = "Value of a self-checkout basket", fr = "Valeur d’un panier en libre-service" }
unit = "EUR/task"
low = 15
central = 25
high = 35
source = "Assumption, to be replaced by till records"
date = 2026-06-01
grade = "A"
basis = "assumed"

[inputs.loss_rate]
label = { en = "Sales lost by non-scanning", fr = "Ventes perdues faute de scan" }
unit = "%"
low = 0.22
central = 0.44
high = 1.0
source = "ECR 2018, 13 retailers: 0.44 % of self-checkout sales, about 1 % in all; low assumed"
date = "2018"
grade = "S"
basis = "published"

[inputs.losses_left]
label = { en = "Share of losses left within the frame", fr = "Part des pertes qui reste avec le cadre" }
unit = "1"
value = 0.5
source = "Frame proposed for discussion: losses halved by closer hosts"
date = 2026-06-01
grade = "A"
basis = "assumed"

[inputs.categories_before]
label = { en = "Categories of data kept, as before and within the frame", fr = "Catégories de données gardées, avant et avec le cadre" }
unit = "category/task"
value = 2
source = "Assumption, to be replaced by the record of processing"
date = 2026-06-01
grade = "A"
basis = "assumed"

[inputs.retention_before]
label = { en = "Days data is kept, as before and within the frame", fr = "Jours de conservation, avant et avec le cadre" }
unit = "day"
value = 395
source = "Assumption, to be replaced by the record of processing"
date = 2026-06-01
grade = "A"
basis = "assumed"

[inputs.categories_let_it_run]
label = { en = "Categories of data kept if left to run", fr = "Catégories de données gardées si on laisse faire" }
unit = "category/task"
value = 4
source = "Assumption, to be replaced by the record of processing"
date = 2026-06-01
grade = "A"
basis = "assumed"

[inputs.retention_let_it_run]
label = { en = "Days data is kept if left to run", fr = "Jours de conservation si on laisse faire" }
unit = "day"
value = 1095
source = "Assumption, to be replaced by the record of processing"
date = 2026-06-01
grade = "A"
basis = "assumed"

[inputs.grams_before]
label = { en = "CO2 equivalent of a staffed passage", fr = "Équivalent CO2 d’un passage en caisse tenue" }
unit = "g/task"
value = 0.07
source = "Assumption, to be replaced by metered electricity"
date = 2026-06-01
grade = "A"
basis = "assumed"

[inputs.grams_self]
label = { en = "CO2 equivalent of a self-checkout passage", fr = "Équivalent CO2 d’un passage en libre-service" }
unit = "g/task"
value = 0.25
source = "Assumption, to be replaced by metered electricity"
date = 2026-06-01
grade = "A"
basis = "assumed"
','dcd8de43e242c5fcb16501be15129e8e0bb6d5b86ebf362b7e60f8717daa83a8','{
  "format": "partage-account/1",
  "name": "self-checkout",
  "title": {
    "en": "Self-checkout in a supermarket",
    "fr": "Les caisses en libre-service d’un supermarché"
  },
  "summary": {
    "en": "One million passages of ten articles: who scans, who waits, who pays, who receives.",
    "fr": "Un million de passages de dix articles : qui scanne, qui attend, qui paie, qui reçoit."
  },
  "task": {
    "en": "one passage of ten articles",
    "fr": "un passage de dix articles"
  },
  "people": {
    "en": "customers",
    "fr": "les clients"
  },
  "period": {
    "en": "for one million passages",
    "fr": "pour un million de passages"
  },
  "date": "2026-06-01",
  "currency": "EUR",
  "digest": "dcd8de43e242c5fcb16501be15129e8e0bb6d5b86ebf362b7e60f8717daa83a8",
  "lines": [
    {
      "code": "A1",
      "label": {
        "en": "Staff hours",
        "fr": "Heures de travail des salariés"
      },
      "unit": "h",
      "values": {
        "before": {
          "low": 13888.89,
          "central": 21851.85,
          "high": 34722.22
        },
        "let_it_run": {
          "low": 3720.24,
          "central": 10416.67,
          "high": 25000
        },
        "within_frame": {
          "low": 4960.32,
          "central": 15625,
          "high": 50000
        }
      },
      "formula": "staff_time",
      "formulas": {
        "before": "passages * staffed_scan / cashier_occupancy",
        "let_it_run": "passages * self_scan / (tills_per_host * till_occupancy)",
        "within_frame": "passages * self_scan / (tills_per_host_frame * till_occupancy)"
      },
      "inputs": {
        "before": [
          "cashier_occupancy",
          "passages",
          "staffed_scan"
        ],
        "let_it_run": [
          "passages",
          "self_scan",
          "till_occupancy",
          "tills_per_host"
        ],
        "within_frame": [
          "passages",
          "self_scan",
          "till_occupancy",
          "tills_per_host_frame"
        ]
      },
      "parameters": [],
      "grade": "A",
      "assumed": true
    },
    {
      "code": "A2",
      "label": {
        "en": "Hours of work done by consumers",
        "fr": "Heures de travail faites par les consommateurs"
      },
      "unit": "h",
      "values": {
        "before": {
          "low": 0,
          "central": 0,
          "high": 0
        },
        "let_it_run": {
          "low": 20833.33,
          "central": 37500,
          "high": 50000
        },
        "within_frame": {
          "low": 20833.33,
          "central": 37500,
          "high": 50000
        }
      },
      "formula": "consumer_time",
      "formulas": {
        "before": "0",
        "let_it_run": "passages * self_scan",
        "within_frame": "passages * self_scan"
      },
      "inputs": {
        "before": [],
        "let_it_run": [
          "passages",
          "self_scan"
        ],
        "within_frame": [
          "passages",
          "self_scan"
        ]
      },
      "parameters": [],
      "grade": "A",
      "assumed": true
    },
    {
      "code": "A3",
      "label": {
        "en": "Hours consumers wait, travel or are served",
        "fr": "Heures d’attente, de trajet ou de service des consommateurs"
      },
      "unit": "h",
      "values": {
        "before": {
          "low": 29166.67,
          "central": 51944.44,
          "high": 70833.33
        },
        "let_it_run": {
          "low": 1388.89,
          "central": 4444.44,
          "high": 16666.67
        },
        "within_frame": {
          "low": 1388.89,
          "central": 4444.44,
          "high": 16666.67
        }
      },
      "formula": "waiting_time",
      "formulas": {
        "before": "passages * (staffed_wait + staffed_scan)",
        "let_it_run": "passages * self_wait",
        "within_frame": "passages * self_wait"
      },
      "inputs": {
        "before": [
          "passages",
          "staffed_scan",
          "staffed_wait"
        ],
        "let_it_run": [
          "passages",
          "self_wait"
        ],
        "within_frame": [
          "passages",
          "self_wait"
        ]
      },
      "parameters": [],
      "grade": "A",
      "assumed": true
    },
    {
      "code": "A4",
      "label": {
        "en": "Staff hours no longer needed",
        "fr": "Heures de salariés qui ne sont plus nécessaires"
      },
      "unit": "h",
      "values": {
        "before": {
          "low": 0,
          "central": 0,
          "high": 0
        },
        "let_it_run": {
          "low": -11111.11,
          "central": 11435.19,
          "high": 31001.98
        },
        "within_frame": {
          "low": -36111.11,
          "central": 6226.85,
          "high": 29761.9
        }
      },
      "formula": "before.A1 - A1",
      "formulas": {
        "before": "before.A1 - A1",
        "let_it_run": "before.A1 - A1",
        "within_frame": "before.A1 - A1"
      },
      "inputs": {
        "before": [
          "cashier_occupancy",
          "passages",
          "staffed_scan"
        ],
        "let_it_run": [
          "cashier_occupancy",
          "passages",
          "self_scan",
          "staffed_scan",
          "till_occupancy",
          "tills_per_host"
        ],
        "within_frame": [
          "cashier_occupancy",
          "passages",
          "self_scan",
          "staffed_scan",
          "till_occupancy",
          "tills_per_host_frame"
        ]
      },
      "parameters": [],
      "grade": "A",
      "assumed": true
    },
    {
      "code": "A5",
      "label": {
        "en": "The same in full-time jobs",
        "fr": "Les mêmes en emplois à temps plein"
      },
      "unit": "job",
      "values": {
        "before": {
          "low": 0,
          "central": 0,
          "high": 0
        },
        "let_it_run": {
          "low": -6.91,
          "central": 7.12,
          "high": 19.29
        },
        "within_frame": {
          "low": -22.47,
          "central": 3.87,
          "high": 18.52
        }
      },
      "formula": "A4 / hours_per_job",
      "formulas": {
        "before": "A4 / hours_per_job",
        "let_it_run": "A4 / hours_per_job",
        "within_frame": "A4 / hours_per_job"
      },
      "inputs": {
        "before": [
          "cashier_occupancy",
          "passages",
          "staffed_scan"
        ],
        "let_it_run": [
          "cashier_occupancy",
          "passages",
          "self_scan",
          "staffed_scan",
          "till_occupancy",
          "tills_per_host"
        ],
        "within_frame": [
          "cashier_occupancy",
          "passages",
          "self_scan",
          "staffed_scan",
          "till_occupancy",
          "tills_per_host_frame"
        ]
      },
      "parameters": [
        [
          "hours_worked_year",
          "2004-07-01"
        ]
      ],
      "grade": "A",
      "assumed": true
    },
    {
      "code": "A6",
      "label": {
        "en": "Change in people''s time",
        "fr": "Variation du temps des personnes"
      },
      "unit": "h",
      "values": {
        "before": {
          "low": 0,
          "central": 0,
          "high": 0
        },
        "let_it_run": {
          "low": -48611.11,
          "central": -10000,
          "high": 37500
        },
        "within_frame": {
          "low": -48611.11,
          "central": -10000,
          "high": 37500
        }
      },
      "formula": "A2 + A3 - before.A2 - before.A3",
      "formulas": {
        "before": "A2 + A3 - before.A2 - before.A3",
        "let_it_run": "A2 + A3 - before.A2 - before.A3",
        "within_frame": "A2 + A3 - before.A2 - before.A3"
      },
      "inputs": {
        "before": [
          "passages",
          "staffed_scan",
          "staffed_wait"
        ],
        "let_it_run": [
          "passages",
          "self_scan",
          "self_wait",
          "staffed_scan",
          "staffed_wait"
        ],
        "within_frame": [
          "passages",
          "self_scan",
          "self_wait",
          "staffed_scan",
          "staffed_wait"
        ]
      },
      "parameters": [],
      "grade": "A",
      "assumed": true
    },
    {
      "code": "B1",
      "label": {
        "en": "Cost of staff",
        "fr": "Coût des salariés"
      },
      "unit": "EUR",
      "values": {
        "before": {
          "low": 203093.76,
          "central": 319534.18,
          "high": 507734.39
        },
        "let_it_run": {
          "low": 54400.11,
          "central": 152320.32,
          "high": 365568.76
        },
        "within_frame": {
          "low": 72533.48,
          "central": 228480.48,
          "high": 731137.52
        }
      },
      "formula": "A1 * staff_cost",
      "formulas": {
        "before": "A1 * staff_cost",
        "let_it_run": "A1 * staff_cost",
        "within_frame": "A1 * staff_cost"
      },
      "inputs": {
        "before": [
          "cashier_occupancy",
          "passages",
          "staff_wage",
          "staffed_scan"
        ],
        "let_it_run": [
          "passages",
          "self_scan",
          "staff_wage",
          "till_occupancy",
          "tills_per_host"
        ],
        "within_frame": [
          "passages",
          "self_scan",
          "staff_wage",
          "till_occupancy",
          "tills_per_host_frame"
        ]
      },
      "parameters": [
        [
          "hours_worked_year",
          "2004-07-01"
        ],
        [
          "pay_table",
          "2026-06-01"
        ]
      ],
      "grade": "A",
      "assumed": true
    },
    {
      "code": "B2",
      "label": {
        "en": "Consumers'' work at the net minimum wage",
        "fr": "Travail des consommateurs au SMIC net"
      },
      "unit": "EUR",
      "values": {
        "before": {
          "low": 0,
          "central": 0,
          "high": 0
        },
        "let_it_run": {
          "low": 203012.36,
          "central": 365422.25,
          "high": 487229.67
        },
        "within_frame": {
          "low": 203012.36,
          "central": 365422.25,
          "high": 487229.67
        }
      },
      "formula": "A2 * minimum_net",
      "formulas": {
        "before": "A2 * minimum_net",
        "let_it_run": "A2 * minimum_net",
        "within_frame": "A2 * minimum_net"
      },
      "inputs": {
        "before": [],
        "let_it_run": [
          "passages",
          "self_scan"
        ],
        "within_frame": [
          "passages",
          "self_scan"
        ]
      },
      "parameters": [
        [
          "hours_paid_year",
          "2000-02-01"
        ],
        [
          "pay_table",
          "2026-06-01"
        ]
      ],
      "grade": "A",
      "assumed": true
    },
    {
      "code": "C1",
      "label": {
        "en": "Devices and platform",
        "fr": "Machines et plateforme"
      },
      "unit": "EUR",
      "values": {
        "before": {
          "low": 5052.18,
          "central": 7948.76,
          "high": 12630.44
        },
        "let_it_run": {
          "low": 19683.8,
          "central": 41335.98,
          "high": 66137.57
        },
        "within_frame": {
          "low": 19683.8,
          "central": 41335.98,
          "high": 66137.57
        }
      },
      "formula": "devices",
      "formulas": {
        "before": "passages * staffed_scan * staffed_till_price / (till_life * days_open * hours_open * cashier_occupancy)",
        "let_it_run": "passages * self_scan * self_till_price / (till_life * days_open * hours_open * till_occupancy)",
        "within_frame": "passages * self_scan * self_till_price / (till_life * days_open * hours_open * till_occupancy)"
      },
      "inputs": {
        "before": [
          "cashier_occupancy",
          "days_open",
          "hours_open",
          "passages",
          "staffed_scan",
          "staffed_till_price",
          "till_life"
        ],
        "let_it_run": [
          "days_open",
          "hours_open",
          "passages",
          "self_scan",
          "self_till_price",
          "till_life",
          "till_occupancy"
        ],
        "within_frame": [
          "days_open",
          "hours_open",
          "passages",
          "self_scan",
          "self_till_price",
          "till_life",
          "till_occupancy"
        ]
      },
      "parameters": [],
      "grade": "A",
      "assumed": true
    },
    {
      "code": "C2",
      "label": {
        "en": "Extra losses",
        "fr": "Pertes supplémentaires"
      },
      "unit": "EUR",
      "values": {
        "before": {
          "low": 0,
          "central": 0,
          "high": 0
        },
        "let_it_run": {
          "low": 33000,
          "central": 110000,
          "high": 350000
        },
        "within_frame": {
          "low": 16500,
          "central": 55000,
          "high": 175000
        }
      },
      "formula": "losses",
      "formulas": {
        "before": "0",
        "let_it_run": "passages * basket * loss_rate",
        "within_frame": "passages * basket * loss_rate * losses_left"
      },
      "inputs": {
        "before": [],
        "let_it_run": [
          "basket",
          "loss_rate",
          "passages"
        ],
        "within_frame": [
          "basket",
          "loss_rate",
          "losses_left",
          "passages"
        ]
      },
      "parameters": [],
      "grade": "A",
      "assumed": true
    },
    {
      "code": "C3",
      "label": {
        "en": "Paid to contributors",
        "fr": "Versé aux contributeurs"
      },
      "unit": "EUR",
      "values": {
        "before": {
          "low": 0,
          "central": 0,
          "high": 0
        },
        "let_it_run": {
          "low": 0,
          "central": 0,
          "high": 0
        },
        "within_frame": {
          "low": 0,
          "central": 0,
          "high": 0
        }
      },
      "formula": "paid",
      "formulas": {
        "before": "0",
        "let_it_run": "0",
        "within_frame": "0"
      },
      "inputs": {
        "before": [],
        "let_it_run": [],
        "within_frame": []
      },
      "parameters": [],
      "grade": "P",
      "assumed": false
    },
    {
      "code": "C4",
      "label": {
        "en": "Net value against as before",
        "fr": "Valeur nette par rapport à avant"
      },
      "unit": "EUR",
      "values": {
        "before": {
          "low": 0,
          "central": 0,
          "high": 0
        },
        "let_it_run": {
          "low": -573560.4,
          "central": 23826.64,
          "high": 413280.92
        },
        "within_frame": {
          "low": -764129.16,
          "central": 2666.48,
          "high": 411647.55
        }
      },
      "formula": "before.total_cost - total_cost",
      "formulas": {
        "before": "before.total_cost - total_cost",
        "let_it_run": "before.total_cost - total_cost",
        "within_frame": "before.total_cost - total_cost"
      },
      "inputs": {
        "before": [
          "cashier_occupancy",
          "days_open",
          "hours_open",
          "passages",
          "staff_wage",
          "staffed_scan",
          "staffed_till_price",
          "till_life"
        ],
        "let_it_run": [
          "basket",
          "cashier_occupancy",
          "days_open",
          "hours_open",
          "loss_rate",
          "passages",
          "self_scan",
          "self_till_price",
          "staff_wage",
          "staffed_scan",
          "staffed_till_price",
          "till_life",
          "till_occupancy",
          "tills_per_host"
        ],
        "within_frame": [
          "basket",
          "cashier_occupancy",
          "days_open",
          "hours_open",
          "loss_rate",
          "losses_left",
          "passages",
          "self_scan",
          "self_till_price",
          "staff_wage",
          "staffed_scan",
          "staffed_till_price",
          "till_life",
          "till_occupancy",
          "tills_per_host_frame"
        ]
      },
      "parameters": [
        [
          "hours_worked_year",
          "2004-07-01"
        ],
        [
          "pay_table",
          "2026-06-01"
        ]
      ],
      "grade": "A",
      "assumed": true
    },
    {
      "code": "C5",
      "label": {
        "en": "Pot to share",
        "fr": "Somme à partager"
      },
      "unit": "EUR",
      "values": {
        "before": {
          "low": 0,
          "central": 0,
          "high": 0
        },
        "let_it_run": {
          "low": 0,
          "central": 23826.64,
          "high": 413280.92
        },
        "within_frame": {
          "low": 0,
          "central": 2666.48,
          "high": 411647.55
        }
      },
      "formula": "positive(C4)",
      "formulas": {
        "before": "positive(C4)",
        "let_it_run": "positive(C4)",
        "within_frame": "positive(C4)"
      },
      "inputs": {
        "before": [
          "cashier_occupancy",
          "days_open",
          "hours_open",
          "passages",
          "staff_wage",
          "staffed_scan",
          "staffed_till_price",
          "till_life"
        ],
        "let_it_run": [
          "basket",
          "cashier_occupancy",
          "days_open",
          "hours_open",
          "loss_rate",
          "passages",
          "self_scan",
          "self_till_price",
          "staff_wage",
          "staffed_scan",
          "staffed_till_price",
          "till_life",
          "till_occupancy",
          "tills_per_host"
        ],
        "within_frame": [
          "basket",
          "cashier_occupancy",
          "days_open",
          "hours_open",
          "loss_rate",
          "losses_left",
          "passages",
          "self_scan",
          "self_till_price",
          "staff_wage",
          "staffed_scan",
          "staffed_till_price",
          "till_life",
          "till_occupancy",
          "tills_per_host_frame"
        ]
      },
      "parameters": [
        [
          "hours_worked_year",
          "2004-07-01"
        ],
        [
          "pay_table",
          "2026-06-01"
        ]
      ],
      "grade": "A",
      "assumed": true
    },
    {
      "code": "D1",
      "label": {
        "en": "Contributions on staff pay",
        "fr": "Cotisations sur les salaires"
      },
      "unit": "EUR",
      "values": {
        "before": {
          "low": 49813.32,
          "central": 78372.95,
          "high": 124533.29
        },
        "let_it_run": {
          "low": 13342.85,
          "central": 37359.99,
          "high": 89663.97
        },
        "within_frame": {
          "low": 17790.47,
          "central": 56039.98,
          "high": 179327.94
        }
      },
      "formula": "A1 * staff_levies",
      "formulas": {
        "before": "A1 * staff_levies",
        "let_it_run": "A1 * staff_levies",
        "within_frame": "A1 * staff_levies"
      },
      "inputs": {
        "before": [
          "cashier_occupancy",
          "passages",
          "staff_wage",
          "staffed_scan"
        ],
        "let_it_run": [
          "passages",
          "self_scan",
          "staff_wage",
          "till_occupancy",
          "tills_per_host"
        ],
        "within_frame": [
          "passages",
          "self_scan",
          "staff_wage",
          "till_occupancy",
          "tills_per_host_frame"
        ]
      },
      "parameters": [
        [
          "hours_worked_year",
          "2004-07-01"
        ],
        [
          "pay_table",
          "2026-06-01"
        ]
      ],
      "grade": "A",
      "assumed": true
    },
    {
      "code": "D2",
      "label": {
        "en": "Contributions on contributors'' pay",
        "fr": "Cotisations sur ce que reçoivent les contributeurs"
      },
      "unit": "EUR",
      "values": {
        "before": {
          "low": 0,
          "central": 0,
          "high": 0
        },
        "let_it_run": {
          "low": 0,
          "central": 0,
          "high": 0
        },
        "within_frame": {
          "low": 0,
          "central": 0,
          "high": 0
        }
      },
      "formula": "C3 * contributor_rate",
      "formulas": {
        "before": "C3 * contributor_rate",
        "let_it_run": "C3 * contributor_rate",
        "within_frame": "C3 * contributor_rate"
      },
      "inputs": {
        "before": [],
        "let_it_run": [],
        "within_frame": []
      },
      "parameters": [],
      "grade": "P",
      "assumed": false
    },
    {
      "code": "D3",
      "label": {
        "en": "Corporate tax on the organisation''s share",
        "fr": "Impôt sur les sociétés sur la part de l’organisation"
      },
      "unit": "EUR",
      "values": {
        "before": {
          "low": 0,
          "central": 0,
          "high": 0
        },
        "let_it_run": {
          "low": 0,
          "central": 5956.66,
          "high": 103320.23
        },
        "within_frame": {
          "low": 0,
          "central": 266.65,
          "high": 41164.76
        }
      },
      "formula": "corporate_tax * share_organisation",
      "formulas": {
        "before": "corporate_tax * share_organisation",
        "let_it_run": "corporate_tax * share_organisation",
        "within_frame": "corporate_tax * share_organisation"
      },
      "inputs": {
        "before": [],
        "let_it_run": [
          "basket",
          "cashier_occupancy",
          "days_open",
          "hours_open",
          "loss_rate",
          "passages",
          "self_scan",
          "self_till_price",
          "staff_wage",
          "staffed_scan",
          "staffed_till_price",
          "till_life",
          "till_occupancy",
          "tills_per_host"
        ],
        "within_frame": [
          "basket",
          "cashier_occupancy",
          "days_open",
          "hours_open",
          "loss_rate",
          "losses_left",
          "passages",
          "self_scan",
          "self_till_price",
          "staff_wage",
          "staffed_scan",
          "staffed_till_price",
          "till_life",
          "till_occupancy",
          "tills_per_host_frame"
        ]
      },
      "parameters": [
        [
          "corporate_tax",
          "2022-01-01"
        ],
        [
          "hours_worked_year",
          "2004-07-01"
        ],
        [
          "pay_table",
          "2026-06-01"
        ]
      ],
      "grade": "A",
      "assumed": true
    },
    {
      "code": "D4",
      "label": {
        "en": "Public balance against as before",
        "fr": "Solde public par rapport à avant"
      },
      "unit": "EUR",
      "values": {
        "before": {
          "low": 0,
          "central": 0,
          "high": 0
        },
        "let_it_run": {
          "low": -92510.45,
          "central": -35056.3,
          "high": 39850.65
        },
        "within_frame": {
          "low": -54102.89,
          "central": -21533.02,
          "high": 129514.62
        }
      },
      "formula": "D1 + D2 - before.D1 - before.D2 + D3 + share_commons",
      "formulas": {
        "before": "D1 + D2 - before.D1 - before.D2 + D3 + share_commons",
        "let_it_run": "D1 + D2 - before.D1 - before.D2 + D3 + share_commons",
        "within_frame": "D1 + D2 - before.D1 - before.D2 + D3 + share_commons"
      },
      "inputs": {
        "before": [
          "cashier_occupancy",
          "passages",
          "staff_wage",
          "staffed_scan"
        ],
        "let_it_run": [
          "basket",
          "cashier_occupancy",
          "days_open",
          "hours_open",
          "loss_rate",
          "passages",
          "self_scan",
          "self_till_price",
          "staff_wage",
          "staffed_scan",
          "staffed_till_price",
          "till_life",
          "till_occupancy",
          "tills_per_host"
        ],
        "within_frame": [
          "basket",
          "cashier_occupancy",
          "days_open",
          "hours_open",
          "loss_rate",
          "losses_left",
          "passages",
          "self_scan",
          "self_till_price",
          "staff_wage",
          "staffed_scan",
          "staffed_till_price",
          "till_life",
          "till_occupancy",
          "tills_per_host_frame"
        ]
      },
      "parameters": [
        [
          "corporate_tax",
          "2022-01-01"
        ],
        [
          "hours_worked_year",
          "2004-07-01"
        ],
        [
          "pay_table",
          "2026-06-01"
        ]
      ],
      "grade": "A",
      "assumed": true
    },
    {
      "code": "E",
      "label": {
        "en": "Data exposure",
        "fr": "Exposition des données"
      },
      "unit": "category*day",
      "values": {
        "before": {
          "low": 790000000,
          "central": 790000000,
          "high": 790000000
        },
        "let_it_run": {
          "low": 4380000000,
          "central": 4380000000,
          "high": 4380000000
        },
        "within_frame": {
          "low": 790000000,
          "central": 790000000,
          "high": 790000000
        }
      },
      "formula": "data",
      "formulas": {
        "before": "passages * categories_before * retention_before",
        "let_it_run": "passages * categories_let_it_run * retention_let_it_run",
        "within_frame": "passages * categories_before * retention_before"
      },
      "inputs": {
        "before": [
          "categories_before",
          "passages",
          "retention_before"
        ],
        "let_it_run": [
          "categories_let_it_run",
          "passages",
          "retention_let_it_run"
        ],
        "within_frame": [
          "categories_before",
          "passages",
          "retention_before"
        ]
      },
      "parameters": [],
      "grade": "A",
      "assumed": true
    },
    {
      "code": "F",
      "label": {
        "en": "Footprint, CO2 equivalent",
        "fr": "Empreinte, équivalent CO2"
      },
      "unit": "kg",
      "values": {
        "before": {
          "low": 70,
          "central": 70,
          "high": 70
        },
        "let_it_run": {
          "low": 250,
          "central": 250,
          "high": 250
        },
        "within_frame": {
          "low": 250,
          "central": 250,
          "high": 250
        }
      },
      "formula": "footprint",
      "formulas": {
        "before": "passages * grams_before",
        "let_it_run": "passages * grams_self",
        "within_frame": "passages * grams_self"
      },
      "inputs": {
        "before": [
          "grams_before",
          "passages"
        ],
        "let_it_run": [
          "grams_self",
          "passages"
        ],
        "within_frame": [
          "grams_self",
          "passages"
        ]
      },
      "parameters": [],
      "grade": "A",
      "assumed": true
    },
    {
      "code": "G",
      "label": {
        "en": "Training hours taken",
        "fr": "Heures de formation suivies"
      },
      "unit": "h",
      "values": {
        "before": {
          "unknown": [
            "before.training_time"
          ]
        },
        "let_it_run": {
          "unknown": [
            "let_it_run.training_time"
          ]
        },
        "within_frame": {
          "unknown": [
            "within_frame.training_time"
          ]
        }
      },
      "formula": "training_time",
      "formulas": {
        "before": "unknown",
        "let_it_run": "unknown",
        "within_frame": "unknown"
      },
      "inputs": {
        "before": [],
        "let_it_run": [],
        "within_frame": []
      },
      "parameters": [],
      "grade": "P",
      "assumed": false
    }
  ],
  "memo": [
    {
      "code": "total_cost",
      "label": {
        "en": "Total cost (B1 + C1 + C2 + C3)",
        "fr": "Coût total (B1 + C1 + C2 + C3)"
      },
      "unit": "EUR",
      "values": {
        "before": {
          "low": 208145.93,
          "central": 327482.93,
          "high": 520364.83
        },
        "let_it_run": {
          "low": 107083.91,
          "central": 303656.3,
          "high": 781706.33
        },
        "within_frame": {
          "low": 108717.28,
          "central": 324816.45,
          "high": 972275.09
        }
      },
      "formula": "B1 + C1 + C2 + C3",
      "formulas": {
        "before": "B1 + C1 + C2 + C3",
        "let_it_run": "B1 + C1 + C2 + C3",
        "within_frame": "B1 + C1 + C2 + C3"
      },
      "inputs": {
        "before": [
          "cashier_occupancy",
          "days_open",
          "hours_open",
          "passages",
          "staff_wage",
          "staffed_scan",
          "staffed_till_price",
          "till_life"
        ],
        "let_it_run": [
          "basket",
          "days_open",
          "hours_open",
          "loss_rate",
          "passages",
          "self_scan",
          "self_till_price",
          "staff_wage",
          "till_life",
          "till_occupancy",
          "tills_per_host"
        ],
        "within_frame": [
          "basket",
          "days_open",
          "hours_open",
          "loss_rate",
          "losses_left",
          "passages",
          "self_scan",
          "self_till_price",
          "staff_wage",
          "till_life",
          "till_occupancy",
          "tills_per_host_frame"
        ]
      },
      "parameters": [
        [
          "hours_worked_year",
          "2004-07-01"
        ],
        [
          "pay_table",
          "2026-06-01"
        ]
      ],
      "grade": "A",
      "assumed": true
    },
    {
      "code": "V1",
      "label": {
        "en": "Work value 1: floor, net minimum wage",
        "fr": "Valeur du travail 1 : plancher, SMIC net"
      },
      "unit": "EUR",
      "values": {
        "before": {
          "low": 0,
          "central": 0,
          "high": 0
        },
        "let_it_run": {
          "low": 203012.36,
          "central": 365422.25,
          "high": 487229.67
        },
        "within_frame": {
          "low": 203012.36,
          "central": 365422.25,
          "high": 487229.67
        }
      },
      "formula": "A2 * minimum_net",
      "formulas": {
        "before": "A2 * minimum_net",
        "let_it_run": "A2 * minimum_net",
        "within_frame": "A2 * minimum_net"
      },
      "inputs": {
        "before": [],
        "let_it_run": [
          "passages",
          "self_scan"
        ],
        "within_frame": [
          "passages",
          "self_scan"
        ]
      },
      "parameters": [
        [
          "hours_paid_year",
          "2000-02-01"
        ],
        [
          "pay_table",
          "2026-06-01"
        ]
      ],
      "grade": "A",
      "assumed": true
    },
    {
      "code": "V2",
      "label": {
        "en": "Work value 2: replaced by a generalist at full cost",
        "fr": "Valeur du travail 2 : remplacement par un généraliste, coût complet"
      },
      "unit": "EUR",
      "values": {
        "before": {
          "low": 0,
          "central": 0,
          "high": 0
        },
        "let_it_run": {
          "low": 304640.63,
          "central": 548353.14,
          "high": 731137.52
        },
        "within_frame": {
          "low": 304640.63,
          "central": 548353.14,
          "high": 731137.52
        }
      },
      "formula": "A2 * minimum_cost",
      "formulas": {
        "before": "A2 * minimum_cost",
        "let_it_run": "A2 * minimum_cost",
        "within_frame": "A2 * minimum_cost"
      },
      "inputs": {
        "before": [],
        "let_it_run": [
          "passages",
          "self_scan"
        ],
        "within_frame": [
          "passages",
          "self_scan"
        ]
      },
      "parameters": [
        [
          "hours_worked_year",
          "2004-07-01"
        ],
        [
          "pay_table",
          "2026-06-01"
        ]
      ],
      "grade": "A",
      "assumed": true
    },
    {
      "code": "V3",
      "label": {
        "en": "Work value 3: replaced by the trade at full cost",
        "fr": "Valeur du travail 3 : remplacement par le métier, coût complet"
      },
      "unit": "EUR",
      "values": {
        "before": {
          "low": 0,
          "central": 0,
          "high": 0
        },
        "let_it_run": {
          "low": 304640.63,
          "central": 548353.14,
          "high": 731137.52
        },
        "within_frame": {
          "low": 304640.63,
          "central": 548353.14,
          "high": 731137.52
        }
      },
      "formula": "A2 * staff_cost",
      "formulas": {
        "before": "A2 * staff_cost",
        "let_it_run": "A2 * staff_cost",
        "within_frame": "A2 * staff_cost"
      },
      "inputs": {
        "before": [
          "staff_wage"
        ],
        "let_it_run": [
          "passages",
          "self_scan",
          "staff_wage"
        ],
        "within_frame": [
          "passages",
          "self_scan",
          "staff_wage"
        ]
      },
      "parameters": [
        [
          "hours_worked_year",
          "2004-07-01"
        ],
        [
          "pay_table",
          "2026-06-01"
        ]
      ],
      "grade": "A",
      "assumed": true
    },
    {
      "code": "V4",
      "label": {
        "en": "Work value 4: what the producer no longer pays",
        "fr": "Valeur du travail 4 : ce que le producteur ne paie plus"
      },
      "unit": "EUR",
      "values": {
        "before": {
          "low": 0,
          "central": 0,
          "high": 0
        },
        "let_it_run": {
          "low": -162475.01,
          "central": 167213.86,
          "high": 453334.28
        },
        "within_frame": {
          "low": -528043.77,
          "central": 91053.7,
          "high": 435200.91
        }
      },
      "formula": "A4 * staff_cost",
      "formulas": {
        "before": "A4 * staff_cost",
        "let_it_run": "A4 * staff_cost",
        "within_frame": "A4 * staff_cost"
      },
      "inputs": {
        "before": [
          "cashier_occupancy",
          "passages",
          "staff_wage",
          "staffed_scan"
        ],
        "let_it_run": [
          "cashier_occupancy",
          "passages",
          "self_scan",
          "staff_wage",
          "staffed_scan",
          "till_occupancy",
          "tills_per_host"
        ],
        "within_frame": [
          "cashier_occupancy",
          "passages",
          "self_scan",
          "staff_wage",
          "staffed_scan",
          "till_occupancy",
          "tills_per_host_frame"
        ]
      },
      "parameters": [
        [
          "hours_worked_year",
          "2004-07-01"
        ],
        [
          "pay_table",
          "2026-06-01"
        ]
      ],
      "grade": "A",
      "assumed": true
    },
    {
      "code": "V5",
      "label": {
        "en": "Work value 5: mean net wage, a ceiling, not recommended",
        "fr": "Valeur du travail 5 : salaire net moyen, plafond, déconseillée"
      },
      "unit": "EUR",
      "values": {
        "before": {
          "low": 0,
          "central": 0,
          "high": 0
        },
        "let_it_run": {
          "low": 375412.09,
          "central": 675741.76,
          "high": 900989.01
        },
        "within_frame": {
          "low": 375412.09,
          "central": 675741.76,
          "high": 900989.01
        }
      },
      "formula": "A2 * mean_net",
      "formulas": {
        "before": "A2 * mean_net",
        "let_it_run": "A2 * mean_net",
        "within_frame": "A2 * mean_net"
      },
      "inputs": {
        "before": [],
        "let_it_run": [
          "passages",
          "self_scan"
        ],
        "within_frame": [
          "passages",
          "self_scan"
        ]
      },
      "parameters": [
        [
          "hours_paid_year",
          "2000-02-01"
        ],
        [
          "mean_net_wage_monthly",
          "2024-01-01"
        ]
      ],
      "grade": "A",
      "assumed": true
    },
    {
      "code": "value_per_task",
      "label": {
        "en": "Net value of one task",
        "fr": "Valeur nette d’une tâche"
      },
      "unit": "EUR/task",
      "values": {
        "before": {
          "low": 0,
          "central": 0,
          "high": 0
        },
        "let_it_run": {
          "low": -0.57,
          "central": 0.02,
          "high": 0.41
        },
        "within_frame": {
          "low": -0.76,
          "central": 0,
          "high": 0.41
        }
      },
      "formula": "C4 / tasks",
      "formulas": {
        "before": "C4 / tasks",
        "let_it_run": "C4 / tasks",
        "within_frame": "C4 / tasks"
      },
      "inputs": {
        "before": [
          "cashier_occupancy",
          "days_open",
          "hours_open",
          "passages",
          "staff_wage",
          "staffed_scan",
          "staffed_till_price",
          "till_life"
        ],
        "let_it_run": [
          "basket",
          "cashier_occupancy",
          "days_open",
          "hours_open",
          "loss_rate",
          "passages",
          "self_scan",
          "self_till_price",
          "staff_wage",
          "staffed_scan",
          "staffed_till_price",
          "till_life",
          "till_occupancy",
          "tills_per_host"
        ],
        "within_frame": [
          "basket",
          "cashier_occupancy",
          "days_open",
          "hours_open",
          "loss_rate",
          "losses_left",
          "passages",
          "self_scan",
          "self_till_price",
          "staff_wage",
          "staffed_scan",
          "staffed_till_price",
          "till_life",
          "till_occupancy",
          "tills_per_host_frame"
        ]
      },
      "parameters": [
        [
          "hours_worked_year",
          "2004-07-01"
        ],
        [
          "pay_table",
          "2026-06-01"
        ]
      ],
      "grade": "A",
      "assumed": true
    }
  ],
  "shares_cents": {
    "before": {
      "organisation": 0,
      "contributors": 0,
      "commons": 0,
      "training": 0
    },
    "let_it_run": {
      "organisation": 2382664,
      "contributors": 0,
      "commons": 0,
      "training": 0
    },
    "within_frame": {
      "organisation": 106659,
      "contributors": 79994,
      "commons": 53330,
      "training": 26665
    }
  },
  "draws": {
    "count": 2000,
    "seed": "self-checkout"
  },
  "net_value_quantiles": {
    "before": {
      "p5": 0.0,
      "p95": 0.0,
      "above_zero": 0.0
    },
    "let_it_run": {
      "p5": -120474.63,
      "p95": 123594.44,
      "above_zero": 0.5255
    },
    "within_frame": {
      "p5": -163972.26,
      "p95": 125683.18,
      "above_zero": 0.4895
    }
  },
  "public_balance_quantiles": {
    "before": {
      "p5": 0.0,
      "p95": 0.0,
      "above_zero": 0.0
    },
    "let_it_run": {
      "p5": -51789.75,
      "p95": -20039.65,
      "above_zero": 0.002
    },
    "within_frame": {
      "p5": -29281.87,
      "p95": 12464.87,
      "above_zero": 0.1255
    }
  },
  "scenarios": [
    {
      "name": "before",
      "formulas": {
        "staff_time": "passages * staffed_scan / cashier_occupancy",
        "consumer_time": "0",
        "waiting_time": "passages * (staffed_wait + staffed_scan)",
        "devices": "passages * staffed_scan * staffed_till_price / (till_life * days_open * hours_open * cashier_occupancy)",
        "losses": "0",
        "paid": "0",
        "data": "passages * categories_before * retention_before",
        "footprint": "passages * grams_before",
        "training_time": "unknown"
      },
      "percents": {
        "organisation": 0,
        "contributors": 0,
        "commons": 0,
        "training": 0
      },
      "rule": null
    },
    {
      "name": "let_it_run",
      "formulas": {
        "staff_time": "passages * self_scan / (tills_per_host * till_occupancy)",
        "consumer_time": "passages * self_scan",
        "waiting_time": "passages * self_wait",
        "devices": "passages * self_scan * self_till_price / (till_life * days_open * hours_open * till_occupancy)",
        "losses": "passages * basket * loss_rate",
        "paid": "0",
        "data": "passages * categories_let_it_run * retention_let_it_run",
        "footprint": "passages * grams_self",
        "training_time": "unknown"
      },
      "percents": {
        "organisation": 100,
        "contributors": 0,
        "commons": 0,
        "training": 0
      },
      "rule": {
        "en": "No rule: the organisation keeps everything.",
        "fr": "Pas de règle : l’organisation garde tout."
      }
    },
    {
      "name": "within_frame",
      "formulas": {
        "staff_time": "passages * self_scan / (tills_per_host_frame * till_occupancy)",
        "consumer_time": "passages * self_scan",
        "waiting_time": "passages * self_wait",
        "devices": "passages * self_scan * self_till_price / (till_life * days_open * hours_open * till_occupancy)",
        "losses": "passages * basket * loss_rate * losses_left",
        "paid": "0",
        "data": "passages * categories_before * retention_before",
        "footprint": "passages * grams_self",
        "training_time": "unknown"
      },
      "percents": {
        "organisation": 40,
        "contributors": 30,
        "commons": 20,
        "training": 10
      },
      "rule": {
        "en": "A proposal to be voted.",
        "fr": "Une proposition à voter."
      }
    }
  ],
  "inputs": [
    {
      "name": "passages",
      "label": {
        "en": "Passages counted",
        "fr": "Passages comptés"
      },
      "unit": "task",
      "low": 1000000,
      "central": 1000000,
      "high": 1000000,
      "source": "Round number chosen for the example",
      "source_url": "",
      "date": "2026-06-01",
      "grade": "A",
      "basis": "assumed"
    },
    {
      "name": "staff_wage",
      "label": {
        "en": "Cashier''s pay, in minimum wages",
        "fr": "Salaire de caisse, en nombre de SMIC"
      },
      "unit": "1",
      "low": 1,
      "central": 1,
      "high": 1,
      "source": "Minimum wage taken for the whole till crew",
      "source_url": "",
      "date": "2026-06-01",
      "grade": "A",
      "basis": "assumed"
    },
    {
      "name": "staffed_scan",
      "label": {
        "en": "Scanning at a staffed till",
        "fr": "Passage à une caisse tenue"
      },
      "unit": "s/task",
      "low": 45,
      "central": 59,
      "high": 75,
      "source": "TF1, race of ten articles, one test, May 2024; bounds assumed",
      "source_url": "",
      "date": "2024-05",
      "grade": "S",
      "basis": "published"
    },
    {
      "name": "cashier_occupancy",
      "label": {
        "en": "Share of a cashier''s paid time spent scanning",
        "fr": "Part du temps payé de caisse passée à scanner"
      },
      "unit": "1",
      "low": 0.6,
      "central": 0.75,
      "high": 0.9,
      "source": "Assumption, to be replaced by till records",
      "source_url": "",
      "date": "2026-06-01",
      "grade": "A",
      "basis": "assumed"
    },
    {
      "name": "staffed_wait",
      "label": {
        "en": "Wait at a staffed till",
        "fr": "Attente à une caisse tenue"
      },
      "unit": "s/task",
      "low": 60,
      "central": 128,
      "high": 180,
      "source": "Bon à Savoir, 48 timings; bounds and year assumed",
      "source_url": "",
      "date": "2019",
      "grade": "S",
      "basis": "published"
    },
    {
      "name": "self_scan",
      "label": {
        "en": "Scanning by oneself",
        "fr": "Passage en libre-service"
      },
      "unit": "s/task",
      "low": 75,
      "central": 135,
      "high": 180,
      "source": "TF1, race of ten articles, one test, May 2024; bounds assumed",
      "source_url": "",
      "date": "2024-05",
      "grade": "S",
      "basis": "published"
    },
    {
      "name": "self_wait",
      "label": {
        "en": "Wait at self-checkout",
        "fr": "Attente en libre-service"
      },
      "unit": "s/task",
      "low": 5,
      "central": 16,
      "high": 60,
      "source": "Bon à Savoir, 48 timings; bounds and year assumed",
      "source_url": "",
      "date": "2019",
      "grade": "S",
      "basis": "published"
    },
    {
      "name": "tills_per_host",
      "label": {
        "en": "Tills watched by one host",
        "fr": "Caisses surveillées par un hôte"
      },
      "unit": "1",
      "low": 4,
      "central": 6,
      "high": 8,
      "source": "Trade press: 4 to 8 tills a zone; the middle is assumed",
      "source_url": "",
      "date": "2026-06-01",
      "grade": "A",
      "basis": "assumed"
    },
    {
      "name": "tills_per_host_frame",
      "label": {
        "en": "Tills watched by one host within the frame",
        "fr": "Caisses surveillées par un hôte avec le cadre"
      },
      "unit": "1",
      "low": 2,
      "central": 4,
      "high": 6,
      "source": "Frame proposed for discussion",
      "source_url": "",
      "date": "2026-06-01",
      "grade": "A",
      "basis": "assumed"
    },
    {
      "name": "till_occupancy",
      "label": {
        "en": "Share of opening time a self-checkout till is in use",
        "fr": "Part du temps d’ouverture où une caisse libre-service sert"
      },
      "unit": "1",
      "low": 0.5,
      "central": 0.6,
      "high": 0.7,
      "source": "Assumption, to be replaced by till records",
      "source_url": "",
      "date": "2026-06-01",
      "grade": "A",
      "basis": "assumed"
    },
    {
      "name": "staffed_till_price",
      "label": {
        "en": "Price of a staffed till",
        "fr": "Prix d’une caisse tenue"
      },
      "unit": "EUR",
      "low": 11000,
      "central": 11000,
      "high": 11000,
      "source": "Trade press, 2004",
      "source_url": "",
      "date": "2004",
      "grade": "S",
      "basis": "published"
    },
    {
      "name": "self_till_price",
      "label": {
        "en": "Price of a self-checkout till",
        "fr": "Prix d’une caisse libre-service"
      },
      "unit": "EUR",
      "low": 20000,
      "central": 20000,
      "high": 20000,
      "source": "Trade press, 2004",
      "source_url": "",
      "date": "2004",
      "grade": "S",
      "basis": "published"
    },
    {
      "name": "till_life",
      "label": {
        "en": "Life of a till",
        "fr": "Durée de vie d’une caisse"
      },
      "unit": "year",
      "low": 7,
      "central": 7,
      "high": 7,
      "source": "Assumption, to be replaced by the store''s accounts",
      "source_url": "",
      "date": "2026-06-01",
      "grade": "A",
      "basis": "assumed"
    },
    {
      "name": "days_open",
      "label": {
        "en": "Opening days in a year",
        "fr": "Jours d’ouverture par an"
      },
      "unit": "day/year",
      "low": 360,
      "central": 360,
      "high": 360,
      "source": "Assumption, to be replaced by the store''s calendar",
      "source_url": "",
      "date": "2026-06-01",
      "grade": "A",
      "basis": "assumed"
    },
    {
      "name": "hours_open",
      "label": {
        "en": "Opening hours in a day",
        "fr": "Heures d’ouverture par jour"
      },
      "unit": "h/day",
      "low": 12,
      "central": 12,
      "high": 12,
      "source": "Assumption, to be replaced by the store''s calendar",
      "source_url": "",
      "date": "2026-06-01",
      "grade": "A",
      "basis": "assumed"
    },
    {
      "name": "basket",
      "label": {
        "en": "Value of a self-checkout basket",
        "fr": "Valeur d’un panier en libre-service"
      },
      "unit": "EUR/task",
      "low": 15,
      "central": 25,
      "high": 35,
      "source": "Assumption, to be replaced by till records",
      "source_url": "",
      "date": "2026-06-01",
      "grade": "A",
      "basis": "assumed"
    },
    {
      "name": "loss_rate",
      "label": {
        "en": "Sales lost by non-scanning",
        "fr": "Ventes perdues faute de scan"
      },
      "unit": "%",
      "low": 0.22,
      "central": 0.44,
      "high": 1,
      "source": "ECR 2018, 13 retailers: 0.44 % of self-checkout sales, about 1 % in all; low assumed",
      "source_url": "",
      "date": "2018",
      "grade": "S",
      "basis": "published"
    },
    {
      "name": "losses_left",
      "label": {
        "en": "Share of losses left within the frame",
        "fr": "Part des pertes qui reste avec le cadre"
      },
      "unit": "1",
      "low": 0.5,
      "central": 0.5,
      "high": 0.5,
      "source": "Frame proposed for discussion: losses halved by closer hosts",
      "source_url": "",
      "date": "2026-06-01",
      "grade": "A",
      "basis": "assumed"
    },
    {
      "name": "categories_before",
      "label": {
        "en": "Categories of data kept, as before and within the frame",
        "fr": "Catégories de données gardées, avant et avec le cadre"
      },
      "unit": "category/task",
      "low": 2,
      "central": 2,
      "high": 2,
      "source": "Assumption, to be replaced by the record of processing",
      "source_url": "",
      "date": "2026-06-01",
      "grade": "A",
      "basis": "assumed"
    },
    {
      "name": "retention_before",
      "label": {
        "en": "Days data is kept, as before and within the frame",
        "fr": "Jours de conservation, avant et avec le cadre"
      },
      "unit": "day",
      "low": 395,
      "central": 395,
      "high": 395,
      "source": "Assumption, to be replaced by the record of processing",
      "source_url": "",
      "date": "2026-06-01",
      "grade": "A",
      "basis": "assumed"
    },
    {
      "name": "categories_let_it_run",
      "label": {
        "en": "Categories of data kept if left to run",
        "fr": "Catégories de données gardées si on laisse faire"
      },
      "unit": "category/task",
      "low": 4,
      "central": 4,
      "high": 4,
      "source": "Assumption, to be replaced by the record of processing",
      "source_url": "",
      "date": "2026-06-01",
      "grade": "A",
      "basis": "assumed"
    },
    {
      "name": "retention_let_it_run",
      "label": {
        "en": "Days data is kept if left to run",
        "fr": "Jours de conservation si on laisse faire"
      },
      "unit": "day",
      "low": 1095,
      "central": 1095,
      "high": 1095,
      "source": "Assumption, to be replaced by the record of processing",
      "source_url": "",
      "date": "2026-06-01",
      "grade": "A",
      "basis": "assumed"
    },
    {
      "name": "grams_before",
      "label": {
        "en": "CO2 equivalent of a staffed passage",
        "fr": "Équivalent CO2 d’un passage en caisse tenue"
      },
      "unit": "g/task",
      "low": 0.07,
      "central": 0.07,
      "high": 0.07,
      "source": "Assumption, to be replaced by metered electricity",
      "source_url": "",
      "date": "2026-06-01",
      "grade": "A",
      "basis": "assumed"
    },
    {
      "name": "grams_self",
      "label": {
        "en": "CO2 equivalent of a self-checkout passage",
        "fr": "Équivalent CO2 d’un passage en libre-service"
      },
      "unit": "g/task",
      "low": 0.25,
      "central": 0.25,
      "high": 0.25,
      "source": "Assumption, to be replaced by metered electricity",
      "source_url": "",
      "date": "2026-06-01",
      "grade": "A",
      "basis": "assumed"
    }
  ],
  "parameters": [
    {
      "name": "corporate_tax",
      "date": "2022-01-01",
      "value": 0.25,
      "unit": "1",
      "source": "Code général des impôts art. 219, I",
      "grade": "P",
      "checked_on": "2026-11-23",
      "url": "https://www.legifrance.gouv.fr/codes/article_lc/LEGIARTI000042908577"
    },
    {
      "name": "hours_paid_year",
      "date": "2000-02-01",
      "value": 1820,
      "unit": "h/job",
      "source": "Code du travail art. L3121-27: 35 h a week, paid 52 weeks",
      "grade": "P",
      "checked_on": "2026-11-23",
      "url": "https://www.legifrance.gouv.fr/codes/article_lc/LEGIARTI000033020376"
    },
    {
      "name": "hours_worked_year",
      "date": "2004-07-01",
      "value": 1607,
      "unit": "h/job",
      "source": "Code du travail art. L3121-41: 228 days of 7 h, rounded to 1,600, plus 7 h of solidarity day",
      "grade": "P",
      "checked_on": "2026-11-23",
      "url": ""
    },
    {
      "name": "mean_net_wage_monthly",
      "date": "2024-01-01",
      "value": 2733,
      "unit": "EUR/month",
      "source": "Insee Première 2079, October 2025: year 2024; apprentices are counted from this edition on, so do not compare with 2023",
      "grade": "P",
      "checked_on": "2026-11-23",
      "url": ""
    },
    {
      "date": "2026-06-01",
      "rows": [
        [
          1,
          1867.02,
          1958.23,
          1477.93
        ],
        [
          1.05,
          1960.37,
          2142.78,
          1551.82
        ],
        [
          1.15,
          2147.07,
          2498.66,
          1699.62
        ],
        [
          1.25,
          2333.77,
          2840.57,
          1847.41
        ],
        [
          1.4,
          2613.82,
          3332.78,
          2069.099912
        ],
        [
          1.5,
          2800.52,
          3649.8,
          2216.89
        ],
        [
          1.6,
          2987.23,
          3959.75,
          2364.691268
        ],
        [
          1.85,
          3453.98,
          4709.37,
          2734.17
        ],
        [
          2.145,
          4004.75,
          5559.22,
          3170.15
        ],
        [
          2.146,
          4006.62,
          5570.24,
          3166.03
        ],
        [
          2.5,
          4667.54,
          6555.92,
          3696.16
        ],
        [
          2.929,
          5468.49,
          7709.42,
          4338.59
        ],
        [
          2.93,
          5470.36,
          7821.45,
          4340.09
        ],
        [
          4,
          7468.07,
          10677.88,
          5942.45
        ]
      ],
      "source": "Computed with OpenFisca-France 176.1.8 (AGPL-3.0), https://github.com/openfisca/openfisca-france",
      "grade": "M",
      "checked_on": "2026-11-23",
      "name": "pay_table"
    }
  ],
  "not_counted": [
    {
      "en": "what is passed on in prices",
      "fr": "ce qui est répercuté dans les prix"
    },
    {
      "en": "quality, and queues for others",
      "fr": "la qualité, et les files d’attente des autres"
    },
    {
      "en": "health, and who bears it (age, disability)",
      "fr": "la santé, et qui le supporte (âge, handicap)"
    }
  ],
  "work": {
    "tasks_gone": [
      {
        "en": "scanning the articles of a passage",
        "fr": "scanner les articles d’un passage"
      }
    ],
    "tasks_new": [
      {
        "en": "watching several machines at once and unblocking them",
        "fr": "surveiller plusieurs machines à la fois et les débloquer"
      },
      {
        "en": "checking baskets and ages",
        "fr": "contrôler des paniers et des âges"
      }
    ],
    "skills_asked": [
      {
        "en": "helping and calming people, on one’s feet",
        "fr": "aider et apaiser des personnes, debout"
      }
    ],
    "remaining_work": "unknown",
    "human_contact": [
      {
        "en": "a short exchange at the machine instead of one at each checkout",
        "fr": "un bref échange devant la machine au lieu d’un échange à chaque caisse"
      }
    ],
    "left_without_help": "unknown",
    "source": "Assumption of the example, to be replaced by what the employees say",
    "date": "2026-06-01",
    "grade": "A"
  }
}
',1);
CREATE TABLE "accounting_voice" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "speaks_as" varchar(20) NOT NULL, "degree" varchar(10) NOT NULL, "change" varchar(20) NOT NULL, "said_at" datetime NOT NULL, "participant_id" bigint NOT NULL REFERENCES "people_participant" ("id") DEFERRABLE INITIALLY DEFERRED, "task_id" bigint NOT NULL REFERENCES "coproductions_task" ("id") DEFERRABLE INITIALLY DEFERRED, CONSTRAINT "voice_one_each" UNIQUE ("participant_id", "task_id"), CONSTRAINT "voice_speaks_as_known" CHECK ("speaks_as" IN ('participant', 'employee')), CONSTRAINT "voice_degree_known" CHECK ("degree" IN ('chosen', 'obliged', 'endured')));
CREATE TABLE "auth_group" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "name" varchar(150) NOT NULL UNIQUE);
CREATE TABLE "auth_group_permissions" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "group_id" integer NOT NULL REFERENCES "auth_group" ("id") DEFERRABLE INITIALLY DEFERRED, "permission_id" integer NOT NULL REFERENCES "auth_permission" ("id") DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE "auth_permission" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "content_type_id" integer NOT NULL REFERENCES "django_content_type" ("id") DEFERRABLE INITIALLY DEFERRED, "codename" varchar(100) NOT NULL, "name" varchar(255) NOT NULL);
INSERT INTO "auth_permission" VALUES(1,1,'add_entry','Can add entry');
INSERT INTO "auth_permission" VALUES(2,1,'change_entry','Can change entry');
INSERT INTO "auth_permission" VALUES(3,1,'delete_entry','Can delete entry');
INSERT INTO "auth_permission" VALUES(4,1,'view_entry','Can view entry');
INSERT INTO "auth_permission" VALUES(5,2,'add_vaultkey','Can add vault key');
INSERT INTO "auth_permission" VALUES(6,2,'change_vaultkey','Can change vault key');
INSERT INTO "auth_permission" VALUES(7,2,'delete_vaultkey','Can delete vault key');
INSERT INTO "auth_permission" VALUES(8,2,'view_vaultkey','Can view vault key');
INSERT INTO "auth_permission" VALUES(9,3,'add_consumer','Can add consumer');
INSERT INTO "auth_permission" VALUES(10,3,'change_consumer','Can change consumer');
INSERT INTO "auth_permission" VALUES(11,3,'delete_consumer','Can delete consumer');
INSERT INTO "auth_permission" VALUES(12,3,'view_consumer','Can view consumer');
INSERT INTO "auth_permission" VALUES(13,4,'add_payload','Can add payload');
INSERT INTO "auth_permission" VALUES(14,4,'change_payload','Can change payload');
INSERT INTO "auth_permission" VALUES(15,4,'delete_payload','Can delete payload');
INSERT INTO "auth_permission" VALUES(16,4,'view_payload','Can view payload');
INSERT INTO "auth_permission" VALUES(17,5,'add_person','Can add person');
INSERT INTO "auth_permission" VALUES(18,5,'change_person','Can change person');
INSERT INTO "auth_permission" VALUES(19,5,'delete_person','Can delete person');
INSERT INTO "auth_permission" VALUES(20,5,'view_person','Can view person');
INSERT INTO "auth_permission" VALUES(21,6,'add_newcomer','Can add newcomer');
INSERT INTO "auth_permission" VALUES(22,6,'change_newcomer','Can change newcomer');
INSERT INTO "auth_permission" VALUES(23,6,'delete_newcomer','Can delete newcomer');
INSERT INTO "auth_permission" VALUES(24,6,'view_newcomer','Can view newcomer');
INSERT INTO "auth_permission" VALUES(25,7,'add_signinlink','Can add sign in link');
INSERT INTO "auth_permission" VALUES(26,7,'change_signinlink','Can change sign in link');
INSERT INTO "auth_permission" VALUES(27,7,'delete_signinlink','Can delete sign in link');
INSERT INTO "auth_permission" VALUES(28,7,'view_signinlink','Can view sign in link');
INSERT INTO "auth_permission" VALUES(29,8,'add_participant','Can add participant');
INSERT INTO "auth_permission" VALUES(30,8,'change_participant','Can change participant');
INSERT INTO "auth_permission" VALUES(31,8,'delete_participant','Can delete participant');
INSERT INTO "auth_permission" VALUES(32,8,'view_participant','Can view participant');
INSERT INTO "auth_permission" VALUES(33,9,'add_coproduction','Can add coproduction');
INSERT INTO "auth_permission" VALUES(34,9,'change_coproduction','Can change coproduction');
INSERT INTO "auth_permission" VALUES(35,9,'delete_coproduction','Can delete coproduction');
INSERT INTO "auth_permission" VALUES(36,9,'view_coproduction','Can view coproduction');
INSERT INTO "auth_permission" VALUES(37,10,'add_organization','Can add organization');
INSERT INTO "auth_permission" VALUES(38,10,'change_organization','Can change organization');
INSERT INTO "auth_permission" VALUES(39,10,'delete_organization','Can delete organization');
INSERT INTO "auth_permission" VALUES(40,10,'view_organization','Can view organization');
INSERT INTO "auth_permission" VALUES(41,11,'add_frame','Can add frame');
INSERT INTO "auth_permission" VALUES(42,11,'change_frame','Can change frame');
INSERT INTO "auth_permission" VALUES(43,11,'delete_frame','Can delete frame');
INSERT INTO "auth_permission" VALUES(44,11,'view_frame','Can view frame');
INSERT INTO "auth_permission" VALUES(45,12,'add_datataken','Can add data taken');
INSERT INTO "auth_permission" VALUES(46,12,'change_datataken','Can change data taken');
INSERT INTO "auth_permission" VALUES(47,12,'delete_datataken','Can delete data taken');
INSERT INTO "auth_permission" VALUES(48,12,'view_datataken','Can view data taken');
INSERT INTO "auth_permission" VALUES(49,13,'add_role','Can add role');
INSERT INTO "auth_permission" VALUES(50,13,'change_role','Can change role');
INSERT INTO "auth_permission" VALUES(51,13,'delete_role','Can delete role');
INSERT INTO "auth_permission" VALUES(52,13,'view_role','Can view role');
INSERT INTO "auth_permission" VALUES(53,14,'add_stage','Can add stage');
INSERT INTO "auth_permission" VALUES(54,14,'change_stage','Can change stage');
INSERT INTO "auth_permission" VALUES(55,14,'delete_stage','Can delete stage');
INSERT INTO "auth_permission" VALUES(56,14,'view_stage','Can view stage');
INSERT INTO "auth_permission" VALUES(57,15,'add_task','Can add task');
INSERT INTO "auth_permission" VALUES(58,15,'change_task','Can change task');
INSERT INTO "auth_permission" VALUES(59,15,'delete_task','Can delete task');
INSERT INTO "auth_permission" VALUES(60,15,'view_task','Can view task');
INSERT INTO "auth_permission" VALUES(61,16,'add_consent','Can add consent');
INSERT INTO "auth_permission" VALUES(62,16,'change_consent','Can change consent');
INSERT INTO "auth_permission" VALUES(63,16,'delete_consent','Can delete consent');
INSERT INTO "auth_permission" VALUES(64,16,'view_consent','Can view consent');
INSERT INTO "auth_permission" VALUES(65,17,'add_turnout','Can add turnout');
INSERT INTO "auth_permission" VALUES(66,17,'change_turnout','Can change turnout');
INSERT INTO "auth_permission" VALUES(67,17,'delete_turnout','Can delete turnout');
INSERT INTO "auth_permission" VALUES(68,17,'view_turnout','Can view turnout');
INSERT INTO "auth_permission" VALUES(69,18,'add_statement','Can add statement');
INSERT INTO "auth_permission" VALUES(70,18,'change_statement','Can change statement');
INSERT INTO "auth_permission" VALUES(71,18,'delete_statement','Can delete statement');
INSERT INTO "auth_permission" VALUES(72,18,'view_statement','Can view statement');
INSERT INTO "auth_permission" VALUES(73,19,'add_vote','Can add vote');
INSERT INTO "auth_permission" VALUES(74,19,'change_vote','Can change vote');
INSERT INTO "auth_permission" VALUES(75,19,'delete_vote','Can delete vote');
INSERT INTO "auth_permission" VALUES(76,19,'view_vote','Can view vote');
INSERT INTO "auth_permission" VALUES(77,20,'add_release','Can add release');
INSERT INTO "auth_permission" VALUES(78,20,'change_release','Can change release');
INSERT INTO "auth_permission" VALUES(79,20,'delete_release','Can delete release');
INSERT INTO "auth_permission" VALUES(80,20,'view_release','Can view release');
INSERT INTO "auth_permission" VALUES(81,21,'add_publishedaccount','Can add published account');
INSERT INTO "auth_permission" VALUES(82,21,'change_publishedaccount','Can change published account');
INSERT INTO "auth_permission" VALUES(83,21,'delete_publishedaccount','Can delete published account');
INSERT INTO "auth_permission" VALUES(84,21,'view_publishedaccount','Can view published account');
INSERT INTO "auth_permission" VALUES(85,22,'add_counterinput','Can add counter input');
INSERT INTO "auth_permission" VALUES(86,22,'change_counterinput','Can change counter input');
INSERT INTO "auth_permission" VALUES(87,22,'delete_counterinput','Can delete counter input');
INSERT INTO "auth_permission" VALUES(88,22,'view_counterinput','Can view counter input');
INSERT INTO "auth_permission" VALUES(89,23,'add_voice','Can add voice');
INSERT INTO "auth_permission" VALUES(90,23,'change_voice','Can change voice');
INSERT INTO "auth_permission" VALUES(91,23,'delete_voice','Can delete voice');
INSERT INTO "auth_permission" VALUES(92,23,'view_voice','Can view voice');
INSERT INTO "auth_permission" VALUES(93,24,'add_permission','Can add permission');
INSERT INTO "auth_permission" VALUES(94,24,'change_permission','Can change permission');
INSERT INTO "auth_permission" VALUES(95,24,'delete_permission','Can delete permission');
INSERT INTO "auth_permission" VALUES(96,24,'view_permission','Can view permission');
INSERT INTO "auth_permission" VALUES(97,25,'add_group','Can add group');
INSERT INTO "auth_permission" VALUES(98,25,'change_group','Can change group');
INSERT INTO "auth_permission" VALUES(99,25,'delete_group','Can delete group');
INSERT INTO "auth_permission" VALUES(100,25,'view_group','Can view group');
INSERT INTO "auth_permission" VALUES(101,26,'add_contenttype','Can add content type');
INSERT INTO "auth_permission" VALUES(102,26,'change_contenttype','Can change content type');
INSERT INTO "auth_permission" VALUES(103,26,'delete_contenttype','Can delete content type');
INSERT INTO "auth_permission" VALUES(104,26,'view_contenttype','Can view content type');
INSERT INTO "auth_permission" VALUES(105,27,'add_session','Can add session');
INSERT INTO "auth_permission" VALUES(106,27,'change_session','Can change session');
INSERT INTO "auth_permission" VALUES(107,27,'delete_session','Can delete session');
INSERT INTO "auth_permission" VALUES(108,27,'view_session','Can view session');
CREATE TABLE "consents_consent" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "purpose" varchar(30) NOT NULL, "language" varchar(5) NOT NULL, "text_sha256" BLOB NOT NULL, "given_at" datetime NOT NULL, "withdrawn_at" datetime NULL, "frame_id" bigint NOT NULL REFERENCES "coproductions_frame" ("id") DEFERRABLE INITIALLY DEFERRED, "participant_id" bigint NOT NULL REFERENCES "people_participant" ("id") DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE "contributions_release" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "number" integer unsigned NOT NULL CHECK ("number" >= 0), "published_at" datetime NOT NULL, "is_final" bool NOT NULL, "people" integer unsigned NOT NULL CHECK ("people" >= 0), "content" text NOT NULL CHECK ((JSON_VALID("content") OR "content" IS NULL)), "model" text NULL CHECK ((JSON_VALID("model") OR "model" IS NULL)), "coproduction_id" bigint NOT NULL REFERENCES "coproductions_coproduction" ("id") DEFERRABLE INITIALLY DEFERRED, CONSTRAINT "release_number_once" UNIQUE ("coproduction_id", "number"));
CREATE TABLE "contributions_statement" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "text" varchar(1000) NOT NULL, "language" varchar(5) NOT NULL, "translations" text NOT NULL CHECK ((JSON_VALID("translations") OR "translations" IS NULL)), "is_from_team" bool NOT NULL, "source_id" varchar(40) NULL, "state" varchar(10) NOT NULL, "rule" varchar(20) NOT NULL, "reason" varchar(500) NOT NULL, "written_at" datetime NOT NULL, "decided_at" datetime NULL, "answers_counted" integer unsigned NOT NULL CHECK ("answers_counted" >= 0), "author_id" bigint NULL REFERENCES "people_participant" ("id") DEFERRABLE INITIALLY DEFERRED, "coproduction_id" bigint NOT NULL REFERENCES "coproductions_coproduction" ("id") DEFERRABLE INITIALLY DEFERRED, "decided_by_id" bigint NULL REFERENCES "people_person" ("id") DEFERRABLE INITIALLY DEFERRED, CONSTRAINT "statement_imported_once" UNIQUE ("coproduction_id", "source_id"), CONSTRAINT "statement_refused_with_a_rule" CHECK ((("rule" > '' AND "state" = 'refused') OR (NOT ("state" = 'refused') AND "rule" = ''))), CONSTRAINT "statement_state_known" CHECK ("state" IN ('waiting', 'published', 'refused')));
INSERT INTO "contributions_statement" VALUES(1,'Old votes still count.','en','{"fr": "Les vieux votes comptent encore."}',1,NULL,'published','','','2026-11-23 17:15:52.970380',NULL,0,NULL,1,NULL);
INSERT INTO "contributions_statement" VALUES(2,'Old accounts still open.','en','{"fr": "Les vieux comptes s\u2019ouvrent encore."}',1,NULL,'published','','','2026-11-23 17:15:52.970458',NULL,0,NULL,1,NULL);
INSERT INTO "contributions_statement" VALUES(3,'This one waits.','en','{}',0,NULL,'waiting','','','2026-11-23 17:15:52.970483',NULL,0,NULL,1,NULL);
CREATE TABLE "contributions_turnout" ("coproduction_id" bigint NOT NULL PRIMARY KEY REFERENCES "coproductions_coproduction" ("id") DEFERRABLE INITIALLY DEFERRED, "people" integer unsigned NOT NULL CHECK ("people" >= 0));
CREATE TABLE "contributions_vote" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "answer" smallint NOT NULL, "cast_at" datetime NOT NULL, "participant_id" bigint NOT NULL REFERENCES "people_participant" ("id") DEFERRABLE INITIALLY DEFERRED, "statement_id" bigint NOT NULL REFERENCES "contributions_statement" ("id") DEFERRABLE INITIALLY DEFERRED, CONSTRAINT "vote_one_each" UNIQUE ("participant_id", "statement_id"), CONSTRAINT "vote_answer_known" CHECK ("answer" IN (1, -1, 0, 2)));
INSERT INTO "contributions_vote" VALUES(1,-1,'2026-11-14 23:44:52.973560',1,1);
INSERT INTO "contributions_vote" VALUES(2,1,'2026-11-14 18:20:52.973651',2,2);
INSERT INTO "contributions_vote" VALUES(3,1,'2026-11-16 14:19:52.973666',2,1);
INSERT INTO "contributions_vote" VALUES(4,-1,'2026-11-22 11:51:52.973687',3,2);
INSERT INTO "contributions_vote" VALUES(5,1,'2026-11-22 10:13:52.973698',3,1);
INSERT INTO "contributions_vote" VALUES(6,-1,'2026-11-10 02:13:52.973718',4,2);
INSERT INTO "contributions_vote" VALUES(7,1,'2026-11-12 22:10:52.973729',4,1);
INSERT INTO "contributions_vote" VALUES(8,0,'2026-11-18 23:54:52.973745',5,2);
INSERT INTO "contributions_vote" VALUES(9,1,'2026-11-13 03:36:52.973755',5,1);
INSERT INTO "contributions_vote" VALUES(10,-1,'2026-11-18 14:27:52.973767',6,2);
INSERT INTO "contributions_vote" VALUES(11,-1,'2026-11-13 11:38:52.973780',7,2);
INSERT INTO "contributions_vote" VALUES(12,-1,'2026-11-12 11:36:52.973794',8,2);
INSERT INTO "contributions_vote" VALUES(13,0,'2026-11-10 06:13:52.973803',8,1);
INSERT INTO "contributions_vote" VALUES(14,1,'2026-11-23 14:07:52.973817',9,2);
INSERT INTO "contributions_vote" VALUES(15,1,'2026-11-16 21:36:52.973826',9,1);
INSERT INTO "contributions_vote" VALUES(16,1,'2026-11-13 13:23:52.973838',10,1);
INSERT INTO "contributions_vote" VALUES(17,0,'2026-11-21 15:38:52.973847',10,2);
INSERT INTO "contributions_vote" VALUES(18,0,'2026-11-21 22:31:52.973860',11,1);
INSERT INTO "contributions_vote" VALUES(19,-1,'2026-11-16 09:04:52.973872',12,2);
INSERT INTO "contributions_vote" VALUES(20,1,'2026-11-20 09:43:52.973880',12,1);
CREATE TABLE "coproductions_coproduction" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "slug" varchar(80) NOT NULL UNIQUE, "title" text NOT NULL CHECK ((JSON_VALID("title") OR "title" IS NULL)), "question" text NOT NULL CHECK ((JSON_VALID("question") OR "question" IS NULL)), "asked_by" text NOT NULL CHECK ((JSON_VALID("asked_by") OR "asked_by" IS NULL)), "legal_basis" text NOT NULL CHECK ((JSON_VALID("legal_basis") OR "legal_basis" IS NULL)), "asked_on" date NULL, "decides" text NOT NULL CHECK ((JSON_VALID("decides") OR "decides" IS NULL)), "not_discussed" text NOT NULL CHECK ((JSON_VALID("not_discussed") OR "not_discussed" IS NULL)), "families" text NOT NULL CHECK ((JSON_VALID("families") OR "families" IS NULL)), "is_sample" bool NOT NULL, "frame_id" bigint NULL UNIQUE REFERENCES "coproductions_frame" ("id") DEFERRABLE INITIALLY DEFERRED, "organization_id" bigint NOT NULL REFERENCES "coproductions_organization" ("id") DEFERRABLE INITIALLY DEFERRED);
INSERT INTO "coproductions_coproduction" VALUES(1,'kept','{"en": "Kept", "fr": "Gard\u00e9"}','{"en": "Does it survive?", "fr": "Est-ce que cela survit ?"}','{}','{}',NULL,'{}','{}','[]',1,1,1);
CREATE TABLE "coproductions_datataken" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "category" text NOT NULL CHECK ((JSON_VALID("category") OR "category" IS NULL)), "is_known_to_people" bool NOT NULL, "purpose" text NOT NULL CHECK ((JSON_VALID("purpose") OR "purpose" IS NULL)), "receivers" text NOT NULL CHECK ((JSON_VALID("receivers") OR "receivers" IS NULL)), "is_commercial" bool NULL, "kept_days" integer unsigned NULL CHECK ("kept_days" >= 0), "frame_id" bigint NOT NULL REFERENCES "coproductions_frame" ("id") DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE "coproductions_frame" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "version" smallint unsigned NOT NULL CHECK ("version" >= 0), "published_at" datetime NOT NULL, "reason" text NOT NULL CHECK ((JSON_VALID("reason") OR "reason" IS NULL)), "profiling" text NOT NULL CHECK ((JSON_VALID("profiling") OR "profiling" IS NULL)), "ranking" text NOT NULL CHECK ((JSON_VALID("ranking") OR "ranking" IS NULL)), "payer" text NOT NULL CHECK ((JSON_VALID("payer") OR "payer" IS NULL)), "law" text NOT NULL CHECK ((JSON_VALID("law") OR "law" IS NULL)), "sharing_rule" text NOT NULL CHECK ((JSON_VALID("sharing_rule") OR "sharing_rule" IS NULL)), "retention" text NOT NULL CHECK ((JSON_VALID("retention") OR "retention" IS NULL)), "alternative" varchar(10) NOT NULL, "alternative_words" text NOT NULL CHECK ((JSON_VALID("alternative_words") OR "alternative_words" IS NULL)), "alternative_hours_a_week" decimal NULL, "alternative_wait_minutes" decimal NULL, "is_sensitive" bool NOT NULL, "consent_text" text NOT NULL CHECK ((JSON_VALID("consent_text") OR "consent_text" IS NULL)), "coproduction_id" bigint NOT NULL REFERENCES "coproductions_coproduction" ("id") DEFERRABLE INITIALLY DEFERRED, CONSTRAINT "frame_version_once" UNIQUE ("coproduction_id", "version"), CONSTRAINT "frame_alternative_known" CHECK ("alternative" IN ('staffed', 'none', 'unknown')));
INSERT INTO "coproductions_frame" VALUES(1,1,'2026-11-23 17:15:52.967596','{}','{}','{}','{}','{}','{}','{}','unknown','{}',NULL,NULL,0,'{}',1);
CREATE TABLE "coproductions_organization" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "slug" varchar(80) NOT NULL UNIQUE, "name" varchar(200) NOT NULL);
INSERT INTO "coproductions_organization" VALUES(1,'quatre-vents','Quatre-Vents');
CREATE TABLE "coproductions_role" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "kind" varchar(20) NOT NULL, "coproduction_id" bigint NOT NULL REFERENCES "coproductions_coproduction" ("id") DEFERRABLE INITIALLY DEFERRED, "person_id" bigint NOT NULL REFERENCES "people_person" ("id") DEFERRABLE INITIALLY DEFERRED, CONSTRAINT "role_once" UNIQUE ("person_id", "coproduction_id", "kind"));
CREATE TABLE "coproductions_stage" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "kind" varchar(20) NOT NULL, "opens_at" datetime NOT NULL, "closes_at" datetime NULL, "coproduction_id" bigint NOT NULL REFERENCES "coproductions_coproduction" ("id") DEFERRABLE INITIALLY DEFERRED, CONSTRAINT "stage_once" UNIQUE ("coproduction_id", "kind"), CONSTRAINT "stage_closes_after_opening" CHECK (("closes_at" IS NULL OR "closes_at" > ("opens_at"))), CONSTRAINT "stage_kind_known" CHECK ("kind" IN ('ideas', 'votes', 'recommendations', 'opinion', 'follow-up')));
INSERT INTO "coproductions_stage" VALUES(1,'votes','2026-10-31 23:00:00','2099-12-30 23:00:00',1);
CREATE TABLE "coproductions_task" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "name" text NOT NULL CHECK ((JSON_VALID("name") OR "name" IS NULL)), "done_before_by" text NOT NULL CHECK ((JSON_VALID("done_before_by") OR "done_before_by" IS NULL)), "degree" varchar(10) NOT NULL, "frame_id" bigint NOT NULL REFERENCES "coproductions_frame" ("id") DEFERRABLE INITIALLY DEFERRED);
INSERT INTO "coproductions_task" VALUES(1,'{"en": "Answer", "fr": "R\u00e9pondre"}','{}','chosen',1);
CREATE TABLE "django_content_type" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "app_label" varchar(100) NOT NULL, "model" varchar(100) NOT NULL);
INSERT INTO "django_content_type" VALUES(1,'register','entry');
INSERT INTO "django_content_type" VALUES(2,'register','vaultkey');
INSERT INTO "django_content_type" VALUES(3,'register','consumer');
INSERT INTO "django_content_type" VALUES(4,'register','payload');
INSERT INTO "django_content_type" VALUES(5,'people','person');
INSERT INTO "django_content_type" VALUES(6,'people','newcomer');
INSERT INTO "django_content_type" VALUES(7,'people','signinlink');
INSERT INTO "django_content_type" VALUES(8,'people','participant');
INSERT INTO "django_content_type" VALUES(9,'coproductions','coproduction');
INSERT INTO "django_content_type" VALUES(10,'coproductions','organization');
INSERT INTO "django_content_type" VALUES(11,'coproductions','frame');
INSERT INTO "django_content_type" VALUES(12,'coproductions','datataken');
INSERT INTO "django_content_type" VALUES(13,'coproductions','role');
INSERT INTO "django_content_type" VALUES(14,'coproductions','stage');
INSERT INTO "django_content_type" VALUES(15,'coproductions','task');
INSERT INTO "django_content_type" VALUES(16,'consents','consent');
INSERT INTO "django_content_type" VALUES(17,'contributions','turnout');
INSERT INTO "django_content_type" VALUES(18,'contributions','statement');
INSERT INTO "django_content_type" VALUES(19,'contributions','vote');
INSERT INTO "django_content_type" VALUES(20,'contributions','release');
INSERT INTO "django_content_type" VALUES(21,'accounting','publishedaccount');
INSERT INTO "django_content_type" VALUES(22,'accounting','counterinput');
INSERT INTO "django_content_type" VALUES(23,'accounting','voice');
INSERT INTO "django_content_type" VALUES(24,'auth','permission');
INSERT INTO "django_content_type" VALUES(25,'auth','group');
INSERT INTO "django_content_type" VALUES(26,'contenttypes','contenttype');
INSERT INTO "django_content_type" VALUES(27,'sessions','session');
CREATE TABLE "django_migrations" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "app" varchar(255) NOT NULL, "name" varchar(255) NOT NULL, "applied" datetime NOT NULL);
INSERT INTO "django_migrations" VALUES(1,'register','0001_initial','2026-11-23 17:15:52.625346');
INSERT INTO "django_migrations" VALUES(2,'people','0001_initial','2026-11-23 17:15:52.631938');
INSERT INTO "django_migrations" VALUES(3,'coproductions','0001_initial','2026-11-23 17:15:52.687868');
INSERT INTO "django_migrations" VALUES(4,'accounting','0001_initial','2026-11-23 17:15:52.749786');
INSERT INTO "django_migrations" VALUES(5,'contenttypes','0001_initial','2026-11-23 17:15:52.752632');
INSERT INTO "django_migrations" VALUES(6,'contenttypes','0002_remove_content_type_name','2026-11-23 17:15:52.765257');
INSERT INTO "django_migrations" VALUES(7,'auth','0001_initial','2026-11-23 17:15:52.774563');
INSERT INTO "django_migrations" VALUES(8,'auth','0002_alter_permission_name_max_length','2026-11-23 17:15:52.779030');
INSERT INTO "django_migrations" VALUES(9,'auth','0003_alter_user_email_max_length','2026-11-23 17:15:52.782378');
INSERT INTO "django_migrations" VALUES(10,'auth','0004_alter_user_username_opts','2026-11-23 17:15:52.785311');
INSERT INTO "django_migrations" VALUES(11,'auth','0005_alter_user_last_login_null','2026-11-23 17:15:52.788287');
INSERT INTO "django_migrations" VALUES(12,'auth','0006_require_contenttypes_0002','2026-11-23 17:15:52.789112');
INSERT INTO "django_migrations" VALUES(13,'auth','0007_alter_validators_add_error_messages','2026-11-23 17:15:52.791966');
INSERT INTO "django_migrations" VALUES(14,'auth','0008_alter_user_username_max_length','2026-11-23 17:15:52.795006');
INSERT INTO "django_migrations" VALUES(15,'auth','0009_alter_user_last_name_max_length','2026-11-23 17:15:52.798304');
INSERT INTO "django_migrations" VALUES(16,'auth','0010_alter_group_name_max_length','2026-11-23 17:15:52.802768');
INSERT INTO "django_migrations" VALUES(17,'auth','0011_update_proxy_permissions','2026-11-23 17:15:52.812369');
INSERT INTO "django_migrations" VALUES(18,'auth','0012_alter_user_first_name_max_length','2026-11-23 17:15:52.815402');
INSERT INTO "django_migrations" VALUES(19,'consents','0001_initial','2026-11-23 17:15:52.826700');
INSERT INTO "django_migrations" VALUES(20,'contributions','0001_initial','2026-11-23 17:15:52.917308');
INSERT INTO "django_migrations" VALUES(21,'sessions','0001_initial','2026-11-23 17:15:52.920231');
CREATE TABLE "django_session" ("session_key" varchar(40) NOT NULL PRIMARY KEY, "session_data" text NOT NULL, "expire_date" datetime NOT NULL);
CREATE TABLE "people_newcomer" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "network" BLOB NOT NULL, "began_at" datetime NOT NULL);
CREATE TABLE "people_participant" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "space" varchar(80) NOT NULL, "key" BLOB NOT NULL, "channel" varchar(10) NOT NULL, "vault_key_id" bigint NOT NULL UNIQUE REFERENCES "register_vaultkey" ("id") DEFERRABLE INITIALLY DEFERRED, CONSTRAINT "participant_once_per_space" UNIQUE ("space", "key"), CONSTRAINT "participant_channel_known" CHECK ("channel" IN ('web', 'import')));
INSERT INTO "people_participant" VALUES(1,'kept',X'FD2D5ACB153E126F4C82462028A54FA3954DAC06F85F2D137615E954F866E173','import',1);
INSERT INTO "people_participant" VALUES(2,'kept',X'8A43EE202663C33FDAB2C4AEB111694F125F08CDFD8D532C878CC9B38665D97F','import',2);
INSERT INTO "people_participant" VALUES(3,'kept',X'B62A93E76B470431B1C5448CDA2C7CE78E9B56C5719CF113EA9AAD18A9F02E37','import',3);
INSERT INTO "people_participant" VALUES(4,'kept',X'DA4F080ED1AF2DC41A27DA16D56BBF86095130E51A0F77E370CE7589D4372743','import',4);
INSERT INTO "people_participant" VALUES(5,'kept',X'930F600A3D64244CBC4D8A2A8A70B4C269F0DE3A6225C82E16CB6AEF5AB5904B','import',5);
INSERT INTO "people_participant" VALUES(6,'kept',X'95456C1DB850C26CDD8A0ADED3430E32F7A8625D28E779837A706AA94D6BC66B','import',6);
INSERT INTO "people_participant" VALUES(7,'kept',X'8E33ACC8A061BFE53201E62121C00EFAC9B7AC478EC8D2794280CB2B6B5AFF66','import',7);
INSERT INTO "people_participant" VALUES(8,'kept',X'AEE6A8B3160F121FDDC6A0DDA9C73BD0B90FCA51839A8A7CA747D65E15690DBF','import',8);
INSERT INTO "people_participant" VALUES(9,'kept',X'9C1995299DA04BD6B881133CA26634F91015E43156B1ED50C7A479328C145D17','import',9);
INSERT INTO "people_participant" VALUES(10,'kept',X'390D01ABFBC84A269D81962AE1DEB27260DFAD63386EA4438CFF8D4D3DACAFE0','import',10);
INSERT INTO "people_participant" VALUES(11,'kept',X'FDFE992CE12D2DC05015C883BC46EFB5797B645644BDDEEE9D721F02A43A6243','import',11);
INSERT INTO "people_participant" VALUES(12,'kept',X'F8967206607812782BD6B65F9FAAFBAC3068100E2AA85320AC743963612D49BD','import',12);
CREATE TABLE "people_person" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "password" varchar(128) NOT NULL, "last_login" datetime NULL, "email" varchar(254) NOT NULL UNIQUE, "name" varchar(120) NOT NULL, "is_active" bool NOT NULL);
CREATE TABLE "people_signinlink" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "token_hash" BLOB NOT NULL UNIQUE, "expires_at" datetime NOT NULL, "used_at" datetime NULL, "person_id" bigint NOT NULL REFERENCES "people_person" ("id") DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE "register_consumer" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "name" varchar(40) NOT NULL, "space" varchar(80) NOT NULL, "position" bigint NOT NULL, CONSTRAINT "consumer_one_position" UNIQUE ("name", "space"));
CREATE TABLE "register_entry" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "log" smallint unsigned NOT NULL CHECK ("log" >= 0), "kind" varchar(40) NOT NULL, "space" varchar(80) NOT NULL, "hour" datetime NOT NULL, "event_id" BLOB NOT NULL UNIQUE, "commitment" BLOB NOT NULL, "public" text NOT NULL CHECK ((JSON_VALID("public") OR "public" IS NULL)));
INSERT INTO "register_entry" VALUES(1,1,'stage-planned','kept','2026-11-23 17:00:00',X'995AB02CD55AFD586B9A938502E3D61C',X'0D8D2920C44134A3466E3319A9AD017B704632E00AA41E910D60ACFFC95216C5','{"closes_at":"2099-12-31T00:00:00+01:00","kind":"votes","opens_at":"2026-11-01T00:00:00+01:00"}');
INSERT INTO "register_entry" VALUES(2,1,'frame-published','kept','2026-11-23 17:00:00',X'917140EF05279790AC30CDA8E4141779',X'9EA5D07213766A4766DA40A0451EC9BD80796EF7DF61C5F1035C33C0C2804B84','{"version":1}');
INSERT INTO "register_entry" VALUES(3,1,'statements-added','kept','2026-11-23 17:00:00',X'E8EA958A71751B56C16836FA173F6C0D',X'A162A89589F9E89739AFA99EA2EEBA4BBAFB7A9FCC6F174977041760C5DD1E47','{"statements":2}');
INSERT INTO "register_entry" VALUES(4,1,'answers-invented','kept','2026-11-23 17:00:00',X'F26D1E8131B457B50BA1EE26DF09882C',X'46DDABE02C7B633E7EFDB06BD3B65D61ACF345CEBCF8D56FDC220B23D412FAE9','{"answers":20}');
INSERT INTO "register_entry" VALUES(5,1,'account-published','kept','2026-11-23 17:00:00',X'C3B3B1575869E259585C9E1A1C6F2662',X'19D24372A1C85794E0F0F01018FC4D35C27E8CBAB77B659EE6E6CD2521BE4C18','{"digest":"dcd8de43e242c5fcb16501be15129e8e0bb6d5b86ebf362b7e60f8717daa83a8","number":1}');
CREATE TABLE "register_payload" ("entry_id" bigint NOT NULL PRIMARY KEY REFERENCES "register_entry" ("id") DEFERRABLE INITIALLY DEFERRED, "content" text NOT NULL, "recorded_at" datetime NOT NULL, "vault_key_id" bigint NOT NULL REFERENCES "register_vaultkey" ("id") DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE "register_vaultkey" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "key" BLOB NOT NULL);
INSERT INTO "register_vaultkey" VALUES(1,X'A5AAE9479BDBC508955CEBD6A9FAB905807F637CBB38EBBBCCA5B714BC1C4374');
INSERT INTO "register_vaultkey" VALUES(2,X'6AD9E4C77AD9DFD25EB57E75997ABDBB8419FE478F2C0485181CE158874F064C');
INSERT INTO "register_vaultkey" VALUES(3,X'2D4E83D0256EBDB5190EBD50BE707747A3DC6601DF573BFB201743BFA2E96B06');
INSERT INTO "register_vaultkey" VALUES(4,X'E38CCA50B0542B2196162B9C77CBB31E10A8834F8DF64D04D8F87A480FDDD15B');
INSERT INTO "register_vaultkey" VALUES(5,X'8A345D3561D2FE67AA0118B748F7EF75F942CB5C2A0CCFECB3D15F43E323BB33');
INSERT INTO "register_vaultkey" VALUES(6,X'96E89B7CB399E15A0A03682A2A43578D3249CD0FB9C5953B743A234CE5E2F224');
INSERT INTO "register_vaultkey" VALUES(7,X'F3194A438F89593F658D01B135620EB534F6C4EDD553CF1DC1D36B0E336ADD10');
INSERT INTO "register_vaultkey" VALUES(8,X'EFFBBF039E9A22622EBE33F7282749E70C86653A80C5385D6DBB99CEDC179609');
INSERT INTO "register_vaultkey" VALUES(9,X'FE27421E914A475BB3C6CBB3BBDD706B55296D8316C9114092B6BEDB44B28D7F');
INSERT INTO "register_vaultkey" VALUES(10,X'594F7E0A7B7E68106B3EBA68C7358F20AA5169545B492AE68713503FCBEB7E32');
INSERT INTO "register_vaultkey" VALUES(11,X'BB70C0A44ED85D672195C7EC380FFB2A93464731B5D27DEDEDEDA326213EDDB0');
INSERT INTO "register_vaultkey" VALUES(12,X'8812ED34625EB17F3C5AE9C9911257F25158286DF3CB24066F8E6C32DA6A51CB');
CREATE INDEX "entry_space" ON "register_entry" ("space", "id");
CREATE INDEX "register_consumer_space_6f244573" ON "register_consumer" ("space");
CREATE INDEX "payload_recent" ON "register_payload" ("vault_key_id", "recorded_at");
CREATE INDEX "newcomer_recent" ON "people_newcomer" ("network", "began_at");
CREATE INDEX "people_signinlink_person_id_23cfcfe6" ON "people_signinlink" ("person_id");
CREATE INDEX "coproductions_datataken_frame_id_453c032e" ON "coproductions_datataken" ("frame_id");
CREATE INDEX "coproductions_coproduction_organization_id_3566eab5" ON "coproductions_coproduction" ("organization_id");
CREATE INDEX "coproductions_task_frame_id_d1443814" ON "coproductions_task" ("frame_id");
CREATE INDEX "coproductions_frame_coproduction_id_9b88b844" ON "coproductions_frame" ("coproduction_id");
CREATE INDEX "coproductions_role_coproduction_id_d4e0a221" ON "coproductions_role" ("coproduction_id");
CREATE INDEX "coproductions_role_person_id_ba490b98" ON "coproductions_role" ("person_id");
CREATE INDEX "coproductions_stage_coproduction_id_f990a876" ON "coproductions_stage" ("coproduction_id");
CREATE INDEX "accounting_publishedaccount_coproduction_id_703a7cc0" ON "accounting_publishedaccount" ("coproduction_id");
CREATE INDEX "accounting_counterinput_author_id_58d7f058" ON "accounting_counterinput" ("author_id");
CREATE INDEX "accounting_counterinput_decided_by_id_a37e698f" ON "accounting_counterinput" ("decided_by_id");
CREATE INDEX "accounting_counterinput_account_id_55d2ed78" ON "accounting_counterinput" ("account_id");
CREATE INDEX "accounting_voice_participant_id_18f85898" ON "accounting_voice" ("participant_id");
CREATE INDEX "accounting_voice_task_id_4bdcd3cf" ON "accounting_voice" ("task_id");
CREATE UNIQUE INDEX "django_content_type_app_label_model_76bd3d3b_uniq" ON "django_content_type" ("app_label", "model");
CREATE UNIQUE INDEX "auth_group_permissions_group_id_permission_id_0cd325b0_uniq" ON "auth_group_permissions" ("group_id", "permission_id");
CREATE INDEX "auth_group_permissions_group_id_b120cbf9" ON "auth_group_permissions" ("group_id");
CREATE INDEX "auth_group_permissions_permission_id_84c5c92e" ON "auth_group_permissions" ("permission_id");
CREATE UNIQUE INDEX "auth_permission_content_type_id_codename_01ab375a_uniq" ON "auth_permission" ("content_type_id", "codename");
CREATE INDEX "auth_permission_content_type_id_2f476e4b" ON "auth_permission" ("content_type_id");
CREATE UNIQUE INDEX "consent_one_in_force" ON "consents_consent" ("participant_id", "purpose") WHERE "withdrawn_at" IS NULL;
CREATE INDEX "consents_consent_frame_id_a481b4a9" ON "consents_consent" ("frame_id");
CREATE INDEX "consents_consent_participant_id_e71db490" ON "consents_consent" ("participant_id");
CREATE INDEX "contributions_release_coproduction_id_0960b208" ON "contributions_release" ("coproduction_id");
CREATE INDEX "contributions_statement_author_id_d9a35ce6" ON "contributions_statement" ("author_id");
CREATE INDEX "contributions_statement_coproduction_id_80321518" ON "contributions_statement" ("coproduction_id");
CREATE INDEX "contributions_statement_decided_by_id_8a31209e" ON "contributions_statement" ("decided_by_id");
CREATE INDEX "statement_state" ON "contributions_statement" ("coproduction_id", "state");
CREATE INDEX "contributions_vote_statement_id_b79a66a7" ON "contributions_vote" ("statement_id");
CREATE INDEX "django_session_expire_date_a5c62663" ON "django_session" ("expire_date");
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('django_migrations',21);
INSERT INTO "sqlite_sequence" VALUES('coproductions_coproduction',1);
INSERT INTO "sqlite_sequence" VALUES('coproductions_frame',1);
INSERT INTO "sqlite_sequence" VALUES('coproductions_role',0);
INSERT INTO "sqlite_sequence" VALUES('coproductions_stage',1);
INSERT INTO "sqlite_sequence" VALUES('accounting_publishedaccount',1);
INSERT INTO "sqlite_sequence" VALUES('accounting_counterinput',0);
INSERT INTO "sqlite_sequence" VALUES('accounting_voice',0);
INSERT INTO "sqlite_sequence" VALUES('django_content_type',27);
INSERT INTO "sqlite_sequence" VALUES('auth_permission',108);
INSERT INTO "sqlite_sequence" VALUES('auth_group',0);
INSERT INTO "sqlite_sequence" VALUES('contributions_statement',3);
INSERT INTO "sqlite_sequence" VALUES('contributions_vote',20);
INSERT INTO "sqlite_sequence" VALUES('coproductions_organization',1);
INSERT INTO "sqlite_sequence" VALUES('register_entry',5);
INSERT INTO "sqlite_sequence" VALUES('coproductions_task',1);
INSERT INTO "sqlite_sequence" VALUES('register_vaultkey',12);
INSERT INTO "sqlite_sequence" VALUES('people_participant',12);
COMMIT;
