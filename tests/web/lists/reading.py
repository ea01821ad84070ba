"""What somebody sees of a list's page."""

import httpx
from bs4 import BeautifulSoup


class Seen:
    """A page as it was answered."""

    def __init__(self, answer: httpx.Response) -> None:
        self.status = answer.status_code
        self.soup = BeautifulSoup(answer.text, "lxml")

    def rows(self) -> list[dict[str, str]]:
        """The first table's rows, each cell by its heading."""
        table = self.soup.select_one("main table.rows")
        if table is None:
            return []
        names = [head.get_text().replace("\u00ad", "") for head in table.select("thead th")]
        cells = [[cell.get_text() for cell in row.select("th, td")] for row in table.select("tbody tr")]
        return [dict(zip(names, row, strict=True)) for row in cells]

    def texts(self, selector: str) -> list[str]:
        """What stands in some elements, each in one line."""
        return [" ".join(found.get_text().split()) for found in self.soup.select(selector)]

    def link(self, words: str, within: str = "main") -> str:
        """Where the first link with these words in it leads."""
        return next(str(link["href"]) for link in self.soup.select(f"{within} a[href]") if words in link.get_text())

    def value(self, field: str) -> str:
        """What stands in a field of the form."""
        (found,) = self.soup.select(f'main form [name="{field}"]:not([type=hidden])')
        chosen = found.select_one("option[selected]") if found.name == "select" else found
        return str(chosen["value"]) if chosen else ""


def seen(client: httpx.Client, path: str) -> Seen:
    """A page, where one is led to if need be."""
    return Seen(client.get(path, follow_redirects=True))
