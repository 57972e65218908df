"""What happened, told in parts, is read as the finding that it means, and not when it is denied or harmless."""

from __future__ import annotations

import pytest

from kg.record import Finding, Presence
from nlp.reader import Reader
from nlp.reading import DialogueState
from nlp.resources import data
from ontologies.loader import load


@pytest.fixture(scope="module")
def whole() -> Reader:
    """Return the reader of the whole knowledge."""
    return Reader(load()[0])


def findings(text: str, reader: Reader) -> set[str]:
    """Return what a message affirms."""
    read = reader.read(text, turn=0, language=None, state=DialogueState()).statements
    return {s.concept for s in read if isinstance(s, Finding) and s.presence is Presence.PRESENT}


@pytest.mark.parametrize(
    ("text", "finding", "read"),
    [
        ("早上刷牙喝水漏", "f:facial-droop", True),
        ("上午打了麻药拔牙，现在喝水漏", "f:facial-droop", False),
        ("35周了，今天胎动少了很多", "f:reduced-fetal-movements", True),
        ("孕24周，胎动正常，腿没肿", "f:reduced-fetal-movements", False),
        ("孕24周，胎动正常，腿没肿", "f:leg-swelling", False),
        ("右眼一下子全黑了，过几分钟又亮了", "f:vision-loss-brief", True),
        ("右眼近视好几年了，看不见远处", "f:vision-loss-sudden", False),
        ("老伴走了以后，天天想跟着去", "f:suicidal-thoughts", True),
        ("女儿写的：妈妈对不起，我走了你们就轻松了", "f:suicidal-thoughts", True),
        ("老公出差，我也想跟着去", "f:suicidal-thoughts", False),
        ("干活太累了", "f:suicidal-thoughts", False),
        ("农药都放床底下了", "f:suicide-plan", True),
        ("农药买好了，明天打药", "f:suicide-plan", False),
        ("孩子抓起老鼠药往嘴里塞", "f:poison-swallowed", True),
        ("下面流了好多鲜血", "f:vaginal-bleeding-heavy", True),
        ("宝宝吃奶好，尿也多", "f:polyuria", False),
        ("女儿喝水多，尿也多，瘦了", "f:polyuria", True),
        ("宝宝摸着烫", "f:fever", True),
        ("孩子伤口红肿摸着烫", "f:fever", False),
        ("吃多了药", "f:overdose-taken", True),
        ("吃了好多药都不管用", "f:overdose-taken", False),
        ("脑壳突然痛得像要裂开", "f:headache-thunderclap", True),
        ("头一下子想不起来", "f:headache-thunderclap", False),
        ("感冒药空了两板，她哭着说都是自己吃的", "f:overdose-taken", True),
        ("感冒药空了一盒，还没好", "f:overdose-taken", False),
        ("纽扣电池少了一颗", "f:swallowed-button-battery", True),
        ("遥控器电池没了", "f:swallowed-button-battery", False),
        ("大肚子8个月", "f:pregnancy", True),
        ("啤酒肚大着肚子，8个月没运动", "f:pregnancy", False),
        ("昨天肚脐眼疼，今天跑到右下边", "f:abdominal-pain-migrating-to-right-lower", True),
        ("胃疼，转到右边躺好一点", "f:abdominal-pain-migrating-to-right-lower", False),
        ("吸气的时候喉咙嘎嘎叫", "f:stridor", True),
        ("在窗台边站了好久，可能就下去了", "f:suicidal-thoughts", True),
        ("在阳台边晒衣服差点摔", "f:suicidal-thoughts", False),
        ("孩子把杀虫药喝了两口", "f:poison-swallowed", True),
        ("孩子喝了两口雪碧", "f:poison-swallowed", False),
        ("喝了自己勾兑的酒，看东西一片白花花", "f:poison-swallowed", True),
        ("朋友送的散酒好喝", "f:poison-swallowed", False),
        ("我妈右边腿站不住", "f:one-sided-weakness", True),
        ("左腿疼站不住", "f:one-sided-weakness", False),
        ("宝宝喘得肚子一起一伏", "f:chest-indrawing", True),
    ],
)
def test_chinese_told_in_parts(text: str, finding: str, read: bool, whole: Reader) -> None:
    """What happened is read from its parts in Chinese, and its harmless twin is not."""
    assert (finding in findings(text, whole)) is read


@pytest.mark.parametrize(
    ("text", "finding"),
    [
        ("She tipped a bowl of hot soup over herself", "f:burn-large"),
        ("A chunk of apple is lodged and he is going blue", "f:choking"),
        ("Something ripped in my chest", "f:chest-pain-tearing"),
        ("He makes a screeching noise each time he breathes in", "f:stridor"),
        ("My inhaler is needed every two hours", "f:reliever-not-helping"),
        ("I swallowed a flat watch battery", "f:swallowed-button-battery"),
        ("I have been standing on the bridge", "f:suicidal-thoughts"),
        ("He keeps seeing spiders on the walls", "f:hallucinations"),
        ("I leaned on the hob", "f:burn"),
        ("We all woke with sore heads since the boiler was fixed", "f:carbon-monoxide-exposure"),
        ("He can't get his chin on his chest", "f:neck-stiffness"),
        ("His left arm and leg have gone dead", "f:half-body-numbness"),
        ("I took a load of tablets", "f:overdose-taken"),
        ("My legs are getting weaker, it started in my feet and is moving up", "f:weakness-ascending"),
        ("两条腿从脚开始没力，越来越往上", "f:weakness-ascending"),
        ("my wee is the colour of cola", "f:dark-urine"),
        ("小便时刺痛两天", "f:dysuria"),
        ("her mouth has gone funny on one side", "f:facial-droop"),
        ("one side of his face looks weird", "f:facial-droop"),
        ("her mouth is all wonky", "f:facial-droop"),
        ("他嘴一边不动了", "f:facial-droop"),
        ("I pulled back my foreskin and now it won't go forward", "f:foreskin-stuck-back"),
        ("孩子把包皮翻上去以后回不来", "f:foreskin-stuck-back"),
        ("He is on paracetamol every two hours", "f:overdose-paracetamol"),
        ("He went a horrible grey colour", "f:skin-mottled-or-ashen"),
        ("My wife asked for the kettle when she meant the phone", "f:speech-difficulty"),
        ("She says the baby is possessed", "f:delusions"),
        ("He says the neighbours are putting thoughts in his head", "f:delusions"),
        ("Plaster on since Monday. The toes have gone numb and dusky.", "f:swelling-tight-painful-limb"),
        ("It went black in my left eye", "f:vision-loss-sudden"),
        ("I got a wallop off the fuse box", "f:electric-shock"),
        ("She couldn't remember her own name", "f:confusion"),
        ("A voice keeps saying to jump", "f:thoughts-of-harming-others"),
        ("His breath smells of pear drops", "f:fruity-breath"),
        ("I can't breathe", "f:breathlessness-severe"),
        ("I am out of puff", "f:breathlessness-exertional"),
    ],
)
def test_a_happening_told_in_parts_is_read(text, finding, whole):
    """The words of one happening stand apart, and mean one finding."""
    assert finding in findings(text, whole)


@pytest.mark.parametrize(
    ("text", "finding"),
    [
        ("She nearly tipped the hot soup over herself", "f:burn-large"),
        ("He has not swallowed any battery", "f:swallowed-button-battery"),
        ("I am thinking about the bridge the dentist offered for my tooth", "f:suicidal-thoughts"),
        ("My nose is so blocked I can't breathe", "f:breathlessness-severe"),
        ("I saw mice droppings on the floor", "f:hallucinations"),
        ("All of us felt sick after the curry on the gas hob", "f:carbon-monoxide-exposure"),
        ("My face is numb on the left side of my face since the dental injection", "f:half-body-numbness"),
        ("I took a load of photos", "f:overdose-taken"),
        ("No more than paracetamol every three hours?", "f:overdose-paracetamol"),
    ],
)
def test_what_did_not_happen_is_not_read(text, finding, whole):
    """What almost happened, was denied or means something else is no finding."""
    assert finding not in findings(text, whole)


@pytest.mark.parametrize(
    ("text", "weak"),
    [
        ("my shoulder hurts and I can't lift my arm", False),
        ("can't lift my arm, my shoulder is sore since I painted the ceiling", False),
        ("肩膀疼三个月了，胳膊抬不起来", False),
        ("no shoulder pain but I can't lift my arm", True),
        ("my shoulder hurts, I can't lift my arm and my face has dropped", True),
        ("左肩膀疼，胳膊突然抬不起来，嘴歪了", True),
        ("I can't lift my arm", True),
    ],
)
def test_a_sore_shoulder_keeps_an_arm_down_that_is_not_weak(whole: Reader, text: str, weak: bool) -> None:
    """Pain explains what would be the sign of a stroke, unless another sign stands beside it."""
    found = findings(text, whole)
    assert ("f:arm-weakness" in found) is weak
    assert ("f:shoulder-pain-on-raising-arm" in found) is not weak


@pytest.mark.parametrize(
    "text", ["my mouth feels funny on one side since the dentist's injection", "her cheek is swollen and feels weird on one side"]
)
def test_a_numbed_or_swollen_face_does_not_droop(whole: Reader, text: str) -> None:
    """What the dentist or a swelling does to a side of the face is no stroke."""
    assert "f:facial-droop" not in findings(text, whole)


@pytest.mark.parametrize(
    "text", ["my foreskin is tight and I can't pull it back", "my foreskin goes back and forward fine", "包皮太紧翻不上去"]
)
def test_a_tight_foreskin_is_not_a_trapped_one(whole: Reader, text: str) -> None:
    """A foreskin that cannot be drawn back is no emergency."""
    assert "f:foreskin-stuck-back" not in findings(text, whole)


@pytest.mark.parametrize("file", ["usage.yaml", "happenings.yaml", "everyday.yaml"])
def test_a_pattern_makes_findings_that_there_are(file: str) -> None:
    """What a pattern makes, and what it takes the place of, stands in the knowledge."""
    known = load()[0].findings
    named = {name for row in data(file)["patterns"] for name in (row["finding"], *str(row.get("instead", "")).split())}
    assert {name for name in named if name.startswith("f:")} <= set(known)


def test_what_was_choked_on_and_came_up_is_no_choking(whole):
    """A choke that ended well is told as over, unless a sign of it remains."""
    assert "f:choking" not in findings("He choked on a grape but coughed it up and is playing", whole)
    assert "f:choking" in findings("He choked on a grape, coughed some of it up and is still wheezing", whole)


def test_a_denial_before_a_comma_denies_nothing_behind_it(whole):
    """What somebody never did before does not undo what is told after the comma."""
    assert "f:bulging-fontanelle" in findings("A cry I have never heard before, soft spot bulging", whole)


def test_a_complaint_that_has_gone_worse_has_not_gone(whole):
    """ "Has gone" ends a complaint only where nothing but a time follows."""
    assert "f:headache" in findings("My headache has gone really bad", whole)
    assert "f:headache" in findings("The headache won't let up", whole)


def test_who_is_spoken_of_alone_has_the_complaint(whole):
    """A mate whom alone a message tells of is its patient; the owner of a thing is not."""
    assert "f:confusion" in findings("My mate is confused", whole)
    assert "f:fever" in findings("My partner has a fever and forgot our son's name", whole)
