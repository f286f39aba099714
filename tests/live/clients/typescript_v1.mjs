// A client on the TypeScript SDK 1.x: lists, reads, and asks for what does not exist.
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";

const client = new Client({ name: "tests", version: "1" });
await client.connect(new StreamableHTTPClientTransport(new URL(process.env.MCP_URL)));
const ask = async (id) => {
  const answer = await client.callTool({ name: "ha_get_state", arguments: { entity_ids: [id] } });
  return [answer.isError ?? false, answer.content[0].text];
};
const { tools } = await client.listTools();
console.log(
  JSON.stringify({
    tools: tools.map((tool) => tool.name),
    good: await ask("light.kitchen_counter"),
    bad: await ask("light.kitchn_countr"),
  }),
);
await client.close();
