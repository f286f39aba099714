"""Carry connections to a port on to an address and port; all three are arguments.

It runs inside a container, from its source alone, and stands where the Supervisor would, or the way
into the home: a person who may not open ports 80 and 443 on their own machine may open them there.
"""

import asyncio
import sys

_CHUNK = 65536


async def _carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while data := await reader.read(_CHUNK):
            writer.write(data)
            await writer.drain()
    finally:
        writer.close()


async def _connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        inner, outer = await asyncio.open_connection(sys.argv[2], int(sys.argv[3]))
    except OSError:
        writer.close()
        return
    ways = (_carry(reader, outer), _carry(inner, writer))
    await asyncio.gather(*ways, return_exceptions=True)


async def _main() -> None:
    server = await asyncio.start_server(_connected, port=int(sys.argv[1]))
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_main())
