import * as fs from "node:fs";
import * as path from "node:path";
import { withoutSecret } from "../core/store/secrets.js";

const allowed =
  /^(CUDA|CUDNN|NCCL|HIP|ROCM|OMP|MKL|OPENBLAS|NUMEXPR|VECLIB|PYTHON|CONDA|SLURM|PBS|LSB|XLA|TF|TORCH|PYTORCH|JAX|HF|TRANSFORMERS|TOKENIZERS|RAY|DASK|WORLD_SIZE|RANK|LOCAL_RANK|MASTER|KMP|GOMP|UV|POETRY|PIXI)(_|$)|^(VIRTUAL_ENV|LANG|LC_ALL|TZ|SEED|PYTHONHASHSEED)$/;
const own = /^PYTHONPATH$|^PYTHONUNBUFFERED$/;
const longestValue = 1000;

/** The environment variables that say something about a training, with secrets masked; all others stay unrecorded. */
export function recordedVariables(environment: NodeJS.ProcessEnv): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const name of Object.keys(environment).sort()) {
    const value = environment[name];
    if (value === undefined || !allowed.test(name) || own.test(name)) continue;
    kept[name] = withoutSecret(name, value).slice(0, longestValue);
  }
  return kept;
}

/**
 * The packages that a Python finds, as sorted lines `name==version`, read from the names of their metadata folders:
 * no Python is run.
 * @param searchPath its `sys.path`
 */
export async function installedPackages(
  searchPath: readonly string[],
  signal: AbortSignal,
): Promise<string[]> {
  const found = new Map<string, string>();
  for (const folder of searchPath) {
    signal.throwIfAborted();
    if (!path.isAbsolute(folder)) continue;
    const names = await fs.promises.readdir(folder).catch(() => []);
    for (const name of names) {
      const match = /^(.+?)-([^-]+?)(?:-py[\d.]+)?\.(?:dist-info|egg-info)$/.exec(name);
      const [, packageName, version] = match ?? [];
      if (packageName === undefined || version === undefined) continue;
      const key = packageName.toLowerCase().replaceAll(/[-_.]+/g, "-");
      if (!found.has(key)) found.set(key, version); // the first on the path is the one that is imported
    }
  }
  return [...found].map(([name, version]) => `${name}==${version}`).sort();
}
