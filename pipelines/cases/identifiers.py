"""The offender graph, one node at a time: who uses this payee, phone, company, warehouse or picture.

An account tells its identifiers what it is by its own evidence; an identifier tells each of its accounts which others
are suspect or were closed. Above the crowd limit it says nothing and stops keeping names, which bounds every node.
"""

from msgspec.structs import replace

from pipelines.cases.events import Outputs
from pipelines.cases.history import digest
from pipelines.cases.rules import Policy
from pipelines.cases.state import IdentifierRecord, Member
from schemas import CaseNote, Identifier, IdentifierUse, Neighbour, SharedIdentifier


def step_identifier(
    state: IdentifierRecord, note: CaseNote, use: IdentifierUse, now_ms: int, policy: Policy
) -> tuple[IdentifierRecord, Outputs]:
    """Apply what an account told."""
    known = state.members.get(note.sender)
    if known is not None and known.revision >= note.revision:
        return state, Outputs()
    if known is None and len(state.members) > policy.identifiers.crowd:
        return state, _crowded(state, note, use, now_ms)
    member = Member(
        revision=note.revision, used=use.used, standing=use.standing, told=known.told if known is not None else ""
    )
    members = {**state.members, note.sender: member}
    return _tell(state, members, use.identifier, now_ms, policy)


def _tell(
    state: IdentifierRecord, members: dict[str, Member], identifier: Identifier, now_ms: int, policy: Policy
) -> tuple[IdentifierRecord, Outputs]:
    users = {account for account, member in members.items() if member.used}
    crowded = len(members) > policy.identifiers.crowd
    notable = tuple(
        Neighbour(account=account, standing=members[account].standing)
        for account in sorted(users)
        if not crowded and (members[account].standing.suspect or members[account].standing.closed_ms is not None)
    )
    revision, notes = state.revision + 1, []
    for account in sorted(members):
        body = SharedIdentifier(
            identifier=identifier,
            accounts=len(users),
            crowded=crowded,
            others=tuple(one for one in notable if one.account != account) if account in users else (),
        )
        said = digest(replace(body, accounts=0))
        if said != (members[account].told or _nothing(identifier)):
            notes.append(CaseNote(sender=state.key, to=account, revision=revision, time_ms=now_ms, body=body))
            members[account] = replace(members[account], told=said)
    return replace(state, revision=revision, members=members), Outputs(notes=tuple(notes))


def _nothing(identifier: Identifier) -> str:
    """What an account that was told nothing yet believes."""
    return digest(SharedIdentifier(identifier=identifier, accounts=0, crowded=False))


def _crowded(state: IdentifierRecord, note: CaseNote, use: IdentifierUse, now_ms: int) -> Outputs:
    """Answer an account that is not kept: this identifier says nothing."""
    body = SharedIdentifier(identifier=use.identifier, accounts=len(state.members) + 1, crowded=True)
    answer = CaseNote(sender=state.key, to=note.sender, revision=state.revision, time_ms=now_ms, body=body)
    return Outputs(notes=(answer,), overflow=1)
