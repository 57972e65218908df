"""From the statements in force to everything that is concluded; the same statements and knowledge give the same bytes.

values → syndromes → scores → guard → differential → tests, treatments, medicines → triage → follow-up, lifestyle → questions
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from kg.reasoning import EngineReport, Hypothesis, Inference, Reason, Triage, TriageLevel
from kg.record import AnyStatement, Finding, History, MedicationStatus, MedicationUse, Observation, Patient, Presence, Subject, Timing
from ontologies.ontology import Ontology
from rules.calibration import Calibration
from rules.case import Argument, Case
from rules.differential import Ranking, rank
from rules.drug_safety import safety_rules
from rules.engine import Engine, Firing
from rules.fact import arguments_of, fact, predicate_of
from rules.grounding import FactBase, ground
from rules.guard import GuardResult, guard
from rules.hypotheses import VERSION, cant_miss_of, hypotheses_of
from rules.ledger import Ledger, concluded_findings
from rules.model import likelihood_of
from rules.plain import rank_plain
from rules.questions import OpenPremise, next_questions
from rules.recommendations import Advising, recommendations_of
from rules.rule import ConclusionType, Rule, RuleBase, Stage
from rules.said import Heard, hear
from rules.triage import RULE, danger_rows, danger_step, decide
from rules.wording import say

BEFORE = (Stage.ABSTRACTION, Stage.SYNDROMES, Stage.SCORES)
PLAIN = "plain"
WORSENING = ("course", "worsening")


def infer(  # noqa: PLR0917 — the spine passes what a conclusion rests on, in this order
    statements: Iterable[AnyStatement],
    patient: Patient,
    base: RuleBase,
    ontology: Ontology,
    calibration: Calibration,
    engine: Engine,
    method: str = "full",
    unclear: bool = False,
) -> tuple[Inference, EngineReport]:
    """Conclude everything from the statements in force.

    `method="plain"` ranks by naive Bayes instead, for comparison. `unclear`: there was talk of illness that reading could not name.
    """
    told = tuple(statements)
    run = _Run(base, engine, ground(told, patient, ontology))
    for stage in BEFORE:
        run.stage(stage)
    flags = run.guard()
    heard, ranking = weigh(told, patient, run.facts, calibration, method)
    hypotheses, dangerous = _conclude(ranking, calibration, run)
    for stage in (Stage.TESTS, Stage.TREATMENTS):
        run.stage(stage)
    safety = safety_rules(told, patient, run.facts)
    run.facts = run.facts.given(safety.facts).evaluated(safety.typed)
    run.stage(Stage.DRUG_SAFETY, safety.rules)
    run.stage(Stage.TRIAGE)
    weighed = Weighed(heard=heard, ranking=ranking, hypotheses=hypotheses, warned=bool(safety.hazards))
    triage = _triage(told, flags, weighed, calibration, run) or (_unclear(run) if unclear or _only_denials(told) else None)
    for stage in (Stage.FOLLOW_UP, Stage.LIFESTYLE):
        run.stage(stage)
    questions = next_questions(ranking, heard, open_premises(flags), triage.level if triage else None, calibration)
    advising = Advising(
        ontology=ontology,
        hypotheses=hypotheses,
        dangerous=dangerous,
        triage=triage,
        flags=flags,
        firings=tuple(run.firings),
        safety=safety,
        fertile_ages=calibration.differential.fertile_ages,
    )
    inference = Inference(
        triage=triage,
        hypotheses=hypotheses,
        cant_miss=cant_miss_of(ranking, calibration.danger) if hypotheses else (),
        none_of_these=round(max(1.0 - sum(h.probability for h in hypotheses), 0.0), 6),
        recommendations=recommendations_of(advising),
        questions=questions,
        derivations=run.facts.derivations,
        targets=run.targets(),
        complete=triage is not None and not questions,
    )
    return inference, run.report()


def weigh(
    statements: tuple[AnyStatement, ...], patient: Patient, facts: FactBase, calibration: Calibration, method: str = "full"
) -> tuple[Heard, Ranking]:
    """Return what was heard, concluded findings included, and the differential over it."""
    heard = hear(statements, concluded_findings(facts, "present"), concluded_findings(facts, "absent"))
    way = rank_plain if method == PLAIN else rank
    return heard, way(heard, patient, likelihood_of(facts.ontology, calibration.differential))


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighed:
    """The differential and what it was made of."""

    heard: Heard
    ranking: Ranking
    hypotheses: tuple[Hypothesis, ...]
    warned: bool  # something speaks against a medicine


class _Run:
    """The facts as they grow from stage to stage, and how the engine did."""

    def __init__(self, base: RuleBase, engine: Engine, facts: FactBase) -> None:
        self.base = base
        self.engine = engine
        self.facts = facts
        self.firings: list[Firing] = []
        self._reports: list[EngineReport] = []

    def stage(self, stage: Stage, extra: Iterable[Rule] = ()) -> None:
        """Run one stage of the library, with rules made for this person."""
        done = self.engine.run(self.base, self.facts, stage, extra)
        self.facts = done.facts
        self.firings.extend(done.firings)
        self._reports.append(done.report)

    def guard(self) -> GuardResult:
        """Judge the red flags."""
        flags = guard(self.base, self.facts, self.engine)
        self.facts = flags.facts
        self._reports.append(flags.report)
        return flags

    def targets(self) -> tuple[str, ...]:
        """Return the lifestyle targets that rules concluded, sorted."""
        return tuple(sorted(arguments_of(f)[0] for f in self.facts.support if predicate_of(f) == "target"))

    def report(self) -> EngineReport:
        """Sum up how the engine did."""
        return EngineReport(
            firings=sum(r.firings for r in self._reports),
            slices=sum(r.slices for r in self._reports),
            fallbacks=sum(r.fallbacks for r in self._reports),
            mismatches=tuple(m for r in self._reports for m in r.mismatches),
        )


def _conclude(ranking: Ranking, calibration: Calibration, run: _Run) -> tuple[tuple[Hypothesis, ...], tuple[str, ...]]:
    """Turn the differential into hypotheses and facts: likely, considered and dangerous conditions."""
    ledger = Ledger(run.facts)
    hypotheses = hypotheses_of(ranking, calibration, ledger)
    index = ranking.likelihood
    dangerous = danger_rows(ranking, calibration)
    for row in dangerous:
        danger_step(row, ranking, ledger)
    facts = ledger.facts()
    implied = {fact("considered", h.condition): (h.derivation,) for h in hypotheses if h.share >= calibration.considered}
    run.facts = facts.given(implied)
    return hypotheses, tuple(index.conditions[row] for row in dangerous)


def _triage(told: tuple[AnyStatement, ...], flags: GuardResult, weighed: Weighed, calibration: Calibration, run: _Run) -> Triage | None:
    """Decide the level; none for a message without medical content."""
    if not any(_medical(s) for s in told):
        return None
    ledger = Ledger(run.facts)
    case = Case(
        ranking=weighed.ranking,
        hypotheses=weighed.hypotheses,
        arguments=(*_of_flags(flags), *_of_rules(run)),
        open_premises=tuple(dict.fromkeys(a for flag in (*flags.suspected, *flags.short) for a in flag.asks)),
        medicines_only=not weighed.hypotheses,
        missed_dose_only=weighed.hypotheses == () and not weighed.warned and _missed_a_dose(told),
        durations=_durations(told),
        worsening=frozenset(s.concept for s in _of_this_illness(told) if WORSENING in {(a.name, a.value) for a in s.attributes}),
    )
    triage = decide(case, calibration, ledger)
    run.facts = ledger.facts()
    return triage


def _of_this_illness(told: tuple[AnyStatement, ...]) -> Iterable[Finding]:
    """Yield the patient's own findings of now: neither a relative's, nor what was denied, feared or long over."""
    for statement in told:
        if isinstance(statement, Finding) and _medical(statement) and statement.timing not in (Timing.PAST, Timing.FEARED):
            yield statement


def _durations(told: tuple[AnyStatement, ...]) -> dict[str, float]:
    """Return for how many days each finding of this illness has lasted at least; what comes and goes has no length."""
    lasted: dict[str, float] = {}
    for finding in _of_this_illness(told):
        if finding.duration is not None and finding.timing is not Timing.RECURRENT:
            lasted[finding.concept] = max(finding.duration.days_min, lasted.get(finding.concept, 0.0))
    return lasted


def _only_denials(told: tuple[AnyStatement, ...]) -> bool:
    """Say whether the patient told only what is not so: then the complaint itself was not understood."""
    return any(isinstance(s, Finding) and s.subject is Subject.PATIENT and s.presence is Presence.ABSENT and s.span for s in told)


def _unclear(run: _Run) -> Triage:
    """Ask to be seen where somebody is ill and reading could not name what is wrong: not to understand is no reason to wait."""
    ledger = Ledger(run.facts)
    level = TriageLevel.CONSULTATION
    derivation = ledger.add(f"triage {level}", rule=RULE, version=VERSION, premises=())
    run.facts = ledger.facts()
    reason = Reason(text=say("triage.reason.not_understood"), derivation=None)
    return Triage(level=level, advice=say(f"triage.advice.{level}"), derivation=derivation, reasons=(reason,))


def _medical(statement: AnyStatement) -> bool:
    """Say whether a statement is about the patient's health: something that is so or may be so, now or before."""
    if statement.subject is not Subject.PATIENT or statement.presence not in (Presence.PRESENT, Presence.POSSIBLE):
        return False
    return isinstance(statement, Finding | Observation | MedicationUse | History) and statement.timing is not Timing.HYPOTHETICAL


def _missed_a_dose(told: tuple[AnyStatement, ...]) -> bool:
    """Say whether a dose was forgotten and nothing was told that is wrong."""
    uses = [s for s in told if isinstance(s, MedicationUse) and s.subject is Subject.PATIENT]
    complaints = [s for s in told if isinstance(s, Finding) and _medical(s)]
    return not complaints and any(u.status is MedicationStatus.MISSED for u in uses)


def _of_flags(flags: GuardResult) -> Iterable[Argument]:
    """Argue for every red flag that fired or is suspected."""
    derivations = {d.rule: d.id for d in flags.derivations}
    for found, key in ((flags.fired, "triage.reason.guard"), (flags.suspected, "triage.reason.suspected")):
        for flag in found:
            if flag.level is not None:
                text = say(key, title=flag.rule.title)
                yield Argument(level=flag.level, text=text, derivation=derivations[flag.rule.id], open=flag in flags.suspected)


def _of_rules(run: _Run) -> Iterable[Argument]:
    """Argue for every level that a rule about the person, a score or a medicine concluded."""
    for firing in run.firings:
        for conclusion, derivation in zip(firing.rule.then, firing.derivations, strict=True):
            if conclusion.type is ConclusionType.TRIAGE:
                words = firing.rule.text or firing.rule.title
                yield Argument(level=TriageLevel(conclusion.of), text=say("triage.reason.person", title=words), derivation=derivation)


def open_premises(flags: GuardResult) -> tuple[OpenPremise, ...]:
    """List what would complete a red flag, suspected ones first."""
    return tuple(
        OpenPremise(asks=asks, level=flag.rule.level or TriageLevel.CONSULTATION_24H, title=flag.rule.title, suspected=suspected)
        for found, suspected in ((flags.suspected, True), (flags.short, False))
        for flag in found
        for asks in flag.asks
    )
