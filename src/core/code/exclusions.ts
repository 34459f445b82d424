import { limits, type LeftOutReason } from "./model.js";

// Which names and contents never go into a snapshot. Pure.

const words = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/));

const secretFolders = words(".aws .azure .config/gcloud .gnupg .kube .secrets .ssh");

/** Packages, caches and other tools' folders: whatever they hold, it is not the user's code. */
const environmentFolders = words(`
  node_modules bower_components __pycache__ site-packages dist-packages .venv .virtualenv .tox .nox .eggs .pixi
  .mypy_cache .pytest_cache .ruff_cache .ipynb_checkpoints .hypothesis .pyre .cache .gradle .terraform .parcel-cache
  .hg .svn .jj .rproj.user`);

/** What other trackers write, unless it is tracked by git. */
const outputFolders = words("mlruns mlartifacts wandb lightning_logs .dvc/cache .dvc/tmp .aim");

const dataFolders = words("data datasets");

/**
 * Why a folder is left out as a whole, by its name; undefined for a folder to look into.
 * @param name its last name @param parent the name above it, "" at the top
 */
export function folderReason(name: string, parent: string): LeftOutReason | undefined {
  const one = name.toLowerCase();
  const two = `${parent.toLowerCase()}/${one}`;
  if (secretFolders.has(one) || secretFolders.has(two)) return "secret";
  if (environmentFolders.has(one)) return "environment";
  if (outputFolders.has(one) || outputFolders.has(two)) return "output";
  return undefined;
}

/** A folder with one of these in it is a Python environment. */
export const isEnvironmentMark = (name: string): boolean => name === "pyvenv.cfg" || name === "conda-meta";

const secretNames = words(`
  .netrc _netrc .pgpass .my.cnf .git-credentials .htpasswd .dockercfg .boto .s3cfg .databrickscfg .vault-token
  .terraformrc .sentryclirc credentials credentials.json credentials.yaml credentials.yml credentials.toml
  credentials.ini credentials.csv accesskeys.csv application_default_credentials.json kaggle.json kubeconfig
  secret.json secret.yaml secret.yml secret.toml secrets.json secrets.yaml secrets.yml secrets.toml secrets.ini
  token.json tokens.json token.pickle .rhistory .python_history .bash_history .zsh_history .psql_history
  .mysql_history`);

const secretEndings = words(
  ".pem .key .p12 .pfx .jks .keystore .kdbx .ppk .gpg .pkcs12 .env .tfstate .tfvars .ovpn .mobileprovision",
);

const secretPattern =
  /^(\.env|id_(rsa|dsa|ecdsa|ed25519|xmss)|(service[-_]?account|client[-_]secret).*\.json$|.*-credentials\.json$|.*\.tfstate\.backup$)/;

/** The last ending of a name with its dot, in lower case; "" where it has none. */
function endingOf(name: string): string {
  const dot = name.lastIndexOf(".");
  return dot <= 0 ? "" : name.slice(dot).toLowerCase();
}

/** Endings of tables, arrays, models and stores of records. */
const dataEndings = words(`
  .csv .tsv .psv .parquet .feather .arrow .npy .npz .jsonl .ndjson .h5 .hdf5 .hdf .nc .zarr .pkl .pickle .joblib
  .sqlite .sqlite3 .db .duckdb .xls .xlsx .xlsb .ods .rds .rdata .rda .sav .dta .sas7bdat .xpt .avro .orc .mat
  .tfrecord .tfrecords .lmdb .mdb .arff .libsvm .svmlight .pt .pth .ckpt .onnx .safetensors .gguf .pb .tflite .bin
  .dat .geojson .vcf .fasta .fastq .fa .fq .bed .dump`);

/** Endings whose files are never text; saves reading them. */
const binaryEndings = words(`
  .png .jpg .jpeg .gif .bmp .tif .tiff .webp .ico .heic .pdf .psd .zip .gz .bz2 .xz .zst .7z .rar .tar .tgz .whl
  .jar .war .egg .so .dll .dylib .exe .o .a .lib .obj .pyc .pyo .pyd .class .wasm .node .mp3 .mp4 .wav .ogg .flac
  .avi .mov .mkv .webm .ttf .otf .woff .woff2 .eot .docx .pptx .dcm .nii`);

/** What is code even in a folder named data or datasets. `.dvc` files say which version of the data is meant. */
const sourceEndings = words(`
  .py .pyi .pyx .pxd .ipynb .r .rmd .qmd .jl .m .sql .sh .bash .zsh .fish .ps1 .bat .cmd .js .mjs .cjs .jsx .ts .mts
  .cts .tsx .java .kt .scala .go .rs .c .h .cc .cpp .cxx .hpp .cu .cuh .cs .rb .pl .php .lua .swift .md .rst .tex
  .yaml .yml .toml .cfg .ini .conf .dvc .proto .graphql .avsc .xsd .tf .nix .mk .cmake .gitignore .gitattributes
  .gitkeep .dvcignore`);

const sourceNames = words("makefile dockerfile snakefile rakefile readme license notice dvc.lock justfile");

/** Whether a file is source by its name. */
export function isSource(name: string): boolean {
  const lower = name.toLowerCase();
  return sourceNames.has(lower) || sourceEndings.has(endingOf(lower)) || sourceEndings.has(lower);
}

/**
 * Why a file is left out by its path and size alone; undefined where its content decides.
 *
 * The rule for data: a file above 64 kB whose ending is that of a data format, and any file below a folder named
 * `data` or `datasets` that is not source by its ending.
 */
export function fileReason(
  folders: readonly string[],
  name: string,
  size: number,
): LeftOutReason | undefined {
  const lower = name.toLowerCase();
  const ending = endingOf(lower);
  if (secretNames.has(lower) || secretEndings.has(ending) || secretPattern.test(lower)) return "secret";
  if (size > limits.dataBytes && dataEndings.has(ending)) return "data";
  if (folders.some((folder) => dataFolders.has(folder.toLowerCase())) && !isSource(name)) return "data";
  if (size > 0 && binaryEndings.has(ending)) return "binary";
  return size > limits.fileBytes ? "large" : undefined;
}

const privateKey =
  /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----[\s\S]{0,300}?[A-Za-z0-9+/]{40}|PuTTY-User-Key-File-\d/;
const packageToken = /^\s*(?:[^#;\s].*:)?_?(?:auth|authtoken|password|token)\s*[=:]\s*(?!\$\{)\S/im;
const serviceAccount = /"type"\s*:\s*"service_account"/;

/** Why a file is left out by what it holds: `content` is its first `limits.fileBytes` bytes. */
export function contentReason(name: string, content: Buffer): LeftOutReason | undefined {
  const wide =
    content.length >= 2 && (content.readUInt16BE(0) === 0xfffe || content.readUInt16BE(0) === 0xfeff);
  if (!wide && content.subarray(0, 8000).includes(0)) return "binary";
  const lower = name.toLowerCase();
  const text = (): string => content.toString("latin1");
  if ((content.includes("PRIVATE KEY") || content.includes("PuTTY-User")) && privateKey.test(text()))
    return "secret";
  if ((lower === ".npmrc" || lower === ".pypirc" || lower === ".yarnrc") && packageToken.test(text()))
    return "secret";
  if (lower.endsWith(".json") && content.includes("service_account") && serviceAccount.test(text()))
    return "secret";
  return undefined;
}
