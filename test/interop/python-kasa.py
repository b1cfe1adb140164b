"""python-kasa, asked by the tests: a JSON question per line of input, a JSON answer per line of output."""

import asyncio
import json
import logging
import sys

from kasa import Credentials, Device, Discover, KasaException


def plain(value):
    """What JSON can say of a feature's value."""
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, tuple):
        return [plain(item) for item in value]
    return str(value)


def value_of(feature):
    try:
        return plain(feature.value)
    except KasaException as error:
        return f"{type(error).__name__}: {error}"


def description(device):
    return {
        "alias": device.alias,
        "model": device.model,
        "mac": device.mac,
        "features": {
            name: value_of(feature) for name, feature in device.features.items()
        },
        "children": [description(child) for child in device.children],
    }


class Fleet:
    """The devices of one account."""

    def __init__(self):
        self.credentials = None
        self.configs = {}
        self.devices = {}

    async def login(self, username, password):
        self.credentials = Credentials(username, password)
        await self.forget()

    async def discover(self, target, window_s):
        unsupported = []

        async def on_unsupported(error):
            unsupported.append(error.host)

        found = await Discover.discover(
            target=target,
            credentials=self.credentials,
            discovery_timeout=window_s,
            discovery_packets=2,
            on_unsupported=on_unsupported,
        )
        hosts = {}
        for host, device in found.items():
            self.configs[host] = device.config
            connection = device.config.connection_type
            hosts[host] = {
                "family": connection.device_family.value,
                "encryption": connection.encryption_type.value,
                "login_version": connection.login_version,
                "https": connection.https,
            }
            await device.disconnect()
        return {"hosts": hosts, "unsupported": unsupported}

    async def read(self, host):
        return description(await self.updated(host))

    async def change(self, host, feature, value, child=None):
        device = await self.updated(host)
        target = device if child is None else device.children[child]
        await target.features[feature].set_value(value)
        return description(await self.updated(host))

    async def forget(self):
        for device in self.devices.values():
            await device.disconnect()
        self.configs.clear()
        self.devices.clear()

    async def updated(self, host):
        # Found devices are made from what discovery tells alone: a strip that speaks KLAP counts as a plug then.
        if host not in self.devices:
            self.devices[host] = await Device.connect(config=self.configs[host])
        await self.devices[host].update()
        return self.devices[host]


async def answer(fleet, line):
    question = json.loads(line)
    method = getattr(fleet, question.pop("method"))
    try:
        return {"result": await method(**question)}
    except KasaException as error:
        return {"error": type(error).__name__, "message": str(error)}


async def main():
    # It warns of every module that a simulated device lacks.
    logging.getLogger("kasa").setLevel(logging.CRITICAL)
    fleet = Fleet()
    loop = asyncio.get_running_loop()
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        print(json.dumps(await answer(fleet, line)), flush=True)
    await fleet.forget()


asyncio.run(main())
