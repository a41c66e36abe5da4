// An extension as any user may write one: it starts the MCP servers that are
// configured, says which tools there are, and calls them, without a language
// model. It connects to whoever started VS Code, and answers one request per
// line.
const net = require("net");
const readline = require("readline");
const vscode = require("vscode");

// VS Code reads its configuration while its extensions start already.
const configured = () => new Promise((resolve) => {
  if (vscode.lm.mcpServerDefinitions.length > 0) return resolve();
  const waiting = vscode.lm.onDidChangeMcpServerDefinitions(() => {
    if (vscode.lm.mcpServerDefinitions.length > 0) {
      waiting.dispose();
      resolve();
    }
  });
});

const actions = {
  // As the command "MCP: Start Server"; it ends when the server runs, or does not.
  async start() {
    await configured();
    const options = {promptType: "all-untrusted", autoTrustChanges: true, waitForLiveTools: true};
    await vscode.commands.executeCommand("workbench.mcp.startServer", "*", options);
  },
  // As the command "MCP: Show Output", of a server in the user's own mcp.json.
  async show({server}) {
    await vscode.commands.executeCommand("workbench.mcp.showOutput", "mcp.config.usrlocal." + server);
  },
  tools: () => vscode.lm.tools.map((tool) => tool.name),
  // Tools are named after their server and themselves.
  async call({tool, arguments: input}) {
    const found = vscode.lm.tools.find(({name}) => name.startsWith("mcp_") && name.endsWith("_" + tool));
    if (!found) throw new Error(`no MCP server has a tool ${tool}: ${actions.tools().join(", ") || "there are none"}`);
    const {content} = await vscode.lm.invokeTool(found.name, {input, toolInvocationToken: undefined});
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
