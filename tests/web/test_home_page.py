"""One home's page and one change's page: found however they are named, whole, inert, and discreet to strangers."""

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest
from lxml import html

from tests.shapes.schemas import validator
from tests.web import stage
from tests.web.serving import Served, pages
from watcher.config.settings import Settings
from watcher.config.web import Web
from watcher.facts.inspection import Home
from watcher.facts.sources import Sort, Source
from watcher.facts.statements import HomeRecord
from watcher.history.embedded.history import EmbeddedHistory
from watcher.history.protocol import Transaction
from watcher.web.addresses import owner_page

DERBY = "/homes/ofsted:SC478986"
DROP_OF_2018 = "130c8e5779a57f21"
SIGNED_IN = {"X-User": "ann"}


def filled(folder: Path) -> EmbeddedHistory:
    """The stage, and the number of one of its homes at another regulator too."""
    history = stage.filled(folder)
    source = Source(stage.NOW.date(), "wales", Sort.PAGE)
    twin = HomeRecord.of(Home(regulator="ciw", id=stage.hostile_id(3), name="Plas", source=source))
    history.commit(Transaction(homes=[twin]))
    return history


def behind_a_proxy(folder: Path) -> Settings:
    """The stage's, where a proxy says who is signed in."""
    web = Web(user_header="X-User", trusted_proxies=("127.0.0.1",))
    return stage.settings(folder).model_copy(update={"web": web})


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with pages(tmp_path_factory.mktemp("pages"), filled, behind_a_proxy) as there:
        yield there


@pytest.fixture(scope="module")
def client(served: Served) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=served.url, timeout=60) as asking:
        yield asking


def words(answer: httpx.Response) -> str:
    """What stands on a page, in one line."""
    return " ".join(html.fromstring(answer.text).xpath("string(//main)").split())


@pytest.mark.parametrize("text", ["SC478986", "sc478986", "OFSTED:sc478986", "ofsted:sc478986"])
def test_a_home_is_found_by_its_number_in_capitals_or_not(client: httpx.Client, text: str) -> None:
    for form in ("", ".json"):
        answer = client.get(f"/homes/{text}{form}")
        assert (answer.status_code, answer.headers["location"]) == (307, f"{DERBY}{form}")


def test_a_number_at_two_regulators_offers_both(client: httpx.Client) -> None:
    answer = client.get(f"/homes/{stage.hostile_id(3)}")
    assert answer.status_code == 300
    links = html.fromstring(answer.text).xpath("//main//li/a/@href")
    assert sorted(links) == [f"/homes/ciw:{stage.hostile_id(3)}", f"/homes/ofsted:{stage.hostile_id(3)}"]
    assert all(client.get(link).status_code == 200 for link in links)


def test_a_home_that_does_not_exist_offers_the_nearest(client: httpx.Client) -> None:
    answer = client.get("/homes/SC478968")
    assert answer.status_code == 404
    assert "SC478986 (Derby, Esland North Limited)" in words(answer)
    assert DERBY in answer.text
    assert client.get("/homes/nothing%20like%20it").status_code == 404


def test_a_home_tells_how_it_stands_and_all_that_led_there(client: httpx.Client) -> None:
    said = words(client.get(DERBY))
    for part in (
        "SC478986, a children's home in Derby Good for 2 years and 8 months, since 14 June 2023",
        "Before that requires improvement for 1 year, since 19 May 2022",
        "How well children and young people are helped and protected Requires improvement",
        "Timeline of graded inspections",
        "adequate in June 2014",
        "‘Example text: assess each child's risks. (Regulation 12)’ by 31 August 2018; page 6",
        "The owner: Esland North Limited 51 children's homes with a grade",
        "The area: Derby 36 children's homes with a grade",
        "17 Jul 2018 Full Inadequate 3 Aug 2018",
        "Drops from good to inadequate 3 August 2018 desk: accepted after 1 attempt",
        "Is good again after 53 days as inadequate 25 September 2018 Told to nobody: it was known before",
    ):
        assert part in said


def test_what_is_not_known_is_said(client: httpx.Client) -> None:
    assert "Never graded: none of the inspections that are known gave it a grade." in words(
        client.get("/homes/ofsted:1225631")
    )
    alone = words(client.get("/homes/ofsted:1232473"))
    assert "Never graded: no inspection of it is known." in alone
    assert "No inspection of it is known. It may be new" in alone
    assert "This home is not on the list of 31 March 2025: it has closed" in words(client.get("/homes/ofsted:1027078"))


def test_home_and_change_as_json_keep_to_their_schemas(client: httpx.Client) -> None:
    for path, name in ((f"{DERBY}.json", "homes"), (f"/changes/{stage.FOUNDING_CHANGE}.json", "replay")):
        answer = client.get(path)
        assert answer.headers["content-type"] == "application/json"
        (line,) = answer.json()
        assert validator(name).is_valid(line)
    assert client.get(f"{DERBY}.json").json()[0]["home"] == "ofsted:SC478986"
    assert client.get(f"{DERBY}.csv").status_code == 404


def test_a_change_says_what_channels_said_and_how_the_home_stands_by_now(client: httpx.Client) -> None:
    said = words(client.get(f"/changes/{stage.FOUNDING_CHANGE}"))
    for part in (
        "drops from good to inadequate (SC478986, Esland North Limited) Now: good (published 14 June 2023)",
        "5 requirements, one of them due by 31 August; enforcement action was taken",
        "Had been good for 3 years and 2 months",
        "What the inspectors found ‘Example text: serious and widespread failures",
        "Found inadequate since 3 August 2017: 2 inspections here and 156 inspections in England",
        "Asked for by derby. desk: accepted after 1 attempt",
    ):
        assert part in said
    assert "Why you get this" not in said


def test_a_change_of_before_the_beginning_is_found_by_judging_again(client: httpx.Client) -> None:
    said = words(client.get(f"/changes/{DROP_OF_2018}"))
    assert "drops from good to inadequate (SC478986, Esland North Limited)" in said
    assert "told to nobody: it was known before this watcher began. It would have been asked for by derby" in said
    assert client.get(f"/changes/{DROP_OF_2018}.json").json()[0]["id"] == DROP_OF_2018


@pytest.mark.parametrize("text", ["ffffffffffffffff", "FFFFFFFFFFFFFFFF", "0", "-000000000000001", "١٢٣٤٥٦٧٨٩٠١٢٣٤٥٦"])
def test_an_id_that_no_change_has_is_not_found(client: httpx.Client, text: str) -> None:
    answer = client.get(f"/changes/{quote(text)}")
    assert answer.status_code == 404
    assert "No change has this address" in words(answer)


def test_every_change_on_a_homes_page_leads_to_its_page(client: httpx.Client) -> None:
    links = html.fromstring(client.get("/homes/ofsted:1027077").text).xpath("//table//a/@href")
    changes = [link for link in links if link.startswith("/changes/")]
    assert len(changes) == 9
    assert {client.get(link).status_code for link in changes} == {200}


def test_strangers_learn_neither_readers_nor_who_acted_nor_why(served: Served, client: httpx.Client) -> None:
    about = [f"/homes/ofsted:{stage.hostile_id(number)}" for number in range(len(stage.HOSTILE))]
    changes = [f"/changes/{told.alert.id}" for told in served.history.changes()]
    strange, known = (
        "".join(client.get(path, headers=headers).text for path in (DERBY, *about, *changes))
        for headers in ({}, SIGNED_IN)
    )
    for secret in (
        stage.SECRET_ADDRESS,
        stage.SECRET_PERSON,
        "The council",
        "Known &lt;and&gt; seen to",
        "no such user",
    ):
        assert secret not in strange
        assert secret in known
    assert "Acknowledged at 11:00, 2 March 2026" in strange
    assert "Nothing is sent about this home until 12:00, 14 March 2026." in strange
    assert "What you can do" not in strange
    assert "Silence SC900000 for a while" in known


def test_names_that_hurt_do_nothing(client: httpx.Client) -> None:
    for number, name in enumerate(stage.HOSTILE):
        page = html.fromstring(client.get(f"/homes/ofsted:{stage.hostile_id(number)}").text)
        assert page.xpath("//script | //img | //style | //@onerror | //@style") == []
        assert not any(link.lower().startswith("javascript:") for link in page.xpath("//@href"))
        assert not re.search("[\u202a-\u202e\u2066-\u2069]", page.text_content())
        (owner,) = page.xpath("//dt[.='Owner']/following-sibling::dd[1]/a/@href")
        assert owner == owner_page(name)
        assert client.get(owner).status_code == 200


def test_who_is_signed_in_silences_a_home_on_its_page(client: httpx.Client) -> None:
    path = f"/homes/ofsted:{stage.hostile_id(5)}"
    (form,) = html.fromstring(client.get(path, headers=SIGNED_IN).text).xpath("//form[contains(@action, '/silence')]")
    given = {**dict(form.form_values()), "why": "They move."}
    sent = client.post(form.get("action"), data=given, headers={**SIGNED_IN, "Origin": str(client.base_url)})
    assert sent.status_code == 303
    said = words(client.get(sent.headers["location"], headers=SIGNED_IN))
    assert "Nothing is sent about this home until 12:00, 16 March 2026 (silence" in said
    assert "by ann: They move.)" in said
    assert "They move" not in words(client.get(path))
