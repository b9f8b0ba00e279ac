"""The thread that follows a whole topic beside a worker's event loop, and what happens when it cannot."""

import logging
import threading
from abc import ABC, abstractmethod
from collections.abc import Iterator
from typing import Self

from pipelines.broker.whole_topic import Batch, follow_whole
from pipelines.errors import BrokerError
from pipelines.settings import Settings
from schemas.topics import Topic

logger = logging.getLogger("dajia.broker")

START_WITHIN_S = 30.0
"""A worker that has not read the topic to its end by then does not start."""
RETRY_S = 1.0
"""Pause before the topic is read again from its beginning, after an error."""


class TopicThread(ABC):
    """Follows a topic again and again until `stop`, or until the main thread ends; what it says is for the subclass."""

    def __init__(self, settings: Settings, role: str, topic: Topic) -> None:
        """Make the thread.

        Args:
            settings: which broker.
            role: the worker, for its log.
            topic: what is followed.
        """
        self._settings, self._role, self._topic = settings, role, topic
        self._ready, self._stopped = threading.Event(), threading.Event()
        self._last_error = "nothing was heard"
        self._thread = threading.Thread(target=self._run, name=topic.name)

    def start(self) -> Self:
        """Read the topic to its end, then follow it in a thread that ends with the main thread, or by `stop`.

        Raises:
            BrokerError: the end of the topic is not reached in time.
        """
        self._thread.start()
        if not self._ready.wait(START_WITHIN_S):
            self.stop()
            raise BrokerError(
                f"{self._topic.name} of {self._settings.kafka_bootstrap_servers} was not read to its end within "
                f"{START_WITHIN_S:g} s ({self._last_error}); `dajia doctor` looks at broker and topics"
            )
        return self

    def stop(self) -> None:
        """End the thread."""
        self._stopped.set()
        self._thread.join()

    @abstractmethod
    def _follow(self) -> None:
        """Take in the `_batches`, and call `_reached_end` when everything that was published is in force."""

    @abstractmethod
    def _in_force(self) -> str:
        """Say in words what stays in force when reading fails."""

    def _batches(self, group: str) -> Iterator[Batch]:
        """The topic from its beginning; what was in force before stays so until the end is reached."""
        return follow_whole(self._settings, self._topic.name, group=group, stop=self._is_over)

    def _reached_end(self) -> None:
        """Everything that was published is in force: the worker may start."""
        self._ready.set()

    def _is_over(self) -> bool:
        return self._stopped.is_set() or not threading.main_thread().is_alive()

    def _run(self) -> None:
        while not self._is_over():
            try:
                self._follow()
            except BrokerError as error:
                self._last_error = str(error)
                logger.warning("%s stays in force: %s", self._in_force(), error, extra={"role": self._role})
            except Exception:  # a thread that died would keep what is old in force and nobody would know
                logger.exception("%s stays in force", self._in_force(), extra={"role": self._role})
            self._stopped.wait(RETRY_S)
