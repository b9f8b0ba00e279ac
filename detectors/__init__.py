"""Judgement on one item: a frame, an utterance, a chat line, a listing. Pure but for `engines`."""
