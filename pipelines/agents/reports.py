"""Reports agent: complaints of buyers in, suspicion events out."""

from faust.types import AppT

from detectors.report.complaint import ComplaintDetector, ComplaintState
from pipelines.room_detector import room_agent
from pipelines.settings import Settings
from schemas.topics import CONSUMER_REPORTS


def create(settings: Settings) -> AppT:
    """Build the worker: claims through the text engine, distinct buyers and raids by the state of the room."""
    return room_agent("reports", settings, CONSUMER_REPORTS, ComplaintDetector, ComplaintState)
