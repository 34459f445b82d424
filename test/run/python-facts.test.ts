import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import fc from "fast-check";
import { parseHookLine } from "../../src/run/hook-lines.js";
import { installedPackages, recordedVariables } from "../../src/run/python-facts.js";
import { readFolder } from "../../src/run/read-folder.js";
import { writtenFiles } from "../../src/run/written-files.js";

const { signal } = new AbortController();

describe("lines of the hook", () => {
  it("are read", () => {
    const python = {
      pid: 1,
      executable: "/p",
      version: "3.11.7",
      implementation: "cpython",
      prefix: "/x",
      path: ["/a"],
    };
    assert.deepEqual(parseHookLine(JSON.stringify({ k: "python", ...python })), {
      kind: "python",
      ...python,
    });
    assert.deepEqual(parseHookLine('{"k":"read","pid":1,"path":"/a/b.csv"}'), {
      kind: "read",
      pid: 1,
      path: "/a/b.csv",
      stood: null,
    });
    assert.deepEqual(parseHookLine('{"k":"read","pid":1,"path":"/a/b.csv","size":3,"mtime":12}'), {
      kind: "read",
      pid: 1,
      path: "/a/b.csv",
      stood: { size: 3, modified: 12 },
    });
    assert.deepEqual(parseHookLine('{"k":"write","pid":1,"path":"C:\\\\a.csv"}'), {
      kind: "write",
      pid: 1,
      path: "C:\\a.csv",
    });
    assert.deepEqual(parseHookLine('{"k":"folder","pid":1,"path":"/a","files":10}'), {
      kind: "folder",
      pid: 1,
      path: "/a",
      files: 10,
    });
  });

  const refused = [
    "",
    "null",
    "[]",
    "{",
    "{}",
    '{"k":"read"}',
    '{"k":"read","pid":1}',
    '{"k":"read","pid":1,"path":5}',
    '{"k":"read","pid":1,"path":""}',
    '{"k":"read","pid":1,"path":"relative.csv"}',
    '{"k":"read","pid":1,"path":"/nul\\u0000"}',
    '{"k":"read","pid":1,"path":"/no text \\udc80"}',
    `{"k":"read","pid":1,"path":"/${"x".repeat(5000)}"}`,
    '{"k":"read","pid":-1,"path":"/a"}',
    '{"k":"read","pid":1.5,"path":"/a"}',
    '{"k":"read","pid":"1","path":"/a"}',
    '{"k":"other","pid":1,"path":"/a"}',
    '{"k":"folder","pid":1,"path":"/a","files":"x"}',
    '{"k":"python","pid":1,"executable":1,"version":"","prefix":""}',
    `{"k":"read","pid":1,"path":"/a","x":"${"x".repeat(300_000)}"}`,
  ];
  for (const line of refused)
    it(`are refused: ${line.slice(0, 60)}`, () => {
      assert.equal(parseHookLine(line), undefined);
    });

  it("may be anything at all", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (line) => {
        parseHookLine(line);
      }),
    );
    const many = parseHookLine(
      JSON.stringify({
        k: "python",
        pid: 1,
        executable: "",
        version: "",
        prefix: "",
        path: Array(5000).fill("/a"),
      }),
    );
    assert.ok(many?.kind === "python" && many.path.length === 1000);
  });
});

describe("variables that a run records", () => {
  it("are those of training, with secrets masked", () => {
    assert.deepEqual(
      recordedVariables({
        CUDA_VISIBLE_DEVICES: "0",
        OMP_NUM_THREADS: "4",
        PYTHONHASHSEED: "1",
        PYTHONPATH: "/mine",
        CONDA_DEFAULT_ENV: "base",
        SLURM_JOB_ID: "7",
        VIRTUAL_ENV: "/v",
        WORLD_SIZE: "2",
        HF_HOME: "/h",
        HF_TOKEN: "hf_secret",
        MLFLOW_TRACKING_PASSWORD: "hunter2",
        MLFLOW_TRACKING_URI: "http://me:hunter2@host",
        TORCH_LOGS: "x".repeat(2000),
        PATH: "/bin",
        HOME: "/home/me",
        AWS_SECRET_ACCESS_KEY: "x",
        TFTP: "x",
        TF_CPP_MIN_LOG_LEVEL: "2",
        TF_CLI_CONFIG_FILE: "/home/me/.terraformrc",
        TF_VAR_database: "x",
        RANKING: "x",
        GONE: undefined,
      }),
      {
        CONDA_DEFAULT_ENV: "base",
        CUDA_VISIBLE_DEVICES: "0",
        HF_HOME: "/h",
        HF_TOKEN: "********",
        MLFLOW_TRACKING_PASSWORD: "********",
        MLFLOW_TRACKING_URI: "http://me:********@host",
        OMP_NUM_THREADS: "4",
        PYTHONHASHSEED: "1",
        PYTHONPATH: "/mine",
        SLURM_JOB_ID: "7",
        TF_CPP_MIN_LOG_LEVEL: "2",
        TORCH_LOGS: "x".repeat(1000),
        VIRTUAL_ENV: "/v",
        WORLD_SIZE: "2",
      },
    );
  });
});

describe("files around a run", () => {
  let folder = "";
  beforeEach(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), "loam-facts-"));
  });
  afterEach(() => {
    fs.rmSync(folder, { recursive: true });
  });
  const write = (name: string, text = "", modified?: number): string => {
    const file = path.join(folder, name);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, text);
    if (modified !== undefined) fs.utimesSync(file, modified / 1000, modified / 1000);
    return file;
  };

  it("packages are read from their metadata, the first on the path first", async () => {
    write("a/scikit_learn-1.5.0.dist-info/METADATA");
    write("a/PyYAML-6.0.1.dist-info/METADATA");
    write("a/zope.interface-6.0-py3.11.egg-info/PKG-INFO");
    write("a/native-1.0-py3.11-linux-x86_64.egg-info/PKG-INFO");
    write("a/old-0.1-py3.6.egg-info", "Name: old\n");
    write("a/work.egg-info/PKG-INFO", "Metadata-Version: 2.1\nName: work\nVersion: 2.0.dev1\n\nVersion: 9\n");
    write(
      "a/here-1.0.dist-info/direct_url.json",
      '{"url": "file:///home/me/here", "dir_info": {"editable": true}}',
    );
    write(
      "a/repo-1.0.dist-info/direct_url.json",
      '{"url": "https://u:hunter2@h/r.git", "vcs_info": {"vcs": "git", "commit_id": "abc"}}',
    );
    write("a/odd-1.0.dist-info/direct_url.json", "{nope");
    write("a/broken.dist-info/RECORD");
    write("a/numpy/__init__.py");
    write("b/PyYAML-5.0.dist-info/METADATA");
    write("b/extra-1!2.0+local.dist-info/METADATA");
    const searched = [
      path.join(folder, "a"),
      path.join(folder, "b"),
      path.join(folder, "absent"),
      "relative",
      "",
    ];
    assert.deepEqual(await installedPackages(searched, signal), [
      "extra==1!2.0+local",
      "here @ file:///home/me/here",
      "native==1.0",
      "odd==1.0",
      "old==0.1",
      "pyyaml==6.0.1",
      "repo @ git+https://u:********@h/r.git@abc",
      "scikit-learn==1.5.0",
      "work==2.0.dev1",
      "zope-interface==6.0",
    ]);
    await assert.rejects(installedPackages(searched, AbortSignal.abort()), { name: "AbortError" });
  });

  it("packages are those that Python itself finds", async () => {
    const script =
      "import importlib.metadata as m, json, re, sys; print(json.dumps([sys.path, sorted({re.sub('[-_.]+', '-', d.metadata['Name']).lower() for d in m.distributions() if d.metadata['Name']})]))";
    const [searched, names] = JSON.parse(execFileSync("python3", ["-c", script], { encoding: "utf8" })) as [
      string[],
      string[],
    ];
    const found = (await installedPackages(searched, signal)).map((line) => line.split(/==| @ /)[0]);
    assert.deepEqual(found.sort(), names.sort());
  });

  it("written files are offered: there at the end, changed in the run, no sources, nothing of other rooms", async () => {
    const since = Date.now() - 60_000;
    const before = since - 3_600_000;
    const opened = [
      write("model.pkl", "1234"),
      write("out/preds.csv"),
      write("gen.py"),
      write(".git/index"),
      write(".loam/x.json"),
      write("out/__pycache__/x.bin"),
      write("untouched.db", "", before),
      path.join(folder, "gone.csv"),
      path.join(folder, "out"),
      path.join(os.tmpdir(), "elsewhere.csv"),
      path.join(folder, "..", "above.csv"),
      path.join(fs.realpathSync(folder), "real.csv"),
    ];
    write("real.csv");
    write("weights.pt", "12");
    write("old.pt", "", before);
    write("outputs/1/.hydra/config.yaml");
    write(".venv/lib/x.bin");
    write("myenv/pyvenv.cfg");
    write("myenv/lib/x.bin");
    write("mlruns/0/meta.yaml");
    write("node_modules/a/x.json");
    write("checkpoint.tmp");
    fs.symlinkSync(path.join(folder, "model.pkl"), path.join(folder, "link.pkl"));
    const found = await writtenFiles({ folder, opened, since }, signal);
    assert.deepEqual(
      found.map((file) => [path.relative(folder, file.path).replaceAll(path.sep, "/"), file.size, file.seen]),
      [
        ["model.pkl", 4, "opened"],
        ["out/preds.csv", 0, "opened"],
        ["outputs/1/.hydra/config.yaml", 0, "changed"],
        ["real.csv", 0, "opened"],
        ["weights.pt", 2, "changed"],
      ],
    );
    await assert.rejects(writtenFiles({ folder, opened, since }, AbortSignal.abort()), {
      name: "AbortError",
    });
  });

  it("written files are bounded", async () => {
    for (let i = 0; i < 1100; i += 1) write(`many/${i}.bin`);
    assert.equal((await writtenFiles({ folder, opened: [], since: 0 }, signal)).length, 1000);
    assert.deepEqual(
      await writtenFiles({ folder: path.join(folder, "absent"), opened: [], since: 0 }, signal),
      [],
    );
  });

  it("a folder of pictures is told by its count, size and newest file", async () => {
    write("cats/1.png", "123", 1_000_000);
    write("cats/2.png", "45", 2_000_000);
    write("cats/more/3.png", "6");
    assert.deepEqual(await readFolder(path.join(folder, "cats"), signal), {
      files: 2,
      size: 5,
      modified: 2_000_000,
    });
    assert.equal(await readFolder(path.join(folder, "absent"), signal), undefined);
    await assert.rejects(readFolder(path.join(folder, "cats"), AbortSignal.abort()), { name: "AbortError" });
  });
});
