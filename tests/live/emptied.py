"""What a test leaves on the shared servers is taken off again: they load all that they hold whenever one is started."""

import asyncio
from contextlib import suppress

from kafka.errors import UnknownTopicOrPartitionError

from ingest.connection import admin
from records.settings import Settings
from search.client import Search


def empty(settings: Settings) -> None:
    """No topic and no index of this namespace is there any more."""
    with admin(settings) as client:
        topics = [name for name in client.list_topics() if name.startswith(settings.namespace)]
        # One that the test itself deletes may be gone by now.
        with suppress(UnknownTopicOrPartitionError):
            client.delete_topics(topics)
    asyncio.run(_drop_indices(settings))


async def _drop_indices(settings: Settings) -> None:
    async with Search(settings) as search:
        found = await search.ask("GET", f"/{settings.namespace}*", may_lack=True)
        for index in found or {}:
            await search.ask("DELETE", f"/{index}", may_lack=True)
