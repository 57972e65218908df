"""What is done with medicines, how much of them, and how they are used: read from the words of patients."""

from __future__ import annotations

import pytest

from kg.record import Circumstance, Dose, Finding, MedicationUse, Presence, Subject
from nlp.errors import ReadingDataError
from nlp.reader import Reader
from nlp.reading import DialogueState
from nlp.usage import _pattern
from ontologies.loader import load


@pytest.fixture(scope="module")
def whole() -> Reader:
    """Return the reader of the whole knowledge."""
    return Reader(load()[0])


def statements(text: str, reader: Reader):
    """Read a message."""
    return reader.read(text, turn=0, language=None, state=DialogueState()).statements


def uses(text: str, reader: Reader) -> list[MedicationUse]:
    """Return the patient's medicines."""
    return [s for s in statements(text, reader) if isinstance(s, MedicationUse) and s.subject is Subject.PATIENT]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("I almost took ibuprofen", {"d:ibuprofen": "declined"}),
        ("My pharmacist said to avoid phenylephrine", {"d:phenylephrine": "declined"}),
        ("I was told to avoid naproxen so I took paracetamol", {"d:naproxen": "declined", "d:paracetamol": "took"}),
        ("I read about phenylephrine, so I did not take it", {"d:phenylephrine": "declined"}),
        ("I bought naproxen but put it back, paracetamol is enough", {"d:naproxen": "considering", "d:paracetamol": "considering"}),
        ("Told by the doctor no aspirin", {"d:aspirin": "declined"}),
        ("My enalapril was changed to nifedipine", {"d:enalapril": "stopped", "d:nifedipine": "taking"}),
        ("医生把缬沙坦换成拉贝洛尔", {"d:valsartan": "stopped", "d:labetalol": "taking"}),
        ("I finished the amoxicillin on Friday", {"d:amoxicillin": "declined"}),
        ("I take metformin. My doctor stopped my metformin", {"d:metformin": "stopped"}),
        ("As a child I had asthma and the dentist gave me amoxicillin", {"d:amoxicillin": "took"}),
        ("In the past I took ibuprofen", {"d:ibuprofen": "took"}),  # its time is the past: it is not in the body
        ("I had leftover amoxicillin from last year", {"d:amoxicillin": "taking"}),
        ("My doctor has not taken me off losartan", {"d:losartan": "taking"}),
        ("I may have taken apixaban", {"d:apixaban": "took"}),
        ("华法林和丹参，想一起吃", {"d:warfarin": "taking", "d:danshen": "considering"}),
        ("I took warfarin, can i take both", {"d:warfarin": "took"}),
        ("Is it ibuprofen that I need?", {"d:ibuprofen": "considering"}),
        ("If the pain comes back I have ibuprofen", {"d:ibuprofen": "considering"}),
        ("A friend gave me methadone", {"d:methadone": "took"}),
        ("I take hydrocodone/acetaminophen", {"d:hydrocodone-paracetamol": "taking"}),
        ("I haven't taken my warfarin", {"d:warfarin": "missed"}),
        ("The plan changed to something else, I take aspirin", {"d:aspirin": "taking"}),
        ("No aspirin for me, I did not take it", {"d:aspirin": "declined"}),
        ("I haven't taken any ibuprofen", {"d:ibuprofen": "declined"}),
        ("stopped ibuprofen, paracetamol helps", {"d:ibuprofen": "stopped", "d:paracetamol": "stopped"}),
    ],
)
def test_what_is_done(text: str, expected: dict[str, str], whole: Reader) -> None:
    """Avoided, replaced, finished, handed over, still going on: each is told apart."""
    assert {u.drug: u.status.value for u in uses(text, whole)} == expected


def dose_of(text: str, reader: Reader) -> Dose | None:
    """Return the first dose of a message."""
    return next((u.dose for u in uses(text, reader)), None)


@pytest.mark.parametrize(
    ("text", "value", "unit", "per_day", "total", "hours"),
    [
        ("I took 10 paracetamol since last night", 10, "{tablet}", None, 10, None),
        ("had 3 tylenol at breakfast, 3 at lunch and 3 at dinner", 3, "{tablet}", None, 9, None),
        ("panadol: 2 at 7am, 2 at 9am, 2 at 11am, 2 at 1pm and again 2 at 3pm", 2, "{tablet}", None, 10, None),
        ("ibuprofen 400 mg every 3 hours", 400, "mg", 8, None, 3),
        ("two ibuprofen every 4 hours", 2, "{tablet}", 6, None, 4),
        ("two tylenol, then another 2 an hour later", 2, "{tablet}", None, 4, 1),
        ("gave him two doses of ibuprofen within an hour", 2, "{dose}", None, None, 1),
        ("3 extra strength tylenol", 1500, "mg", None, None, None),
        ("20 ml of paracetamol 120 mg / 5 ml", 480, "mg", None, None, None),
        ("paracetamol 120 mg / 5 ml", 120, "mg", None, None, None),
        ("eight co-codamol 30/500 today", 8, "{tablet}", None, 8, None),
        ("500 mg paracetamol today", 500, "mg", None, 500, None),
        ("I'm 70, aspirin 75 for my heart", None, None, None, None, None),
        ("labetalol, bp 120/76", None, None, None, None, None),
        ("paracetamol for 3 days", None, None, None, None, None),
        ("I take ibuprofen, slept 2 hours", None, None, None, None, None),
        ("布洛芬一次吃了六片", 6, "{tablet}", None, None, None),
        ("ibuprofen 800 every 3 hours", 800, None, 8, None, 3),
        ("took 14 of my mum's codeine", 14, "{tablet}", None, None, None),
        ("一天最多能吃几片布洛芬", None, None, None, None, None),
    ],
)
def test_how_much(text: str, value, unit, per_day, total, hours, whole: Reader) -> None:
    """Counts, occasions, liquids, intervals and a day's total make a dose; ages, pressures and stretches of time do not."""
    dose = dose_of(text, whole)
    found = (None,) * 5 if dose is None else (dose.value, dose.unit, dose.times_per_day, dose.total_per_day, dose.interval_hours)
    assert found == (value, unit, per_day, total, hours)


@pytest.mark.parametrize(
    ("text", "finding", "present"),
    [
        ("I took an extra furosemide", "f:double-dose-taken", True),
        ("can't remember if I had my apixaban so I had another to be safe", "f:double-dose-taken", True),
        ("dad had his furosemide and then mum gave it again", "f:double-dose-taken", True),
        ("忘了吃没吃，又吃了一遍降压药", "f:double-dose-taken", True),
        ("没有，又吃了一遍降压药", "f:double-dose-taken", True),
        ("injected my insulin into a vein", "f:wrong-route", True),
        ("the nurse injected the iron into a vein", "f:wrong-route", False),
        ("swallowed a tablet meant to go up there", "f:wrong-route", True),
        ("took one of my husband's blood pressure pills", "f:someone-elses-medicine", True),
        ("found some antibiotics in the drawer from 2020", "f:leftover-or-expired-medicine", True),
        ("I almost took an extra furosemide", "f:double-dose-taken", False),
        ("I reached for a second apixaban but the box was empty so I didn't", "f:double-dose-taken", False),
        ("Took my lasix twice by mistake", "f:double-dose-taken", True),
        ("I may have taken two doses of apixaban", "f:double-dose-taken", True),
        ("60 units of insulin instead of 30", "f:double-dose-taken", True),
        ("30 units of insulin instead of 30", "f:double-dose-taken", False),
        ("metformin twice daily", "f:double-dose-taken", False),
        ("I nearly took a double dose of my tablets", "f:double-dose-taken", False),
        ("I think I may have crushed my slow release tramadol", "f:slow-release-broken", True),
        ("missed my warfarin so took two", "f:doubling-after-missed-dose", True),
        ("drank half a bottle of cough syrup", "f:overdose-taken", True),
        ("drank half a bottle of wine after my tablets", "f:overdose-taken", False),
        ("My toddler got into the ibuprofen", "f:child-took-medicine", True),
        ("My 3 year old ate some of my tablets", "f:child-took-medicine", True),
        ("I gave my toddler his tablets and he swallowed them", "f:child-took-medicine", False),
        ("Can I crush my slow release tramadol?", "f:slow-release-broken", True),
        ("I swallow my slow release tramadol whole", "f:slow-release-broken", False),
        ("I snorted my ADHD medication", "f:medicine-snorted", True),
        ("heating pad over my fentanyl patch", "f:heat-on-patch", True),
        ("put ear drops in my eye", "f:wrong-route", True),
        ("took my neighbour's pills", "f:someone-elses-medicine", True),
        ("started some leftover amoxicillin", "f:leftover-or-expired-medicine", True),
        ("where do I hand in the leftover amoxicillin", "f:leftover-or-expired-medicine", False),
        ("The label says stop metoprolol but the bottle says continue", "f:conflicting-medicine-instructions", True),
        ("I like the sea and took a second helping", "f:double-dose-taken", False),
        ("melatonin and I feel a bit drowsy", "f:medicine-drowsiness", True),
        ("melatonin and I feel very sleepy", "f:medicine-drowsiness", False),
        ("hit my head, took paracetamol, a bit drowsy", "f:medicine-drowsiness", False),
        ("gave my baby calpol, a bit drowsy", "f:medicine-drowsiness", False),
        ("邻居给了我曲马多", "f:someone-elses-medicine", True),
        ("胰岛素本来打10个单位，打成了20", "f:double-dose-taken", True),
    ],
)
def test_how_it_is_used(text: str, finding: str, present: bool, whole: Reader) -> None:
    """Patterns of use are found in many words, and not where they only almost happened."""
    found = [s for s in statements(text, whole) if isinstance(s, Finding) and s.concept == finding and s.presence is Presence.PRESENT]
    assert bool(found) == present


@pytest.mark.parametrize(
    ("text", "checked"),
    [
        ("My pharmacist said it is fine to take ibuprofen", True),
        ("Warfarin: they checked my INR yesterday", True),
        ("A doctor friend says ibuprofen is fine", False),
        ("My doctor said to avoid ibuprofen", False),
        ("医生说可以吃布洛芬", True),
    ],
)
def test_who_knows_of_it(text: str, checked: bool, whole: Reader) -> None:
    """Only a professional who agreed counts as having checked."""
    assert any(isinstance(s, Circumstance) and s.name == "medicine-use-checked" for s in statements(text, whole)) == checked


def test_a_pattern_names_known_sets() -> None:
    """A slot that nobody defined is told when the file is read."""
    with pytest.raises(ReadingDataError, match="unknown sets: nonsense"):
        _pattern({"finding": "f:x", "slots": "nonsense"}, frozenset({"almost"}))
