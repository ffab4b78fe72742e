"""The routes of what the house believes: a room's model, the weather it reckons with."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from controller.model_telling import RoomModelReading, WeatherReading
from controller.service import ControllerService
from hotel.requests import CurrentActor


def routes(service: ControllerService) -> APIRouter:
    """The routes over `service`."""
    router = APIRouter(tags=["comfort"])

    @router.get("/api/rooms/{number}/model", response_model=RoomModelReading)
    def show_room_model(number: str, actor: CurrentActor) -> Any:
        """Whether the room's own model speaks, why it is weak when it is, and what it says."""
        return service.room_model(number)

    @router.get("/api/comfort/weather", response_model=WeatherReading)
    def show_weather(actor: CurrentActor) -> Any:
        """Where the weather of the hours ahead comes from, and how old that is."""
        return service.weather()

    return router
