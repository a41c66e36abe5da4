// An extension as any user may write one: it starts the MCP servers that are
// configured, says which tools there are, and calls them, without a language
// model. It connects to whoever started VS Code, and answers one request per
// line.
const net = require("net");
const readline = require("readline");
const vscode = require("vscode");

const tools = () => vscode.lm.tools.map((tool) => tool.name).filter((name) => name.startsWith("mcp_"));

// Extensions are told of tools a moment after the server has listed them.
const moment = 2000, interval = 20;

const actions = {
  // As the command "MCP: Start Server"; it ends when the server runs, or does
  // not, and says which.
  async start() {
    const options = {promptType: "all-untrusted", autoTrustChanges: true, waitForLiveTools: true};
    await vscode.commands.executeCommand("workbench.mcp.startServer", "*", options);
    for (let waited = 0; tools().length === 0 && waited < moment; waited += interval) {
      await new Promise((resolve) => setTimeout(resolve, interval));
    }
    return tools().length > 0;
  },
  // As the command "MCP: Show Output", of a server in the user's own mcp.json,
  // which is a local or a remote one, as VS Code has it.
  async show({server}) {
    for (const place of ["usrlocal", "usrremote"]) {
      await vscode.commands.executeCommand("workbench.mcp.showOutput", `mcp.config.${place}.${server}`);
    }
  },
  // Tools are named after their server and themselves.
  async call({tool, arguments: input}) {
    const found = tools().find((name) => name.endsWith("_" + tool));
    if (!found) throw new Error(`no MCP server has a tool ${tool}: ${tools().join(", ") || "there are none"}`);
    const {content} = await vscode.lm.invokeTool(found, {input, toolInvocationToken: undefined});
    return content.filter((part) => typeof part.value === "string").map((part) => part.value).join("\n");
  },
};

exports.activate = () => {
  const socket = net.connect(Number(process.env.MCPCOMPAT_DRIVER_PORT), "127.0.0.1");
  const say = (message) => socket.write(JSON.stringify(message) + "\n");
  socket.on("error", () => {}); // nobody listens any more
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? "";
  say({token: process.env.MCPCOMPAT_DRIVER_TOKEN, folder});
  readline.createInterface({input: socket}).on("line", async (line) => {
    const {id, action, parameters} = JSON.parse(line);
    try {
      say({id, result: (await actions[action](parameters)) ?? null});
    } catch (error) {
      say({id, error: String(error?.message ?? error)});
    }
  });
};
