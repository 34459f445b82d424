import * as path from "node:path";
import { Failure, toFailure } from "../base/failure.js";
import { said } from "../base/said.js";
import { packCode } from "../code/pack-code.js";
import type { OnProgress } from "../datasets/content-progress.js";
import { everything } from "../datasets/selection.js";
import type { Manifest } from "../datasets/manifest.js";
import type { StoredContent } from "../datasets/view.js";
import { nameFromDisk } from "../store/names.js";
import { Pace } from "../store/pace.js";
import { filesOnDisk } from "./model-files.js";
import { ensureModel } from "./models.js";
import { checkModelName, checkText } from "./names.js";
import { findSource, type FoundSource, type RegisterGround } from "./register-source.js";
import { exampleOf, flavorOf, readSignature } from "./signature.js";
import { addVersion, describeVersion, type NewVersion } from "./versions.js";
import type { ModelVersionDetail, RegisterSource } from "./view.js";

export interface Registration {
  readonly name: string;
  readonly source: RegisterSource;
  readonly description?: string | undefined;
  /** MLflow's `run_link`. */
  readonly link?: string | undefined;
  /** How the source was said, where that is to stand in the fact. Default: as Loam says it. */
  readonly said?: string | undefined;
}

export interface Registered {
  readonly version: ModelVersionDetail;
  /** False: the code of its run is not here (or was purged), so that it does not travel with the version. */
  readonly hasCode: boolean;
}

/**
 * Makes a version of a file, a folder, a logged model or another version, and the model where there is none of that name.
 * The artifact and the code are durable in the store before the fact that names them; where anything fails, nothing is
 * registered. Throws `artifact.notFound`, `content.changed`, `value.invalid`, `name.invalid` and the like.
 */
export async function registerVersion(
  ground: RegisterGround,
  registration: Registration,
  signal: AbortSignal,
  progress: OnProgress = () => undefined,
): Promise<Registered> {
  const { registry } = ground;
  checkModelName(registration.name);
  checkText(registration.description ?? "", "description");
  const source = findSource(ground, registration.source);
  const frozen = await freeze(ground, source, signal, progress);
  const hasCode = await keepCode(ground, source.frozen.code?.commit, signal);
  new Pace(signal, said`registering ${registration.name}`).check();
  const made = addVersion(registry, ensureModel(registry, registration.name), {
    source: registration.said ?? source.said,
    logged: source.logged,
    ...source.frozen,
    ...frozen,
    ...(registration.link === undefined ? {} : { link: registration.link }),
  });
  if (registration.description !== undefined && registration.description !== "")
    describeVersion(registry, made, registration.description);
  return { version: registry.existingVersion(made.model, made.id), hasCode };
}

/** True where the run has code and its pack is in the ledger now. */
async function keepCode(
  { tracking: { store } }: RegisterGround,
  commit: string | undefined,
  signal: AbortSignal,
): Promise<boolean> {
  if (commit === undefined || store.purged.isPurgedSnapshot(commit)) return false;
  return packCode(store.layout.root, commit, store.ports, signal);
}

type FrozenArtifact = Pick<NewVersion, "artifact" | "file" | "flavor" | "signature" | "example">;

async function freeze(
  ground: RegisterGround,
  source: FoundSource,
  signal: AbortSignal,
  progress: OnProgress,
): Promise<FrozenArtifact> {
  if (source.from === "version") {
    const { artifact, file, flavor, signature, example } = source.version;
    return { artifact, ...(file === null ? {} : { file }), flavor, signature, example };
  }
  const { ports } = ground.registry.store;
  const { place } = source;
  const before = stampOf(ports, place);
  const { signature, flavor, example } = lookAt(ports, place);
  const { contents } = ground.datasets;
  const { changed, leftOut, form, manifest, content, files, size } = await contents.add(
    place,
    everything,
    signal,
    progress,
  );
  const [link] = leftOut;
  if (link)
    throw new Failure("path.invalid", said`${path.join(place, link.path)} is a link or no plain file.`, {
      next: said`Links are not followed: put what it points to in its place. Nothing was registered.`,
    });
  if (files === 0)
    throw new Failure("artifact.notFound", said`The folder ${place} is empty.`, {
      next: said`Name the file or folder of the model.`,
    });
  if (changed.length > 0 || stampOf(ports, place) !== before)
    throw new Failure("content.changed", said`${place} changed while it was read.`, {
      next: said`Register it when nothing writes to it any more. Nothing was registered.`,
    });
  const artifact: StoredContent = { form, manifest, content, files, size };
  const kept = contents.manifest(artifact);
  checkRecorded(source, kept);
  return {
    artifact,
    ...(form === "file" ? { file: nameFromDisk(path.basename(place)) } : {}),
    flavor,
    signature,
    example: example === undefined ? null : (kept.find(example)?.hash ?? null),
  };
}

/** What a model's files say of it; they are only read, never loaded. */
function lookAt(
  ports: RegisterGround["registry"]["store"]["ports"],
  place: string,
): Pick<NewVersion, "flavor" | "signature"> & { readonly example: string | undefined } {
  try {
    const files = filesOnDisk(ports, place);
    return { flavor: flavorOf(files), signature: readSignature(files), example: exampleOf(files)?.path };
  } catch (error) {
    throw toFailure(error, said`Cannot read ${place}`);
  }
}

/** Names, sizes and times of all files: whether anything changed between two looks. */
const stampOf = (ports: RegisterGround["registry"]["store"]["ports"], place: string): string =>
  filesOnDisk(ports, place)
    .map(({ path: name, size }) => {
      const file = ports.files.stat(place)?.kind === "file" ? place : path.join(place, name);
      return JSON.stringify([name, size, ports.files.stat(file)?.mtimeMs]);
    })
    .join("\n");

/** Throws `content.changed` where a file is not what the run or the logged model wrote. */
function checkRecorded(source: Extract<FoundSource, { from: "disk" }>, kept: Manifest): void {
  for (const { path: file, hash } of kept) {
    const recorded = source.recorded(file.split("/").map(nameFromDisk).join("/"));
    if (recorded === undefined || recorded === hash) continue;
    throw new Failure(
      "content.changed",
      said`${file === "" ? source.said : `${source.said}/${file}`} is not what was logged: it was changed since.`,
      { next: said`Log it again and register that, or register the file itself. Nothing was registered.` },
    );
  }
}
