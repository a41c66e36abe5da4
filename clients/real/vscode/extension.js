// An extension as any user may write one, with the public interface of VS Code:
// it starts the MCP servers that are configured, says which tools there are, and
// calls them, without a language model. It connects to whoever started VS Code,
// and answers one request per line.
const net = require("net");
const readline = require("readline");
const vscode = require("vscode");

const actions = {
  // A command of VS Code, as from its command palette.
  command: ({name, arguments: list}) => vscode.commands.executeCommand(name, ...list).then(() => null),
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
