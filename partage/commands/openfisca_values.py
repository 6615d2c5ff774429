"""What OpenFisca-France says, as JSON: run by `partage check-parameters` in an environment apart.

It reads a question on its input and answers on its output. Nothing of Partage is imported here,
and nothing here is imported by Partage: OpenFisca is a reference to compare with, never a part.
"""

import importlib
import json
import sys
from collections.abc import Mapping, Sequence
from typing import Any

# One household of one person for each wage, so that they do not change each other.
ENTITIES = {
    "menage": "personne_de_reference",
    "famille": "demandeur",
    "foyer_fiscal": "declarant",
}


def main() -> None:
    question = json.load(sys.stdin)
    system = importlib.import_module("openfisca_france").FranceTaxBenefitSystem()
    answer = {
        "parameters": {name: _history(system, path) for name, path in question["paths"].items()},
        "pay": _pays(system, question["pay"], question["staff"]),
        "quarters": _pays(system, question["quarters"], question["staff"]),
    }
    json.dump(answer, sys.stdout)


def _history(system: Any, path: str) -> dict[str, float | None]:
    """Each date of a parameter with its value; None where it ends."""
    node = system.parameters
    for name in path.split("."):
        node = getattr(node, name)
    return {each.instant_str: each.value for each in node.values_list}


def _pays(
    system: Any, wages: Mapping[str, Sequence[float]], staff: int
) -> dict[str, list[Mapping[str, float]]]:
    return {day: _pay(system, day, each, staff) for day, each in wages.items()}


def _pay(system: Any, day: str, wages: Sequence[float], staff: int) -> list[Mapping[str, float]]:
    """Employer's cost and net pay of each gross monthly wage."""
    month = day[:7]
    people = [str(number) for number in range(len(wages))]
    builder = importlib.import_module("openfisca_core.simulation_builder").SimulationBuilder()
    builder.create_entities(system)
    builder.declare_person_entity("individu", people)
    for entity, role in ENTITIES.items():
        households = builder.declare_entity(entity, people)
        builder.join_with_persons(households, people, [role] * len(people))
    simulation = builder.build(system)
    simulation.set_input("salaire_de_base", month, list(wages))
    simulation.set_input("effectif_entreprise", month, [staff] * len(people))
    # The reduction of the month, not the correction of the months before.
    simulation.set_input("allegement_general_mode_recouvrement", month, ["anticipe"] * len(people))
    costs = simulation.calculate("salaire_super_brut", month)
    nets = simulation.calculate("salaire_net", month)
    return [{"cost": float(cost), "net": float(net)} for cost, net in zip(costs, nets, strict=True)]


if __name__ == "__main__":
    main()
