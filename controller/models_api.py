"""The routes of what the house believes: a room's model, the weather it reckons with."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from controller.comfort_telling import RoomComfort
from controller.model_telling import ModelsReading, RoomModelReading, WeatherReading
from controller.service import ControllerService
from hotel.requests import CurrentActor


def routes(service: ControllerService) -> APIRouter:
    """The routes over `service`."""
    router = APIRouter(tags=["comfort"])

    @router.get("/api/rooms/{number}/model", response_model=RoomModelReading)
    def show_room_model(number: str, actor: CurrentActor) -> Any:
        """Whether the room's own model speaks, why it is weak when it is, and what it says."""
        return service.room_model(number)

    @router.get("/api/rooms/{number}/comfort", response_model=RoomComfort)
    def show_room_comfort(number: str, actor: CurrentActor) -> Any:
        """What a guest would feel there now and at the door: PMV and PPD, with all that is assumed."""
        return service.room_comfort(number)

    @router.get("/api/comfort/models", response_model=ModelsReading)
    def show_models(actor: CurrentActor) -> Any:
        """How many rooms' own models speak, and which rooms are weak just now."""
        return service.room_models()

    @router.get("/api/comfort/weather", response_model=WeatherReading)
    def show_weather(actor: CurrentActor) -> Any:
        """Where the weather of the hours ahead comes from, and how old that is."""
        return service.weather()

    return router
