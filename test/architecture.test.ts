import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";

interface Violation {
  readonly rule: { readonly name: string };
  readonly from: string;
  readonly to: string;
}

interface Direction {
  readonly forbidden: readonly { readonly name: string; readonly comment: string }[];
}

const root = path.resolve(import.meta.dirname, "..");
const config = path.join(root, "test", "direction.cjs");
const cruiser = path.join(root, "node_modules", "dependency-cruiser", "bin", "dependency-cruise.mjs");

function cruise(folder: string): readonly Violation[] {
  const rooms = ["src", "webview"].filter((room) => fs.existsSync(path.join(folder, room)));
  const done = spawnSync(process.execPath, [cruiser, "--config", config, "--output-type", "json", ...rooms], {
    cwd: folder,
    encoding: "utf8",
    maxBuffer: 100_000_000,
  });
  assert.notEqual(done.stdout, "", done.stderr);
  const told = JSON.parse(done.stdout) as {
    summary: { violations: readonly Violation[]; totalCruised: number };
  };
  assert.ok(told.summary.totalCruised > 10, "too few files were looked at");
  return told.summary.violations;
}

/** Which files of test/fixtures/planted-offence break which rule. */
const planted: Readonly<Record<string, readonly string[]>> = {
  "core-is-headless": [
    "src/core/tracking/editor.ts",
    "src/core/tracking/http.ts",
    "src/core/tracking/outside.ts",
  ],
  "leftwards-base": ["src/core/base/offence.ts"],
  "leftwards-store": ["src/core/store/offence.ts"],
  "leftwards-query": ["src/core/query/offence.ts"],
  "leftwards-code": ["src/core/code/offence.ts"],
  "leftwards-datasets": ["src/core/datasets/offence.ts"],
  "leftwards-tracking": ["src/core/tracking/offence.ts"],
  "leftwards-sweeps": ["src/core/sweeps/offence.ts"],
  "leftwards-registry": ["src/core/registry/offence.ts"],
  "leftwards-serving": ["src/core/serving/offence.ts"],
  "leftwards-monitoring": ["src/core/monitoring/offence.ts"],
  "leftwards-pipelines": ["src/core/pipelines/offence.ts"],
  "model-is-pure": ["src/core/sweeps/model.ts"],
  "workers-are-pure": ["src/workers/offence.ts"],
  "run-imports-core-and-protocol": ["src/run/beside.ts", "src/run/offence.ts"],
  "schedule-imports-core-and-protocol": ["src/schedule/offence.ts"],
  "api-imports-core-and-protocol": ["src/api/editor.ts", "src/api/offence.ts"],
  "serve-imports-core-and-protocol": ["src/serve/offence.ts"],
  "engine-is-below-the-edges": ["src/engine/offence.ts"],
  "cli-is-no-editor": ["src/cli/offence.ts"],
  "protocol-is-types-of-models": ["src/protocol/offence.ts"],
  "protocol-imports-types-only": ["src/protocol/value.ts"],
  "vscode-only-in-its-room": ["src/api/editor.ts", "src/core/tracking/editor.ts"],
  "editor-speaks-protocol": ["src/vscode/tracking/offence.ts"],
  "editor-pillars-are-apart": ["src/vscode/tracking/neighbour.ts"],
  "editor-parts-know-no-pillar": ["src/vscode/manifest.ts"],
  "pages-speak-protocol": ["webview/tracking/offence.ts"],
  "pages-are-browser-code": ["webview/tracking/files.ts"],
  "page-pillars-are-apart": ["webview/tracking/neighbour.ts"],
  "product-knows-no-test": ["src/cli/help.ts"],
  "no-circular": ["src/run/one.ts"],
  "no-unresolved": ["src/run/nowhere.ts"],
};

/** Every file below these folders, as paths from the root with forward slashes. */
function filesOf(...folders: readonly string[]): readonly string[] {
  return folders
    .filter((folder) => fs.existsSync(path.join(root, folder)))
    .flatMap((folder) =>
      fs
        .readdirSync(path.join(root, folder), { recursive: true, encoding: "utf8" })
        .map((file) => `${folder}/${file.replaceAll("\\", "/")}`),
    )
    .filter((file) => !file.includes("__pycache__") && fs.statSync(path.join(root, file)).isFile());
}

function linesOf(file: string): number {
  return fs.readFileSync(path.join(root, file), "utf8").split("\n").length - 1;
}

describe("rooms", function () {
  this.timeout(120_000);

  it("import in the direction of the design", () => {
    const violations = cruise(root).map(({ rule, from, to }) => `${rule.name}: ${from} → ${to}`);
    assert.deepEqual(violations, []);
  });

  describe("with planted offences", () => {
    let caught: readonly Violation[] = [];
    before(() => {
      caught = cruise(path.join(root, "test", "fixtures", "planted-offence"));
    });

    const { forbidden } = createRequire(import.meta.url)(config) as Direction;
    for (const { name, comment } of forbidden)
      it(`${name}: ${comment}`, () => {
        const files = caught.filter((one) => one.rule.name === name).map((one) => one.from);
        assert.deepEqual([...new Set(files)].sort(), [...(planted[name] ?? [])].sort());
        assert.notEqual(files.length, 0, `no offence is planted against ${name}`);
      });

    it("have a rule each", () => {
      assert.deepEqual(Object.keys(planted).sort(), forbidden.map((rule) => rule.name).sort());
    });
  });
});

describe("files", () => {
  const code = /\.(ts|tsx|mjs|cjs|js|py)$/;
  const vetoed = /^(utils?|helpers?|common|shared|misc|managers?|services?|handlers?|index)(\.|$)/i;
  const vetoedEnds = /[-_](utils?|helpers?|manager|service|handler)\.[a-z]+$/i;

  it("have names that say what is in them", () => {
    const bad = filesOf("src", "webview", "test").filter((file) =>
      file.split("/").some((part) => vetoed.test(part) || vetoedEnds.test(part)),
    );
    assert.deepEqual(bad, []);
  });

  it("have at most 400 lines", () => {
    const long = filesOf("src", "webview", "test", "media")
      .filter((file) => code.test(file))
      .map((file) => ({ file, lines: linesOf(file) }))
      .filter(({ lines }) => lines > 400);
    assert.deepEqual(long, []);
  });

  it("of extension.ts have at most 120 lines, for it only composes", () => {
    assert.ok(linesOf("src/extension.ts") <= 120);
  });

  it("of core/base are of a closed list", () => {
    const closed = ["clock.ts", "emitter.ts", "failure.ts", "lifetime.ts", "log.ts", "ports.ts", "said.ts"];
    const base = fs.readdirSync(path.join(root, "src", "core", "base"));
    assert.deepEqual(
      base.filter((file) => !closed.includes(file)),
      [],
    );
  });
});
