"""Home Assistant as its command `hass` starts it, with its clock ahead: `run.py <seconds> <folder>`.

Statistics are compiled every five minutes by the clock; nobody has to wait for that.
"""

import datetime
import sys
from importlib import import_module
from unittest.mock import MagicMock

import time_machine
from homeassistant import bootstrap
from homeassistant.__main__ import main
from homeassistant.components import mqtt

from needed import COMPILED, DEFAULT

PLATFORMS = ["binary_sensor", "button", "device_trigger", "event", "light", "number", "select", "sensor", "switch"]

ahead_s, folder = sys.argv[1:]
now = datetime.datetime.now(datetime.UTC)
time_machine.travel(now + datetime.timedelta(seconds=float(ahead_s)), tick=True).start()
bootstrap.DEFAULT_INTEGRATIONS = DEFAULT
# Nobody speaks here, nor films: it would look for a library of the system.
sys.modules.update({module: MagicMock() for module in [*COMPILED.values(), "turbojpeg"]})
# Releases before 2026 import platforms in another thread, which now and then spoils what is validated meanwhile:
# `src/homeassistant/available-while.ts` has the figures.
for platform in PLATFORMS:
    import_module(f"{mqtt.__name__}.{platform}")
# What it needs is installed: it shall not look for anything on the network.
sys.argv = ["hass", "--config", folder, "--skip-pip", "--log-no-color"]
sys.exit(main())
