"""The closed sets of individuals that the loader knows by name, with the value each becomes in the records."""

from __future__ import annotations


def _same(*names: str) -> dict[str, str]:
    return {name: name for name in names}


URGENCIES = {
    "SelfCare": "self_care",
    "Consultation": "consultation",
    "Consultation24h": "consultation_24h",
    "Emergency": "emergency",
    "EmergencyAmbulance": "emergency_ambulance",
}
SEXES = {"Male": "male", "Female": "female"}
ADVICE = _same("Contraindicated", "Avoid", "CheckFirst", "Inform", "Compatible")
SEVERITIES = _same("Avoid", "CheckFirst", "Inform")
SYSTEMS = _same(
    "Cardiovascular",
    "Respiratory",
    "EarNoseThroat",
    "Gastrointestinal",
    "Urinary",
    "Reproductive",
    "Obstetric",
    "Neurological",
    "Psychiatric",
    "Eye",
    "Skin",
    "Musculoskeletal",
    "Endocrine",
    "Blood",
    "Infection",
    "Allergy",
    "Child",
    "Injury",
    "Poisoning",
)
ONLY_IF = {
    **_same("HasUterus", "HasTestes", "CanBePregnant", "Pregnant", "Postpartum", "Infant", "Child", "Adult"),
    "CanMenstruate": "HasUterus",  # narrower words for the same question that is asked
    "HasVagina": "HasUterus",
    "HasTesticles": "HasTestes",
}
TEMPOS = _same("Sudden", "OverHours", "OverDays", "OverWeeks", "Chronic")
NOTICERS = _same("Patient", "Examiner", "Laboratory", "Device")
PLACES = _same("Home", "PrimaryCare", "Hospital")
AMOUNTS = _same("Low", "Medium", "High")
TREATMENT_KINDS = _same("SelfCare", "OverTheCounter", "Prescription", "Procedure", "Talking", "Device")
ACCESSES = _same("FullText", "Abstract", "Excerpt", "SecondaryCopy")
