"""Every role that judges text reads the lexicon's topic, and a worker refuses to start without it."""

import inspect
from importlib import import_module

import pytest

from pipelines.broker.topics import topics_of_role
from pipelines.workers import ROLES
from schemas.topics import REFERENCE_TERMS


@pytest.mark.parametrize("role", ROLES)
def test_roles_with_a_lexicon_need_its_topics(role):
    source = inspect.getsource(import_module(ROLES[role]))
    reads_it = "LiveLexicon" in source or "room_agent(" in source  # which starts one
    assert reads_it == (role not in {"join", "cases", "governor", "evidence"})
    assert ({REFERENCE_TERMS.name, REFERENCE_TERMS.dead_letter} <= set(topics_of_role(role))) == reads_it
