"""The registry behaves alike on SQLite and PostgreSQL: searching, paging, names, following devices."""

from __future__ import annotations

from collections.abc import Sequence

from hotel.database import Database
from maintenance import assets_store
from maintenance.assets import AssetFacts, AssetKind
from maintenance.assets_follower import AssetFollower
from maintenance.assets_following import Apparatus, ApparatusPart
from maintenance.assets_service import AssetService
from tests.ticket_house import PEOPLE, NoLocks, make_house

ANNA = PEOPLE[0]


class Devices:
    """Two sensors behind one gateway."""

    def apparatuses(self) -> Sequence[Apparatus]:
        return [
            Apparatus(
                f"th-{room}",
                f"Climate_{room}",
                "Acme",
                "TH2",
                None,
                None,
                "412",
                "bridge",
                (ApparatusPart(f"e{room}", "room_temperature", "sensor"),),
            )
            for room in ("1", "2")
        ]


def test_the_registry_on_any_database(any_database: Database) -> None:
    tickets = make_house(any_database)
    service = AssetService(any_database, tickets.desk, NoLocks())
    follower = AssetFollower(any_database, Devices(), service)
    assert (follower.look(), follower.look()) == (3, 0)
    with any_database.write() as tx:
        for name in ("Boiler 100%", "boiler", "Änderung"):
            facts = AssetFacts(frozenset({"kind", "name"}), kind=AssetKind.HEATER, name=name)
            service.make(tx, ANNA, facts, None, "Cellar")

    def found(search: str | None = None, kind: str | None = None) -> set[str]:
        return {one.name for one in service.page(after=None, limit=50, search=search, kind=kind)[0]}

    assert found(search="BOILER") == {"Boiler 100%", "boiler"}
    assert found(search="0%") == {"Boiler 100%"}
    assert found(search="climate_") == {"Climate_1", "Climate_2"}
    assert found(search="cellar", kind="heater") == {"Boiler 100%", "boiler", "Änderung"}
    seen: list[str] = []
    after = None
    while True:
        page, after = service.page(after=after, limit=2)
        seen += [one.id for one in page]
        if after is None:
            break
    assert len(seen) == len(set(seen)) == 6
    with any_database.read() as session:
        assert assets_store.models(session, "main") == ["TH2"]
        climate = assets_store.by_key(session, "main", "device/e1")
        assert climate is not None
        assert climate.name == "Climate_1"
        gateway = assets_store.by_key(session, "main", "gateway/bridge")
        assert gateway is not None
        assert climate.parent_id == gateway.id
    boiler = service.page(after=None, limit=1, search="Boiler 100%")[0][0]
    with any_database.write() as tx:
        service.remove(tx, ANNA, boiler.id, boiler.version)
    assert found(kind="heater") == {"boiler", "Änderung"}
