"""Small files that swell to large ones, made in a moment: each piece is packed once and stands there many times."""

import struct
import zlib

ZLIB, GZIP = 15, 31
"""The two envelopes, as zlib numbers them."""
_GZIP_HEAD = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\xff"
_END = b"\x03\x00"


def bomb(*pieces: tuple[bytes, int], envelope: int = ZLIB) -> bytes:
    """What unpacks to each piece so many times, one after the other, with the check sums of all of it."""
    adler, crc, size, body = 1, 0, 0, []
    for piece, times in pieces:
        packer = zlib.compressobj(9, zlib.DEFLATED, -15)
        body.append((packer.compress(piece) + packer.flush(zlib.Z_FULL_FLUSH)) * times)
        for _ in range(times):
            adler, crc = (zlib.adler32(piece, adler), 0) if envelope == ZLIB else (1, zlib.crc32(piece, crc))
            size += len(piece)
    if envelope == ZLIB:
        return b"\x78\xda" + b"".join(body) + _END + struct.pack(">I", adler)
    return _GZIP_HEAD + b"".join(body) + _END + struct.pack("<II", crc, size % 2**32)
