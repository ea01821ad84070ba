"""Who may see readers by name, and who acted and why: those alone who are signed in."""

from watcher.web.visit import Visit


def is_signed_in(visit: Visit) -> bool:
    """Whether it is known who asks; of a visit that nobody can sign in for it never is."""
    return getattr(visit, "actor", None) is not None
