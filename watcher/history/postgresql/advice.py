"""What to do about what a database says as it refuses a connection, or does not answer.

It says so in words alone, which may be of any language: what is not known gets what holds of all.
"""

import re

from watcher.options.place import PASSWORD_VARIABLE

_USUAL = "See whether that server runs and can be reached from here; nothing has to be done to watcher then."

_ADVICE = (
    (
        "password authentication failed|no password supplied|SCRAM",
        (
            f"Write the role's present password into the file of password_file, or set {PASSWORD_VARIABLE}; "
            "a running service takes it up by itself."
        ),
    ),
    ("no pg_hba.conf entry|pg_hba.conf rejects", "Let this machine in: pg_hba.conf of that server says who may come."),
    ("database .* does not exist", "Make it with `createdb --owner=ROLE NAME` on that server, or correct url."),
    ("role .* (does not exist|is not permitted to log in)", "Make the role on that server, or correct url."),
    ("permission denied for database", "Let the role connect: GRANT CONNECT ON DATABASE ... TO ..."),
    (
        "certificate|SSL|sslmode",
        (
            "See sslmode and sslrootcert in url: its host has to be the name in the server's certificate, and "
            "sslrootcert the file of the authority that signed it."
        ),
    ),
    ("service file|definition of service", "See PGSERVICE and PGSERVICEFILE in the environment of watcher."),
    (
        "value that cannot be used|invalid .*value|invalid port|invalid connection option",
        "Correct url: libpq cannot use that option.",
    ),
    (
        "too many (clients|connections)|remaining connection slots",
        "End what else holds connections to it, or raise max_connections: a watcher takes up to ten.",
    ),
    (
        "system is shutting down",
        "Somebody stops it: start it again; nothing has to be done to watcher then.",
    ),
    (
        "system is (in recovery mode|starting up|not yet accepting)",
        "It starts, or recovers from a crash: where that does not end, its log says why, such as a full disk.",
    ),
    (
        "read-only|hot standby|recovery",
        "Name the primary server in url, or all of its servers: the one that takes changes is chosen.",
    ),
    ("No space left|could not extend|disk full", "Make room on the disk of that server."),
    ("permission denied", "Make the role the owner of its database, or of a schema in it."),
)


def advice(said: str) -> str:
    """What the operator can do about it."""
    return next((then for pattern, then in _ADVICE if re.search(pattern, said, re.IGNORECASE)), _USUAL)
