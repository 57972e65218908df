"""Pictures: well-formed, with a text alternative, readable also when there is much to show."""

import re
from itertools import pairwise
from xml.etree import ElementTree as ET

from chat.facts import in_words
from chat.pictures.bars import balance_bar, likelihood_bar
from chat.pictures.proof import proof_svg
from chat.pictures.svg import wrapped
from chat.pictures.week import week_svg
from kg.care import CarePlan, Certificate, ItemKind, PlanItem
from ontologies.text import Language, Text
from rules.explanation import Proof

SVG = "{http://www.w3.org/2000/svg}"


def tree(breadth, depth, name="d"):
    """Make a proof with so many premises at each step."""
    premises = tuple(tree(breadth, depth - 1, f"{name}{n}") for n in range(breadth)) if depth else ()
    return Proof(
        id=name,
        conclusion=f"fact {name} <&>",
        rule="area.topic.rule" if premises else None,
        version=1 if premises else None,
        premises=premises,
    )


def nodes(proof):
    """Count the nodes of a proof."""
    return 1 + sum(nodes(p) for p in proof.premises)


def test_a_proof_of_sixty_nodes_stays_readable():
    """No two boxes overlap, all lie inside, every conclusion stands in one, and it says what it shows."""
    proof = Proof(id="top", conclusion="top", rule="r", version=1, premises=(tree(3, 3), tree(3, 2, "e"), tree(5, 1, "f")))
    assert nodes(proof) == 60
    picture = ET.fromstring(proof_svg(proof, title="Proof of: top", description="A tree."))  # our own
    width, height = map(float, picture.attrib["viewBox"].split()[2:])
    boxes = [tuple(float(r.attrib[k]) for k in ("x", "y", "width", "height")) for r in picture.iter(f"{SVG}rect")]
    assert len(boxes) == 60
    assert all(x >= 0 and y >= 0 and x + w <= width and y + h <= height for x, y, w, h in boxes)
    apart = [a[1] + a[3] <= b[1] or b[1] + b[3] <= a[1] for n, a in enumerate(boxes) for b in boxes[n + 1 :] if a[0] == b[0]]
    assert all(apart)
    said = {t.text for t in picture.iter(f"{SVG}text")}
    assert {"fact d <&>", "fact d000 <&>", "fact f4 <&>"} <= said
    assert picture.attrib["role"] == "img"
    assert picture.find(f"{SVG}title").text == "Proof of: top"
    assert picture.attrib["aria-labelledby"] == "proof-title proof-desc"


def entry(day, start, label, kind=ItemKind.MEAL, minutes=30):
    """Make an entry of a plan."""
    return PlanItem(
        kind=kind,
        code=label,
        label=Text(en=label, zh="很长很长很长很长很长的中文菜名" * 2),
        day=day,
        start=start,
        minutes=minutes,
        reason=Text(en="", zh=""),
    )


def test_a_week_keeps_labels_inside_their_day():
    """Long labels wrap, crowded entries move down, nothing overlaps, and the last one is not cut off."""
    items = (
        entry(0, 480, "wholemeal toast with peanut butter, banana and honey from the hills"),
        entry(0, 485, "metformin", ItemKind.DOSE, 5),
        entry(0, 1430, "a late and rather long description of a snack", minutes=5),
        entry(6, 600, "blood test", ItemKind.TEST),
    )
    plan = CarePlan(
        items=items,
        bounds=(),
        sacrifices=(),
        conflict=(),
        alerts=(),
        certificate=Certificate(stages=(), verified=True),
        start_date="2026-11-30",
    )
    for language in Language:
        picture = ET.fromstring(week_svg(plan, language))  # our own
        height = float(picture.attrib["viewBox"].split()[3])
        boxes = [r for r in picture.iter(f"{SVG}rect") if "week-item" in r.attrib["class"]]
        assert len(boxes) == 4
        spans = sorted(
            (float(b.attrib["y"]), float(b.attrib["y"]) + float(b.attrib["height"])) for b in boxes if b.attrib["x"] == boxes[0].attrib["x"]
        )
        assert all(below[0] >= above[1] for above, below in pairwise(spans))
        assert spans[-1][1] <= height
        labels = [t for t in picture.iter(f"{SVG}text") if t.attrib["class"] == "week-label"]
        assert all(len(t.text.encode("gb18030")) <= 22 for t in labels)


def test_bars_are_decoration_and_bounded():
    """They are hidden from screen readers, never empty and never longer than their place."""
    for value in (0.0, 0.5, 1.0):
        widths = [float(w) for w in re.findall(r'width="([\d.]+)"', likelihood_bar(value))]
        assert all(0 < w <= 100 for w in widths)
    for value in (-99.0, 0.0, 99.0):
        drawn = balance_bar(value)
        assert 'aria-hidden="true"' in drawn
        assert all(0 <= float(x) <= 100 for x in re.findall(r'[" ]x="([\d.]+)"', drawn))


def test_wrapping_loses_nothing_that_fits():
    """Words stay whole; what is over is marked."""
    assert wrapped("short", 20, 3) == ("short",)
    assert " ".join(wrapped("one two three four five", 9, 9)) == "one two three four five"
    assert wrapped("中文没有空格也要换行", 8, 2)[-1].endswith("…")


def test_facts_are_worded_in_both_languages(knowledge):
    """Kinds, levels and concepts become words; what has none stays."""
    ontology = knowledge.ontology
    assert in_words("considered c:appendicitis", ontology, Language.EN) == "to be considered: acute appendicitis"
    assert in_words("triage emergency_ambulance", ontology, Language.EN) == "urgency: Call an ambulance now"
    assert "阑尾炎" in in_words("danger c:appendicitis", ontology, Language.ZH)
    assert in_words("recommend warn interaction:d:ibuprofen:d:warfarin", ontology, Language.EN).endswith("ibuprofen:warfarin")
    assert in_words("strange f:no-such-thing", ontology, Language.EN) == "strange f:no-such-thing"
