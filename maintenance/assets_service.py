"""Assets as people deal with them: check, save with the history, announce."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from hotel.actor import Actor
from hotel.database import Database, Transaction
from hotel.errors import Conflict, Forbidden, Invalid, NotFound, TooMany
from hotel.files import media_types
from hotel.ids import new_id
from hotel.messages import AssetChanged
from hotel.requests import check_version
from hotel.rooms import all_rooms, find_property, find_room
from maintenance import assets_store, terms_store, tickets_store
from maintenance.assets import (
    LONGEST,
    MOST_ASSETS,
    Asset,
    AssetFacts,
    AssetSource,
    AssetState,
    check_facts,
    check_parent,
    check_place,
    check_price,
    check_warranty,
    unknown_asset,
)
from maintenance.assets_csv import AssetLine, plan_assets
from maintenance.assets_following import FOLLOWED
from maintenance.assets_store import AssetDocumentRow, AssetPartRow, AssetRow, AssetStepRow
from maintenance.costs import CostKind, work_cents
from maintenance.ports import LockedOut, LockOuts
from maintenance.tickets import ENGINEERS, OPEN_STATES
from maintenance.tickets_desk import TicketDesk
from maintenance.tickets_store import TicketCostRow, TicketFilter, TicketRow

MOST_DOCUMENTS = 50
MOST_PARTS = 100
MOST_TICKETS = 500
YEAR = timedelta(days=365)
# What of an asset a device tells, or may tell.
_BY_HAND = frozenset({*FOLLOWED, "parent_id"})


@dataclass(frozen=True, slots=True)
class AssetCosts:
    """What the work on an asset's tickets took, in minutes and hundredths of the currency.

    `valued_cents`, in `work_cents`: what minutes without a price of their own are worth; `unpriced_minutes`
    are in no cents.
    """

    work_minutes: float = 0.0
    valued_cents: int = 0
    unpriced_minutes: float = 0.0
    work_cents: int = 0
    part_cents: int = 0
    other_cents: int = 0
    twelve_month_cents: int = 0

    @property
    def total_cents(self) -> int:
        return self.work_cents + self.part_cents + self.other_cents


@dataclass(frozen=True, slots=True)
class AssetView:
    """An asset with what its row alone does not say. `today` is the hotel's."""

    asset: Asset
    today: date
    parent: Asset | None
    children: Sequence[Asset]
    documents: Sequence[AssetDocumentRow]
    media_types: Mapping[str, str]
    parts: Sequence[AssetPartRow]
    tickets: Sequence[TicketRow]
    costs: AssetCosts
    lock: LockedOut | None
    lock_key: str | None


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """One thing that happened to an asset: a step of its own, or of one of its tickets."""

    at: datetime
    action: str
    by: str
    detail: Mapping[str, Any]
    ticket: TicketRow | None = None


class AssetService:
    """The registry of what is kept.

    Args:
        desk: writes into tickets that their asset went elsewhere.
        locks: what is isolated for work.
    """

    def __init__(self, database: Database, desk: TicketDesk, locks: LockOuts) -> None:
        self.database = database
        self._desk = desk
        self._locks = locks

    # -- changing

    def make(
        self,
        tx: Transaction,
        actor: Actor,
        facts: AssetFacts,
        room: str | None,
        area: str | None,
        source: AssetSource = AssetSource.HAND,
    ) -> dict[str, Any]:
        """A new asset; returns {"id"}.

        Raises:
            Forbidden, TooMany; Invalid, NotFound: see `assets.check_facts`, no such room.
        """
        self.check_may(actor)
        if assets_store.count(tx.session, tx.property_id) >= MOST_ASSETS:
            raise TooMany("assets_full", f"The registry holds {MOST_ASSETS} assets.", most=MOST_ASSETS)
        facts = check_facts(replace(facts, given=facts.given | {"name", "kind"}))
        number, where = self.place_of(tx, room, area)
        columns = facts.columns()
        check_warranty(columns.get("installed_on"), columns.get("warranty_until"))
        asset_id = new_id()
        if facts.parent_id is not None:
            self._check_parent(tx, asset_id, facts.parent_id)
        now = tx.clock.now()
        row = AssetRow(
            id=asset_id,
            property_id=tx.property_id,
            key=f"asset/{asset_id}",
            room=number,
            area=where,
            source=source.value,
            made_at=now,
            changed_at=now,
            by_hand=sorted(facts.given & _BY_HAND),
            **{"state": AssetState.IN_USE.value, **columns},
        )
        tx.session.add(row)
        tx.session.flush()
        assets_store.name_it(tx.session, tx.property_id, asset_id, {row.key})
        self.note(tx, row, "made", actor, {"source": source.value, "room": number, "area": where})
        return {"id": asset_id}

    def edit(
        self, tx: Transaction, actor: Actor, asset_id: str, seen: int | None, facts: AssetFacts
    ) -> dict[str, Any]:
        """Set what a person knows better than the device; returns {"version"}.

        Args:
            seen: the version that the person saw; None: a file, which names what it sets.

        Raises:
            StaleVersion, Forbidden, NotFound, Invalid.
        """
        self.check_may(actor)
        row = self.row_for_edit(tx, asset_id)
        if seen is not None:
            check_version("The asset", seen, row.version)
        columns = check_facts(facts).columns()
        changed = {name: value for name, value in columns.items() if getattr(row, name) != value}
        if not changed:
            return {"version": row.version}
        check_warranty(
            columns.get("installed_on", row.installed_on), columns.get("warranty_until", row.warranty_until)
        )
        if changed.get("parent_id") is not None:
            self._check_parent(tx, row.id, changed["parent_id"])
        told = {name: [_plain(getattr(row, name)), _plain(value)] for name, value in changed.items()}
        for name, value in changed.items():
            setattr(row, name, value)
        row.by_hand = sorted({*row.by_hand, *(changed.keys() & _BY_HAND)})
        self.note(tx, row, "edited", actor, {"changed": told})
        return {"version": row.version}

    def put(self, tx: Transaction, actor: Actor, row: AssetRow, room: str | None, area: str | None) -> None:
        """Write the move down, with the asset and with its open tickets."""
        detail = {"from_room": row.room, "to_room": room, "from_area": row.area, "to_area": area}
        assets_store.note_move(tx.session, tx.property_id, row, room, area, tx.clock.now(), actor)
        row.room, row.area = room, area
        self.note(tx, row, "moved", actor, detail)
        for ticket in self._tickets(tx.session, row.id, open_only=True):
            now = tx.clock.now()
            self._desk.step(tx, ticket, "asset_moved", actor, now, now=now, detail=detail)

    def remove(self, tx: Transaction, actor: Actor, asset_id: str, seen: int) -> dict[str, Any]:
        """Take it out of the registry, with its history; what hung on it hangs on nothing.

        Raises:
            Conflict: it has open tickets, is locked out, or its device is still approved.
            StaleVersion, Forbidden, NotFound.
        """
        self.check_may(actor)
        row = self.row_for_edit(tx, asset_id)
        check_version("The asset", seen, row.version)
        if tickets := self._tickets(tx.session, asset_id, open_only=True):
            raise Conflict(
                "asset_has_tickets",
                f"{len(tickets)} tickets of this asset are open; close or cancel them first.",
                tickets=[
                    {"id": ticket.id, "number": ticket.number, "state": ticket.state} for ticket in tickets
                ],
            )
        if row.apparatus is not None and row.gone_since is None:
            raise Conflict(
                "device_still_there",
                "Its device is still in use: take the device's approval back first, or retire the asset.",
            )
        if (lock := self.lock_of(tx.session, asset_id)) is not None:
            raise Conflict("locked_out", f"Locked out for work by {lock.by}: {lock.reason}", by=lock.by)
        for child in assets_store.rows_below(tx.session, tx.property_id, asset_id):
            child.parent_id = None
            self.note(tx, child, "edited", actor, {"changed": {"parent_id": [asset_id, None]}})
        name = row.name
        tx.session.flush()
        assets_store.remove(tx.session, tx.property_id, asset_id)
        tx.audit(actor, "asset.removed", f"asset:{asset_id}", name=name)
        tx.announce(AssetChanged(asset_id))
        return {"id": asset_id}

    def add_document(
        self, tx: Transaction, actor: Actor, asset_id: str, file_id: str, title: str
    ) -> dict[str, Any]:
        """Keep a manual, a bill or a photo with the asset; returns {"id"}. Raises Invalid, NotFound."""
        self.check_may(actor)
        row = self.row_for_edit(tx, asset_id)
        said = _short(title, "title")
        if not media_types(tx.session, tx.property_id, [file_id]):
            raise Invalid("unknown_photo", "The file has not arrived yet; send it first.", missing=[file_id])
        if len(assets_store.documents_of(tx.session, tx.property_id, asset_id)) >= MOST_DOCUMENTS:
            raise Invalid("too_many_documents", f"At most {MOST_DOCUMENTS} documents.", most=MOST_DOCUMENTS)
        document = AssetDocumentRow(
            id=new_id(),
            property_id=tx.property_id,
            asset_id=asset_id,
            file_id=file_id,
            title=said,
            at=tx.clock.now(),
            by=actor.name,
        )
        tx.session.add(document)
        self.note(tx, row, "document_added", actor, {"title": said})
        return {"id": document.id}

    def drop_document(self, tx: Transaction, actor: Actor, asset_id: str, document_id: str) -> dict[str, Any]:
        """Take a document off the asset. Raises NotFound."""
        self.check_may(actor)
        row = self.row_for_edit(tx, asset_id)
        known = assets_store.documents_of(tx.session, tx.property_id, asset_id)
        document = next((one for one in known if one.id == document_id), None)
        if document is None:
            raise NotFound("unknown_document", "There is no such document.")
        tx.session.delete(document)
        self.note(tx, row, "document_dropped", actor, {"title": document.title})
        return {"id": document_id}

    def add_part(
        self,
        tx: Transaction,
        actor: Actor,
        asset_id: str,
        name: str,
        number: str | None,
        price_cents: int | None,
        *,
        for_model: bool,
    ) -> dict[str, Any]:
        """A part that fits this asset, or every asset of its model; returns {"id"}. Raises Invalid."""
        self.check_may(actor)
        row = self.row_for_edit(tx, asset_id)
        said = _short(name, "name")
        check_price(price_cents)
        if for_model and row.model is None:
            raise Invalid("model_needed", "The asset has no model that a part could fit.", field="for_model")
        if len(assets_store.parts_of(tx.session, tx.property_id, asset_id, row.model)) >= MOST_PARTS:
            raise Invalid("too_many_parts", f"At most {MOST_PARTS} parts.", most=MOST_PARTS)
        part = AssetPartRow(
            id=new_id(),
            property_id=tx.property_id,
            asset_id=None if for_model else asset_id,
            model=row.model if for_model else None,
            name=said,
            number=(number or "").strip()[: LONGEST["serial"]] or None,
            price_cents=price_cents,
        )
        tx.session.add(part)
        self.note(tx, row, "part_added", actor, {"name": said, "number": part.number})
        return {"id": part.id}

    def drop_part(self, tx: Transaction, actor: Actor, asset_id: str, part_id: str) -> dict[str, Any]:
        """Take a part off the list. Raises NotFound."""
        self.check_may(actor)
        row = self.row_for_edit(tx, asset_id)
        known = assets_store.parts_of(tx.session, tx.property_id, asset_id, row.model)
        part = next((one for one in known if one.id == part_id), None)
        if part is None:
            raise NotFound("unknown_part", "There is no such part.")
        tx.session.delete(part)
        self.note(tx, row, "part_dropped", actor, {"name": part.name, "number": part.number})
        return {"id": part_id}

    @staticmethod
    def note(tx: Transaction, row: AssetRow, action: str, actor: Actor, detail: Mapping[str, Any]) -> None:
        """Write one step of the history down, and tell of it."""
        now = tx.clock.now()
        assets_store.touch(row, now)
        tx.session.add(
            AssetStepRow(
                id=new_id(),
                property_id=tx.property_id,
                asset_id=row.id,
                action=action,
                at=now,
                by_id=actor.id,
                by=actor.name,
                detail=dict(detail),
            )
        )
        tx.session.flush()
        tx.audit(actor, f"asset.{action}", f"asset:{row.id}", name=row.name)
        tx.announce(AssetChanged(row.id))

    def check_csv(self, text: str) -> list[AssetLine]:
        """What each line of a file comes to; nothing is done. Raises Invalid."""
        with self.database.read() as session:
            return self._planned(session, text)

    def apply_csv(self, tx: Transaction, actor: Actor, text: str) -> tuple[list[AssetLine], bool]:
        """Take a file in whole, or nothing of it while a line is refused; says which.

        Raises:
            Invalid, Forbidden, TooMany: nothing is taken.
        """
        self.check_may(actor)
        lines = self._planned(tx.session, text)
        if any(line.outcome == "refused" for line in lines):
            return lines, False
        for line in lines:
            if line.facts is None or line.outcome == "unchanged":
                continue
            if line.asset_id is None:
                self.make(tx, actor, line.facts, line.room, line.area, AssetSource.CSV)
                continue
            self.edit(tx, actor, line.asset_id, None, line.facts)
            if line.placed:
                row = self.row_for_edit(tx, line.asset_id)
                self.put(tx, actor, row, *self.place_of(tx, line.room, line.area))
        return lines, True

    def _planned(self, session: Session, text: str) -> list[AssetLine]:
        property_id = self.database.property_id
        known = [assets_store.asset_of(row) for row in assets_store.all_rows(session, property_id)]
        rooms = {room.number for room in all_rooms(session, property_id)}
        return plan_assets(text, known, rooms)

    # -- reading

    def page(
        self,
        *,
        after: tuple[str, str] | None,
        limit: int,
        warranty_days: int | None = None,
        **wanted: str | None,
    ) -> tuple[list[Asset], tuple[str, str] | None]:
        """A page of assets by name, and where the next begins; `wanted` as `assets_store.assets` takes it.

        Args:
            warranty_days: only those whose warranty ends within so many days from today.
        """
        with self.database.read() as session:
            ends = None
            if warranty_days is not None:
                today = self._today(session)
                ends = (today, today + timedelta(days=warranty_days))
            found = assets_store.assets(
                session,
                self.database.property_id,
                after=after,
                limit=limit + 1,
                warranty_ends=ends,
                **wanted,
            )
        following = (found[limit - 1].name, found[limit - 1].id) if len(found) > limit else None
        return found[:limit], following

    def open_tickets(self, assets: Sequence[Asset]) -> dict[str, int]:
        """How many tickets of each asset are open, for those that have any."""
        with self.database.read() as session:
            keys = assets_store.keys_of(session, self.database.property_id, [one.id for one in assets])
            counts = tickets_store.open_by_asset(
                session, self.database.property_id, [key for some in keys.values() for key in some]
            )
        return {
            asset_id: total
            for asset_id, some in keys.items()
            if (total := sum(counts.get(key, 0) for key in some))
        }

    def models(self) -> list[str]:
        """Every model that is in the registry."""
        with self.database.read() as session:
            return assets_store.models(session, self.database.property_id)

    def today(self) -> date:
        """The day in the hotel's zone."""
        with self.database.read() as session:
            return self._today(session)

    def _today(self, session: Session) -> date:
        zone = ZoneInfo(find_property(session, self.database.property_id).timezone)
        return self.database.clock.now().astimezone(zone).date()

    def one(self, asset_id: str) -> Asset:
        """Raises NotFound."""
        with self.database.read() as session:
            found = assets_store.asset(session, self.database.property_id, asset_id)
        if found is None:
            raise unknown_asset(asset_id)
        return found

    def show(self, asset_id: str) -> AssetView:
        """Raises NotFound."""
        property_id = self.database.property_id
        with self.database.read() as session:
            asset = assets_store.asset(session, property_id, asset_id)
            if asset is None:
                raise unknown_asset(asset_id)
            tickets = self._tickets(session, asset_id)
            documents = assets_store.documents_of(session, property_id, asset_id)
            return AssetView(
                asset,
                self._today(session),
                assets_store.asset(session, property_id, asset.parent_id) if asset.parent_id else None,
                assets_store.assets(session, property_id, limit=MOST_TICKETS, parent_id=asset_id),
                documents,
                media_types(session, property_id, [one.file_id for one in documents]),
                assets_store.parts_of(session, property_id, asset_id, asset.model),
                tickets,
                costs_of(
                    tickets_store.costs_of(session, property_id, [ticket.id for ticket in tickets]),
                    self.database.clock.now(),
                    terms_store.terms(session, property_id)[0].cents_an_hour,
                ),
                self._lock_over(session, asset),
                self.lock_key(session, asset),
            )

    def timeline(self, asset_id: str, before: datetime, limit: int) -> list[TimelineEntry]:
        """What happened to it before a moment, newest first: its own steps and those of its tickets."""
        property_id = self.database.property_id
        with self.database.read() as session:
            if assets_store.asset(session, property_id, asset_id) is None:
                raise unknown_asset(asset_id)
            keys = assets_store.keys_of(session, property_id, [asset_id]).get(asset_id, [])
            entries = [
                *(
                    TimelineEntry(step.at, step.action, step.by, step.detail)
                    for step in assets_store.steps_of(session, property_id, asset_id, before, limit)
                ),
                *(
                    TimelineEntry(
                        step.at,
                        step.action,
                        step.by,
                        {**step.detail, "reason": step.reason, "comment": step.comment, "state": step.state},
                        ticket,
                    )
                    for step, ticket in tickets_store.steps_of_assets(
                        session, property_id, keys, before, limit
                    )
                ),
            ]
        return sorted(entries, key=lambda entry: entry.at, reverse=True)[:limit]

    # -- parts

    def _tickets(self, session: Session, asset_id: str, *, open_only: bool = False) -> list[TicketRow]:
        property_id = self.database.property_id
        keys = assets_store.keys_of(session, property_id, [asset_id]).get(asset_id, [])
        states = tuple(sorted(state.value for state in OPEN_STATES)) if open_only else None
        wanted = TicketFilter(asset_keys=tuple(keys), states=states)
        return tickets_store.tickets(session, property_id, wanted, MOST_TICKETS)

    def lock_key(self, session: Session, asset: Asset) -> str | None:
        """What a lock-out of it is set on; None: no command of the house reaches it anyway."""
        if asset.apparatus is None or asset.gone_since is not None:
            return None
        keys = assets_store.keys_of(session, self.database.property_id, [asset.id]).get(asset.id, [])
        gateway = f"gateway/{asset.apparatus}"
        # Of a gateway everything that hangs on it.
        if gateway in keys:
            return gateway
        return f"device/{asset.device_id}" if asset.device_id is not None else None

    def lock_of(self, session: Session, asset_id: str) -> LockedOut | None:
        """The lock-out of the asset itself, by whichever of its names."""
        keys = assets_store.keys_of(session, self.database.property_id, [asset_id]).get(asset_id, [])
        return next((lock for lock in self._locks.lock_outs() if lock.asset_key in keys), None)

    def _lock_over(self, session: Session, asset: Asset) -> LockedOut | None:
        """The oldest lock-out of the asset, of what it hangs on, of its room or its floor."""
        property_id = self.database.property_id
        above = assets_store.parents(session, property_id)
        chain = [asset.id]
        while (parent := above.get(chain[-1])) is not None and parent not in chain:
            chain.append(parent)
        names = assets_store.keys_of(session, property_id, chain)
        keys = {*names.get(asset.id, ())}
        keys |= {key for some in names.values() for key in some if key.startswith("gateway/")}
        if asset.room is not None:
            keys |= {f"room/{asset.room}", f"floor/{find_room(session, property_id, asset.room).floor}"}
        return next((lock for lock in self._locks.lock_outs() if lock.asset_key in keys), None)

    @staticmethod
    def check_may(actor: Actor) -> None:
        if not actor.has(*ENGINEERS):
            raise Forbidden(
                "not_for_role",
                "Only an engineer changes the registry.",
                allowed=sorted(role.value for role in ENGINEERS),
            )

    @staticmethod
    def place_of(tx: Transaction, room: str | None, area: str | None) -> tuple[str | None, str | None]:
        number, where = check_place(room, area)
        if number is not None:
            find_room(tx.session, tx.property_id, number)
        return number, where

    @staticmethod
    def _check_parent(tx: Transaction, asset_id: str, parent_id: str) -> None:
        check_parent(asset_id, parent_id, assets_store.parents(tx.session, tx.property_id))

    def row_for_edit(self, tx: Transaction, asset_id: str) -> AssetRow:
        row = assets_store.row_for_edit(tx.session, tx.property_id, asset_id)
        if row is None:
            raise unknown_asset(asset_id)
        return row


def costs_of(rows: Sequence[TicketCostRow], now: datetime, cents_an_hour: int | None = None) -> AssetCosts:
    """The sums of what counts; what was taken back does not.

    Args:
        cents_an_hour: what work without a price of its own is worth; None: it is not valued.
    """
    counted = [row for row in rows if not row.taken_back]
    unpriced = {
        row.id: row.quantity for row in counted if row.kind == CostKind.WORK.value and not row.cost_cents
    }
    valued = {key: work_cents(minutes, cents_an_hour or 0) for key, minutes in unpriced.items()}

    def cents(kind: CostKind) -> int:
        return sum(row.cost_cents + valued.get(row.id, 0) for row in counted if row.kind == kind.value)

    return AssetCosts(
        work_minutes=sum(row.quantity for row in counted if row.kind == CostKind.WORK.value),
        valued_cents=sum(valued.values()),
        unpriced_minutes=sum(unpriced.values()) if cents_an_hour is None else 0.0,
        work_cents=cents(CostKind.WORK),
        part_cents=cents(CostKind.PART),
        other_cents=cents(CostKind.OTHER),
        twelve_month_cents=sum(
            row.cost_cents + valued.get(row.id, 0) for row in counted if now - row.at < YEAR
        ),
    )


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _short(text: str, field: str) -> str:
    said = text.strip()
    if not 1 <= len(said) <= LONGEST["name"]:
        raise Invalid("bad_text", f"From 1 to {LONGEST['name']} characters.", field=field)
    return said
