"""Every module of the house that owns tables; importing this one makes `Base.metadata` complete.

Migrations compare the database with it, so a store that is missing here has no tables in a real house.
"""

from __future__ import annotations

import housekeeping.store  # noqa: F401 - imported for their tables
