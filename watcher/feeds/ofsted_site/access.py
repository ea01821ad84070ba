"""How the site is reached: where it is, who asks it, and who reads what it answers."""

from dataclasses import dataclass

from watcher.feeds.ofsted_site.reader import Reader
from watcher.feeds.web.http import PoliteClient


@dataclass(frozen=True, slots=True)
class SiteAccess:
    """What every request to the site goes through."""

    root: str
    """Its address, without a slash at the end."""
    client: PoliteClient
    reader: Reader

    async def close(self) -> None:
        """Lets go of connections and of the process that reads what was fetched."""
        await self.client.close()
        await self.reader.close()
