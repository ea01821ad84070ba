"""What the tests call a bomb is one: it unpacks to what was asked for, its check sums with it."""

import gzip
import zlib

from tests.bombs import GZIP, bomb


def test_a_bomb_unpacks_to_each_piece_so_many_times() -> None:
    pieces = (b"head", 1), (b"ab" * 500, 7), (b"end", 2)
    assert (
        zlib.decompress(bomb(*pieces))
        == gzip.decompress(bomb(*pieces, envelope=GZIP))
        == b"head" + b"ab" * 3500 + b"endend"
    )
