import { Failure } from "../base/failure.js";
import { said } from "../base/said.js";
import { ByteCursor, bytesOf, startsWith, type ByteSource } from "./byte-source.js";
import type { ModelFile } from "./model-files.js";
import { readOnnx } from "./onnx.js";
import { scanPickle } from "./pickle-reader.js";
import { flavorOfName } from "./signature.js";
import { lookAtHdf5, lookAtKeras } from "./trust-keras.js";
import type { TrustFindings } from "./trust-findings.js";
import { lookAtSkops } from "./trust-json.js";
import type { Threads } from "./unpack-lzma.js";
import { unpackerOf } from "./unpackers.js";
import { mostUnpacked, unpacked, zipContent, zipEntries, type ZipEntry } from "./zip-entries.js";

/** PyTorch's old files are a few pickles behind one another, then plain numbers. */
const mostPickles = 64;
const mostHeader = 100 * 1024 * 1024;

/** Names that joblib's users give to what they have packed. */
const packedPickle = /[.](?:pkl|pickle|joblib|sav)[.](?:bz2|gz|lz4|lzma|xz|z|zlib|zst)$/i;
/** What is packed and by its name no pickle. */
const packedData =
  /[.](?:csv|html|jsonl?|md|npy|parquet|svg|tar|tsv|txt|ya?ml)[.]\w+$|[.](?:tgz|tbz2?|txz)$/i;

const beginsPickle = (head: Buffer): boolean =>
  head[0] === 0x80 && head[1] !== undefined && head[1] >= 2 && head[1] <= 5;

/** Looks at one file of a model, as its beginning and its name say what it is. */
export async function lookAtFile(file: ModelFile, findings: TrustFindings): Promise<void> {
  const head = file.read(0, 16);
  const flavor = flavorOfName(file.path);
  if (flavor === "onnx") lookAtOnnx(file, findings);
  else if (flavor === "safetensors") lookAtSafetensors(file);
  else if (startsWith(head, 0x50, 0x4b, 3, 4)) await lookAtZip(file, findings);
  else if (startsWith(head, 0x89, 0x48, 0x44, 0x46)) await lookAtHdf5(file, findings);
  else if (startsWith(head, 0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59)) await lookAtArray(file, file.path, findings);
  else if (
    flavor === "pickle" ||
    flavor === "joblib" ||
    flavor === "torch" ||
    packedPickle.test(file.path) ||
    beginsPickle(head)
  )
    await lookAtPickles(await plainOf(file, head, findings.threads), file.path, findings);
  else if (unpackerOf(head, findings.threads) && !packedData.test(file.path))
    await lookAtPacked(file, head, findings);
  else if (flavor === "keras")
    throw new Failure(
      "value.invalid",
      said`${file.path} is neither an HDF5 nor a zip file, as Keras writes them.`,
    );
}

function lookAtOnnx(file: ModelFile, findings: TrustFindings): void {
  const { opsets, external } = readOnnx(file);
  for (const domain of Object.keys(opsets))
    if (!/^(ai[.]onnx([.]|$)|com[.]microsoft([.]|$)|$)/.test(domain))
      findings.add(file.path, said`operators of ${domain}, which need a library of their own`, "unusual");
  for (const place of external)
    if (/^([/\\]|[a-zA-Z]:)|(^|[/\\])[.][.]([/\\]|$)/.test(place))
      findings.add(file.path, said`weights from ${place}, outside of its folder`, "dangerous");
}

/** Its length and a JSON text, then numbers. Throws `value.invalid` where it is not. */
function lookAtSafetensors(file: ModelFile): void {
  const wrong = new Failure("value.invalid", said`${file.path} is no safetensors file, or it is cut off.`);
  if (file.size < 8) throw wrong;
  const length = Number(file.read(0, 8).readBigUInt64LE());
  if (length > mostHeader || length + 8 > file.size) throw wrong;
  try {
    JSON.parse(file.read(8, 8 + length).toString("utf8"));
  } catch {
    throw wrong;
  }
}

/** What joblib packed, unpacked. Throws `feature.absent` where that cannot be done here. */
async function plainOf(file: ModelFile, head: Buffer, threads: Threads): Promise<ByteSource> {
  const unpacker = unpackerOf(head, threads);
  if (unpacker) {
    if (file.size > mostUnpacked)
      throw new Failure("value.tooLarge", said`${file.path} has more than ${mostUnpacked} bytes, packed.`);
    return bytesOf(
      file.path,
      await unpacked(file.path, unpacker.unpack, file.read(0, file.size), unpacker.most),
    );
  }
  if (!startsWith(head, 0x28, 0xb5, 0x2f, 0xfd)) return file;
  throw new Failure(
    "feature.absent",
    said`${file.path} is packed by ${"zstd"}, which Loam cannot look into: take it for code that runs.`,
  );
}

/** A packed file whose name says nothing: joblib packs under any. What cannot be unpacked only begins like one. */
async function lookAtPacked(file: ModelFile, head: Buffer, findings: TrustFindings): Promise<void> {
  const plain = await plainOf(file, head, findings.threads).catch((error: unknown) => {
    if (error instanceof Failure && error.code === "value.invalid") return undefined;
    throw error;
  });
  if (plain && beginsPickle(plain.read(0, 2))) await lookAtPickles(plain, file.path, findings);
}

async function lookAtPickles(source: ByteSource, path: string, findings: TrustFindings): Promise<void> {
  let from = 0;
  for (let count = 0; count < mostPickles; count++) {
    const scan = await scanPickle(source, from, findings.pace, findings.effort);
    findings.addScan(path, scan);
    from = scan.end;
    if (scan.torn || !beginsPickle(source.read(from, from + 2))) return;
  }
}

/** An array of Python's objects is a pickle behind a line that says so. */
async function lookAtArray(source: ByteSource, path: string, findings: TrustFindings): Promise<void> {
  const cursor = new ByteCursor(source, 6);
  const version = cursor.byte();
  cursor.byte();
  const length = version === 1 ? cursor.take(2).readUInt16LE() : cursor.take(4).readUInt32LE();
  if (/['"]descr['"]:[^}]*O/.test(cursor.take(length).toString("latin1")))
    findings.addScan(path, await scanPickle(source, cursor.at, findings.pace, findings.effort));
}

/** What `torch.export` keeps beside a program: numbers as they are, or pickled by PyTorch, which loading unpickles. */
async function lookAtExported(part: ModelFile, findings: TrustFindings): Promise<void> {
  const head = part.read(0, 16);
  if (startsWith(head, 0x50, 0x4b, 3, 4)) await lookAtZip(part, findings, true);
  else if (beginsPickle(head)) await lookAtPickles(part, part.path, findings);
}

/** Files of PyTorch, Keras, NumPy and skops are zip files, each with other content. */
async function lookAtZip(file: ModelFile, findings: TrustFindings, isWithin = false): Promise<void> {
  const entries = zipEntries(file);
  const named = (ending: RegExp): readonly ZipEntry[] => entries.filter(({ name }) => ending.test(name));
  const within = (entry: ZipEntry): string => `${file.path}/${entry.name}`;
  const pickles = named(/([.]pkl|[.]pickle|[.]joblib)$/);
  for (const entry of pickles)
    await findings.look(async () => {
      await lookAtPickles(await zipContent(file, entry), within(entry), findings);
    });
  for (const entry of named(/[.]npy$/))
    await findings.look(async () => {
      await lookAtArray(await zipContent(file, entry), within(entry), findings);
    });
  if (named(/(^|\/)code\/.*[.]py$/).length > 0)
    findings.add(file.path, said`TorchScript, which runs when the model is called`, "unusual");
  if (named(/[.](so|dll|dylib|pyd)$/i).length > 0)
    findings.add(file.path, said`machine code, which runs when the model is loaded`, "dangerous");
  if (pickles.length > 0) return;
  if (!isWithin && named(/(^|\/)archive_format$/).length > 0) {
    for (const entry of named(/(^|\/)data\/.*(?<![.]json)$/))
      await findings.look(async () => {
        await lookAtExported({ ...(await zipContent(file, entry)), path: within(entry) }, findings);
      });
    return;
  }
  const schema = entries.find(({ name }) => name === "schema.json");
  const config = entries.find(({ name }) => name === "config.json");
  if (schema) await lookAtSkops(await zipContent(file, schema), file.path, findings);
  else if (config) await lookAtKeras(await zipContent(file, config), file.path, findings);
  else if (flavorOfName(file.path) === "torch" || flavorOfName(file.path) === "keras")
    throw new Failure("value.invalid", said`${file.path} is a zip file that has no model in it.`);
}
