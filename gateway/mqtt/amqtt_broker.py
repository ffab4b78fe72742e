"""`python -m gateway.mqtt.amqtt_broker PORT PASSWORD_FILE`: amqtt as the embedded broker's process.

For demos and development on machines without mosquitto. It ends on SIGTERM.
"""

from __future__ import annotations

import asyncio
import logging
import signal
import sys
import warnings

from amqtt.broker import Broker

PLUGIN = "amqtt.plugins.authentication.FileAuthPlugin"


async def run(port: int, password_file: str) -> None:
    """Serve on 127.0.0.1 until SIGTERM."""
    broker = Broker(
        {
            "listeners": {"default": {"type": "tcp", "bind": f"127.0.0.1:{port}"}},
            "timeout_disconnect_delay": 2,
            "plugins": {PLUGIN: {"password_file": password_file}},
        }
    )
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    await broker.start()
    await stop.wait()
    await broker.shutdown()


def main() -> int:
    warnings.simplefilter("ignore")
    logging.basicConfig(level=logging.ERROR)
    # amqtt logs each connection that ends without a goodbye as an error with its stack.
    logging.getLogger("transitions").setLevel(logging.CRITICAL)
    asyncio.run(run(int(sys.argv[1]), sys.argv[2]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
