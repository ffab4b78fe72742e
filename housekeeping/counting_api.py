"""The routes of minibar and linen counts, with their shapes."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from hotel.database import Transaction
from hotel.idempotency import act_once
from hotel.requests import CurrentActor, OnceKey, TapAge, UtcMoment, tapped_at
from housekeeping.counting import MOST_GOODS, Good, Stock, check_good
from housekeeping.counting_service import CountingService, lines_of
from housekeeping.counting_store import CountRow

MOST_COUNTS = 500


class StockGood(BaseModel):
    """A good; `price` is decimal text in the hotel's currency."""

    code: str
    name: str
    par: int
    price: str | None
    active: bool


class StockGoodList(BaseModel):
    items: list[StockGood]
    next: str | None = None


class CountLine(BaseModel):
    """How many of one good: by "consumed" and "expired" (minibar), "clean", "soiled", "discarded" (linen)."""

    code: str
    name: str
    price: str | None
    figures: dict[str, int]


class StockCount(BaseModel):
    """One count. `charge` is what the guest owes for it (minibar), decimal text."""

    id: str
    stock: Stock
    place: str
    business_date: date
    at: UtcMoment
    by: str
    stay_id: str | None
    lines: list[CountLine]
    charge: str
    taken_back: bool


class StockCountList(BaseModel):
    items: list[StockCount]
    next: str | None = None


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class GoodToSet(_Body):
    code: Annotated[str, Field(max_length=40)]
    name: Annotated[str, Field(max_length=200)]
    par: int = 0
    price: Annotated[str, Field(max_length=20)] | None = None
    active: bool = True


class GoodsToSet(_Body):
    goods: Annotated[list[GoodToSet], Field(max_length=MOST_GOODS)]


class CountToKeep(_Body):
    """What was counted where; goods that are left out count as none."""

    place: Annotated[str, Field(max_length=100)]
    counted: Annotated[dict[str, dict[str, int]], Field(max_length=MOST_GOODS)] = {}


def routes(service: CountingService) -> APIRouter:
    """Every route of the counts, with full paths."""
    router = APIRouter(tags=["housekeeping"])

    @router.get("/api/stock/{stock}/goods")
    def list_goods(stock: Stock, actor: CurrentActor) -> StockGoodList:
        return StockGoodList(items=[_good(good) for good in service.goods(stock)])

    @router.put("/api/stock/{stock}/goods")
    def set_goods(stock: Stock, body: GoodsToSet, actor: CurrentActor, key: OnceKey) -> StockGoodList:
        wanted = [
            check_good(stock, good.code, good.name, good.par, good.price, good.active) for good in body.goods
        ]
        act_once(
            service.database,
            actor,
            key,
            lambda tx: {"goods": len(service.set_goods(tx, actor, stock, wanted))},
        )
        return list_goods(stock, actor)

    @router.get("/api/stock/{stock}/counts")
    def list_counts(
        stock: Stock,
        actor: CurrentActor,
        day: Annotated[date | None, Query(alias="date")] = None,
        place: Annotated[str | None, Query(max_length=100)] = None,
        before: Annotated[str | None, Query(max_length=40)] = None,
        limit: Annotated[int, Query(ge=1, le=MOST_COUNTS)] = 100,
    ) -> StockCountList:
        rows, following = service.counts(stock, day, place, before, limit)
        return StockCountList(items=[count_shape(row) for row in rows], next=following)

    @router.post("/api/stock/{stock}/counts", status_code=201)
    def keep_count(
        stock: Stock, body: CountToKeep, actor: CurrentActor, key: OnceKey, age: TapAge
    ) -> StockCount:
        answer = act_once(
            service.database,
            actor,
            key,
            lambda tx: {
                "id": service.count(tx, actor, stock, body.place, body.counted, tapped_at(tx.clock, age))
            },
        )
        return count_shape(service.one(answer["id"]))

    @router.delete("/api/stock/counts/{count_id}")
    def take_back(count_id: str, actor: CurrentActor, key: OnceKey) -> StockCount:
        def act(tx: Transaction) -> dict[str, str]:
            service.take_back(tx, actor, count_id)
            return {"id": count_id}

        act_once(service.database, actor, key, act)
        return count_shape(service.one(count_id))

    return router


def count_shape(row: CountRow) -> StockCount:
    lines = lines_of(row)
    return StockCount(
        id=row.id,
        stock=Stock(row.stock),
        place=row.place,
        business_date=row.business_date,
        at=row.at,
        by=row.by_name,
        stay_id=row.stay_id,
        lines=[
            CountLine(code=line.code, name=line.name, price=_text(line.price), figures=dict(line.figures))
            for line in lines
        ],
        charge=str(sum((line.charge for line in lines), Decimal(0))),
        taken_back=row.taken_back_at is not None,
    )


def _good(good: Good) -> StockGood:
    return StockGood(
        code=good.code, name=good.name, par=good.par, price=_text(good.price), active=good.active
    )


def _text(price: Decimal | None) -> str | None:
    return str(price) if price is not None else None
