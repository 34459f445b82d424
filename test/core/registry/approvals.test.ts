import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { Failure, type FailureCode } from "../../../src/core/base/failure.js";
import { nodePorts } from "../../../src/core/base/ports.js";
import { LoamFile } from "../../../src/core/code/loam-file.js";
import { moveAlias } from "../../../src/core/registry/aliases.js";
import { askApproval, decideApproval } from "../../../src/core/registry/decisions.js";
import { ensureModel, writeCard } from "../../../src/core/registry/models.js";
import { mistakesInModels } from "../../../src/core/registry/policy.js";
import type { ApprovalState, GateResult, ModelVersionDetail } from "../../../src/core/registry/view.js";
import { addVersion, type NewVersion } from "../../../src/core/registry/versions.js";
import { openWorkbench, type Workbench } from "../../../src/core/workbench.js";
import { emptyFolder } from "../tracking/bench-folder.js";
import { plainVersion } from "./versions-of.js";

const [ada, bob, eve] = ["Ada <ada@example.org>", "Bob <bob@example.org>", "Eve <eve@example.org>"];

describe("approval of a version", () => {
  let folder: string;
  const open: Workbench[] = [];
  beforeEach(() => {
    folder = emptyFolder();
  });
  afterEach(() => {
    for (const bench of open.splice(0)) bench.dispose();
  });

  /** The folder's store as this person opens it; "" is somebody whom git does not know. */
  const as = (author: string): Workbench => {
    const bench = openWorkbench(folder, nodePorts, { create: true, author });
    open.push(bench);
    return bench;
  };
  const rules = (text: string): void => {
    fs.writeFileSync(path.join(folder, "loam.yaml"), text);
  };
  const register = (more: Partial<NewVersion> = {}): ModelVersionDetail => {
    const { registry } = as(ada);
    return addVersion(registry, ensureModel(registry, "churn"), plainVersion(more));
  };
  const now = (version: ModelVersionDetail): ModelVersionDetail =>
    as(eve).registry.existingVersion(version.model, version.id);
  const state = (version: ModelVersionDetail): ApprovalState => now(version).approval;
  const fails = (code: FailureCode, words: RegExp, work: () => unknown): void => {
    assert.throws(work, (error: unknown) => {
      assert.ok(error instanceof Failure);
      assert.equal(error.code, code);
      assert.match(`${error.message} ${error.next ?? ""}`, words);
      return true;
    });
  };
  const approve = (who: string, version: ModelVersionDetail): void => {
    decideApproval(as(who), version, "approved", "");
  };

  it("takes as many others as the policy asks for, whatever is changed in it later", () => {
    rules("models:\n  default:\n    approvers: 2\n    requester_counts: false\n");
    const version = register();
    assert.equal(state(version), "none");
    askApproval(as(ada), version, "better on small towns");
    rules("models: {}\n");
    fails("approval.missing", /somebody else/, () => {
      approve(ada, version);
    });
    approve(bob, version);
    approve(bob, version);
    assert.equal(state(version), "asked");
    approve("Robert <BOB@example.org>", version);
    assert.equal(state(version), "asked", "the same person under another name");
    approve(eve, version);
    assert.equal(state(version), "approved");
    assert.equal(now(version).approvals[0]?.comment, "better on small towns");
  });

  it("is rejected by one, until it is asked for anew", () => {
    const version = register();
    askApproval(as(ada), version, "");
    decideApproval(as(bob), version, "rejected", "leaks the test set");
    assert.equal(state(version), "rejected");
    fails("state.wrong", /ask churn\/1/, () => {
      approve(eve, version);
    });
    askApproval(as(ada), version, "mended");
    assert.equal(state(version), "asked");
    fails("state.wrong", /asked for already/, () => {
      askApproval(as(bob), version, "");
    });
    approve(eve, version);
    assert.equal(state(version), "approved");
  });

  it("may be taken back by who asked, though not given", () => {
    rules("models: {default: {requester_counts: false}}\n");
    const version = register();
    askApproval(as(ada), version, "");
    decideApproval(as(ada), version, "rejected", "too early");
    assert.equal(state(version), "rejected");
  });

  it("is neither asked for nor given by nobody", () => {
    const version = register();
    fails("value.missing", /user\.name/, () => {
      askApproval(as(""), version, "");
    });
    askApproval(as(ada), version, "");
    for (const verdict of ["approved", "rejected"] as const)
      fails("value.missing", /user\.name/, () => {
        decideApproval(as(""), version, verdict, "");
      });
    assert.equal(state(version), "asked");
  });

  it("guards an alias that is protected, and says what is missing", () => {
    rules("models: {churn: {protected: [champion], approvers: 2}}\n");
    const version = register();
    const take = (): void => {
      moveAlias(as(ada).registry, version, "champion");
    };
    moveAlias(as(ada).registry, version, "challenger");
    fails("approval.missing", /models ask churn\/1/, take);
    askApproval(as(ada), version, "");
    fails("approval.missing", /2 more approvals/, take);
    approve(bob, version);
    fails("approval.missing", /one more approval/, take);
    approve(eve, version);
    take();
    assert.deepEqual(now(version).aliases, ["challenger", "champion"]);
  });

  it("does not move a protected alias while loam.yaml cannot be read", () => {
    const version = register();
    rules("models:\n  churn:\n    protected: champion\n");
    fails("value.invalid", /loam\.yaml:3: models\.churn\.protected/, () => {
      moveAlias(as(ada).registry, version, "champion");
    });
  });

  it("waits for the checks of the policy, and keeps what they said", () => {
    rules(`models:
  churn:
    checks: [metrics.f1 >= 0.9, metrics.f1 >= champion, metrics.loss < champion + 0.1, card complete]
`);
    const champion = register({ metrics: { f1: 0.91, loss: 0.3 } });
    moveAlias(as(ada).registry, champion, "champion");
    const version = register({ metrics: { f1: 0.9, loss: 0.35 } });
    askApproval(as(ada), version, "");
    const outcomes = (gates: readonly GateResult[]): string[] => gates.map(({ outcome }) => outcome);
    assert.deepEqual(outcomes(now(version).approvals[0]?.gates ?? []), [
      "passed",
      "failed",
      "passed",
      "failed",
    ]);
    fails("approval.missing", /f1 >= champion.*0\.91.*card complete.*Intended use, Limitations/, () => {
      approve(bob, version);
    });
    decideApproval(as(bob), version, "rejected", "");
    const better = register({ metrics: { f1: 0.93, loss: 0.2 } });
    writeCard(
      as(ada).registry,
      as(ada).registry.named("churn"),
      null,
      "## Intended use\nLetters\n## Limitations\n### Towns\nfew\n",
    );
    askApproval(as(ada), better, "");
    approve(bob, better);
    assert.equal(state(better), "approved");
    assert.deepEqual(outcomes(now(better).approvals[0]?.verdicts[0]?.gates ?? []), Array(4).fill("passed"));
  });

  it("is not given where a check cannot be answered, unless the policy lets it", () => {
    const yaml = "models: {churn: {checks: [metrics.auc > 0.5, quality rules, signature unchanged]";
    rules(`${yaml}}}\n`);
    const champion = register();
    moveAlias(as(ada).registry, champion, "champion");
    const version = register();
    askApproval(as(ada), version, "");
    fails("approval.missing", /auc = missing.*no version of a data set.*no signature/, () => {
      approve(bob, version);
    });
    rules(`${yaml}, approve_failing: true}}\n`);
    approve(bob, version);
    assert.equal(state(version), "approved");
    assert.deepEqual(
      now(version).approvals[0]?.verdicts[0]?.gates.map(({ outcome }) => outcome),
      ["unknown", "unknown", "unknown"],
    );
  });

  it("tells mistakes in loam.yaml at their place", () => {
    const text = `models:
  default:
    approvers: 0
  churn:
    checks:
      - metrics.f1 >>
      - everything good
      - metrics.f1 >= 0.9
      - metrics.f1 = 'high'
      - tags.a = 'b'
      - params.c >= champion
    colour: red
`;
    const found = mistakesInModels(LoamFile.of(path.join(folder, "loam.yaml"), text));
    assert.deepEqual(
      found.map(({ line, field }) => [line, field]),
      [
        [3, "models.default.approvers"],
        [6, "models.churn.checks[0]"],
        [7, "models.churn.checks[1]"],
        [9, "models.churn.checks[3]"],
        [10, "models.churn.checks[4]"],
        [11, "models.churn.checks[5]"],
        [5, "models.churn"],
      ],
    );
  });
});
