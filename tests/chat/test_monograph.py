"""One condition as a page, on the command line and in the browser; and which conditions are taken for which."""

import json

import pytest

from chat.cli import main
from chat.commands.knowledge_confusions import confusions, described
from chat.errors import InputError
from chat.monograph import monograph
from chat.service import make_app
from chat.settings import Settings
from ontologies.text import Language


@pytest.mark.parametrize("language", list(Language))
def test_every_condition_has_a_page(knowledge, language):
    """All claims stand on it, each with a grade; every source that is cited is listed."""
    for condition in knowledge.ontology.conditions.values():
        page = monograph(condition.id, knowledge, language)
        rows = [row for section in page.sections for row in section.rows]
        assert len(condition.claims) == sum(len(s.rows) for s in page.sections if s.key == "claims")
        assert all(row.name and row.grade for row in rows)
        assert {row.source for row in rows if row.source} == {s.id for s in page.sources}


def test_the_page_can_be_read_and_taken_as_data(capsys):
    """Figures with their place in the source; the name without c: will do."""
    assert main(["knowledge", "show", "appendicitis"]) == 0
    said = capsys.readouterr().out
    assert "pain in the lower right belly" in said
    assert "Measured s:" in said
    assert main(["knowledge", "show", "c:appendicitis", "--json", "--lang", "zh"]) == 0
    assert json.loads(capsys.readouterr().out)["label"] == "急性阑尾炎"


def test_an_unknown_condition_gets_the_nearest_names(knowledge, capsys):
    """One sentence, exit code 1."""
    with pytest.raises(InputError, match="c:appendicitis"):
        monograph("c:apendicitis", knowledge, Language.EN)
    assert main(["knowledge", "show", "zzz"]) == 1
    assert "c:zzz" in capsys.readouterr().err


async def test_the_page_in_the_browser(aiohttp_client, knowledge, tmp_path):
    """The same claims in both languages; an unknown one is not found."""
    client = await aiohttp_client(make_app(Settings(data=tmp_path), knowledge))
    page = await (await client.get("/conditions/appendicitis?lang=zh")).text()
    assert "急性阑尾炎" in page
    assert "k:claim" not in page
    assert 'id="s:' in page
    assert (await client.get("/conditions/zzz")).status == 404


def test_confusions_name_what_would_tell_two_conditions_apart(knowledge):
    """The pair, how often, in which cases, and the strongest findings on each side."""
    case = {"id": "one", "dx": "aortic dissection", "text": ""}
    led = {"hypotheses": [{"condition": "c:myocardial-infarction"}]}
    right = {"hypotheses": [{"condition": "c:aortic-dissection"}]}
    (found,) = confusions([case, {**case, "id": "two"}, case], [led, led, right], knowledge)
    assert (found.condition, found.taken_for, found.times) == ("c:aortic-dissection", "c:myocardial-infarction", 2)
    assert found.cases == ("one", "two")
    assert found.for_condition[0][1] > 0 > found.for_other[0][1]
    assert described(["no such illness"], knowledge) == ()
    assert confusions([{"id": "x", "dx": "no such illness"}], [led], knowledge) == []
