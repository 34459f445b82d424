import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { cliFile, newFolder, runFolder, runIn, stopAll, testEnvironment, write } from "./loam.js";

const hasTerminals =
  process.platform === "linux" &&
  ["/usr/bin/script", "/bin/script"].some((file) => fs.existsSync(file)) &&
  execFileSync("script", ["--version"], { encoding: "utf8" }).includes("util-linux");

if (hasTerminals)
  describe("loam run at a terminal", function () {
    let folder = "";
    beforeEach(() => {
      folder = newFolder();
    });
    afterEach(stopAll);

    /** Runs `train.py` at a terminal of 100 columns, types `keys` once it says that it is ready, and gives what was shown. */
    const atTerminal = (script: string, keys = "", ...own: string[]): string => {
      write(folder, { "train.py": `def ready(): open('ready', 'w').write('ready')\n${script}`, ready: "" });
      const run = [process.execPath, cliFile(), "run", ...own, "--", "python3", "train.py"];
      const words = [path.join(import.meta.dirname, "terminal.py"), path.join(folder, "ready"), keys, ...run];
      const shown = execFileSync("python3", words, {
        cwd: folder,
        env: testEnvironment({ TERM: "xterm" }),
        encoding: "utf8",
      });
      // what is shown once `script` has given the terminal back gets a carriage return more, which nobody sees
      return shown.replaceAll("\r\r\n", "\r\n");
    };
    const consoleOf = (): string =>
      fs.readFileSync(path.join(runFolder(folder, runIn(folder).id), "console.log"), "utf8");

    it("the command has a terminal, and what it shows is shown as it shows it", () => {
      const shown = atTerminal(
        "import sys, os\nprint(sys.stdin.isatty(), sys.stdout.isatty(), os.get_terminal_size().columns)\n" +
          "print('\\x1b[32mgreen\\x1b[0m')\nfor i in range(3): print(f'\\r{i}/2', end='', flush=True)\n",
      );
      const console = "True True 100\r\n\u001b[32mgreen\u001b[0m\r\n\r0/2\r1/2\r2/2";
      assert.equal(consoleOf(), console);
      assert.ok(shown.startsWith(console), JSON.stringify(shown));
      assert.match(
        shown.slice(console.length),
        /loam: .* finished after .* s\r\n {6}loam runs show [0-9a-f]{12}\r\n$/,
      );
    });

    it("what is typed reaches it", () => {
      const shown = atTerminal("ready()\nprint('hello', input('who? '))\n", "world\r", "-q");
      assert.match(shown, /^who\? (world\r\n)?hello world\r\n$/);
    });

    it("Ctrl-C reaches it once; it may clean up, and the run is said to be stopped", () => {
      const shown = atTerminal(
        "import time\nready()\ntry:\n  time.sleep(60)\nexcept KeyboardInterrupt:\n  print('cleaned')\n  raise\n",
        "\u0003",
      );
      assert.equal(shown.split("cleaned").length, 2);
      assert.match(shown, /was stopped after/);
      assert.equal(runIn(folder).shownState, "killed");
      assert.equal(runIn(folder).facts.get("run.ended")?.signal, "SIGINT");
    });

    it("Ctrl-C that the command takes for something else does not end the run", () => {
      const shown = atTerminal(
        "import time\nready()\ntry:\n  time.sleep(60)\nexcept KeyboardInterrupt:\n  print('saved')\n",
        "\u0003",
      );
      assert.match(shown, /saved\r\n.*finished after/s);
      assert.equal(runIn(folder).shownState, "finished");
    });
  });
