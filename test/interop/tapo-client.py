"""tapo (https://pypi.org/project/tapo), asked by the tests: one question per line of input, one answer per line of output."""

import asyncio
import json
import sys

from tapo import ApiClient


async def answer(address, username, password, switch_to):
    plug = await ApiClient(username, password).p110(address)
    if switch_to is not None:
        await (plug.on() if switch_to else plug.off())
    return {
        "info": await plug.get_device_info_json(),
        "power_w": (await plug.get_current_power()).current_power,
    }


async def main():
    loop = asyncio.get_running_loop()
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        try:
            result = {"result": await answer(**json.loads(line))}
        except Exception as error:
            result = {"error": str(error)}
        print(json.dumps(result), flush=True)


asyncio.run(main())
