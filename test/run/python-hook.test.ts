import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { parseHookLine, type HookLine } from "../../src/run/hook-lines.js";

const scripts = path.resolve(import.meta.dirname, "../../media/python");

/** Every Python of this machine's PATH, by what it really is: shims of other tools may name one that is not there. */
const pythons = [
  ...new Set(
    [
      "python3",
      "/usr/bin/python3",
      "python2",
      ...[7, 8, 9, 10, 11, 12, 13, 14].map((minor) => `python3.${minor}`),
    ].flatMap((name) => {
      const asked = spawnSync(name, ["-c", "import sys; print(sys.executable)"], { encoding: "utf8" });
      return asked.status === 0 ? [asked.stdout.trim()] : [];
    }),
  ),
];

for (const python of pythons) {
  const version = execFileSync(python, ["-c", "import sys; print('%d.%d' % sys.version_info[:2])"], {
    encoding: "utf8",
  });
  const [major = 0, minor = 0] = version.trim().split(".").map(Number);
  const watches = major === 3 && minor >= 8;

  describe(`the hook in ${python} (${version.trim()})`, () => {
    let folder = "";
    let work = "";
    let lines = "";
    beforeEach(() => {
      folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), "loam hook é")));
      work = path.join(folder, "work");
      lines = path.join(folder, "hook.jsonl");
      fs.mkdirSync(work);
    });
    afterEach(() => {
      fs.rmSync(folder, { recursive: true });
    });

    const write = (name: string, text = ""): string => {
      const file = path.join(work, name);
      fs.mkdirSync(path.dirname(file), { recursive: true });
      fs.writeFileSync(file, text);
      return file;
    };
    interface Ran {
      readonly status: number | null;
      readonly stdout: string;
      readonly stderr: string;
      readonly told: readonly HookLine[];
      /** `read NAME` and `write NAME`, relative to the working folder, in order. */
      readonly files: readonly string[];
    }
    const run = (
      words: readonly string[],
      variables: Record<string, string | undefined> = {},
      own = "",
    ): Ran => {
      const result = spawnSync(python, words, {
        cwd: work,
        encoding: "utf8",
        env: {
          ...process.env,
          PYTHONDONTWRITEBYTECODE: "1",
          PYTHONPATH: own === "" ? scripts : `${scripts}${path.delimiter}${own}`,
          LOAM_HOOK_FILE: lines,
          LOAM_HOOK_FOLDER: work,
          ...variables,
        },
      });
      const text = fs.existsSync(lines) ? fs.readFileSync(lines, "utf8") : "";
      assert.ok(text === "" || text.endsWith("\n"));
      const told = text
        .split("\n")
        .slice(0, -1)
        .map((line) => {
          const parsed = parseHookLine(line);
          assert.ok(parsed, line);
          return parsed;
        });
      const files = told.flatMap((line) =>
        line.kind === "python" ? [] : [`${line.kind} ${path.relative(work, line.path)}`],
      );
      return { ...result, told, files };
    };
    const script = (text: string, variables: Record<string, string | undefined> = {}, own = ""): Ran => {
      write("script.py", text);
      const ran = run(["script.py"], variables, own);
      assert.equal(ran.stderr, "");
      assert.equal(ran.status, 0);
      return ran;
    };

    it("runs the person's own sitecustomize, and usercustomize as ever", () => {
      const own = path.join(folder, "own");
      fs.mkdirSync(own);
      fs.writeFileSync(
        path.join(own, "sitecustomize.py"),
        "import sys\nsys.own_site = __file__\nVALUE = 7\n",
      );
      const text =
        "import sys, sitecustomize\nprint(sys.own_site)\nprint(sitecustomize.VALUE)\nprint(sitecustomize.__file__ == sys.own_site)\n";
      const { stdout } = script(text, {}, own);
      const [file = "", value, same] = stdout.trim().split(/\r?\n/);
      assert.equal(path.basename(path.dirname(file)), "own");
      assert.deepEqual([value, same], ["7", "True"]);
    });

    it("leaves sys.path and the modules as without it", () => {
      const text = "try:\n  import loam_hook\n  print('there')\nexcept ImportError:\n  print('none')\n";
      assert.equal(script(text).stdout.trim(), "none");
      const plain = spawnSync(python, ["-c", "import sys; print(sys.path)"], {
        cwd: work,
        encoding: "utf8",
        env: { ...process.env, PYTHONPATH: undefined },
      });
      const hooked = run(["-c", "import sys; print(sys.path)"]);
      assert.equal(hooked.stdout, plain.stdout);
    });

    it("lets an error of the person's sitecustomize show as without it", () => {
      const own = path.join(folder, "own");
      fs.mkdirSync(own);
      fs.writeFileSync(path.join(own, "sitecustomize.py"), "raise RuntimeError('mine')\n");
      const plain = spawnSync(python, ["-c", "print(1)"], {
        encoding: "utf8",
        env: { ...process.env, PYTHONPATH: own },
      });
      const hooked = run(["-c", "print(1)"], {}, own);
      assert.equal(hooked.status, plain.status);
      assert.equal(hooked.stdout, plain.stdout);
      assert.match(plain.stderr, /mine/);
      assert.match(hooked.stderr, /mine/);
    });

    it("is not there for -I, -E and -S, and does no harm", () => {
      for (const flag of ["-E", "-S", ...(major === 3 ? ["-I"] : [])]) {
        const ran = run([flag, "-c", "print(1)"]);
        assert.deepEqual([ran.status, ran.stdout.trim(), ran.stderr, ran.told], [0, "1", "", []]);
      }
    });

    it("does nothing where no run listens", () => {
      assert.deepEqual(run(["-c", "open('x.csv', 'w')"], { LOAM_HOOK_FILE: undefined }).told, []);
    });

    if (!watches) return;

    it("tells of the interpreter once", () => {
      const { told } = run(["-c", "pass", "--password", "hunter2"]);
      const [first] = told;
      assert.equal(told.length, 1);
      assert.ok(first?.kind === "python");
      assert.equal(fs.realpathSync(first.executable), fs.realpathSync(python));
      assert.equal(first.version.split(".").slice(0, 2).join("."), version.trim());
      assert.equal(first.implementation, "cpython");
      assert.ok(first.path.some((place) => place.endsWith("lib-dynload") || /lib/i.test(place)));
      assert.ok(!first.path.includes(scripts));
      assert.ok(!fs.readFileSync(lines, "utf8").includes("hunter2"), "arguments may hold secrets");
    });

    it("tells of data files read and files written, each once", () => {
      write("in.csv", "a,b\n");
      write('sub/é😀 "x".json', "{}");
      write("notes.md");
      write("mod.py", "X = 1\n");
      const text = [
        "import os, io, mod",
        "for _ in range(3):",
        "  open('in.csv').close()",
        "  open(os.path.join('sub', 'é😀 \"x\".json').encode()).close()",
        "open('notes.md').close()",
        "with open('out.bin', 'wb') as f: f.write(b'x')",
        "open('out.bin', 'rb').close()",
        "open('out.bin', 'ab').close()",
        "fd = os.open('low.csv', os.O_WRONLY | os.O_CREAT); os.close(fd)",
        "fd = os.open('in.csv', os.O_RDONLY); open(fd).close()",
        "os.mkdir('deep'); os.chdir('deep'); open('here.txt', 'x').close(); os.chdir('..')",
        "open('gone.csv.tmp', 'w').close(); os.replace('gone.csv.tmp', 'final.csv')",
        "try:\n  open('absent.csv')\nexcept FileNotFoundError:\n  pass",
        "open('in.csv', 'r+').close()",
      ].join("\n");
      assert.deepEqual(script(text).files, [
        "read in.csv",
        `read ${path.join("sub", 'é😀 "x".json')}`,
        "write out.bin",
        "write low.csv",
        `write ${path.join("deep", "here.txt")}`,
        "write gone.csv.tmp",
        "write final.csv",
        "read absent.csv",
        "read in.csv",
        "write in.csv",
      ]);
    });

    it("says nothing of what is not the run's: the library, temporary files, settings, other places", () => {
      const outside = path.join(folder, "outside");
      fs.mkdirSync(path.join(outside, ".config"), { recursive: true });
      fs.mkdirSync(path.join(outside, ".cache/huggingface"), { recursive: true });
      for (const name of ["data.csv", ".config/a.json", ".cache/huggingface/b.json"])
        fs.writeFileSync(path.join(outside, name), "");
      write("site-packages/pkg/data.csv");
      write(".git/x.txt");
      write("requirements.txt");
      const text = [
        "import os, tempfile, email.message, json, sys",
        "with tempfile.NamedTemporaryFile(suffix='.csv', dir=sys.argv[1] if len(sys.argv) > 1 else None) as f: open(f.name).close()",
        "open('site-packages/pkg/data.csv').close(); open('.git/x.txt').close(); open('requirements.txt').close()",
        `out = ${JSON.stringify(outside)}`,
        "open(os.path.join(out, 'data.csv')).close()",
        "open(os.path.join(out, 'new.csv'), 'w').close()",
        "open(os.path.join(out, '.config', 'a.json')).close()",
        "open(os.path.join(out, '.cache', 'huggingface', 'b.json')).close()",
        "open(os.devnull, 'w').close()",
        "open(json.__file__).close()",
        "open(os.path.join(os.path.dirname(json.__file__), 'absent.csv'), 'w').close() if False else None",
      ].join("\n");
      // with the system's temporary folder elsewhere, what lies outside the run's folder is data like any other
      const elsewhere = path.join(folder, "temp");
      fs.mkdirSync(elsewhere);
      const ran = script(text, { TMPDIR: elsewhere });
      const expected =
        folder.startsWith("/tmp") || folder.startsWith("/private") || folder.startsWith("/var")
          ? []
          : ["read ../outside/data.csv", "read ../outside/.cache/huggingface/b.json"];
      assert.deepEqual(ran.files, expected);
    });

    it("tells how a file stood when it was opened", () => {
      const file = write("in.csv", "a,b\n1,2\n");
      const { told } = script("open('in.csv').close()\nwith open('in.csv', 'a') as f: f.write('3,4')\n");
      const read = told.find((line) => line.kind === "read");
      assert.equal(read?.stood?.size, 8);
      assert.ok(Math.abs(read.stood.modified / 1000 - fs.statSync(file).mtimeMs) < 60_000);
    });

    it("goes on where a library of data fails to import, or lacks what others of its name have", () => {
      write("pyarrow/__init__.py", "def input_stream(source, x=1):\n  return (source, x)\n");
      write("polars.py", "raise RuntimeError('broken')\n");
      write("in.csv");
      const text = [
        "import pyarrow, inspect, traceback",
        "print(pyarrow.input_stream('in.csv', x=2), inspect.signature(pyarrow.input_stream), pyarrow.__spec__.loader)",
        "try:\n  import polars\nexcept RuntimeError:\n  print(traceback.format_exc())",
        "try:\n  import duckdb\nexcept ImportError as error:\n  print(error)",
      ].join("\n");
      write("script.py", text);
      const plain = spawnSync(python, ["script.py"], {
        cwd: work,
        encoding: "utf8",
        env: { ...process.env, PYTHONDONTWRITEBYTECODE: "1", PYTHONPATH: undefined },
      });
      const hooked = script(text);
      const [shown, ...rest] = hooked.stdout.split("\n");
      assert.match(shown ?? "", /^\('in.csv', 2\) \(source, x=1\) <.*SourceFileLoader/);
      assert.match(hooked.stdout, /broken/);
      // until 3.10 Python keeps the frames that a handler took away
      if (minor >= 11) assert.deepEqual(rest, plain.stdout.split("\n").slice(1));
      assert.deepEqual(hooked.files, ["read in.csv"]);
    });

    it("tells of pictures by their folder", () => {
      for (let i = 0; i < 25; i += 1) write(`cats/${i}.png`);
      write("dogs/1.JPG");
      const text =
        "for i in range(25): open('cats/%d.png' % i, 'rb').close()\nopen('dogs/1.JPG', 'rb').close()\n";
      const { told } = script(text);
      assert.deepEqual(
        told.flatMap((line) =>
          line.kind === "folder" ? [[path.relative(work, line.path), line.files]] : [],
        ),
        [
          ["cats", 1],
          ["cats", 10],
          ["dogs", 1],
        ],
      );
    });

    it("follows children: forked, spawned by multiprocessing, started anew, in threads", () => {
      for (const name of ["fork", "spawn", "anew", "thread"]) write(`${name}.csv`);
      const text = [
        "import multiprocessing, os, subprocess, sys, threading",
        "def read(name): open(name).close()",
        "if __name__ == '__main__':",
        "  if hasattr(os, 'fork'):",
        "    pid = os.fork()",
        "    if pid == 0:\n      read('fork.csv'); os._exit(0)",
        "    os.waitpid(pid, 0)",
        "  else: read('fork.csv')",
        "  p = multiprocessing.get_context('spawn').Process(target=read, args=('spawn.csv',)); p.start(); p.join()",
        "  subprocess.check_call([sys.executable, '-c', \"open('anew.csv').close()\"])",
        "  t = threading.Thread(target=read, args=('thread.csv',)); t.start(); t.join()",
      ].join("\n");
      const { told, files } = script(text);
      assert.deepEqual(files, ["read fork.csv", "read spawn.csv", "read anew.csv", "read thread.csv"]);
      const pids = new Set(told.map((line) => line.pid));
      assert.ok(pids.size >= 4);
    });

    it("sees SQLite's databases, and those of the run's before apart from those that it makes", () => {
      write("old.db");
      write("a b.db");
      const text = [
        "import sqlite3",
        "sqlite3.connect(':memory:').close()",
        "sqlite3.connect('file::memory:?cache=shared', uri=True).close()",
        "c = sqlite3.connect('new.db'); c.execute('create table t (x)'); c.close()",
        "sqlite3.connect('new.db').close()",
        "sqlite3.connect('old.db').close()",
        "sqlite3.connect('file:a%20b.db?mode=ro', uri=True).close()",
      ].join("\n");
      assert.deepEqual(
        script(text).files,
        ["write new.db", "read old.db", "write old.db", "read a b.db"],
        "what is only told as written is no data of the run",
      );
    });

    it("works for -m, for stdin, in a virtual environment with a .pth of another tool", () => {
      write("pkg/__init__.py");
      write("pkg/main.py", "open('a.csv', 'w').close()\n");
      assert.deepEqual(run(["-m", "pkg.main"]).files, ["write a.csv"]);
      const venv = path.join(work, ".venv");
      execFileSync(python, ["-m", "venv", "--without-pip", venv]);
      const inside = path.join(venv, process.platform === "win32" ? "Scripts/python.exe" : "bin/python");
      const place = execFileSync(inside, ["-c", "import sysconfig; print(sysconfig.get_path('purelib'))"], {
        encoding: "utf8",
      }).trim();
      fs.writeFileSync(path.join(place, "a_tool.pth"), "import sys; sys.tool = 1\n");
      fs.writeFileSync(path.join(place, "sitecustomize.py"), "import sys; sys.mine = 2\n");
      fs.writeFileSync(path.join(place, "data.csv"), "");
      fs.rmSync(lines);
      const text = `import sys, os; print(sys.tool, getattr(sys, "mine", None)); open('b.csv', 'w').close(); open(os.path.join(${JSON.stringify(place)}, 'data.csv')).close()`;
      const variables = { LOAM_HOOK_FILE: lines, LOAM_HOOK_FOLDER: work };
      const inVenv = (own: Record<string, string | undefined>): string =>
        execFileSync(inside, ["-c", text], {
          cwd: work,
          encoding: "utf8",
          env: { ...process.env, ...own },
        }).trim();
      const plain = inVenv({ PYTHONPATH: undefined }); // a system's own sitecustomize may come before the environment's
      assert.match(plain, /^1 (2|None)$/);
      assert.equal(inVenv({ ...variables, PYTHONPATH: scripts }), plain);
      const told = fs.readFileSync(lines, "utf8").trim().split("\n").map(parseHookLine);
      const [first, second] = told;
      assert.ok(first?.kind === "python" && second?.kind === "write" && told.length === 2);
      assert.equal(first.prefix, venv);
      assert.ok(first.path.includes(place));
      assert.equal(second.path, path.join(work, "b.csv"));
    });

    it("is silent where it cannot write, and leaves exit codes and errors alone", () => {
      const ran = run(["-c", "open('a.csv', 'w').write('x'); import sys; sys.exit(3)"], {
        LOAM_HOOK_FILE: path.join(folder, "absent/x.jsonl"),
      });
      assert.deepEqual([ran.status, ran.stdout, ran.stderr], [3, "", ""]);
      const failing = run(["-c", "open('absent.csv')"]);
      assert.equal(failing.status, 1);
      assert.match(failing.stderr, /FileNotFoundError/);
      assert.ok(!failing.stderr.includes("loam"));
    });

    it("bounds what it tells", function () {
      const text = "for i in range(10100): open('out%d.csv' % i, 'w').close()\n";
      assert.equal(script(text).told.length, 10_000);
    });

    if (process.platform !== "win32")
      it("survives a program that closes its handles and one that is interrupted", () => {
        write("in.csv");
        write("other.csv");
        const text = [
          "import os, signal",
          "open('in.csv').close()",
          "os.closerange(3, 256)",
          "kept = open('mine.txt', 'w')",
          "open('other.csv').close()",
          "kept.close()",
          "assert open('mine.txt').read() == ''",
          "try:\n  os.kill(os.getpid(), signal.SIGINT)\n  while True: open('in.csv').close()\nexcept KeyboardInterrupt:\n  pass",
        ].join("\n");
        assert.deepEqual(script(text).files, ["read in.csv", "write mine.txt", "read other.csv"]);
      });
  });
}
