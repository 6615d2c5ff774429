"""The rides and lodging accounts, computed a second time from words, with plain decimals.

Nothing here calls the calculation: inputs and pay are read from their files, the rest is written
again. Bounds are the least and the greatest of all corners of the inputs that a line reads.
"""

import tomllib
from abc import ABC, abstractmethod
from collections.abc import Mapping
from datetime import date
from decimal import ROUND_HALF_UP, Decimal, localcontext
from functools import cache
from importlib.resources import files
from itertools import product
from pathlib import Path
from typing import Any, cast

import pytest

from partage.calc.declaration import SCENARIOS, read_declaration
from partage.calc.scenario import Account, compute_account

PACKAGE = Path(str(files("partage")))
SAMPLES = PACKAGE / "samples" / "accounts"
BEFORE, LEFT, FRAME = SCENARIOS
NAMES = ("rides", "lodging")
CODES = ("A1", "A2", "A3", "A4", "B1", "C1", "C3", "C4", "D1", "D2", "D3", "D4")
DIGITS = 60
NOTHING = Decimal(0)
HOUR = 60  # minutes
HOURS_WORKED_A_YEAR = 1607
CORPORATE_TAX = Decimal("0.25")
# Micro-entrepreneur, commercial services, with the training contribution of crafts.
DUE = Decimal("0.212") + Decimal("0.003")
# What comes in while nothing is withheld: 62 % of drivers' dues are missing; hosts owe nothing.
DECLARED = {"rides": Decimal("0.38"), "lodging": NOTHING}

Bounds = tuple[Decimal, Decimal, Decimal]


@cache
def account(name: str) -> Account:
    return compute_account(read_declaration(SAMPLES / f"{name}.toml"), draws=20)


def toml(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)


@cache
def inputs(name: str) -> Mapping[str, Bounds]:
    tables = toml(SAMPLES / f"{name}.toml")["inputs"]
    found = {}
    for key, table in tables.items():
        low, central, high = (table.get(s, table.get("value")) for s in ("low", "central", "high"))
        found[key] = (Decimal(low), Decimal(central), Decimal(high))
    return found


@cache
def pay_rows() -> list[list[Decimal]]:
    table = toml(PACKAGE / "calc" / "parameters" / "pay.toml")["pay_table"]
    (rows,) = [each["rows"] for each in table["values"] if each["date"] == date(2026, 6, 1)]
    return [[Decimal(cell) for cell in row] for row in rows]


def hourly(multiple: Decimal) -> tuple[Decimal, Decimal]:
    """Cost and contributions of an hour worked, on straight lines between the rows of the table."""
    below = max(row for row in pay_rows() if row[0] <= multiple)
    above = min(row for row in pay_rows() if row[0] >= multiple)
    way = Decimal(0) if below is above else (multiple - below[0]) / (above[0] - below[0])
    cost, net = (below[column] + way * (above[column] - below[column]) for column in (2, 3))
    return 12 * cost / HOURS_WORKED_A_YEAR, 12 * (cost - net) / HOURS_WORKED_A_YEAR


class Given:
    """The inputs at one point; remembers which ones were read."""

    def __init__(self, point: Mapping[str, Decimal]) -> None:
        self.point, self.read = point, set[str]()

    def __getattr__(self, name: str) -> Decimal:
        self.read.add(name)
        return self.point[name]


class Work(ABC):
    """What is done, in words: hours of staff, of people, of waiting; euros of devices, received."""

    def __init__(self, x: Given, when: str) -> None:
        self.x, self.when = x, when

    def support(self) -> Decimal:
        """Minutes of the platform's staff for one task."""
        return self.x.support_time if self.when == LEFT else self.x.support_frame

    @abstractmethod
    def staff(self) -> Decimal: ...

    @abstractmethod
    def people(self) -> Decimal: ...

    @abstractmethod
    def waiting(self) -> Decimal: ...

    @abstractmethod
    def devices(self) -> Decimal: ...

    @abstractmethod
    def received(self) -> Decimal: ...


class Taxis(Work):
    def driving(self) -> Decimal:
        return self.x.rides * (self.x.approach_time + self.x.trip_time) / HOUR / self.x.taxi_busy

    def staff(self) -> Decimal:
        return self.driving() + self.x.rides * self.x.dispatch_time / HOUR

    def people(self) -> Decimal:
        return NOTHING

    def waiting(self) -> Decimal:
        return self.x.rides * (self.x.approach_time + self.x.dispatch_time) / HOUR

    def devices(self) -> Decimal:
        return self.driving() * self.x.car_cost

    def received(self) -> Decimal:
        return NOTHING


class Rides(Work):
    def towards(self) -> Decimal:
        return self.x.approach_time + self.x.trip_time

    def fee(self) -> Decimal:
        return self.x.rides * self.x.fare * self.x.commission

    def staff(self) -> Decimal:
        return self.x.rides * self.support() / HOUR

    def people(self) -> Decimal:
        return self.x.rides * (self.towards() + self.x.upkeep_time + self.x.passenger_time) / HOUR

    def waiting(self) -> Decimal:
        idle = self.towards() / self.x.driver_busy - self.towards()
        return self.x.rides * (self.x.approach_time + idle) / HOUR

    def devices(self) -> Decimal:
        return self.fee() * self.x.running_share

    def received(self) -> Decimal:
        return self.x.rides * self.x.fare - self.fee()


class Hotels(Work):
    def room_nights(self) -> Decimal:
        return self.x.nights * self.x.rooms

    def staff(self) -> Decimal:
        minutes = (self.x.room_time + self.x.reception_time) / self.x.staff_busy
        return self.room_nights() * minutes / HOUR

    def people(self) -> Decimal:
        return NOTHING

    def waiting(self) -> Decimal:
        return self.x.nights / self.x.stay_length * self.x.hotel_wait / HOUR

    def devices(self) -> Decimal:
        return self.room_nights() * self.x.hotel_price * self.x.other_share

    def received(self) -> Decimal:
        return NOTHING


class Homes(Work):
    def stays(self) -> Decimal:
        return self.x.nights / self.x.stay_length

    def staff(self) -> Decimal:
        return self.x.nights * self.support() / HOUR

    def people(self) -> Decimal:
        host = self.x.turnover_time + self.x.message_time + self.x.key_time
        return self.stays() * (host + self.x.departure_time) / HOUR

    def waiting(self) -> Decimal:
        return self.stays() * self.x.key_wait / HOUR

    def devices(self) -> Decimal:
        fees = self.x.host_fee + self.x.guest_fee
        return self.x.nights * self.x.price * fees * self.x.running_share

    def received(self) -> Decimal:
        return self.x.nights * self.x.price * (1 - self.x.host_fee)


WORKS: Mapping[str, tuple[type[Work], type[Work]]] = {
    "rides": (Taxis, Rides),
    "lodging": (Hotels, Homes),
}


def cents(euros: Decimal) -> int:
    return int((100 * euros).quantize(Decimal(1), ROUND_HALF_UP))


def shared(pot: int, percents: Mapping[str, int]) -> dict[str, int]:
    """Whole cents, what is left to the largest remainders."""
    parts = {party: divmod(pot * percent, 100) for party, percent in percents.items()}
    left = pot - sum(whole for whole, _rest in parts.values())
    lucky = sorted(parts, key=lambda party: -parts[party][1])[:left]
    return {party: whole + (party in lucky) for party, (whole, _rest) in parts.items()}


class Lines:
    """The lines of one scenario at one point, each by its code."""

    def __init__(self, name: str, when: str, x: Given) -> None:
        first, second = WORKS[name]
        self.x, self.when = x, when
        self.then = first(x, BEFORE)
        self.here = self.then if when == BEFORE else second(x, when)
        self.rate = DUE * DECLARED[name] if when == LEFT else DUE

    def cost(self, work: Work) -> Decimal:
        return work.staff() * hourly(self.x.staff_wage)[0] + work.devices() + work.received()

    def levies(self, work: Work) -> Decimal:
        return work.staff() * hourly(self.x.staff_wage)[1]

    def party(self, name: str) -> Decimal:
        pot = max(0, cents(self.c4()))
        frame = {"organisation": 40, "contributors": 30, "commons": 20, "training": 10}
        shares = shared(pot, frame if self.when == FRAME else {"organisation": 100, "commons": 0})
        return Decimal(shares[name]) / 100

    def a1(self) -> Decimal:
        return self.here.staff()

    def a2(self) -> Decimal:
        return self.here.people()

    def a3(self) -> Decimal:
        return self.here.waiting()

    def a4(self) -> Decimal:
        return self.then.staff() - self.here.staff()

    def b1(self) -> Decimal:
        return self.here.staff() * hourly(self.x.staff_wage)[0]

    def c1(self) -> Decimal:
        return self.here.devices()

    def c3(self) -> Decimal:
        return self.here.received()

    def c4(self) -> Decimal:
        return self.cost(self.then) - self.cost(self.here)

    def d1(self) -> Decimal:
        return self.levies(self.here)

    def d2(self) -> Decimal:
        return self.here.received() * self.rate

    def d3(self) -> Decimal:
        return CORPORATE_TAX * self.party("organisation")

    def d4(self) -> Decimal:
        change = self.levies(self.here) - self.levies(self.then) + self.d2()
        return change + self.d3() + self.party("commons")


def line(name: str, code: str, when: str, x: Given) -> Decimal:
    return cast(Decimal, getattr(Lines(name, when, x), code.lower())())


def recomputed(name: str, code: str, when: str) -> list[Decimal]:
    """Low, central and high of one line, rounded once."""
    given = inputs(name)
    with localcontext() as context:
        context.prec = DIGITS
        central = {key: bounds[1] for key, bounds in given.items()}
        witness = Given(central)
        middle = line(name, code, when, witness)
        uncertain = sorted(key for key in witness.read if given[key][0] != given[key][2])
        corners = product(*((given[key][0], given[key][2]) for key in uncertain))
        values = [middle] + [
            line(name, code, when, Given(central | dict(zip(uncertain, corner, strict=True))))
            for corner in corners
        ]
        return [
            each.quantize(Decimal("0.01"), ROUND_HALF_UP) + 0
            for each in (min(values), middle, max(values))
        ]


def published(name: str, code: str, when: str) -> list[float]:
    value = account(name).line(code).values[when]
    assert value.low is not None and value.central is not None and value.high is not None
    return [float(each) for each in (value.low, value.central, value.high)]


@pytest.mark.parametrize("when", SCENARIOS)
@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("name", NAMES)
def test_each_line_and_its_bounds_equal_a_second_computation(
    name: str, code: str, when: str
) -> None:
    assert published(name, code, when) == [float(each) for each in recomputed(name, code, when)]


def test_central_figures_of_a_thousand_rides() -> None:
    figures = {code: published("rides", code, LEFT)[1] for code in ("A1", "A2", "A4", "C3", "D2")}
    assert figures == {"A1": 16.67, "A2": 558.33, "A4": 821.26, "C3": 15_000, "D2": 1_225.5}
    assert published("rides", "D2", FRAME)[1] == 3_225


def test_central_figures_of_a_thousand_nights() -> None:
    figures = {code: published("lodging", code, LEFT)[1] for code in ("A1", "A2", "A4", "C3", "D2")}
    assert figures == {"A1": 33.33, "A2": 1_142.86, "A4": 1_060.42, "C3": 137_740, "D2": 0}
    assert published("lodging", "D2", FRAME)[1] == 29_614.1


@pytest.mark.parametrize("when", [LEFT, FRAME])
@pytest.mark.parametrize("name", NAMES)
def test_shares_add_up_to_the_pot(name: str, when: str) -> None:
    shares, pot = account(name).shares[when], published(name, "C5", when)[1]
    assert shares is not None and sum(shares.values()) == round(100 * pot) > 0


@pytest.mark.parametrize("name", NAMES)
def test_what_nobody_recorded_stays_unknown(name: str) -> None:
    for each in account(name).lines:
        for when in SCENARIOS:
            assert each.values[when].is_known == (each.code != "G")
    assert account(name).line("G").values[FRAME].missing == ("within_frame.training_time",)


@pytest.mark.parametrize("name", NAMES)
def test_withholding_changes_contributions_and_nothing_received(name: str) -> None:
    """What drivers and hosts receive is the same with and without the frame; dues are not."""
    assert published(name, "C3", LEFT) == published(name, "C3", FRAME)
    assert published(name, "D2", LEFT)[1] < published(name, "D2", FRAME)[1]
    used = dict(account(name).line("D2").parameters)
    assert f"platform_{'rides' if name == 'rides' else 'private_lets'}_declared" in used


@pytest.mark.parametrize("name", NAMES)
def test_every_input_has_an_honest_grade(name: str) -> None:
    for each in account(name).inputs.values():
        assert (each.grade == "A") == (each.basis == "assumed"), each.name
        assert each.source_url.startswith("http") or each.grade == "A", each.name


def test_what_a_driver_keeps_an_hour_is_below_the_minimum_wage() -> None:
    """The figures of docs/method/platforms.md: pay, less the car, less contributions."""
    x = Given({key: bounds[1] for key, bounds in inputs("rides").items()})
    work = Rides(x, FRAME)
    connected = work.towards() / x.driver_busy / HOUR
    pay, hours = work.received() / x.rides, connected + x.upkeep_time / HOUR
    kept = [pay - connected * x.car_cost - pay * rate for rate in (DUE * DECLARED["rides"], DUE)]
    assert [round(each / hours, 2) for each in kept] == [Decimal("7.65"), Decimal("5.29")]
