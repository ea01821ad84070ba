"""What the pages are made from, handed over by the service that serves them."""

import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime

from watcher.answers.kept.kept import Kept
from watcher.answers.status import ServiceStanding
from watcher.config.settings import Settings
from watcher.history.protocol import History
from watcher.timing.clock import Clock
from watcher.watching.deeds import Signature
from watcher.web.access.access import Access
from watcher.web.acting.asked import AskedDeed
from watcher.web.acting.deeds import Desk, PagesOutbox
from watcher.web.edition import Editions


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """One service's pages; each part is asked anew for each request."""

    history: History
    settings: Callable[[], Settings]
    """Those in force: a reload puts others in their place."""
    clock: Clock
    standing: Callable[[], ServiceStanding]
    """How the service stands: made anew for each look, in any thread."""
    access: Access
    """Who is signed in, and may act."""
    kept: Kept
    """Answers that are kept between requests."""
    outbox: PagesOutbox
    release: Callable[[str, Signature], None]
    """Has a held reading of a feed believed, once no reading of it is under way."""
    watches_altered: Callable[[], None]
    """Has the watches of people routed as they are kept now."""
    act_elsewhere: Callable[[AskedDeed], Awaitable[str]] | None = None
    """Has a deed done by whoever leads, where this service may not; raises WatcherError as if it was done here."""
    is_leading: Callable[[], bool] = lambda: True
    """Whether deeds are done here."""
    editions: Editions = field(default_factory=lambda: Editions(secrets.token_hex(4)))

    def now(self) -> datetime:
        """The moment of a request."""
        return self.clock.now()

    def desk(self) -> Desk:
        """What deeds are done to, by the settings of a moment."""
        return Desk(self.history, self.outbox, self.settings(), self.release, self.watches_altered)

    async def act(self, deed: AskedDeed) -> str:
        """Does what somebody asked for, here or elsewhere, and says what came of it; raises WatcherError.

        Here it is one step of the loop, so that nothing comes between looking and storing.
        """
        if self.act_elsewhere is None or self.is_leading():
            return deed.done(self.desk())
        return await self.act_elsewhere(deed)
