// A program on the MCP TypeScript SDK, made like the example client of the SDK:
// what is requested, checked, repeated or forgotten on the wire is the SDK's
// doing. It speaks JSON-RPC on its standard streams, one message on each line:
// connect, and call with the name of a tool and its arguments.
//
// Arguments: the major version of the SDK, the URL of the MCP server, the port of
// the callback (0: any that is free), and a client that was registered by hand, as
// JSON ("": none). BROWSER names the program that shows a URL to the user.
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { createInterface } from 'node:readline';

const [major, serverURL, port, registered] = process.argv.slice(2);
const { Client, StreamableHTTPClientTransport, UnauthorizedError } =
  major === '1'
    ? {
        ...(await import('@modelcontextprotocol/sdk/client/index.js')),
        ...(await import('@modelcontextprotocol/sdk/client/streamableHttp.js')),
        ...(await import('@modelcontextprotocol/sdk/client/auth.js')),
      }
    : await import('@modelcontextprotocol/client');

// The listener for the callback. A program whose port is taken uses another one
// (RFC 8252, section 7.3).
let arrived = () => {};
const listener = createServer((request, response) => {
  const url = new URL(request.url, 'http://localhost');
  if (url.pathname !== '/callback') {
    response.writeHead(404).end();
    return;
  }
  response.writeHead(200, { 'content-type': 'text/plain' }).end('You can close this window.');
  arrived(url.searchParams);
});
const listen = (at) =>
  new Promise((resolve, reject) => {
    listener.once('error', reject);
    listener.listen(at, '127.0.0.1', resolve);
  });
await listen(Number(port)).catch(() => listen(0));
const redirectURL = `http://localhost:${listener.address().port}/callback`;

const kept = { client: registered ? JSON.parse(registered) : undefined };
let answer; // the parameters of the callback, once there is one
const provider = {
  redirectUrl: redirectURL,
  clientMetadata: {
    client_name: 'MCP TypeScript SDK client',
    redirect_uris: [redirectURL],
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    // The example of version 1 says so; version 2 leaves the choice to the SDK.
    ...(major === '1' && { token_endpoint_auth_method: 'client_secret_post' }),
  },
  clientInformation: () => kept.client,
  saveClientInformation: (client) => void (kept.client = client),
  tokens: () => kept.tokens,
  saveTokens: (tokens) => void (kept.tokens = tokens),
  codeVerifier: () => kept.verifier,
  saveCodeVerifier: (verifier) => void (kept.verifier = verifier),
  redirectToAuthorization(url) {
    answer = new Promise((resolve) => (arrived = resolve));
    spawn(process.env.BROWSER, [url.toString()], { stdio: 'ignore' });
  },
};
if (major !== '1') {
  // The example of version 1 sends no state, and does not forget what a server
  // has declared invalid; version 2 documents both for providers.
  provider.state = () => (kept.state = randomUUID());
  provider.invalidateCredentials = (scope) => {
    if (scope === 'all' || scope === 'tokens') kept.tokens = undefined;
    if (scope === 'all' || scope === 'verifier') kept.verifier = undefined;
    if ((scope === 'all' || scope === 'client') && !registered) kept.client = undefined;
  };
}

let client;
let transport;

async function finish() {
  const parameters = await answer;
  if (parameters.get('error')) {
    throw new Error(`authorization failed: ${parameters.get('error')} ${parameters.get('error_description') ?? ''}`);
  }
  if (kept.state !== undefined && parameters.get('state') !== kept.state) {
    throw new Error('the state does not match');
  }
  await transport.finishAuth(major === '1' ? parameters.get('code') : parameters);
}

// authorized does something, and does it again after a login where the SDK asks
// for one.
async function authorized(action) {
  try {
    return await action();
  } catch (error) {
    if (!(error instanceof UnauthorizedError)) throw error;
  }
  if (!answer) throw new Error('the SDK asks for a login and has shown no URL');
  await finish();
  answer = undefined;
  return await action();
}

const methods = {
  async connect() {
    await authorized(async () => {
      client = new Client({ name: 'mcpcompat', version: '1' }, { capabilities: {} });
      transport = new StreamableHTTPClientTransport(new URL(serverURL), { authProvider: provider });
      await client.connect(transport);
    });
    await authorized(() => client.listTools());
    return {};
  },
  async call({ tool, arguments: given }) {
    return await authorized(() => client.callTool({ name: tool, arguments: given ?? {} }));
  },
};

const lines = createInterface({ input: process.stdin });
lines.on('line', async (line) => {
  const { id, method, params } = JSON.parse(line);
  const reply = { jsonrpc: '2.0', id };
  try {
    reply.result = await methods[method](params ?? {});
  } catch (error) {
    reply.error = { code: -32000, message: `${error.name}: ${error.message}` };
  }
  process.stdout.write(JSON.stringify(reply) + '\n');
});
lines.on('close', () => process.exit(0));
