"""Faust's table recovery without its race: no record moves between the end of recovery and the seek that follows.

At the end of recovery Faust lets the source partitions flow, seeks them to the committed offsets and then empties its
queues. A record that is fetched in between is taken by an agent or lost, and the ones behind it are lost: 65 records of
a partition after a `kill -9` of another worker, about one run in four. The same in a worker without tables, where a
fetch that is under way since before the rebalance may return after the seek.
"""

from typing import Any

from faust.tables.manager import TableManager
from faust.tables.recovery import Recovery

FETCH_S = 1.1
"""A fetch that is under way returns within one second: the timeout of `Consumer.getmany` in Faust."""


class SteadyRecovery(Recovery):
    """Holds the flow, and waits for the fetch that is under way, before the partitions are resumed and sought."""

    logger = Recovery.logger  # Faust's name, which is logged from warnings on

    async def on_recovery_completed(self, generation_id: int = 0) -> None:
        """Seek the source partitions and let them flow."""
        await self._hold()
        await super().on_recovery_completed(generation_id)

    async def _resume_streams(self, generation_id: int = 0) -> None:
        await self._hold()
        await super()._resume_streams(generation_id)

    async def _hold(self) -> None:
        self.app.consumer.stop_flow()
        await self.sleep(FETCH_S)


class SteadyTables(TableManager):
    """Faust's table manager with our recovery."""

    logger = TableManager.logger

    @property
    def recovery(self) -> Recovery:
        """The service that restores tables after a rebalance."""
        if self._recovery is None:
            options: dict[str, Any] = {"beacon": self.beacon, "loop": self.loop}
            self._recovery = SteadyRecovery(self.app, self, **options)
        return self._recovery
