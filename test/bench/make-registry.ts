import * as fs from "node:fs";
import * as path from "node:path";
import { HybridClock } from "../../src/core/base/clock.js";
import { nodePorts } from "../../src/core/base/ports.js";
import { canonicalJson, sha256 } from "../../src/core/store/canonical.js";
import { FactSource, type FactBody } from "../../src/core/store/fact.js";
import type { RegistryFact, VersionRegistered } from "../../src/core/registry/model.js";
import { openWorkbench } from "../../src/core/workbench.js";
import { metricName, paramName } from "./make-store.js";

export interface RegistryShape {
  readonly models: number;
  /** Of each model. */
  readonly versions: number;
  /** What their names begin with; default: `model`. */
  readonly called?: string;
}

/**
 * Makes a store whose ledger has registered models, file by file and without their syncs, as a clone has it that was
 * never opened: four facts a version, a tenth of a second apart. Each model's last version but one is its champion.
 */
export function makeRegistry(folder: string, { models, versions, called = "model" }: RegistryShape): void {
  fs.mkdirSync(folder, { recursive: true });
  const bench = openWorkbench(folder, nodePorts, { create: true, root: path.join(folder, ".loam") });
  const { ledger } = bench.store.layout;
  const time = { at: Date.now() - (4 * models * versions + 10 * models) * 100 };
  const ports = { clock: { now: () => time.at }, random: nodePorts.random };
  const source = new FactSource(ports, new HybridClock(ports.clock), () => "bench <bench@example.org>");
  let heads: readonly string[] = [];
  const say = <F extends RegistryFact>(body: FactBody<F>): F => {
    time.at += 100;
    const fact = source.make<F>(body);
    const bytes = Buffer.from(`${canonicalJson({ ...fact, heads })}\n`);
    const name = `${fact.id}-${sha256(bytes).slice(0, 16)}`;
    const month = path.join(ledger, new Date(fact.at).toISOString().slice(0, 7));
    fs.mkdirSync(month, { recursive: true });
    fs.writeFileSync(path.join(month, `${name}.json`), bytes);
    heads = [name];
    return fact;
  };
  const numbers = (count: number, name: (n: number) => string): Record<string, number> =>
    Object.fromEntries(Array.from({ length: count }, (_, n) => [name(n), Math.random()]));
  for (let m = 0; m < models; m++) {
    const name = `${called}-${m}`;
    const model = sha256(name).slice(0, 16);
    say({ kind: "registry.created", model, name });
    let champion = "";
    for (let number = 1; number <= versions; number++) {
      const run = `0${sha256(`${name} ${number}`).slice(1, 32)}`; // ids begin with a time: one far ahead is refused
      const params = Object.entries(numbers(10, paramName)).map(([key, value]) => [
        key,
        value.toPrecision(4),
      ]);
      const { id: version } = say<VersionRegistered>({
        kind: "version.registered",
        model,
        number,
        source: `runs:/${run}/model`,
        artifact: null,
        flavor: "mlflow",
        signature: null,
        example: null,
        run,
        logged: null,
        runName: `run-${number}`,
        experiment: "churn",
        code: null,
        data: [],
        params: Object.fromEntries(params) as Record<string, string>,
        metrics: numbers(10, metricName),
        environment: null,
      });
      say({ kind: "version.tag", model, version, key: "team", value: number % 2 === 0 ? "risk" : "churn" });
      say({ kind: "version.tag", model, version, key: "batch", value: String(number % 50) });
      say({ kind: "version.stage", model, version, stage: number % 10 === 0 ? "Staging" : "Archived" });
      if (number === versions - 1) champion = version;
    }
    say({ kind: "alias.moved", model, alias: "champion", version: champion });
  }
  bench.dispose();
}
