"""Carries byte streams between network namespaces: a TCP port on one side, a unix socket in the middle, a TCP port on the other.

As a program, in the namespace of the far side: `python -m lab.bridge SOCKET HOST PORT` brings what comes to the socket to the port.
"""

import asyncio
import sys


async def _pump(reader, writer):
    try:
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    except OSError:
        pass
    finally:
        writer.close()


async def _join(reader, writer, connecting):
    try:
        far_reader, far_writer = await connecting
    except OSError:
        writer.close()
        return
    await asyncio.gather(_pump(reader, far_writer), _pump(far_reader, writer))


async def serve_port(path):
    """A free port on the loopback interface that leads to the socket: the server and its port."""
    server = await asyncio.start_server(
        lambda reader, writer: _join(reader, writer, asyncio.open_unix_connection(path)), "127.0.0.1", 0)
    return server, server.sockets[0].getsockname()[1]


async def serve_socket(path, host, port):
    """A unix socket that leads to the port."""
    return await asyncio.start_unix_server(
        lambda reader, writer: _join(reader, writer, asyncio.open_connection(host, port)), path)


async def _main(path, host, port):
    server = await serve_socket(path, host, int(port))
    print("ready", flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    try:
        asyncio.run(_main(*sys.argv[1:]))
    except KeyboardInterrupt:
        pass
