import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { verb as data } from "../../src/cli/data.js";
import { verb as join } from "../../src/cli/join.js";
import { verb as models } from "../../src/cli/models.js";
import { verb as verify } from "../../src/cli/verify.js";
import { call, failed } from "./call.js";
import { Clone, emptyOrigin } from "./clone.js";

interface Versions {
  readonly versions: readonly {
    readonly number: number;
    readonly claimed: number;
    readonly message: string;
    readonly author: string;
    readonly published: boolean;
  }[];
}

class DataClone extends Clone {
  data(...words: readonly string[]): Promise<unknown> {
    return this.told(data, words);
  }

  models(...words: readonly string[]): Promise<unknown> {
    return this.told(models, words);
  }

  async versions(): Promise<Versions["versions"]> {
    return ((await this.data("log", "train.csv")) as Versions).versions;
  }

  commit(message: string): void {
    this.git("add", "-A", ".loam");
    this.git("commit", "-q", "-m", message);
  }
}

/** A repository with one version of a table, and two clones of it. */
async function twoClones(): Promise<{ readonly ada: DataClone; readonly bo: DataClone }> {
  const origin = emptyOrigin();
  const ada = new DataClone(origin, "Ada");
  ada.write("train.csv", "id,label\n1,a\n");
  await ada.data("add", "train.csv", "-m", "first");
  ada.commit("Track the data");
  ada.git("push", "-q", "-u", "origin", "HEAD:main");
  return { ada, bo: new DataClone(origin, "Bo") };
}

const told = (versions: Versions["versions"]): string[] =>
  versions.map(({ number, claimed, message, author }) => `${number} (${claimed}) ${message} · ${author}`);

describe("two clones that each add versions of data", () => {
  it("merge without a conflict, tell the same, and say which number was asked for twice", async () => {
    const { ada, bo } = await twoClones();
    ada.write("train.csv", "id,label\n1,a\n2,b\n");
    await ada.data("add", "train.csv", "-m", "a row of Ada's");
    ada.commit("Ada's version");
    bo.write("train.csv", "id,label\n1,a\n3,c\n");
    await bo.data("add", "train.csv", "-m", "a row of Bo's");
    bo.commit("Bo's version");
    ada.share();
    bo.share();
    ada.share();

    const [atAda, atBo] = [told(await ada.versions()), told(await bo.versions())];
    assert.deepEqual(atAda, atBo);
    assert.deepEqual(atAda, [
      "3 (2) a row of Bo's · Bo <bo@example.org>",
      "2 (2) a row of Ada's · Ada <ada@example.org>",
      "1 (1) first · Ada <ada@example.org>",
    ]);
  });

  it("lose nothing by a change of the branch, and say what is not on it", async () => {
    const { ada } = await twoClones();
    ada.git("switch", "-q", "-c", "other");
    ada.write("train.csv", "id,label\n1,a\n2,b\n");
    await ada.data("add", "train.csv", "-m", "on the other branch");
    ada.commit("A version on another branch");
    ada.git("switch", "-q", "main");

    const versions = await ada.versions();
    assert.deepEqual(
      versions.map(({ number, published }) => [number, published]),
      [
        [2, false],
        [1, true],
      ],
    );
    await ada.data("restore", "train.csv@1");
    await ada.data("restore", "train.csv@2");
    assert.equal(fs.readFileSync(path.join(ada.folder, "train.csv"), "utf8"), "id,label\n1,a\n2,b\n");
    ada.git("switch", "-q", "other");
    assert.deepEqual(
      (await ada.versions()).map(({ published }) => published),
      [true, true],
    );
  });

  it("tell what only the other has from what was lost here", async () => {
    const { ada, bo } = await twoClones();
    bo.write("d/a.csv", "x\n1\n");
    await bo.data("add", "d", "-m", "one file");
    ada.write("d/a.csv", "x\n1\n");
    ada.write("d/b.csv", "x\n2\n");
    await ada.data("add", "d", "-m", "that one, and another");
    ada.commit("Ada's folder");
    ada.share();
    bo.share();
    const verified = async (clone: Clone): Promise<[code: number, told: Verification]> => {
      const { code, out } = await call(verify, ["--json", "--dir", clone.folder]);
      return [code, JSON.parse(out) as Verification];
    };
    const missing = ({ problems }: Verification): string[] =>
      problems.filter(({ what }) => what.includes("of 2 files")).map(({ severity }) => severity);

    const [whole, told] = await verified(bo);
    assert.deepEqual([whole, told.whole, missing(told)], [0, true, ["note"]], JSON.stringify(told.problems));

    await call(join, [path.join(ada.folder, ".loam"), "--dir", bo.folder]);
    assert.deepEqual(missing((await verified(bo))[1]), []);
    for (const clone of [ada, bo]) {
      fs.rmSync(path.join(clone.folder, ".loam", "objects"), { recursive: true });
      const [lost, said] = await verified(clone);
      assert.deepEqual([lost, said.whole, missing(said)], [1, false, ["damage"]], "all of it was here");
    }
  });
});

interface Verification {
  readonly whole: boolean;
  readonly problems: readonly { readonly severity: string; readonly what: string }[];
}

interface Shown {
  readonly version: {
    readonly number: number;
    readonly claimed: number;
    readonly approval: string;
    readonly aliases: readonly string[];
    readonly approvals: readonly { readonly verdicts: readonly { readonly author: string }[] }[];
  };
}

const policy = `models:
  churn:
    approvers: 1
    requester_counts: false
    protected: [champion]
`;

describe("two clones that register, approve and name versions of a model", () => {
  it("have one state: approved by the other person, the alias where it was moved last, and no number twice", async () => {
    const { ada, bo } = await twoClones();
    ada.write("loam.yaml", policy);
    ada.git("add", "loam.yaml");
    ada.write("model.pkl", "Ada's");
    await ada.models("register", "model.pkl", "--name", "churn");
    await ada.models("ask", "churn/1", "-m", "as good as the one before");
    ada.commit("Register a model and ask for approval");
    ada.share();

    bo.write("model.pkl", "Bo's");
    await bo.models("register", "model.pkl", "--name", "churn"); // knows nothing of Ada's
    bo.commit("Register another");
    bo.share();
    assert.match(
      (await failed(models, ["approve", "churn/1", "--dir", ada.folder])).message,
      /Ada.*somebody else/,
    );
    const refused = await failed(models, ["alias", "churn/1", "champion", "--dir", bo.folder]);
    assert.equal(refused.code, "approval.missing");
    await bo.models("approve", "churn/1", "-m", "looked at it");
    await bo.models("alias", "churn/1", "champion");
    bo.commit("Approve it, and make it the champion");
    bo.share();
    ada.share();

    const shown = async (clone: DataClone, version: string): Promise<unknown> => {
      const { version: one } = (await clone.models("show", version)) as Shown;
      const { number, claimed, approval, aliases, approvals } = one;
      return {
        ...{ number, claimed, approval, aliases },
        by: approvals.flatMap(({ verdicts }) => verdicts.map(({ author }) => author)),
      };
    };
    for (const clone of [ada, bo]) {
      assert.deepEqual(await shown(clone, "churn@champion"), {
        ...{ number: 1, claimed: 1, approval: "approved", aliases: ["champion"] },
        by: ["Bo <bo@example.org>"],
      });
      assert.deepEqual(await shown(clone, "churn/2"), {
        ...{ number: 2, claimed: 1, approval: "none", aliases: [] },
        by: [],
      });
    }
  });
});
