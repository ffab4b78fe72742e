"""What `bench board` holds the board against: PyVRP alone, OR-Tools routing, and a split by floors."""

from __future__ import annotations

from typing import Any

from ortools.constraint_solver import pywrapcp, routing_enums_pb2

from hotel.clock import SystemClock
from housekeeping.board import Problem
from housekeeping.board_greedy import greedy_orders
from housekeeping.board_lanes import Lanes
from housekeeping.board_planner import search
from housekeeping.board_routes import RoutesModel, solve_routes


def pyvrp_alone(lanes: Lanes, seconds: float, seed: int) -> list[list[int]]:
    """The same routes without the cap on minutes and without a balance stage, for all of the time."""
    return solve_routes(lanes, greedy_orders(lanes), seconds, seed, balanced=False)


def without_balance(problem: Problem, seconds: float, seed: int) -> list[list[int]]:
    """The board as it is planned, except that no list is ever called overloaded."""
    lanes = Lanes(problem)
    return search(lanes, greedy_orders(lanes), SystemClock().monotonic() + seconds, seed)


def floor_by_floor(lanes: Lanes) -> list[list[int]]:
    """The house cut into even pieces along its floors, as a supervisor does it with a pencil."""
    works = lanes.works
    way = sorted(range(lanes.size), key=lambda n: (works[n].place.floor, works[n].place.position_metres))
    share = sum(work.minutes for work in works) / max(1, len(lanes.crews))
    orders: list[list[int]] = [[] for _ in lanes.crews]
    done = 0.0
    for n in way:
        orders[min(len(orders) - 1, int((done + works[n].minutes / 2) / share))].append(n)
        done += works[n].minutes
    return orders


def or_tools(lanes: Lanes, seconds: float) -> list[list[int]]:
    """OR-Tools' routing library on the model that PyVRP gets, balance cap included: cheapest insertion,
    then guided local search."""
    data = RoutesModel(lanes, balanced=True)
    instance = data.data
    types, clients = instance.vehicle_types(), instance.clients()
    depots = [depot.location for depot in instance.depots()]
    manager = pywrapcp.RoutingIndexManager(
        instance.num_locations,
        len(types),
        [depots[kind.start_depot] for kind in types],
        [depots[kind.end_depot] for kind in types],
    )
    routing = pywrapcp.RoutingModel(manager)
    _costs_and_times(routing, instance, types, clients)
    _loads(routing, manager, types, clients)
    time = routing.GetDimensionOrDie("time")
    for client in clients:
        index = manager.NodeToIndex(client.location)
        time.CumulVar(index).SetRange(client.tw_early, min(client.tw_late, _HORIZON))
        routing.AddDisjunction([index], client.prize)
    served = {client.location for client in clients}
    for node in set(range(instance.num_locations)) - served - set(depots):
        routing.AddDisjunction([manager.NodeToIndex(node)], 0)  # a place where nobody starts
    for vehicle, kind in enumerate(types):
        for index in (routing.Start(vehicle), routing.End(vehicle)):
            time.CumulVar(index).SetRange(kind.tw_early, kind.tw_late)
    parameters = pywrapcp.DefaultRoutingSearchParameters()
    parameters.first_solution_strategy = routing_enums_pb2.FirstSolutionStrategy.PARALLEL_CHEAPEST_INSERTION
    parameters.local_search_metaheuristic = routing_enums_pb2.LocalSearchMetaheuristic.GUIDED_LOCAL_SEARCH
    parameters.time_limit.FromMilliseconds(int(1000 * seconds))
    answer = routing.SolveWithParameters(parameters)
    orders: list[list[int]] = [list(prefix) for prefix in lanes.started]
    if answer is None:
        return orders
    for vehicle in range(len(types)):
        index = answer.Value(routing.NextVar(routing.Start(vehicle)))
        while not routing.IsEnd(index):
            node = manager.IndexToNode(index)
            if 1 <= node <= lanes.size:
                orders[vehicle].append(node - 1)
            index = answer.Value(routing.NextVar(index))
    return orders


_HORIZON = 200_000


def _costs_and_times(routing: Any, instance: Any, types: Any, clients: Any) -> None:
    service = [0] * instance.num_locations
    for client in clients:
        service[client.location] = client.service_duration
    costs, times = [], []
    for profile in range(instance.num_profiles):
        distance, duration = instance.distance_matrix(profile), instance.duration_matrix(profile)
        costs.append(routing.RegisterTransitMatrix(distance.tolist()))
        spent = duration + [[seconds] for seconds in service]
        times.append(routing.RegisterTransitMatrix(spent.tolist()))
    for vehicle, kind in enumerate(types):
        routing.SetArcCostEvaluatorOfVehicle(costs[kind.profile], vehicle)
    routing.AddDimensionWithVehicleTransits(
        [times[kind.profile] for kind in types], _HORIZON, _HORIZON, False, "time"
    )


def _loads(routing: Any, manager: Any, types: Any, clients: Any) -> None:
    for dimension in range(len(types[0].capacity)):
        demand = {client.location: client.delivery[dimension] for client in clients}
        known = [demand.get(node, 0) for node in range(manager.GetNumberOfNodes())]
        routing.AddDimensionWithVehicleCapacity(
            routing.RegisterUnaryTransitVector(known),
            0,
            [kind.capacity[dimension] for kind in types],
            True,
            f"load {dimension}",
        )
