"""Who is behind whom: suspect merchants of a host, re-opened accounts, accounts of the same people, crowds."""

from msgspec.structs import replace

from pipelines.cases.events import Outputs
from pipelines.cases.step import step
from schemas import CaseNote, IdentifierKind, IdentifierUse, KnowingSign, OutcomeStatus


def suspect_merchant(bureau, made, name, day, host):
    """Goods of a merchant are found fake, five of fifty orders."""
    sums = (made.sales(f"{name}/{day}", day, fakes=5, partner=f"host:{host}"),)
    return bureau.hears(made.facts(f"merchant:{name}", day, sales=sums))


def closed_merchant(bureau, made, name, payee, day=1):
    """A merchant struck by a show of its own, closed by the platform, with an identifier."""
    bureau.show(f"host-of-{name}", 0, merchants=(name,))
    bureau.hears(made.facts(f"merchant:{name}", day, opened_ms=made.ms(-90), closed_ms=made.ms(day), identifiers=payee))


def test_an_honest_host_with_one_bad_merchant_is_taught_and_nothing_else(bureau, made):
    merchants = tuple(f"merchant:m{number}" for number in range(40))
    bureau.hears(made.facts("host:good", 0, partners=merchants))
    suspect_merchant(bureau, made, "m7", 1, "good")
    assert bureau.standing("host:good") == ["train-supplier"]
    assert "freeze-deposit" in bureau.standing("merchant:m7")
    case = bureau.action("host:good", "train-supplier").case
    assert (case.partners, case.suspect_partners) == (40, 1)
    assert [edge.other for edge in case.edges if edge.suspect] == ["merchant:m7"]
    assert not any(bureau.standing(merchant) for merchant in merchants if merchant != "merchant:m7")


def test_many_suspect_merchants_speak_against_the_host(bureau, made):
    bureau.hears(made.facts("host:bad", 0, partners=tuple(f"merchant:m{number}" for number in range(40))))
    for number in range(10):
        suspect_merchant(bureau, made, f"m{number}", 1, "bad")
    assert bureau.standing("host:bad") == ["train-supplier", "warn-suppliers"]
    case = bureau.action("host:bad", "warn-suppliers").case
    assert any("25%" in reason.text_zh and "10 of 40" in reason.text_en for reason in case.reasons)


def test_merchants_of_a_struck_show_with_many_are_not_struck_for_it(bureau):
    merchants = tuple(f"m{number}" for number in range(30))
    for day in range(12):
        bureau.show("bad", day, merchants=merchants)
    assert not any(bureau.standing(f"merchant:{name}") for name in merchants)


def test_the_only_merchant_of_a_struck_show_is(bureau):
    said, _ = bureau.show("bad", 0, merchants=("solo",))
    assert "merchant:solo freeze-deposit" in said


def test_a_merchant_behind_several_hosts_counts_for_each(bureau, made):
    for host in ("ann", "bob", "cai"):
        bureau.hears(made.facts("merchant:mill", 0, partners=(f"host:{host}",)))
    suspect_merchant(bureau, made, "mill", 1, "ann")
    assert [bureau.standing(f"host:{host}") for host in ("ann", "bob", "cai")] == [["train-supplier"]] * 3
    edges = bureau.action("merchant:mill", "train").case.edges
    assert {edge.other for edge in edges} == {"host:ann", "host:bob", "host:cai"}


def test_suspicion_of_partners_ends_a_year_after_their_last_offence(bureau, made):
    bureau.hears(made.facts("host:bad", 0, partners=tuple(f"merchant:m{number}" for number in range(10))))
    for number in range(10):
        suspect_merchant(bureau, made, f"m{number}", 1, "bad")
    for day, suspects in ((300, 10), (800, 0)):
        bureau.show("bad", day)
        assert bureau.action("host:bad", "freeze-deposit").case.suspect_partners == suspects


def test_suspicion_does_not_echo(bureau, made):
    """Two suspect merchants make each other no more suspect by way of their common host."""
    bureau.hears(made.facts("host:ann", 0, partners=("merchant:a", "merchant:b")))
    suspect_merchant(bureau, made, "a", 1, "ann")
    alone = bureau.action("merchant:a", "train").posterior
    suspect_merchant(bureau, made, "b", 1, "ann")
    suspect_merchant(bureau, made, "a", 1.5, "ann")
    assert bureau.action("merchant:b", "train").posterior == alone


def test_shows_in_common_are_told_to_nobody_who_was_in_them(bureau):
    """Three shows, each with another merchant: the host was struck for them and is not suspect by its merchants."""
    for day, merchant in enumerate(("a", "b", "c")):
        bureau.show("ann", day, merchants=(merchant,))
    assert bureau.action("host:ann", "close").case.suspect_partners == 0
    assert "train-supplier" not in bureau.standing("host:ann")
    bureau.show("bob", 4, merchants=("a",))
    assert "train-supplier" in bureau.standing("host:bob"), "another host is told of the show with ann"


def test_an_account_opened_again_under_the_same_payee_is_proposed_for_closing(bureau, made):
    payee = (made.payee(1),)
    closed_merchant(bureau, made, "old", payee)
    said = bureau.hears(made.facts("merchant:new", 10, opened_ms=made.ms(9), identifiers=payee))
    assert "merchant:new close-reopened" in said
    case = bureau.action("merchant:new", "close-reopened").case
    assert KnowingSign.REOPENED in case.knowing
    assert case.strikes[0].inherited_from == "merchant:old"
    (edge,) = [edge for edge in case.edges if edge.other == "merchant:old"]
    assert (edge.shared, edge.text_zh) == ((IdentifierKind.PAYEE,), "与 merchant:old 共用收款账户,且在其被封后开设")


def test_facts_in_the_other_order_say_the_same(bureau, made):
    payee = (made.payee(1),)
    bureau.hears(made.facts("merchant:new", 10, opened_ms=made.ms(9), identifiers=payee))
    assert bureau.standing("merchant:new") == []
    closed_merchant(bureau, made, "old", payee)
    assert "close-reopened" in bureau.standing("merchant:new")


def test_overturning_the_strike_of_the_old_account_clears_the_new_one(bureau, made):
    payee = (made.payee(1),)
    _, action = bureau.show("host-of-old", 0, merchants=("old",))
    bureau.hears(made.facts("merchant:old", 1, opened_ms=made.ms(-90), closed_ms=made.ms(1), identifiers=payee))
    bureau.hears(made.facts("merchant:new", 10, opened_ms=made.ms(9), identifiers=payee))
    assert "close-reopened" in bureau.standing("merchant:new")
    back = bureau.answers(action, OutcomeStatus.OVERTURNED, 11)
    assert "back merchant:new close-reopened" in back
    assert bureau.standing("merchant:new") == []


def test_an_account_that_was_there_before_is_linked_and_inherits_nothing(bureau, made):
    payee = (made.payee(1),)
    closed_merchant(bureau, made, "old", payee)
    bureau.hears(made.facts("merchant:twin", 10, opened_ms=made.ms(-50), identifiers=payee))
    assert bureau.standing("merchant:twin") == []
    bureau.show("host-of-twin", 12, merchants=("twin",), status=OutcomeStatus.APPLIED)
    reasons = bureau.action("merchant:twin", "train").case.reasons
    assert any("same people as suspect merchant:old" in reason.text_en for reason in reasons)


def test_a_warehouse_alone_is_not_enough_with_pictures_it_is(bureau, made):
    warehouse, picture = made.payee(2, IdentifierKind.WAREHOUSE), made.payee(3, IdentifierKind.PICTURE)
    closed_merchant(bureau, made, "old", (warehouse, picture))
    bureau.hears(made.facts("merchant:new", 10, opened_ms=made.ms(9), identifiers=(warehouse,)))
    assert bureau.standing("merchant:new") == []
    bureau.hears(made.facts("merchant:new", 11, identifiers=(picture,)))
    assert "close-reopened" in bureau.standing("merchant:new")


def test_a_crowd_says_nothing_even_to_those_who_came_before_it(bureau, made, policy):
    park = (made.payee(4),)
    closed_merchant(bureau, made, "old", park)
    bureau.hears(made.facts("merchant:new", 10, opened_ms=made.ms(9), identifiers=park))
    assert "close-reopened" in bureau.standing("merchant:new")
    for number in range(policy.identifiers.crowd + 5):
        bureau.hears(made.facts(f"merchant:tenant{number}", 11, opened_ms=made.ms(9), identifiers=park))
    assert bureau.standing("merchant:new") == []
    node = bureau.docket.states[f"payee:{park[0].hash}"]
    assert len(node.members) == policy.identifiers.crowd + 1


def test_a_withdrawn_identifier_takes_back_what_it_led_to(bureau, made):
    payee = (made.payee(1),)
    closed_merchant(bureau, made, "old", payee)
    bureau.hears(made.facts("merchant:new", 10, opened_ms=made.ms(9), identifiers=payee))
    assert "back merchant:new close-reopened" in bureau.hears(made.facts("merchant:new", 11, withdrawn=payee))


def test_an_old_word_of_an_account_changes_nothing_at_an_identifier(bureau, made):
    payee = (made.payee(1),)
    closed_merchant(bureau, made, "old", payee)
    node = bureau.docket.states[f"payee:{payee[0].hash}"]
    known = node.members["merchant:old"]
    body = IdentifierUse(identifier=payee[0], used=False, standing=known.standing)
    note = CaseNote(sender="merchant:old", to=node.key, revision=known.revision, time_ms=0, body=body)
    assert step(node, note, 0, bureau.policy) == (node, Outputs())


def test_a_closing_of_ours_that_was_carried_out_makes_a_successor_reopened(bureau, made):
    payee = (made.payee(1),)
    bureau.hears(made.facts("host:ann", -9, opened_ms=made.ms(-90), identifiers=payee))
    for day in (0, 3, 6):
        bureau.show("ann", day)
    close = bureau.action("host:ann", "close")
    bureau.answers(close, OutcomeStatus.CONFIRMED, 7)
    said = bureau.hears(made.facts("host:ben", 20, opened_ms=made.ms(15), identifiers=payee))
    assert "host:ben close-reopened" in said
    back = bureau.answers(close, OutcomeStatus.OVERTURNED, 21)
    assert "back host:ben close-reopened" in back


def test_repeated_and_overtaken_notes_change_nothing(bureau, made):
    """Notes are delivered again, and old ones after new ones."""
    bureau.show("ann", 0, merchants=("solo",))
    state = bureau.docket.states["host:ann"]
    held = next(iter(state.strikes.values()))
    other = replace(held.strike, points=0.0, merchants=9)
    for revision in (held.revision - 1, held.revision):
        note = CaseNote(sender="room-of-ann", to="host:ann", revision=revision, time_ms=0, body=other)
        after, outputs = step(state, note, 0, bureau.policy)
        assert (after, outputs.enforcements, outputs.notes) == (state, (), ())
