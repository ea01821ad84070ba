"""Every link of every page leads to a page."""

from pathlib import Path

import httpx
from lxml.html import document_fromstring

from tests.web import stage
from tests.web.addresses import PAGES
from tests.web.serving import pages

NOT_YET_THERE: set[str] = set()
"""First parts of addresses that pages lead to before they are written."""

_OF_A_SORT = 12
"""So many links to one sort of page are followed."""


def test_every_link_of_every_page_leads_to_a_page(tmp_path: Path) -> None:
    with pages(tmp_path, stage.small) as served, httpx.Client(base_url=served.url, timeout=60) as client:
        sorts: dict[tuple[str, int, str], set[str]] = {}
        with_mistakes: set[str] = set()
        for address in PAGES:
            answer = client.get(address.path)
            links = document_fromstring(answer.text).xpath("//a/@href | //link/@href | //img/@src")
            if answer.status_code == 400:  # which of several mistakes is taken back, the others stay
                with_mistakes.update(links)
            for link in {link.partition("#")[0] for link in links if link.startswith("/")}:
                path, _, query = link.partition("?")
                sorts.setdefault((path.split("/")[1], path.count("/"), query[:8]), set()).add(link)
        followed = [link for of_a_sort in sorts.values() for link in sorted(of_a_sort)[:_OF_A_SORT]]
        found = {link: client.get(link, follow_redirects=True).status_code for link in followed}
    nowhere = {link for link, status in found.items() if status not in ({200, 400} if link in with_mistakes else {200})}
    assert {link for link in nowhere if link.partition("?")[0].split("/")[1] not in NOT_YET_THERE} == set()
    assert {link.partition("?")[0].split("/")[1] for link in nowhere} == NOT_YET_THERE, "take out what is there by now"
