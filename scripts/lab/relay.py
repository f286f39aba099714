"""Carry connections to a port on to an address and port: three arguments, or more times three.

It runs inside a container, from its source alone, and stands where the Supervisor would, or the way
into the home: a person who may not open ports 80 and 443 on their own machine may open them there.
"""

import asyncio
import sys
from functools import partial
from itertools import batched

_CHUNK = 65536


async def _carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while data := await reader.read(_CHUNK):
            writer.write(data)
            await writer.drain()
    finally:
        writer.close()


async def _connected(
    host: str, port: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    try:
        inner, outer = await asyncio.open_connection(host, int(port))
    except OSError:
        writer.close()
        return
    ways = (_carry(reader, outer), _carry(inner, writer))
    await asyncio.gather(*ways, return_exceptions=True)


async def _main() -> None:
    for listening, host, port in batched(sys.argv[1:], 3, strict=True):
        await asyncio.start_server(partial(_connected, host, port), port=int(listening))
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(_main())
