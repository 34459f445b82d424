import { spawn } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";

export type GitAnswer =
  { readonly ok: true; readonly stdout: Buffer } | { readonly ok: false; readonly reason: string };

/**
 * The git binary of the PATH. Looked up here, since Windows would start a `git.exe` of the current folder first,
 * which may be a stranger's clone.
 */
function findGit(): string | undefined {
  const name = process.platform === "win32" ? "git.exe" : "git";
  for (const folder of (process.env["PATH"] ?? process.env["Path"] ?? "").split(path.delimiter)) {
    if (!path.isAbsolute(folder)) continue;
    const file = path.join(folder, name);
    try {
      fs.accessSync(file, fs.constants.X_OK);
      if (fs.statSync(file).isFile()) return file;
    } catch {
      continue;
    }
  }
  return undefined;
}

function environment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(
    ([name]) => !name.startsWith("GIT_") || name.startsWith("GIT_CONFIG_"),
  );
  return {
    ...Object.fromEntries(kept),
    GIT_OPTIONAL_LOCKS: "0",
    GIT_TERMINAL_PROMPT: "0",
    // A partial clone would fetch what is missing.
    GIT_NO_LAZY_FETCH: "1",
    GIT_ALLOW_PROTOCOL: "none",
    LC_ALL: "C",
  };
}

/** Asks git about a repository, without locks, prompts or network. Never throws: no binary is an answer too. */
export function askGit(
  gitDir: string,
  args: readonly string[],
  signal: AbortSignal,
  input = "",
): Promise<GitAnswer> {
  const git = findGit();
  if (git === undefined) return Promise.resolve({ ok: false, reason: "there is no git binary on the PATH" });
  return new Promise((resolve) => {
    const fail = (error: Error): void => {
      resolve({ ok: false, reason: error.message });
    };
    const child = spawn(git, ["--git-dir", gitDir, ...args], {
      cwd: os.tmpdir(),
      env: environment(),
      windowsHide: true,
      signal,
    });
    const stdout: Buffer[] = [];
    let stderr = "";
    child.stdout.on("data", (chunk: Buffer) => stdout.push(chunk));
    child.stderr.on("data", (chunk: Buffer) => {
      if (stderr.length < 2000) stderr += chunk.toString("utf8");
    });
    child.on("error", fail);
    child.stdin.on("error", () => undefined); // git may end before it has read all
    child.on("close", (code) => {
      if (code === 0) resolve({ ok: true, stdout: Buffer.concat(stdout) });
      else {
        const said = stderr.trim().split("\n")[0] ?? "";
        resolve({ ok: false, reason: said === "" ? `git ended with code ${String(code)}` : said });
      }
    });
    child.stdin.end(input);
  });
}
