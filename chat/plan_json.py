"""A week's plan as data (schemas in optimizer/schemas)."""

from __future__ import annotations

from typing import Any

from kg.care import CarePlan, PlanItem
from ontologies.text import Language


def plan_json(plan: CarePlan, language: Language) -> dict[str, Any]:
    """Write a plan in one language."""
    return {
        "start_date": plan.start_date,
        "items": [_item(i, language) for i in plan.items],
        "bounds": [
            {"name": b.name, "tier": b.tier.value, "text": b.text.render(language), "source": b.source, "penalty": b.penalty}
            for b in plan.bounds
        ],
        "sacrifices": [{"wish": s.wish, "text": s.text.render(language), "because": list(s.because)} for s in plan.sacrifices],
        "conflict": list(plan.conflict),
        "alerts": [a.render(language) for a in plan.alerts],
        "certificate": {
            "stages": [
                {"stage": s.stage, "proof": s.proof.value, "objective": s.objective, "bound": s.bound} for s in plan.certificate.stages
            ],
            "verified": plan.certificate.verified,
            "violations": list(plan.certificate.violations),
        },
    }


def _item(item: PlanItem, language: Language) -> dict[str, Any]:
    return {
        "kind": item.kind.value,
        "code": item.code,
        "label": item.label.render(language),
        "day": item.day,
        "start": item.start,
        "minutes": item.minutes,
        "reason": item.reason.render(language),
        "constraint": item.constraint,
        "amount": item.amount,
    }
