"""Which integrations the tests need; run by itself, what pip has to install for them, one requirement in a line."""

import json
from pathlib import Path

import homeassistant
from homeassistant import bootstrap

# Home Assistant sets up some sixty others as well, for voice, cameras and backups: they need compilers and drivers.
DEFAULT = {"frontend", "logger"}
CONFIGURED = {"api", "config", "energy", "history", "http", "logbook", "mqtt", "recorder"}


def requirements() -> set[str]:
    components = Path(homeassistant.__file__).parent / "components"
    found: set[str] = set()
    seen: set[str] = set()
    waiting = [
        *DEFAULT,
        *CONFIGURED,
        *bootstrap.CORE_INTEGRATIONS,
        *bootstrap.LOGGING_AND_HTTP_DEPS_INTEGRATIONS,
    ]
    while waiting:
        domain = waiting.pop()
        if domain in seen:
            continue
        seen.add(domain)
        manifest = json.loads((components / domain / "manifest.json").read_text())
        found.update(manifest.get("requirements", []))
        # Home Assistant installs for the latter too, whether they are set up or not.
        waiting += manifest.get("dependencies", []) + manifest.get("after_dependencies", [])
    return found


if __name__ == "__main__":
    print("\n".join(sorted(requirements())))
