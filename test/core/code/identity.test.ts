import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { gitIdentity } from "../../../src/core/code/identity.js";
import { openWorkbench } from "../../../src/core/workbench.js";
import { nodePorts } from "../../../src/core/base/ports.js";
import { emptyFolder } from "../tracking/bench-folder.js";

/** Calls with these variables of the environment, and puts back what was there. undefined: without it. */
function withVariables<T>(variables: Readonly<Record<string, string | undefined>>, work: () => T): T {
  const before = Object.keys(variables).map((name) => [name, process.env[name]] as const);
  const put = (name: string, value: string | undefined): void => {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  };
  for (const [name, value] of Object.entries(variables)) put(name, value);
  try {
    return work();
  } finally {
    for (const [name, value] of before) put(name, value);
  }
}

/** Without what the machine says of its user. */
const nobody = { GIT_AUTHOR_NAME: undefined, GIT_AUTHOR_EMAIL: undefined, XDG_CONFIG_HOME: undefined };
const inEmptyHome = <T>(work: () => T): T => withVariables({ ...nobody, HOME: emptyFolder() }, work);

describe("who git says works in a folder", () => {
  it("is the repository's user", () => {
    inEmptyHome(() => {
      const folder = emptyFolder();
      execFileSync("git", ["init", "-q", folder]);
      assert.equal(gitIdentity(folder), undefined);
      execFileSync("git", ["-C", folder, "config", "user.name", "Ada Lovelace"]);
      assert.equal(gitIdentity(folder), "Ada Lovelace");
      execFileSync("git", ["-C", folder, "config", "user.email", "ada@example.org"]);
      assert.equal(gitIdentity(folder), "Ada Lovelace <ada@example.org>");
      assert.equal(
        gitIdentity(folder),
        execFileSync("git", ["-C", folder, "var", "GIT_AUTHOR_IDENT"], { encoding: "utf8" }).replace(
          / \d+ .*\n/,
          "",
        ),
      );
    });
  });

  it("is the environment's before that, as git has it", () => {
    inEmptyHome(() => {
      withVariables({ GIT_AUTHOR_NAME: "Bo", GIT_AUTHOR_EMAIL: "bo@example.org" }, () => {
        assert.equal(gitIdentity(emptyFolder()), "Bo <bo@example.org>");
      });
    });
  });

  it("stands in the facts that people share, from when it was set", () => {
    inEmptyHome(() => {
      const folder = emptyFolder();
      execFileSync("git", ["init", "-q", folder]);
      const bench = openWorkbench(folder, nodePorts, { create: true });
      try {
        bench.tracking.experiments.create("before");
        fs.appendFileSync(path.join(folder, ".git", "config"), '[user]\n\tname = "Ada"\n\temail = a@b.c\n');
        bench.tracking.experiments.create("after");
        const authors = [...bench.store.ledger.entries].map(({ fact }) => fact.author);
        assert.equal(authors[1], "Ada <a@b.c>");
        assert.notEqual(authors[0], authors[1]);
      } finally {
        bench.dispose();
      }
    });
  });
});
