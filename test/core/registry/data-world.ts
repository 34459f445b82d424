import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { makeVersion, trackData } from "../../../src/core/datasets/version.js";
import type { DataUsed } from "../../../src/core/tracking/model.js";
import { addVersion } from "../../../src/core/registry/versions.js";
import { ensureModel } from "../../../src/core/registry/models.js";
import { frozenDataOf } from "../../../src/core/registry/lineage.js";
import type { ModelVersionDetail } from "../../../src/core/registry/view.js";
import type { Workbench } from "../../../src/core/workbench.js";
import { plainVersion } from "./versions-of.js";

const never = new AbortController().signal;

/** A folder with data, runs that read it and models that came of them. */
export class DataWorld {
  readonly bench: Workbench;

  constructor(bench: Workbench) {
    this.bench = bench;
  }

  write(name: string, text: string): void {
    const file = path.join(this.bench.folder, name);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, text);
  }

  /** Tracks what stands there, or makes its next version; the version's id. */
  async version(place: string): Promise<string> {
    const { datasets } = this.bench;
    const known = datasets.all().find((one) => one.path === place);
    const made = known
      ? await makeVersion(datasets, known.id, { message: "" }, never)
      : await trackData(datasets, { path: place }, never);
    return made.version;
  }

  /** A run that read files as they stand now; its id. */
  run(files: readonly string[], more: { readonly start?: number; readonly launch?: string } = {}): string {
    const run = this.bench.tracking.runs.create({
      experiment: "0",
      name: undefined,
      user: "tester",
      start: more.start ?? this.bench.store.ports.clock.now(),
      tags: [],
      ...(more.launch === undefined ? {} : { launch: more.launch }),
    });
    for (const name of files) {
      const bytes = fs.readFileSync(path.join(this.bench.folder, name));
      run.write({
        kind: "data.read",
        path: name,
        size: bytes.length,
        modified: 0,
        sha256: createHash("sha256").update(bytes).digest("hex"),
      });
    }
    return run.id;
  }

  /** What a run says to have used. */
  uses(
    run: string,
    fact: Pick<DataUsed, "dataset" | "version" | "path" | "content"> & Partial<DataUsed>,
  ): void {
    this.bench.tracking.runs.owned(run)?.write({ by: "hook", ...fact, kind: "data.used" });
  }

  model(name: string, run: string): ModelVersionDetail {
    const { tracking, registry } = this.bench;
    const data = frozenDataOf(tracking, tracking.runs.get(run));
    return addVersion(registry, ensureModel(registry, name), plainVersion({ run, runName: "", data }));
  }
}
