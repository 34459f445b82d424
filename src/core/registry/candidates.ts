import { filesOnDisk } from "./model-files.js";
import type { RegisterGround } from "./register-source.js";
import { flavorOf, flavorOfName } from "./signature.js";
import { listArtifacts } from "../tracking/run-detail.js";
import type { RunState } from "../tracking/run-state.js";
import { mlmodelName } from "./mlmodel.js";
import type { Candidate, Flavor } from "./view.js";

const mostCandidates = 200;

/** What of a run could become a version, the likeliest first. Throws `run.notFound`. */
export function candidatesOf(ground: RegisterGround, run: string): readonly Candidate[] {
  const state = ground.tracking.runs.get(run);
  const logged = artifacts(ground, state);
  const written = writtenFiles(ground, state).filter((one) => !logged.some((other) => isSame(one, other)));
  const found = [...loggedModels(ground, state), ...logged, ...written];
  return found.sort((a, b) => rank(a) - rank(b)).slice(0, mostCandidates);
}

/** Whether a file that a run left is most likely the one that it logged. */
const isSame = (one: Candidate, other: Candidate): boolean =>
  one.size === other.size && one.name.split("/").at(-1) === other.name.split("/").at(-1);

/** What serves as it is before what has to be loaded as code; logged on purpose before what merely lies there. */
const likeliest: readonly Flavor[] = [
  "mlflow",
  "onnx",
  "safetensors",
  "keras",
  "torch",
  "joblib",
  "pickle",
  "other",
];

function rank({ source, name, flavor }: Candidate): number {
  const kind = source.kind === "logged" ? 0 : source.kind === "artifact" ? 100 : 200;
  const isNamed = /(^|[^a-z])(model|best|final|champion)/i.test(name);
  const isStep = /checkpoint|ckpt|epoch|step|optimizer|optim|scheduler|scaler|vectorizer|encoder/i.test(name);
  return kind + likeliest.indexOf(flavor) * 4 + (isStep ? 3 : isNamed ? 0 : 1);
}

function loggedModels({ tracking }: RegisterGround, { facts }: RunState): Candidate[] {
  const { ports, layout } = tracking.store;
  return facts.all("model.output").flatMap(({ model }): Candidate[] => {
    try {
      const { status, created } = tracking.models.get(model);
      if (status !== "LOGGED_MODEL_READY") return [];
      const files = filesOnDisk(ports, layout.artifacts({ room: "logged", id: model }));
      return [
        {
          source: { kind: "logged", model },
          name: created.name,
          flavor: flavorOf(files),
          size: sizeOf(files),
        },
      ];
    } catch {
      return []; // deleted, or not here: nothing to register
    }
  });
}

const sizeOf = (files: readonly { readonly size: number }[]): number =>
  files.reduce((sum, { size }) => sum + size, 0);

/** Folders with an MLmodel as a whole, and files beside them that look like models. */
function artifacts({ tracking }: RegisterGround, run: RunState): Candidate[] {
  const files = listArtifacts(tracking, run.id);
  const folders = files
    .filter(({ path }) => path.endsWith(`/${mlmodelName}`))
    .map(({ path }) => path.slice(0, -mlmodelName.length));
  const models = folders.map((folder): Candidate => {
    const below = files.filter(({ path }) => path.startsWith(folder));
    const path = folder.slice(0, -1);
    return {
      source: { kind: "artifact", run: run.id, path },
      name: path,
      flavor: "mlflow",
      size: sizeOf(below),
    };
  });
  const single = files.flatMap(({ path, size }): Candidate[] => {
    const flavor = flavorOfName(path);
    if (flavor === "other" || folders.some((folder) => path.startsWith(folder))) return [];
    return [{ source: { kind: "artifact", run: run.id, path }, name: path, flavor, size }];
  });
  return [...models, ...single];
}

/** Files that the run left in the folder without logging them, as far as they are still there. */
function writtenFiles({ tracking, registry }: RegisterGround, run: RunState): Candidate[] {
  const { files } = tracking.store.ports;
  return run.facts.all("file.offered").flatMap(({ path, size }): Candidate[] => {
    const flavor = flavorOfName(path);
    const stat = flavor === "other" ? undefined : files.stat(`${registry.folder}/${path}`);
    if (stat?.kind !== "file" || stat.size !== size) return [];
    return [{ source: { kind: "file", path, run: run.id }, name: path, flavor, size }];
  });
}
