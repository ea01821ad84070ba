"""Documents as the JSON that is kept in memory."""

import orjson


def encode(document: object) -> bytes:
    """The document as compact JSON in bytes that take no more memory than they say; raises TypeError like orjson.

    orjson's own bytes keep the whole buffer that they were written into: 4 kB for a document of 300 bytes.
    """
    return bytes(memoryview(orjson.dumps(document)))
