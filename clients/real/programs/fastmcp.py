"""A program on the client of FastMCP, which signs in by itself: what is requested,
opened, listened for, checked or forgotten is the doing of Client(auth="oauth"). It
speaks JSON-RPC on its standard streams, one message on each line: connect, and
call with the name of a tool and its arguments.

Arguments: unused, the URL of the MCP server, the port of the callback, and a
client that was registered by hand, as JSON ("": none, and the port is FastMCP's
choice). BROWSER names the program that shows a URL to the user.
"""

import asyncio
import json
import sys

from fastmcp import Client
from fastmcp.client.auth import OAuth

_, SERVER, PORT, REGISTERED = sys.argv[1:5]


def auth():
    """What the documentation tells a user to write: a word, unless an operator has
    handed out a client_id."""
    if not REGISTERED:
        return "oauth"
    client = json.loads(REGISTERED)
    return OAuth(client_id=client["client_id"], client_secret=client.get("client_secret"), callback_port=int(PORT))


def reply(request, **outcome):
    print(json.dumps({"jsonrpc": "2.0", "id": request["id"], **outcome}), flush=True)


def fail(request, error):
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    reply(request, error={"code": -32000, "message": f"{type(error).__name__}: {error}"})


class Requests:
    """What this program is asked for. It is open until it was answered."""

    def __init__(self, reader):
        self.reader, self.open = reader, None

    async def next(self):
        line = await self.reader.readline()
        self.open = json.loads(line) if line else None
        return self.open

    async def serve(self, client):
        """Serves requests for as long as a session lives. Like the first one, the
        next session is opened by what asks for it."""
        async with client:
            await client.list_tools()
            if self.open["method"] == "connect":
                reply(self.open, result={})
                self.open = None
            while client.is_connected() and (self.open or await self.next()):
                asked = self.open.get("params", {})
                try:
                    result = await client.call_tool_mcp(asked["tool"], asked.get("arguments") or {})
                    reply(self.open, result=result.model_dump(mode="json", by_alias=True, exclude_none=True))
                except Exception as error:
                    fail(self.open, error)
                self.open = None


async def main():
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    requests, client = Requests(reader), Client(SERVER, auth=auth())
    while requests.open or await requests.next():
        try:
            await requests.serve(client)
        except Exception as error:
            if requests.open:
                fail(requests.open, error)
            requests.open = None


asyncio.run(main())
