"""Every module of the house that owns tables; importing this one makes `Base.metadata` complete.

Migrations compare the database with it, so a store that is missing here has no tables in a real house.
"""

# ruff: noqa: F401 - they are imported for their tables

from __future__ import annotations

import controller.actions_store
import controller.approval_store
import controller.arrivals_store
import controller.models_store
import controller.store
import frontdesk.store
import hotel.audit
import hotel.files
import hotel.idempotency
import hotel.late_operations_store
import hotel.leases
import hotel.outbox
import hotel.rooms
import hotel.staff_store
import hotel.tablets_store
import housekeeping.board_store
import housekeeping.counting_store
import housekeeping.lost_and_found_store
import housekeeping.rules_store
import housekeeping.shifts_store
import housekeeping.store
import housekeeping.tasks_store
import housekeeping.watch_store
import maintenance.assets_store
import maintenance.diagnosis_store
import maintenance.levels_store
import maintenance.meters_store
import maintenance.notices_store
import maintenance.preventive_store
import maintenance.self_tests_store
import maintenance.store
import maintenance.terms_store
import maintenance.tickets_store
