import * as fs from "node:fs/promises";
import * as path from "node:path";
import { withoutSecret } from "../core/store/secrets.js";

const families =
  "CUDA CUDNN CUBLAS NVIDIA NCCL HIP ROCM ROCR HSA OMP KMP GOMP MKL OPENBLAS BLIS NUMEXPR VECLIB PYTHON CONDA UV POETRY PIXI " +
  "SLURM PBS LSB SGE XLA TORCH TORCHELASTIC PYTORCH JAX HF TRANSFORMERS TOKENIZERS RAY DASK DEEPSPEED ACCELERATE " +
  "MLFLOW WANDB KERAS MASTER OMPI HYDRA";
/** TensorFlow's: Terraform's begin with TF_ too, and hold what it deploys. */
const tensorflow = "CONFIG CPP CUDNN DETERMINISTIC DISABLE ENABLE FORCE GPU KERAS MKL NUM USE XLA";
const singles =
  "VIRTUAL_ENV PYTHONPATH LANG LC_ALL LC_CTYPE TZ SEED WORLD_SIZE RANK LOCAL_RANK LOCAL_WORLD_SIZE NODE_RANK GROUP_RANK LD_LIBRARY_PATH DYLD_LIBRARY_PATH";
const allowed = new RegExp(
  `^(?:PYTHON\\w*|(?:${families.split(" ").join("|")})(?:_\\w*)?|TF_(?:${tensorflow.split(" ").join("|")})(?:_\\w*)?|${singles.split(" ").join("|")})$`,
);
const longestValue = 1000;
const atOnce = 16;

/**
 * The variables of an environment that say something about a training, secrets masked, values cut at 1,000
 * characters; all others stay unrecorded. `environment` is the person's own, before Loam adds to it.
 */
export function recordedVariables(environment: NodeJS.ProcessEnv): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const name of Object.keys(environment).sort()) {
    const value = environment[name];
    if (value === undefined || !allowed.test(name)) continue;
    kept[name] = withoutSecret(name, value).slice(0, longestValue);
  }
  return kept;
}

/**
 * The packages that a Python finds, as sorted lines in the manner of `pip freeze`: `name==version`, or
 * `name @ address` for what was installed from a folder or a repository. Read from the folders of their metadata: no
 * Python is run.
 * @param searchPath its `sys.path`; of two folders that have a package, the first is the one that it imports
 */
export async function installedPackages(
  searchPath: readonly string[],
  signal: AbortSignal,
): Promise<string[]> {
  const found = new Map<string, string>();
  for (const folder of new Set(searchPath)) {
    signal.throwIfAborted();
    if (!path.isAbsolute(folder)) continue;
    const entries = (await namesIn(folder)).filter((name) => /\.(dist|egg)-info$/.test(name));
    for (let from = 0; from < entries.length; from += atOnce) {
      signal.throwIfAborted();
      const batch = entries.slice(from, from + atOnce);
      for (const one of await Promise.all(batch.map((entry) => packageOf(path.join(folder, entry)))))
        if (one && !found.has(one.name)) found.set(one.name, one.line);
    }
  }
  return [...found.values()].sort();
}

interface InstalledPackage {
  readonly name: string;
  readonly line: string;
}

async function packageOf(info: string): Promise<InstalledPackage | undefined> {
  const named = /^([A-Za-z0-9][\w.]*?)-([^-]+)(?:-py[\d.]+)?(?:-[\w.-]+)?\.(?:dist|egg)-info$/.exec(
    path.basename(info),
  );
  let [, name, version] = named ?? [];
  if (name === undefined || version === undefined) {
    const head = await metadataOf(info);
    name = /^Name: *(\S+)/m.exec(head)?.[1];
    version = /^Version: *(\S+)/m.exec(head)?.[1];
  }
  if (name === undefined || version === undefined) return undefined;
  const plain = name.toLowerCase().replaceAll(/[-_.]+/g, "-");
  const address = info.endsWith(".dist-info") ? await addressOf(info) : undefined;
  return { name: plain, line: address === undefined ? `${plain}==${version}` : `${plain} @ ${address}` };
}

/** The headers of a package's metadata, which lies in the folder under either name, or is the file itself. */
async function metadataOf(info: string): Promise<string> {
  for (const file of [path.join(info, "METADATA"), path.join(info, "PKG-INFO"), info]) {
    const text = await textOf(file);
    if (text !== undefined) return text.split(/\r?\n\r?\n/, 1)[0] ?? "";
  }
  return "";
}

async function addressOf(info: string): Promise<string | undefined> {
  const text = await textOf(path.join(info, "direct_url.json"));
  if (text === undefined) return undefined;
  try {
    const origin = JSON.parse(text) as {
      url?: unknown;
      vcs_info?: { vcs?: unknown; commit_id?: unknown };
    } | null;
    if (typeof origin?.url !== "string") return undefined;
    const url = withoutSecret("url", origin.url);
    const { vcs, commit_id: commit } = origin.vcs_info ?? {};
    return typeof vcs === "string" && typeof commit === "string" ? `${vcs}+${url}@${commit}` : url;
  } catch {
    return undefined;
  }
}

const largestText = 200_000;

async function textOf(file: string): Promise<string | undefined> {
  try {
    const stat = await fs.stat(file);
    return stat.isFile() && stat.size <= largestText ? await fs.readFile(file, "utf8") : undefined;
  } catch {
    return undefined;
  }
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await fs.readdir(folder);
  } catch {
    return []; // a zip, another user's, or not there
  }
}
