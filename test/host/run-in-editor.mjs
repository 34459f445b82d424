#!/usr/bin/env node
// Takes the place of VS Code's executable in `runTests` of @vscode/test-electron: the same flags, the same exit code, but
// the workbench runs in Chromium and its extension host in a server.
import fs from "node:fs";
import path from "node:path";
import { openBrowser, startServer } from "../tooling/editor.mjs";
import { cache } from "../tooling/prepare.mjs";

const limitMinutes = Number(process.env["LOAM_HOST_MINUTES"] ?? 8);

/** The flags that runTests passes on, and the folder to open. */
function wanted(args) {
  const flag = (name) => args.find((one) => one.startsWith(`--${name}=`))?.slice(name.length + 3);
  const extension = flag("extensionDevelopmentPath");
  const tests = flag("extensionTestsPath");
  const data = flag("user-data-dir");
  if (!extension || !tests || !data)
    throw new Error("--extensionDevelopmentPath, --extensionTestsPath and --user-data-dir are needed.");
  return { extension, tests, data, folder: args.find((one) => !one.startsWith("-")) };
}

/** The user's settings lie elsewhere below the data folder of a server than below a desktop's. */
function settingsOf(data) {
  const file = path.join(data, "User", "settings.json");
  return fs.existsSync(file) ? JSON.parse(fs.readFileSync(file, "utf8")) : {};
}

/** What the suites print carries this mark (suite.ts); all else that an editor writes goes to a file. */
const mark = "│ ";

/** A console's arguments come as the page got them: the text first, with %c and its styles where a host wrote it. */
function textOf(args) {
  const [text, ...rest] = args;
  if (typeof text !== "string") return args.map((one) => String(one)).join(" ");
  const styles = text.split("%c").length - 1;
  return [text.replaceAll("%c", ""), ...rest.slice(styles)].join(" ").replace(/^\[Extension Host\] /, "");
}

async function main() {
  const { extension, tests, data, folder } = wanted(process.argv.slice(2));
  const log = path.join(data, "workbench.log");
  const server = await startServer({
    data,
    extensions: path.join(data, "extensions"),
    settings: settingsOf(data),
    development: true,
  });
  const browser = await openBrowser();
  const page = await browser.newPage({ viewport: { width: 1400, height: 900 } });
  try {
    const ended = new Promise((resolve, reject) => {
      const timer = setTimeout(
        () => reject(new Error(`The suite did not end within ${limitMinutes} minutes.`)),
        limitMinutes * 60_000,
      );
      timer.unref();
      page.once("crash", () => reject(new Error("The page of the editor crashed.")));
      void page.exposeFunction("codeAutomationLog", (type, args) => {
        const text = textOf(args);
        if (text.startsWith(mark)) console.log(text.slice(mark.length));
        else fs.appendFileSync(log, `[${type}] ${text}\n`);
      });
      void page.exposeFunction("codeAutomationExit", resolve);
    });
    const remote = (file) => `vscode-remote://${server.authority}${file}`;
    const payload = [
      ["extensionDevelopmentPath", remote(extension)],
      ["extensionTestsPath", remote(tests)],
      ["skipWelcome", "true"],
    ];
    const open = folder === undefined ? { ew: "true" } : { folder };
    await page.goto(server.url({ ...open, payload: JSON.stringify(payload) }));
    return await ended;
  } catch (error) {
    const picture = path.join(cache, "pictures", "editor-stuck.png");
    await page.screenshot({ path: picture }).catch(() => undefined);
    throw error;
  } finally {
    await browser.close();
    await server.stop();
  }
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
