"""A program on the MCP Python SDK, made like the example client of the SDK: what
is requested, checked, repeated or forgotten on the wire is the SDK's doing. It
speaks JSON-RPC on its standard streams, one message on each line: connect, and
call with the name of a tool and its arguments.

Arguments: the major version of the SDK, the URL of the MCP server, the port of
the callback (0: any that is free), and a client that was registered by hand, as
JSON ("": none). BROWSER names the program that shows a URL to the user.
"""

import asyncio
import json
import logging
import os
import sys
from contextlib import asynccontextmanager
from urllib.parse import parse_qs, urlsplit

from mcp.client.auth import OAuthClientProvider
from mcp.client.session import ClientSession
from mcp.client.streamable_http import streamable_http_client
from mcp.shared._httpx_utils import create_mcp_http_client
from mcp.shared.auth import OAuthClientInformationFull, OAuthClientMetadata

MAJOR, SERVER, PORT, REGISTERED = sys.argv[1:5]


class Storage:
    """Keeps tokens and registration in memory, as the example does."""

    def __init__(self, client):
        self.tokens, self.client = None, client

    async def get_tokens(self):
        return self.tokens

    async def set_tokens(self, tokens):
        self.tokens = tokens

    async def get_client_info(self):
        return self.client

    async def set_client_info(self, client):
        self.client = client


class Callback:
    """Listens for the callback. A program whose port is taken uses another one
    (RFC 8252, section 7.3)."""

    arrived = None  # the parameters of the callback, as soon as one is expected

    async def listen(self, port):
        try:
            server = await asyncio.start_server(self.serve, "127.0.0.1", port)
        except OSError:
            server = await asyncio.start_server(self.serve, "127.0.0.1", 0)
        self.server = server
        self.url = f"http://localhost:{server.sockets[0].getsockname()[1]}/callback"

    async def serve(self, reader, writer):
        try:
            request = (await reader.readuntil(b"\r\n\r\n")).decode()
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()  # somebody only looked whether the port is taken
            return
        url = urlsplit(request.split(" ")[1])
        found = url.path == "/callback"
        page = b"You can close this window." if found else b""
        writer.write(
            b"HTTP/1.1 %s\r\nContent-Type: text/plain\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s"
            % (b"200 OK" if found else b"404 Not Found", len(page), page)
        )
        await writer.drain()
        writer.close()
        if found and self.arrived and not self.arrived.done():
            self.arrived.set_result({k: v[0] for k, v in parse_qs(url.query).items()})

    async def show(self, url):
        self.arrived = asyncio.get_running_loop().create_future()
        await asyncio.create_subprocess_exec(os.environ["BROWSER"], url, stdin=asyncio.subprocess.DEVNULL)

    async def answer(self):
        got = await self.arrived
        if "error" in got:
            raise RuntimeError(f"authorization failed: {got['error']} {got.get('error_description', '')}")
        if MAJOR == "1":
            return got.get("code"), got.get("state")
        from mcp.client.auth import AuthorizationCodeResult

        return AuthorizationCodeResult(code=got.get("code", ""), state=got.get("state"), iss=got.get("iss"))


@asynccontextmanager
async def connected(provider):
    """A session with the MCP server, whose tools are listed."""
    async with create_mcp_http_client(auth=provider) as http:
        transport = streamable_http_client(SERVER, http_client=http)
        if MAJOR != "1":
            from mcp import Client

            async with Client(transport) as client:
                await client.list_tools()
                yield client
            return
        async with transport as (read, write, _), ClientSession(read, write) as session:
            await session.initialize()
            await session.list_tools()
            yield session


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

    async def answered(self, work):
        """Does the work, and says what came of it. What ends the session as well
        is not caught: the SDK cancels whoever waits for it."""
        try:
            result = await work
            reply(self.open, result=result.model_dump(mode="json", by_alias=True, exclude_none=True))
        except Exception as error:
            fail(self.open, error)
        self.open = None

    async def serve(self, provider):
        """Serves requests for as long as a session lives."""
        async with connected(provider) as session:
            if self.open["method"] == "connect":
                reply(self.open, result={})
                self.open = None
            while self.open or await self.next():
                asked = self.open.get("params", {})
                await self.answered(session.call_tool(asked["tool"], asked.get("arguments") or {}))


async def main():
    callback = Callback()
    await callback.listen(int(PORT))
    client = None
    if REGISTERED:
        client = OAuthClientInformationFull(redirect_uris=[callback.url], **json.loads(REGISTERED))
        if client.client_secret:  # the SDK sends a secret only in a way that it is told
            client.token_endpoint_auth_method = "client_secret_post"
    provider = OAuthClientProvider(
        server_url=SERVER,
        client_metadata=OAuthClientMetadata(client_name="MCP Python SDK client", redirect_uris=[callback.url]),
        storage=Storage(client),
        redirect_handler=callback.show,
        callback_handler=callback.answer,
    )
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    requests = Requests(reader)
    # A session that has ended is followed by another one with the next request.
    while requests.open or await requests.next():
        try:
            await requests.serve(provider)
        except BaseException as error:
            if isinstance(error, (KeyboardInterrupt, SystemExit)):
                raise
            if requests.open:
                fail(requests.open, error)
            requests.open = None


# What goes wrong is told in the answer; its history is of use to nobody here.
log = logging.StreamHandler()
log.addFilter(lambda record: setattr(record, "exc_info", None) or True)
logging.basicConfig(level=logging.WARNING, handlers=[log], format="%(name)s: %(message)s")
asyncio.run(main())
