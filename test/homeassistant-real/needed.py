"""Which integrations the tests need; run by itself, what pip has to install for them, one requirement in a line."""

import json
from pathlib import Path

import homeassistant
from homeassistant import bootstrap

# Home Assistant sets up some sixty others as well, for voice, cameras and backups.
DEFAULT = {"frontend", "logger"}
CONFIGURED = {"api", "config", "energy", "history", "http", "logbook", "mqtt", "recorder"}
# The frontend wants to know what actions these have, whether they are set up or not.
DESCRIBED = {"ai_task", "assist_satellite", "camera"}
# For voice; pip needs a compiler for them. By what pip calls them, the modules.
COMPILED = {"pymicro-vad": "pymicro_vad", "pyspeex-noise": "pyspeex_noise"}



def requirements() -> set[str]:
    components = Path(homeassistant.__file__).parent / "components"
    found: set[str] = set()
    seen: set[str] = set()
    waiting = [
        *DEFAULT,
        *CONFIGURED,
        *DESCRIBED,
        *bootstrap.CORE_INTEGRATIONS,
        *bootstrap.LOGGING_AND_HTTP_DEPS_INTEGRATIONS,
    ]
    while waiting:
        domain = waiting.pop()
        file = components / domain / "manifest.json"
        # Not every release has all of them.
        if domain in seen or not file.exists():
            continue
        seen.add(domain)
        manifest = json.loads(file.read_text())
        found.update(manifest.get("requirements", []))
        # Home Assistant installs for the latter too, whether they are set up or not.
        waiting += manifest.get("dependencies", []) + manifest.get("after_dependencies", [])
    return {each for each in found if each.split("==")[0] not in COMPILED}


if __name__ == "__main__":
    print("\n".join(sorted(requirements())))
