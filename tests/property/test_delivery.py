"""Actions on their way, in any order of permits, acknowledgements, ticks, restarts and crashes: one effect at most."""

from itertools import pairwise

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from pipelines.effect.delivery import Delivery, Post
from pipelines.join.actions import standing_of
from pipelines.join.outcomes import FURTHER, noted
from pipelines.join.policy import BUNDLED_POLICY, load_policy
from pipelines.join.state import Standing
from schemas import Authority, Hold, Outcome, OutcomeStatus, Permit, Rung
from schemas.examples import EXAMPLES
from schemas.topics import ENFORCEMENT

POLICY = load_policy(BUNDLED_POLICY.read_text("utf-8"))
CUT = next(one for one in EXAMPLES if type(one) is ENFORCEMENT.struct)
VALID_MS = 20_000
IDS = ("a", "b", "c")

words = st.one_of(
    st.tuples(st.just("decide"), st.sampled_from(IDS), st.sampled_from([Rung.WARN, Rung.CUT])),
    st.tuples(st.just("permit"), st.sampled_from(IDS), st.booleans()),
    st.tuples(st.just("acknowledge"), st.sampled_from(IDS)),
    st.tuples(st.just("tick"), st.integers(0, 9_000)),
)
scripts = st.lists(st.tuples(words, st.sampled_from(["goes well", "goes well", "restart", "crash"])), max_size=40)


class World:
    """The deliveries of a room, what was sent, and a subscriber that acts once on an id, and never late."""

    def __init__(self):
        self.deliveries, self.now_ms = (), 0
        self.rungs, self.acknowledged, self.granted = {}, set(), set()
        self.sent, self.resent, self.effects = [], [], []
        """Sendings as (processing time, action); ids that had an effect, as often as they had one."""

    def hears(self, word):
        """One step; nothing of it is stored yet."""
        post = Post(self.deliveries, self.now_ms, POLICY.delivery, POLICY.autonomy)
        match word:
            case ("decide", action_id, rung) if action_id not in self.rungs:
                end_ms = self.now_ms + VALID_MS
                post.hand_over(
                    structs.replace(CUT, action_id=action_id, rung=rung, decided_at_ms=self.now_ms, not_after_ms=end_ms)
                )
            case ("permit", action_id, granted):
                hold = None if granted else Hold.BUDGET
                post.permit(Permit(action_id=action_id, room="r", session="s", time_ms=0, granted=granted, hold=hold))
            case ("acknowledge", action_id):
                post.acknowledge(action_id)
        post.look_after()
        self.publish(post)
        return post

    def publish(self, post):
        self.sent += [(self.now_ms, action) for action in post.sent]
        self.resent += [(self.now_ms, action) for action in post.resent]
        for action in post.sent + post.resent:
            if action.action_id not in self.effects and self.now_ms <= action.not_after_ms:
                self.effects.append(action.action_id)

    def plays(self, script):
        for word, fate in script:
            match word:
                case ("tick", passes_ms):
                    self.now_ms += passes_ms
                case ("permit", action_id, True):
                    self.granted.add(action_id)
                case ("acknowledge", action_id) if action_id in self.rungs:
                    self.acknowledged.add(action_id)
            post = self.hears(word)
            if fate == "crash":  # it was published, but not stored: the record comes again, a little later
                self.now_ms += 700
                post = self.hears(word)
            self.deliveries = post.deliveries
            if fate == "restart":
                stored = msgspec.msgpack.encode(self.deliveries)
                self.deliveries = msgspec.msgpack.decode(stored, type=tuple[Delivery, ...])
            if word[0] == "decide":
                self.rungs.setdefault(word[1], word[2])
            yield


@settings(max_examples=300, deadline=None)
@given(scripts)
def test_at_most_one_effect_and_nothing_is_sent_after_its_end(script):
    world = World()
    for _ in world.plays(script):
        assert len({one.action_id for one in world.deliveries}) == len(world.deliveries), "one delivery an action"
        assert world.acknowledged.isdisjoint(one.action_id for one in world.deliveries)
        for now_ms, action in world.resent:
            assert now_ms <= action.not_after_ms
            assert action.action_id not in world.acknowledged
        world.resent.clear()
        for _, action in world.sent:
            if action.rung is Rung.CUT and action.authority is Authority.AUTONOMOUS:
                assert action.action_id in world.granted, "no cut without a permit"
    assert len(world.effects) == len(set(world.effects))


@settings(max_examples=200, deadline=None)
@given(scripts.map(lambda script: [(word, "restart") for word, _ in script]))
def test_an_action_leaves_once_and_then_word_for_word_with_pauses_that_do_not_shrink(script):
    world = World()
    for _ in world.plays(script):
        pass
    first = {action.action_id: (now_ms, action) for now_ms, action in world.sent}
    assert len(first) == len(world.sent), "restarts double nothing"
    times = {action_id: [now_ms] for action_id, (now_ms, _) in first.items()}
    for now_ms, action in world.resent:
        assert first[action.action_id][1] == action
        times[action.action_id].append(now_ms)
    for sendings in times.values():
        pauses_ms = [later - earlier for earlier, later in pairwise(sendings)]
        assert all(pause_ms >= 2_000 * 2**place for place, pause_ms in enumerate(pauses_ms))
    assert set(world.rungs) - set(first) <= {one.action_id for one in world.deliveries} | world.acknowledged, (
        "what was decided has left, waits for its permit, or was spoken of before"
    )


words_on_one = st.lists(st.sampled_from(OutcomeStatus), min_size=1, max_size=8)


@given(words_on_one, st.randoms(use_true_random=False))
def test_words_in_any_order_and_number_come_to_the_same(statuses, random):
    def heard(these):
        standing, moves = (standing_of(CUT),), 0
        for status in these:
            outcome = Outcome(
                outcome_id=status, action_id=CUT.action_id, room=CUT.room, session=CUT.session, status=status,
                time_ms=0, subscriber="desk",
            )  # fmt: skip
            stored = msgspec.msgpack.decode(msgspec.msgpack.encode(standing), type=tuple[Standing, ...])
            standing, moved = noted(stored, outcome)
            moves += moved is not None
        return standing[0].outcome, moves

    shuffled = random.sample(statuses, len(statuses))
    furthest, moves = heard(shuffled)
    assert furthest is heard(statuses)[0] is max(statuses, key=FURTHER.index)
    assert moves <= len(set(statuses)), "each status is told once at most"
