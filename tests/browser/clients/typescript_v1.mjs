// A client on the TypeScript SDK 1.x that signs in: prints where to go, waits, and calls a tool.
import { createServer } from "node:http";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { UnauthorizedError } from "@modelcontextprotocol/sdk/client/auth.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";

const url = new URL(process.env.MCP_URL);
const redirectUrl = `http://127.0.0.1:${process.env.CALLBACK_PORT}/callback`;

const came = new Promise((resolve) => {
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url, redirectUrl);
    response.end("You can close this page.");
    if (pathname !== "/callback") return;
    server.close();
    resolve(searchParams.get("code"));
  });
  server.listen(Number(process.env.CALLBACK_PORT), "127.0.0.1");
});

const kept = {};
const authProvider = {
  redirectUrl,
  clientMetadata: {
    client_name: "TypeScript SDK of the tests",
    redirect_uris: [redirectUrl],
    token_endpoint_auth_method: "none",
    grant_types: ["authorization_code", "refresh_token"],
    response_types: ["code"],
  },
  clientInformation: () => kept.client,
  saveClientInformation: (client) => (kept.client = client),
  tokens: () => kept.tokens,
  saveTokens: (tokens) => (kept.tokens = tokens),
  codeVerifier: () => kept.verifier,
  saveCodeVerifier: (verifier) => (kept.verifier = verifier),
  redirectToAuthorization: (visit) => console.log(JSON.stringify({ visit })),
};

const client = new Client({ name: "tests", version: "1" });
const transport = () => new StreamableHTTPClientTransport(url, { authProvider });
const first = transport();
try {
  await client.connect(first);
  throw new Error("It was let in without a login");
} catch (error) {
  if (!(error instanceof UnauthorizedError)) throw error;
}
await first.finishAuth(await came);
await client.connect(transport());
const answer = await client.callTool(JSON.parse(process.env.MCP_CALL));
console.log(JSON.stringify({ seen: answer.content[0].text }));
await client.close();
