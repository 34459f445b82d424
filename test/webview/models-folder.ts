import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { nodePorts } from "../../src/core/base/ports.js";
import { moveAlias } from "../../src/core/registry/aliases.js";
import { askApproval, decideApproval } from "../../src/core/registry/decisions.js";
import { ensureModel, writeCard } from "../../src/core/registry/models.js";
import { registerVersion } from "../../src/core/registry/register.js";
import type { ModelVersionDetail, Signature } from "../../src/core/registry/view.js";
import { addVersion, tagVersion } from "../../src/core/registry/versions.js";
import { openWorkbench, type Workbench } from "../../src/core/workbench.js";
import { never } from "../core/code/playground.js";
import { madeOnnx, node, tensor } from "../core/registry/made-onnx.js";
import { plainVersion } from "../core/registry/versions-of.js";
import { bytesOf } from "../core/store/bench-store.js";
import { newFolder } from "../run/loam.js";

export const [ada, bob, carla] = [
  "Ada Berg <ada@example.org>",
  "Bob Ode <bob@example.org>",
  "Carla Ruiz <carla@example.org>",
];

/** Asks for an approval by somebody else, two checks, and keeps `champion` for what was approved. */
const policy = `models:
  churn:
    requester_counts: false
    protected: [champion]
    checks:
      - metrics.f1 >= 0.9
      - signature unchanged
    approve_failing: true
`;

const onnx = (columns: number): Buffer =>
  madeOnnx({
    inputs: [["features", tensor(1, ["N", columns])]],
    outputs: [["label", tensor(1, ["N", columns])]],
    nodes: [node("Identity", ["features"], ["label"])],
  });

export const signatureOf = (columns: number): Signature => ({
  source: "onnx",
  inputs: [{ name: "features", type: "float32", shape: [null, columns] }],
  outputs: [{ name: "label", type: "int64", shape: [null] }],
  params: [],
});

export interface ModelsFolder {
  readonly folder: string;
  readonly model: string;
  /** By number. */
  readonly versions: readonly ModelVersionDetail[];
  /** The run that the newest version came from. */
  readonly run: string;
}

/** The store of a folder as one person opens it. */
export function as<T>(folder: string, author: string, work: (bench: Workbench) => T): T {
  const bench = openWorkbench(folder, nodePorts, { create: true, author });
  try {
    const done = work(bench);
    if (done instanceof Promise) void done.finally(() => void bench.dispose());
    else bench.dispose();
    return done;
  } catch (error) {
    bench.dispose();
    throw error;
  }
}

/** A git repository in which this person works. */
function repository(author: string): string {
  const folder = newFolder("loam-models-");
  const [, name = "", email = ""] = /^(.*) <(.*)>$/.exec(author) ?? [];
  const git = (...words: readonly string[]): void => {
    execFileSync("git", words, { cwd: folder, stdio: "pipe" });
  };
  git("init", "-q", "-b", "main");
  git("config", "user.name", name);
  git("config", "user.email", email);
  return folder;
}

/**
 * The model churn with four versions: 1 from a pickle, 2 the approved champion, 3 rejected, 4 waits for approval, an
 * ONNX file of a run. Whoever opens the folder is Carla; Ada asked, Bob approved.
 */
export async function modelsFolder(): Promise<ModelsFolder> {
  const folder = repository(carla);
  fs.writeFileSync(path.join(folder, "loam.yaml"), policy);
  const versions: ModelVersionDetail[] = [];
  const [id, run] = await as(folder, ada, async (bench) => {
    const { registry, tracking } = bench;
    const model = ensureModel(registry, "churn");
    writeCard(
      registry,
      model,
      null,
      "# Churn\n\nSays who **leaves**; f1 is {{metrics.f1}}.\n\n## Intended use\n\nCalls to customers.\n",
    );
    const plain = { environment: { python: "3.11.8", platform: "Linux", packages: null } };
    versions.push(
      addVersion(
        registry,
        model,
        plainVersion({ ...plain, flavor: "pickle", metrics: { f1: 0.9, loss: 0.4 } }),
      ),
      addVersion(
        registry,
        model,
        plainVersion({
          ...plain,
          flavor: "onnx",
          signature: signatureOf(30),
          metrics: { f1: 0.954, loss: 0.21, rows: 1000 },
          params: { depth: "12", lr: "0.1" },
        }),
      ),
      addVersion(
        registry,
        model,
        plainVersion({ ...plain, flavor: "onnx", metrics: { f1: 0.93, loss: 0.3 } }),
      ),
    );
    const recorder = tracking.runs.create({ experiment: "0", name: "wide-forest", start: Date.now() });
    const time = Date.now();
    recorder.log({
      metrics: [
        { key: "f1", value: 0.975, step: 0, time },
        { key: "loss", value: 0.16, step: 0, time },
      ],
      params: [
        { key: "depth", value: "16" },
        { key: "lr", value: "0.1" },
      ],
    });
    await tracking.artifacts.put({ room: "runs", id: recorder.id }, "model.onnx", bytesOf(onnx(31)));
    const source = { kind: "artifact", run: recorder.id, path: "model.onnx" } as const;
    versions.push((await registerVersion(bench, { name: "churn", source }, never)).version);
    for (const version of versions.slice(1)) askApproval(bench, version, "Better on all slices.");
    return [model.id, recorder.id] as const;
  });
  const [, second, third, fourth] = versions;
  as(folder, bob, (bench) => {
    if (!second || !third || !fourth) return;
    decideApproval(bench, second, "approved", "Looked at the slices.");
    decideApproval(bench, third, "rejected", "Worse for new customers.");
    moveAlias(bench.registry, second, "champion");
    moveAlias(bench.registry, fourth, "challenger");
  });
  return { folder, model: id, versions, run };
}

/** A version that has much of everything, beside a champion, with a request that a hundred persons answered. */
export function fullVersion(folder: string): { readonly model: string; readonly version: string } {
  const fields = (count: number, type: string): Signature => ({
    ...signatureOf(1),
    inputs: Array.from({ length: count }, (_, at) => ({
      name: `column_${at}`,
      type: at === count - 1 ? type : "double",
    })),
  });
  const numbers = (count: number): Record<string, number> =>
    Object.fromEntries(Array.from({ length: count }, (_, at) => [`slice_${at}`, at / count]));
  const params = Object.fromEntries(Array.from({ length: 500 }, (_, at) => [`layer_${at}`, String(at)]));
  const made = as(folder, ada, (bench) => {
    const { registry } = bench;
    const model = ensureModel(registry, "full");
    const of = (count: number, type: string) =>
      addVersion(
        registry,
        model,
        plainVersion({ flavor: "mlflow", signature: fields(count, type), metrics: numbers(300), params }),
      );
    moveAlias(registry, of(2000, "long"), "champion");
    const version = of(2000, "string");
    for (let at = 0; at < 50; at++) moveAlias(registry, version, `alias-${at}`);
    tagVersion(registry, version, "team", "risk");
    writeCard(registry, model, null, "## Part\n\nWords about **it**.\n\n".repeat(6000));
    askApproval(bench, version, "Better on all slices. ".repeat(100));
    return version;
  });
  for (let at = 0; at < 30; at++)
    as(folder, `Person ${at} <${at}@example.org>`, (bench) => {
      decideApproval(bench, made, "approved", `Looked at ${at}.`);
    });
  return { model: made.model, version: made.id };
}

/** A model with so many versions, none of which has files. Gives its id. */
export function manyVersions(folder: string, count: number): string {
  return as(folder, ada, ({ registry }) => {
    const model = ensureModel(registry, "churn");
    for (let at = 0; at < count; at++)
      addVersion(registry, model, plainVersion({ flavor: "onnx", metrics: { f1: 0.5 + at / (3 * count) } }));
    return model.id;
  });
}
