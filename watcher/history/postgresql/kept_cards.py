"""The cards of all homes, kept beside the register by each commit: a list of thousands is read in a second."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice

import orjson

from watcher.history.entries import card_document, card_of, read_card
from watcher.history.postgresql.columns import filed
from watcher.history.postgresql.database import Database, Line
from watcher.history.postgresql.drafts import Alteration, write
from watcher.judging.card import Card

_AT_ONCE = 5000

_PAGE = "SELECT number, card FROM cards WHERE number > %s ORDER BY number LIMIT %s"
_SOME = "SELECT card FROM cards JOIN register USING (number) WHERE register.home = ANY(%s)"
_MADE_OF = """
    SELECT register.number, register.document, homes.document FROM register JOIN homes ON homes.key = register.home
    WHERE register.number > %s ORDER BY register.number LIMIT %s
"""


def cards(database: Database) -> Iterator[Card]:
    """Those of all homes, a page at a time."""
    after, page = 0, [(0, b"")]
    while page:
        with database.line() as line:
            page = line.execute(_PAGE, [after, _AT_ONCE]).fetchall()
        yield from (card_of(orjson.loads(card)) for _, card in page)
        after = page[-1][0] if page else after


def cards_of(database: Database, homes: Iterable[str]) -> Iterator[Card]:
    """Those of some homes that there are, a page at a time."""
    left = iter(homes)
    while keys := list(islice(left, _AT_ONCE)):
        with database.line() as line:
            page = line.execute(_SOME, [list(map(filed, keys))]).fetchall()
        yield from (card_of(orjson.loads(card)) for (card,) in page)


def carded(altered: Mapping[int, Card]) -> Alteration:
    """What a commit alters: the cards of the homes that have these numbers in the register."""
    documents = [orjson.dumps(card_document(card)).decode() for card in altered.values()]
    return ("carded", "cards"), [list(altered), documents]


def load_cards(line: Line) -> None:
    """Within a commit: all cards anew, of the register and the homes as they are stored."""
    line.execute("TRUNCATE cards")
    page: Sequence[tuple[int, bytes, bytes]] = line.execute(_MADE_OF, [0, _AT_ONCE]).fetchall()
    while page:
        made = {number: read_card(orjson.loads(kept), orjson.loads(home)) for number, kept, home in page}
        write(line, [carded(made)])
        page = line.execute(_MADE_OF, [page[-1][0], _AT_ONCE]).fetchall()
