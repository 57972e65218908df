"""`iatros knowledge mutate`: which changes of a rule would none of its cases notice?"""

from __future__ import annotations

import argparse
import sys
from collections import Counter

from chat.knowledge import own_knowledge
from rules.mutation_run import try_mutants
from rules.rule import Stage

MUST_ALL_DIE = (Stage.RED_FLAGS, Stage.DRUG_SAFETY)


def run(options: argparse.Namespace) -> int:
    """Print every survivor at its rule's line; exit 1 when one survives where none may: in red flags and drug safety."""
    knowledge = own_knowledge()
    stages = options.stage or MUST_ALL_DIE
    made: Counter[Stage] = Counter(dict.fromkeys(stages, 0))
    alive: Counter[Stage] = Counter()
    for tried in try_mutants(knowledge.rules, knowledge.ontology, stages):
        made[tried.of.stage] += 1
        if tried.killed_by is None:
            alive[tried.of.stage] += 1
            sys.stdout.write(f"{tried.of.where}: {tried.of.id}: no case notices that {tried.mutant.change}. Add a case that does.\n")
    sys.stdout.writelines(f"{stage}: {count} mutants, {alive[stage]} survive.\n" for stage, count in made.items())
    return 1 if any(alive[stage] for stage in MUST_ALL_DIE) else 0
