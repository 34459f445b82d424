import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { verb as models } from "../../src/cli/models.js";
import { verb as run } from "../../src/cli/run.js";
import type { Said } from "../../src/core/base/said.js";
import type { AuditReport } from "../../src/core/registry/audit-view.js";
import type { ModelDetail } from "../../src/core/registry/view.js";
import { emptyFolder } from "../core/tracking/bench-folder.js";
import { call, failed } from "./call.js";
import { Clone, emptyOrigin } from "./clone.js";

/** An audit as programs are told it: sentences are their English texts. */
type InEnglish<T> = T extends Said
  ? string
  : T extends readonly (infer E)[]
    ? readonly InEnglish<E>[]
    : T extends object
      ? { readonly [K in keyof T]: InEnglish<T[K]> }
      : T;
type ToldAudit = InEnglish<AuditReport>;

class ModelClone extends Clone {
  models(...words: readonly string[]): Promise<unknown> {
    return this.told(models, words);
  }

  async refused(...words: readonly string[]): Promise<string> {
    const failure = await failed(models, [...words, "--dir", this.folder]);
    return `${failure.code}: ${failure.message}`;
  }

  /** A version of a file with this text. */
  async register(text: string): Promise<void> {
    this.write("model.pkl", text);
    await this.models("register", "model.pkl", "--name", "churn");
  }

  async model(): Promise<ModelDetail> {
    return ((await this.models("show", "churn")) as { model: ModelDetail }).model;
  }

  async audit(): Promise<ToldAudit> {
    return (await this.models("audit", "churn")) as ToldAudit;
  }

  commit(message: string, ...how: readonly string[]): void {
    this.git("add", "-A");
    this.git("commit", "-q", "-m", message, ...how);
  }

  /** The files of the ledger, by what stands in them. */
  ledger(text: string): string[] {
    const root = path.join(this.folder, ".loam", "ledger");
    return fs
      .readdirSync(root, { recursive: true, encoding: "utf8" })
      .map((name) => path.join(root, name))
      .filter((file) => file.endsWith(".json") && fs.readFileSync(file, "utf8").includes(text));
  }
}

const policy = "models: {default: {approvers: 2, requester_counts: false, protected: [champion]}}\n";

/** A repository with one version of a model, and two clones of it. */
async function twoClones(): Promise<{ readonly ada: ModelClone; readonly bo: ModelClone }> {
  const origin = emptyOrigin();
  const ada = new ModelClone(origin, "Ada");
  ada.write("loam.yaml", policy);
  ada.write(".gitignore", "*.pkl\n");
  await ada.register("first");
  ada.commit("Register a model");
  ada.git("push", "-q", "-u", "origin", "HEAD:main");
  return { ada, bo: new ModelClone(origin, "Bo") };
}

/** What of a model is the same on every clone that has the same facts. */
const shownState = ({ aliases, history, tags }: ModelDetail): unknown => ({
  aliases,
  tags,
  history: history.map(({ id, number, claimed, approval, author, stage }) => ({
    ...{ id, number, claimed, approval, author, stage },
  })),
});

describe("models in two clones of a repository", function () {
  this.timeout(120_000);

  it("join without a conflict to one state, with numbers that both gave shown as such", async () => {
    const { ada, bo } = await twoClones();
    await ada.models("ask", "churn/1", "--comment", "for the spring");
    await ada.register("of Ada");
    ada.commit("Ask");
    ada.share();
    await bo.register("of Bo");
    await bo.models("tag", "churn/2", "from=bo");
    bo.commit("Register another");
    bo.share();
    ada.share();
    assert.equal(ada.git("status", "--porcelain"), "");
    const [a, b] = [await ada.model(), await bo.model()];
    assert.deepEqual(shownState(a), shownState(b));
    const numbers = a.history.map(({ number, claimed, author }) => [number, claimed, author.split(" ")[0]]);
    assert.deepEqual(numbers, [
      [3, 2, "Bo"],
      [2, 2, "Ada"],
      [1, 1, "Ada"],
    ]);
    assert.match(
      await bo.refused("alias", "churn/1", "champion"),
      /^approval\.missing: churn\/1 is not approved/,
    );
    assert.match(await ada.refused("approve", "churn/1"), /^approval\.missing: Ada .* somebody else/);
    await bo.models("approve", "churn/1");
    bo.git("config", "user.name", "Cy");
    bo.git("config", "user.email", "cy@example.org");
    await bo.models("approve", "churn/1", "--comment", "fine");
    await bo.models("alias", "churn/1", "champion");
    bo.commit("Approve");
    bo.share();
    ada.share();
    assert.deepEqual(shownState(await ada.model()), shownState(await bo.model()));
    assert.deepEqual(
      [(await ada.model()).aliases, (await ada.model()).history[2]?.approval],
      [{ champion: 1 }, "approved"],
    );
  });

  it("lose nothing by a branch that does not have their facts", async () => {
    const { ada } = await twoClones();
    ada.git("branch", "before");
    await ada.register("second");
    await ada.models("ask", "churn/2");
    ada.commit("Ask for the second");
    const there = shownState(await ada.model());
    ada.git("checkout", "-q", "before");
    const elsewhere = await ada.model();
    assert.deepEqual(
      elsewhere.history.map(({ number, published }) => [number, published]),
      [
        [2, false],
        [1, true],
      ],
    );
    await ada.register("third");
    assert.deepEqual(
      (await ada.model()).history.map(({ number }) => number),
      [3, 2, 1],
    );
    ada.commit("Register on the other branch");
    ada.git("merge", "-q", "--no-edit", "main");
    const merged = await ada.model();
    assert.ok(merged.history.every(({ published }) => published));
    assert.deepEqual(
      (shownState(merged) as { history: unknown[] }).history.slice(1),
      (there as { history: unknown[] }).history,
    );
  });

  it("let an auditor open the code, and say what is not there", async () => {
    const { ada, bo } = await twoClones();
    ada.write("train.py", "open('out.pkl', 'w').write('x')\n");
    await call(run, ["--name", "fit", "--dir", ada.folder, "--", process.execPath, "-e", "1"]).catch(
      () => undefined,
    );
    const cwd = process.cwd();
    try {
      process.chdir(ada.folder);
      await ada.models("register", "model.pkl", "--run", "latest", "--name", "churn");
    } finally {
      process.chdir(cwd);
    }
    ada.write("train.py", "what git has\n");
    ada.commit("Register with code");
    ada.share();
    bo.share();
    const { holdings, unproven, problems } = await bo.audit();
    assert.deepEqual(
      holdings.map(({ number, artifact, code }) => [number, artifact, code]),
      [
        [2, "missing", "whole"],
        [1, "missing", "none"],
      ],
    );
    assert.deepEqual(problems, []);
    assert.ok(
      unproven.some((one) => one.includes("the files are not in this store: churn/2, churn/1")),
      unproven.join("\n"),
    );
    await bo.models("code", "churn/2", "--to", path.join(bo.folder, "code"));
    assert.equal(fs.readFileSync(path.join(bo.folder, "code", "train.py"), "utf8").slice(0, 5), "open(");
    assert.match(
      await bo.refused("download", "churn/2", "--to", path.join(bo.folder, "files")),
      /^artifact\.notFound/,
    );
  });
});

describe("a version that is rejected", function () {
  this.timeout(120_000);

  it("keeps its alias, and whoever rejects it is told", async () => {
    const ada = new ModelClone(emptyOrigin(), "Ada");
    await ada.register("weights");
    await ada.models("alias", "churn/1", "champion");
    await ada.models("ask", "churn/1");
    const { err } = await call(models, ["reject", "churn/1", "--dir", ada.folder]);
    assert.match(
      err,
      /It is churn@champion still\. To change that: loam models alias churn champion --remove\n$/,
    );
    assert.deepEqual((await ada.model()).aliases, { champion: 1 });
  });
});

describe("the audit of models", function () {
  this.timeout(120_000);

  it("tells who brought each fact, and who signed for it", async function () {
    const { ada } = await twoClones();
    const keys = emptyFolder();
    try {
      execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", path.join(keys, "key")], {
        stdio: "pipe",
      });
    } catch {
      this.skip(); // no OpenSSH here
    }
    const key = fs.readFileSync(path.join(keys, "key.pub"), "utf8").trim();
    fs.writeFileSync(path.join(keys, "allowed"), `ada@example.org ${key}\n`);
    ada.git("config", "gpg.format", "ssh");
    ada.git("config", "user.signingkey", path.join(keys, "key"));
    ada.git("config", "gpg.ssh.allowedSignersFile", path.join(keys, "allowed"));
    await ada.models("ask", "churn/1");
    ada.commit("Ask, signed", "-S");
    ada.git("config", "user.name", "Bo");
    ada.git("config", "user.email", "bo@example.org");
    await ada.models("approve", "churn/1");
    ada.git("config", "user.email", "ada@example.org");
    ada.commit("Bring what Bo said, signed by Ada", "-S");
    await ada.models("reject", "churn/1", "--comment", "no");
    const { entries, unproven } = await ada.audit();
    assert.deepEqual(
      entries.map(({ what, proof, commit }) => [what, proof, commit === null ? null : commit.signed]),
      [
        ["made the model churn", "declared", false],
        ["registered version 1 from model.pkl", "declared", false],
        ["asked for approval of version 1", "verified", true],
        ["approved version 1", "declared", true],
        ["rejected version 1", "declared", null],
      ],
    );
    assert.ok(unproven.some((one) => one.startsWith("One fact is not committed yet")));
    fs.writeFileSync(path.join(keys, "allowed"), "");
    const untrusted = await ada.audit();
    assert.deepEqual(
      untrusted.entries.filter(({ proof }) => proof === "verified"),
      [],
    );
    assert.ok(untrusted.unproven.some((one) => one.includes("does not trust")));
  });

  it("names a fact that was changed by hand, one that was named anew, and one that is gone", async () => {
    const { ada, bo } = await twoClones();
    await ada.models("ask", "churn/1", "--comment", "small");
    await ada.models("tag", "churn", "team=risk");
    ada.commit("Ask");
    ada.share();
    bo.share();
    const [asked = ""] = bo.ledger("approval.asked");
    const good = fs.readFileSync(asked, "utf8");
    const shown = (clone: ModelClone, file: string): string =>
      path.relative(path.join(clone.folder, ".loam"), file);

    fs.writeFileSync(asked, good.replace("small", "large"));
    const altered = await bo.audit();
    assert.deepEqual(
      altered.problems.map(({ file }) => file),
      [shown(bo, asked)],
    );
    assert.equal(altered.entries.find(({ kind }) => kind === "approval.asked")?.proof, "altered");

    fs.rmSync(asked);
    const forged = good.replace("small", "large");
    const hash = (await import("node:crypto")).createHash("sha256").update(forged).digest("hex").slice(0, 16);
    const anew = path.join(path.dirname(asked), `${path.basename(asked).slice(0, 27)}${hash}.json`);
    fs.writeFileSync(anew, forged);
    assert.ok((await bo.audit()).problems.some(({ file }) => file === shown(bo, anew)));

    fs.rmSync(anew);
    const fresh = new ModelClone(bo.git("config", "remote.origin.url"), "Eve");
    const [gone = ""] = fresh.ledger("approval.asked");
    fs.rmSync(gone);
    const { problems, entries } = await fresh.audit();
    assert.match(problems[0]?.what ?? "", /which is nowhere: removed/);
    assert.ok(!entries.some(({ kind }) => kind === "approval.asked"));
  });
});
