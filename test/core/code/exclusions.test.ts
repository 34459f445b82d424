import assert from "node:assert/strict";
import { contentReason, fileReason } from "../../../src/core/code/exclusions.js";
import { listSnapshot } from "../../../src/core/code/read.js";
import { itOnPosix, Playground } from "./playground.js";

// Put together here, so that no scanner takes this file for one with a key in it.
const dashes = "-----";
const body = "MIIEpAIBAAKCAQEA".repeat(8);
const pem = (kind: string): string =>
  `${dashes}BEGIN ${kind}PRIVATE KEY${dashes}\n${body}\n${dashes}END ${kind}PRIVATE KEY${dashes}\n`;

describe("what a snapshot leaves out", () => {
  let play: Playground;
  beforeEach(() => {
    play = new Playground();
  });
  afterEach(() => {
    play.dispose();
  });

  const take = async (files: Readonly<Record<string, string | Buffer>>) => {
    play.write(files);
    const snapshot = await play.snapshot();
    const kept = (await listSnapshot(play.store, snapshot.commit)).map((entry) => entry.path);
    return {
      kept,
      left: Object.fromEntries(snapshot.leftOut.files.map((file) => [file.path, file.reason])),
      snapshot,
    };
  };

  it("keeps no secret, by name or by content, in no object of the store", async () => {
    const secret = "s3cr3t-value-0123456789";
    const { kept, left } = await take({
      ".env": `K=${secret}`,
      ".env.local": `K=${secret}`,
      ".envrc": `export K=${secret}`,
      "prod.env": `K=${secret}`,
      id_rsa: secret,
      "keys/id_ed25519_work": secret,
      "keys/server.PEM": secret,
      "keys/tls.key": secret,
      ".netrc": `machine x password ${secret}`,
      "home/.aws/config": secret,
      "home/.ssh/known_hosts": secret,
      "credentials.json": `{"k":"${secret}"}`,
      "service-account-prod.json": secret,
      "my_app.json": `{ "type": "service_account", "key": "${secret}" }`,
      ".npmrc": `//registry.example.com/:_authToken=${secret}`,
      ".pypirc": `[pypi]\nusername = __token__\npassword = ${secret}`,
      "sub/.npmrc": "engine-strict=true\n//r.example.com/:_authToken=${TOKEN}\n",
      "config.py": `KEY = """${pem("RSA ")}"""\n# ${secret}`,
      "deploy.txt": `${secret}\n${pem("")}`,
      "pgp.txt": `${pem("PGP ").replace("KEY", "KEY BLOCK")} ${secret}`,
      "json.json": JSON.stringify({ private_key: pem("EC "), secret }),
      "scan.py": 'if b"BEGIN RSA PRIVATE KEY" in text: warn()\n',
      "train.py": "print(1)\n",
    });
    assert.deepEqual(kept, ["scan.py", "sub/.npmrc", "train.py"]);
    assert.deepEqual(new Set(Object.values(left)), new Set(["secret"]));
    const objects = play.gitIn("store/code.git", "cat-file", "--batch-all-objects", "--batch");
    assert.equal(objects.includes(secret), false);
  });

  it("goes past environments, caches and the outputs of trackers", async () => {
    const { kept, left } = await take({
      "venv/pyvenv.cfg": "home = /usr",
      "venv/lib/x.py": "x",
      "conda/conda-meta/history": "",
      "conda/lib/x.py": "x",
      "node_modules/a/i.js": "1",
      "lib/__pycache__/a.pyc": "x",
      ".loam/format.json": "{}",
      "lib/.git/config": "x",
      "mlruns/0/meta.yaml": "x",
      "pyvenv.cfg": "in place",
      "a.py": "a",
    });
    assert.deepEqual(kept, ["a.py", "pyvenv.cfg"]);
    assert.deepEqual(left, {
      "venv/": "environment",
      "conda/": "environment",
      "node_modules/": "environment",
      "lib/__pycache__/": "environment",
      "mlruns/": "output",
    });
  });

  it("leaves data to data versions", async () => {
    const { kept, left } = await take({
      "small.csv": "a,b\n",
      "large.csv": "a,b\n".repeat(20_000),
      "large.py": "x = 1\n".repeat(20_000),
      "data/rows.txt": "r",
      "data/prepare.py": "p",
      "data/raw.csv.dvc": "md5: x",
      "src/datasets/loader.ipynb": "{}",
      "src/Datasets/words.txt": "w",
      "nb.ipynb": "{}".repeat(100_000),
    });
    assert.deepEqual(kept, [
      "data/prepare.py",
      "data/raw.csv.dvc",
      "large.py",
      "nb.ipynb",
      "small.csv",
      "src/datasets/loader.ipynb",
    ]);
    assert.deepEqual(left, {
      "large.csv": "data",
      "data/rows.txt": "data",
      "src/Datasets/words.txt": "data",
    });
  });

  it("takes text alone, up to 1 MB a file", async () => {
    const { kept, left, snapshot } = await take({
      "b.bin": Buffer.from([1, 0, 2]),
      "pic.png": "not read",
      "utf16.txt": Buffer.from("\ufeffhello", "utf16le"),
      "latin1.py": Buffer.from([0x23, 0xe9, 0x0a]),
      "empty.py": "",
      "just.py": "x".repeat(1_000_000),
      "over.py": "x".repeat(1_000_001),
    });
    assert.deepEqual(kept, ["empty.py", "just.py", "latin1.py", "utf16.txt"]);
    assert.deepEqual(left, { "b.bin": "binary", "pic.png": "binary", "over.py": "large" });
    assert.equal(snapshot.leftOut.files.find((file) => file.path === "over.py")?.bytes, 1_000_001);
  });

  it("takes 50 MB in all, the folder asked for first", async () => {
    play.git("init", "-q");
    const block = "y".repeat(999_999);
    const many = Object.fromEntries(
      Array.from({ length: 60 }, (_, i) => [`a/f${i}.py`, `${block}${i % 10}`]),
    );
    play.write({ ...many, "z/jobs/run.py": "x".repeat(900_000), "top.py": "small" });
    const snapshot = await play.snapshot("work/z/jobs");
    const kept = (await listSnapshot(play.store, snapshot.commit)).map((entry) => entry.path);
    assert.ok(kept.includes("z/jobs/run.py") && kept.includes("top.py"));
    assert.ok(snapshot.bytes <= 50_000_000 && snapshot.bytes > 49_000_000);
    assert.equal(snapshot.leftOut.byReason.total, 62 - snapshot.files);
  });

  itOnPosix("says what is no file", async () => {
    play.write({ "a.py": "a" });
    play.gitIn("work", "init", "-q");
    const { execFileSync } = await import("node:child_process");
    execFileSync("mkfifo", [play.at("work", "pipe")]);
    const { left } = await take({});
    assert.deepEqual(left, { pipe: "special" });
  });

  it("lists at most 1,000, of one reason 200, and counts all", async () => {
    const pictures = Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`p${i}.png`, "x"]));
    const { snapshot } = await take({ ...pictures, ".env": "x" });
    assert.equal(snapshot.leftOut.count, 301);
    assert.deepEqual(snapshot.leftOut.byReason, { binary: 300, secret: 1 });
    assert.equal(snapshot.leftOut.files.length, 201);
  });

  it("decides by name and size alone where it can", () => {
    assert.equal(fileReason([], "x.parquet", 64_001), "data");
    assert.equal(fileReason([], "x.parquet", 64_000), undefined);
    assert.equal(fileReason(["a", "data"], "x.py", 10), undefined);
    assert.equal(fileReason(["a", "data"], "x", 10), "data");
    assert.equal(fileReason(["a", "data"], "Makefile", 10), undefined);
    assert.equal(contentReason("a.py", Buffer.from("password = 1")), undefined);
  });
});
