import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { Failure } from "../../src/core/base/failure.js";
import { childEnvironment, screenVariables, withoutEditor } from "../../src/run/child-environment.js";
import { findProgram } from "../../src/run/find-program.js";
import { batchLine, exitCodeOf, launch, type Ending, type LaunchedCommand } from "../../src/run/spawn.js";
import type { Seat } from "../../src/run/terminal.js";

const { platform } = process;
const environment = Object.fromEntries(
  Object.entries(process.env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
);

describe("starting a command", () => {
  let folder = "";
  beforeEach(() => {
    folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), "loam spawn'")));
  });
  afterEach(() => {
    fs.rmSync(folder, { recursive: true });
  });

  const begin = async (
    command: readonly string[],
    seat: Seat = { kind: "none" },
    variables: Record<string, string> = {},
  ): Promise<LaunchedCommand> => {
    const consoleFd = fs.openSync(path.join(folder, "console.log"), "a");
    try {
      return await launch({
        command,
        folder,
        consoleFd,
        environment: { ...environment, ...variables },
        platform,
        seat,
      });
    } finally {
      fs.closeSync(consoleFd);
    }
  };
  const run = async (
    command: readonly string[],
    seat: Seat = { kind: "none" },
    variables: Record<string, string> = {},
  ): Promise<{ ending: Ending; text: string; bond: string }> => {
    const { ended, bond } = await begin(command, seat, variables);
    const ending = await ended;
    return { ending, bond, text: fs.readFileSync(path.join(folder, "console.log"), "utf8") };
  };
  const node = process.execPath;

  it("writes stdout and stderr to the console file, in order, in the folder", async () => {
    const script =
      "process.stdout.write('a'); process.stderr.write('b'); process.stdout.write(process.cwd())";
    const { ending, text } = await run([node, "-e", script]);
    assert.equal(text, `ab${folder}`);
    assert.deepEqual(ending, { kind: "exited", code: 0 });
  });

  it("hands on exit codes, and signals as a shell does", async () => {
    assert.equal(exitCodeOf((await run([node, "-e", "process.exit(7)"])).ending), 7);
    if (platform === "win32") return;
    const { ending } = await run([
      node,
      "-e",
      "process.kill(process.pid, 'SIGTERM'); setInterval(() => 0, 1000)",
    ]);
    assert.deepEqual(ending, { kind: "signalled", signal: "SIGTERM" });
    assert.equal(exitCodeOf(ending), 143);
    assert.equal(exitCodeOf({ kind: "signalled", signal: "SIGKILL" }), 137);
    assert.equal(exitCodeOf({ kind: "signalled", signal: "SIGINT" }), 130);
  });

  it("keeps words as they are", async () => {
    const words = ["", "a b", "*", "$HOME", "'", '"', "\\", "%PATH%", "a\nb", "é😀"];
    const { text } = await run([
      node,
      "-e",
      "process.stdout.write(JSON.stringify(process.argv.slice(1)))",
      "--",
      ...words,
    ]);
    assert.deepEqual(JSON.parse(text), words);
  });

  it("says to a child that writes to a file, with a person looking on, that it may use colours", async () => {
    const script = "process.stdout.write([process.env.FORCE_COLOR, process.env.COLUMNS].join())";
    const seat: Seat = { kind: "background", screen: { columns: 99, rows: 20 } };
    const seen = await run([node, "-e", script], seat, { FORCE_COLOR: "0", COLUMNS: "5" });
    assert.equal(seen.text, "0,5");
    assert.equal(seen.bond, "group");
  });

  if (platform !== "win32")
    it("gives a run without a terminal a session of its own, and one of a terminal the group of this process", async () => {
      const groupOf = async (seat: Seat): Promise<string> => {
        fs.rmSync(path.join(folder, "console.log"), { force: true });
        return (await run(["ps", "-o", "pgid=", "-p", String(process.pid)], seat)).text.trim();
      };
      const own = await groupOf({ kind: "none" });
      const script = "ps -o pgid= -p $$";
      fs.rmSync(path.join(folder, "console.log"), { force: true });
      const { text: alone } = await run(["sh", "-c", script]);
      fs.rmSync(path.join(folder, "console.log"), { force: true });
      const { text: together } = await run(["sh", "-c", script], { kind: "redirected" });
      assert.notEqual(alone.trim(), own);
      assert.equal(together.trim(), own);
    });

  describe("that is not there", () => {
    const failing = async (
      command: readonly string[],
      variables: Record<string, string> = {},
    ): Promise<Failure> => {
      const result = await begin(command, { kind: "none" }, variables).catch((error: unknown) => error);
      assert.ok(result instanceof Failure);
      return result;
    };
    const touch = (name: string, mode = 0o644, text = ""): void => {
      fs.mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
      fs.writeFileSync(path.join(folder, name), text, { mode });
    };
    /** A PATH with these programs alone. */
    const only = (...names: string[]): Record<string, string> => {
      for (const name of names) touch(`bin/${name}`, 0o755, "#!/bin/sh\n");
      return { PATH: path.join(folder, "bin") };
    };

    if (platform !== "win32") {
      it("names python3 where python is asked for", async () => {
        touch("train.py");
        const failure = await failing(["python", "train.py", "--lr", "1"], only("python3"));
        assert.equal(failure.code, "command.notFound");
        assert.equal(failure.message, "No program 'python' is on the PATH.");
        assert.equal(failure.next, "There is python3: loam run -- python3 train.py --lr 1");
      });

      it("names the environment that lies in the folder", async () => {
        touch(".venv/bin/python", 0o755);
        const failure = await failing(["python", "train.py"], only("python3"));
        assert.equal(failure.next, "There is an environment in .venv: loam run -- .venv/bin/python train.py");
      });

      it("says how to run a script by itself", async () => {
        touch("train.py");
        touch("go");
        const variables = only("python3");
        assert.match(
          (await failing(["train.py", "-x"], variables)).next ?? "",
          /: loam run -- python3 train\.py -x$/,
        );
        assert.match(
          (await failing(["./train.py"], variables)).next ?? "",
          /: loam run -- python3 \.\/train\.py$/,
        );
        assert.match(
          (await failing(["./train.py"], variables)).message,
          /^\.\/train\.py may not be executed/,
        );
        assert.equal((await failing(["./go"], variables)).next, "Allow it: chmod +x ./go");
        assert.match((await failing(["go"], variables)).next ?? "", /\.\/go$/);
      });

      it("knows the words of the shell", async () => {
        assert.match((await failing(["cd", "x"], only())).next ?? "", /bash -c 'cd x'/);
      });

      it("names a first line that leads nowhere", async () => {
        touch("go", 0o755, "#!/no/such/python\n");
        const failure = await failing(["./go"]);
        assert.match(failure.message, /names an interpreter in its first line that is not here/);
        assert.match(failure.next ?? "", /first line of \.\/go/);
      });

      it("takes an empty piece of the PATH for the folder", () => {
        touch("go", 0o755);
        const place = { command: ["go"], folder, environment: { PATH: "/none:" }, platform };
        assert.equal(findProgram(place), path.join(folder, "go"));
      });
    }

    it("names a script that is missing, with its folder and what was meant", async () => {
      touch("train.py");
      touch("src/evaluate.py");
      const slip = await failing([node.replace(/.*/, "python3"), "trian.py"]);
      assert.equal(slip.message, `There is no file trian.py in ${folder}.`);
      assert.equal(slip.next, "Did you mean train.py?");
      assert.equal(
        (await failing(["python3", "evaluate.py"])).next,
        `Did you mean ${path.join("src", "evaluate.py")}?`,
      );
      assert.equal((await failing(["python3", "quite_different.py"])).next, "Check the name and the folder.");
      assert.match((await failing(["python3", "no/where.py"])).next ?? "", /There is no folder .*no either/);
    });

    it("names what else is wrong", async () => {
      touch("folder/x");
      assert.match((await failing(["./folder"])).message, /^\.\/folder is a folder, not a program/);
      assert.equal((await failing(["./absent"])).message, `There is no file ./absent in ${folder}.`);
      assert.match(
        (await failing(["no-such-program"])).message,
        /^No program 'no-such-program' is on the PATH/,
      );
      assert.equal((await failing([])).code, "usage.wrong");
      const away = launch({
        command: ["sh"],
        folder: path.join(folder, "absent"),
        consoleFd: 1,
        environment,
        platform,
        seat: { kind: "none" },
      });
      await assert.rejects(away, /There is no folder .*absent to run in/);
    });

    it("names a command that is longer than the system allows", async () => {
      const failure = await failing([node, "-e", "0", "x".repeat(4_000_000)]);
      assert.equal(failure.code, "command.failed");
      assert.match(failure.message, /longer than the system allows/);
    });
  });
});

describe("the environment of a command", () => {
  const hook = { scripts: "/loam/python", lines: "/run/hook.jsonl", folder: "/work" };
  const made = (given: Record<string, string>, on: NodeJS.Platform = "linux") =>
    childEnvironment(given, { platform: on, hook, launch: "L1", add: { MLFLOW_TRACKING_URI: "http://x" } });

  it("is without what the editor set for itself, and with what its terminal gives", () => {
    const editor = {
      ELECTRON_RUN_AS_NODE: "1",
      VSCODE_PID: "1",
      NODE_OPTIONS: "--x",
      ELECTRON_NO_ATTACH_CONSOLE: "1",
    };
    assert.deepEqual(withoutEditor({ ...editor, HOME: "/h", GONE: undefined }), { HOME: "/h" });
    assert.deepEqual(withoutEditor({ VSCODE_ESM_ENTRYPOINT: "x", VSCODE_CWD: "/", A: "1" }), { A: "1" });
    const terminal = {
      VSCODE_IPC_HOOK_CLI: "/s",
      NODE_OPTIONS: "--max-old-space-size=9",
      TERM_PROGRAM: "vscode",
    };
    assert.deepEqual(withoutEditor(terminal), terminal);
  });

  it("puts the hook before the person's own path", () => {
    assert.equal(made({})["PYTHONPATH"], "/loam/python");
    assert.equal(made({ PYTHONPATH: "" })["PYTHONPATH"], "/loam/python");
    assert.equal(made({ PYTHONPATH: "/a:/b" })["PYTHONPATH"], "/loam/python:/a:/b");
    assert.equal(made({ PYTHONPATH: "C:\\a" }, "win32")["PYTHONPATH"], "/loam/python;C:\\a");
  });

  it("names the run, and leaves what the person set", () => {
    assert.deepEqual(made({ A: "1" }), {
      A: "1",
      PYTHONUNBUFFERED: "1",
      PYTHONPATH: "/loam/python",
      LOAM_HOOK_FILE: "/run/hook.jsonl",
      LOAM_HOOK_FOLDER: "/work",
      LOAM_LAUNCH: "L1",
      MLFLOW_TRACKING_URI: "http://x",
    });
    assert.equal(made({ PYTHONUNBUFFERED: "" })["PYTHONUNBUFFERED"], "");
    assert.equal(made({}, "win32")["PYTHONIOENCODING"], "utf-8");
    assert.equal(made({ PYTHONUTF8: "0" }, "win32")["PYTHONIOENCODING"], undefined);
  });

  it("asks for colours where a screen is, unless the person does not want them", () => {
    const seat: Seat = { kind: "foreground", screen: { columns: 100, rows: 30 } };
    const all = { COLUMNS: "100", LINES: "30", FORCE_COLOR: "1", CLICOLOR_FORCE: "1", PY_COLORS: "1" };
    assert.deepEqual(screenVariables(seat, {}), all);
    assert.deepEqual(screenVariables(seat, { NO_COLOR: "" }), { COLUMNS: "100", LINES: "30" });
    assert.deepEqual(screenVariables(seat, { TERM: "dumb", LINES: "5" }), { COLUMNS: "100" });
    assert.deepEqual(screenVariables({ kind: "redirected" }, {}), {});
    assert.deepEqual(screenVariables({ kind: "none" }, {}), {});
  });
});

describe("the line of a Windows batch file", () => {
  it("carets what the shell would take for its own", () => {
    assert.equal(batchLine("C:\\p\\poetry.cmd", []), "C:\\p\\poetry.cmd");
    assert.equal(batchLine("C:\\My Apps\\p.cmd", ["a"]), 'C:\\My^ Apps\\p.cmd ^^^"a^^^"');
    assert.equal(batchLine("p.cmd", ["a&b"]), 'p.cmd ^^^"a^^^&b^^^"');
    assert.equal(batchLine("p.cmd", ['say "x"']), 'p.cmd ^^^"say^^^ \\^^^"x\\^^^"^^^"');
    assert.equal(batchLine("p.cmd", ["dir\\"]), 'p.cmd ^^^"dir\\\\^^^"');
  });
});

if (platform === "linux" && hasUtilLinuxScript())
  describe("in a terminal", () => {
    let folder = "";
    beforeEach(() => {
      folder = fs.mkdtempSync(path.join(os.tmpdir(), "loam-terminal-"));
    });
    afterEach(() => {
      fs.rmSync(folder, { recursive: true });
    });

    /**
     * Runs `test/run/seated.ts` with `command` at a real terminal of 100 columns, made by Python, which types `keys`
     * when the console shows `ready`; how the seat was seen, the command ended, and what the console holds.
     */
    const atTerminal = (command: readonly string[], keys = ""): { seen: string; text: string } => {
      const log = path.join(folder, "console.log");
      fs.writeFileSync(log, "");
      const seated = path.join(import.meta.dirname, "seated.ts");
      const words = [process.execPath, "--import", "tsx", seated, log, path.join(folder, "seen"), ...command];
      execFileSync("python3", [path.join(import.meta.dirname, "terminal.py"), log, keys, ...words], {
        stdio: "pipe",
      });
      return { seen: fs.readFileSync(path.join(folder, "seen"), "utf8"), text: fs.readFileSync(log, "utf8") };
    };

    it("the command has a terminal of its own, with its size, and its exit code comes back", () => {
      const script =
        "import os,sys; print(sys.stdin.isatty(), sys.stdout.isatty(), sys.stderr.isatty(), os.get_terminal_size().columns, os.environ.get('SHELL')); sys.exit(5)";
      const { seen, text } = atTerminal(["python3", "-c", script]);
      assert.equal(text, `True True True 100 ${process.env["SHELL"] ?? "None"}\r\n`);
      assert.equal(seen, "foreground pseudoTerminal exited 5");
    });

    it("words reach it as they are", () => {
      const words = ["", "a b", "*", "$HOME", "it's", '"', "\\", "a\tb"];
      const { text } = atTerminal(["python3", "-c", "import sys; print(ascii(sys.argv[1:]))", ...words]);
      assert.equal(text.trim(), `['', 'a b', '*', '$HOME', "it's", '"', '\\\\', 'a\\tb']`);
    });

    it("what is typed reaches its stdin", () => {
      const { text } = atTerminal(["python3", "-c", "print('ready'); print('got', input())"], "hello\r");
      assert.match(text, /got hello\r\n/);
    });

    it("Ctrl-C reaches it once, and how it ended is known", () => {
      const script =
        "import time\ntry:\n  print('ready')\n  time.sleep(60)\nexcept KeyboardInterrupt:\n  print('cleaned')\n  raise";
      const { seen, text } = atTerminal(["python3", "-c", script], "\u0003");
      assert.equal(text.split("cleaned").length, 2);
      assert.equal(seen, "foreground pseudoTerminal signalled SIGINT");
    });

    it("a job in the background is not stopped", () => {
      const inner = [process.execPath, "--import", "tsx", path.join(import.meta.dirname, "seated.ts")];
      const log = path.join(folder, "inner.log");
      const words = [...inner, log, path.join(folder, "inner"), "python3", "-c", "print(1)"];
      // an interactive shell gives the job a process group of its own
      const line = `set -m; ${words.map((word) => `'${word}'`).join(" ")} & wait $!; echo job $?`;
      fs.writeFileSync(log, "");
      const { text } = atTerminal(["bash", "-c", line]);
      assert.match(text, /job 0/);
      assert.equal(fs.readFileSync(path.join(folder, "inner"), "utf8"), "background group exited 0");
      assert.equal(fs.readFileSync(log, "utf8"), "1\n");
    });
  });

function hasUtilLinuxScript(): boolean {
  try {
    return execFileSync("script", ["--version"], { encoding: "utf8" }).includes("util-linux");
  } catch {
    return false;
  }
}
