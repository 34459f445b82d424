import { Failure } from "../base/failure.js";
import { said, type Piece, type Said } from "../base/said.js";
import { readSnapshotFile, listSnapshot } from "../code/read.js";
import { packedCodeFile } from "../code/packed-code.js";
import type { Datasets } from "../datasets/datasets.js";
import type { StoredContent } from "../datasets/view.js";
import { faultOfCodePack } from "../store/code-pack.js";
import type { Pace } from "../store/pace.js";
import type { AuditHolding, Held } from "./audit-view.js";
import { byWhom, givenUpData } from "./given-up.js";
import type { GivenUpData, ModelVersionDetail } from "./view.js";

/** A thing of a version that is damaged. `file` is below the store's root, or a hash. */
export interface Damage {
  readonly file: string;
  readonly what: Said;
}

/** Looks whether the artifact, the code and the data of a version are in this store and what their hashes say. */
export async function holdingOf(
  datasets: Datasets,
  shown: ModelVersionDetail,
  pace: Pace,
  signal: AbortSignal,
  damaged: (damage: Damage) => void,
): Promise<AuditHolding> {
  const { model, id, name, number, artifact, code } = shown;
  const version = `${name}/${number}`;
  const told = (words: (why: Piece) => Said) => (hash: string, why: Piece) => {
    damaged({ file: hash, what: words(why) });
  };
  const ofArtifact = told((why) => said`the artifact of ${version}: ${why}`);
  const ofCode = told((why) => said`the code of ${version}: ${why}`);
  const ofData = told((why) => said`the data of ${version}: ${why}`);
  const { purged } = datasets.store;
  const given = givenUpData(datasets.store, shown);
  const [ofFiles, ofSnapshot] = [
    purged.contentGivenUp(id),
    code ? purged.snapshotGivenUp(code.commit) : undefined,
  ];
  const held = {
    artifact: artifact ? await contentHeld(datasets, artifact, pace, ofArtifact, true) : "none",
    code: await codeHeld(datasets, shown, pace, signal, ofCode),
    data: await dataHeld(datasets, shown, given, pace, ofData),
  } as const;
  return {
    ...{ model, name, number },
    artifact: held.artifact === "missing" && ofFiles ? "givenUp" : held.artifact,
    code: held.code === "missing" && ofSnapshot ? "givenUp" : held.code,
    data: held.data,
    givenUp: [
      ...(ofFiles ? [said`The files of ${version} were ${byWhom(ofFiles)}.`] : []),
      ...(ofSnapshot ? [said`The code of ${version} was ${byWhom(ofSnapshot)}.`] : []),
      ...given.map(
        (one) => said`${version} came of ${`${one.name}@${one.number}`}, which was ${byWhom(one)}.`,
      ),
    ],
  };
}

type Told = (hash: string, why: Piece) => void;

/** `read`: every byte is read and compared with its hash; else only whether everything is there. */
async function contentHeld(
  { contents, store }: Datasets,
  content: Pick<StoredContent, "manifest">,
  pace: Pace,
  told: Told,
  read: boolean,
): Promise<Held> {
  let held: Held = "whole";
  try {
    for (const { hash } of contents.manifest(content)) {
      await pace.turn();
      if (!store.objects.has(hash)) return "missing";
      if (!read) continue;
      try {
        for (const slice of store.objects.slices(hash)) if (slice.byteLength > 0) await pace.turn();
      } catch (error) {
        if (!(error instanceof Failure) || error.code === "cancelled") throw error;
        told(`objects/${hash}`, error.said.message);
        held = "damaged";
      }
    }
  } catch (error) {
    if (!(error instanceof Failure) || error.code === "cancelled") throw error;
    if (error.code === "artifact.notFound") return "missing";
    told(`manifests/${content.manifest}`, error.said.message);
    return "damaged";
  }
  return held;
}

async function codeHeld(
  { store }: Datasets,
  { code }: ModelVersionDetail,
  pace: Pace,
  signal: AbortSignal,
  told: Told,
): Promise<Held> {
  if (!code) return "none";
  const { commit } = code;
  const { root } = store.layout;
  const file = packedCodeFile(root, commit);
  if (store.ports.files.stat(file)) {
    const fault = faultOfCodePack(store.ports.files, file, commit);
    if (fault === undefined) return "whole";
    told(`ledger/code/${commit}.pack`, fault);
    return "damaged";
  }
  try {
    for (const entry of await listSnapshot(root, commit, signal)) {
      await pace.turn();
      if (entry.kind !== "submodule") await readSnapshotFile(root, commit, entry.path);
    }
    return "whole";
  } catch (error) {
    if (!(error instanceof Failure) || error.code === "cancelled") throw error;
    if (error.code === "code.notFound") return "missing";
    told(`code.git: ${commit}`, error.said.message);
    return "damaged";
  }
}

/** Data may be large: it is looked for, not read; `loam verify` reads it. */
async function dataHeld(
  datasets: Datasets,
  { data }: ModelVersionDetail,
  given: readonly GivenUpData[],
  pace: Pace,
  told: Told,
): Promise<Held> {
  const found: Held[] = given.length > 0 ? ["givenUp"] : [];
  for (const { dataset, version } of data) {
    if (given.some((one) => one.version === version)) continue;
    const content = datasets.find(dataset)?.history.find(({ id }) => id === version);
    found.push(content ? await contentHeld(datasets, content, pace, told, false) : "missing");
  }
  if (found.length === 0) return "none";
  const worst = (["damaged", "givenUp", "missing"] as const).find((held) => found.includes(held));
  return worst ?? "whole";
}
