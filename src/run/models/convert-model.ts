import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { Failure } from "../../core/base/failure.js";
import { said, type Said } from "../../core/base/said.js";
import type { StoredContent } from "../../core/datasets/view.js";
import { everything } from "../../core/datasets/selection.js";
import { compareAnswers } from "../../core/registry/compare-answers.js";
import type { Inference, Tensor } from "../../core/registry/inference.js";
import { filesOnDisk } from "../../core/registry/model-files.js";
import { trustOf } from "../../core/registry/known-trust.js";
import type { VersionConverted } from "../../core/registry/model.js";
import { readSignature } from "../../core/registry/signature.js";
import { artifactName, placeModel } from "../../core/registry/version-files.js";
import type { ModelVersionDetail, Signature } from "../../core/registry/view.js";
import type { Workbench } from "../../core/workbench.js";
import { runConverter, type ScriptAnswer } from "./convert-script.js";

export interface Conversion {
  /** The interpreter, as a person names it. */
  readonly python: string;
  /** Numbers are equal within it, and within that part of the greater one. */
  readonly tolerance: number;
  /** Somebody said that it may be loaded although that may run anything. */
  readonly trusted: boolean;
}

export interface Converted {
  readonly compared: VersionConverted["compared"];
  readonly converter: string;
  /** Where the rows came from: data or an example of the input, or they were made up. */
  readonly origin: ScriptAnswer["origin"];
  readonly content: StoredContent;
}

export const usualTolerance = 1e-5;
const rows = 256;
const mostExample = 16 * 1024 * 1024;
const convertible = new Set(["mlflow", "pickle", "joblib", "torch"]);

/**
 * Makes ONNX of a version with a person's Python, which loads the model and so may run whatever it says; compares what
 * both answer to a sample of rows; and attaches the file to the version, with what was seen. Throws `state.wrong` where
 * there is nothing to convert, or nobody said that a dangerous file may be loaded, `command.failed` where it cannot be converted, `command.notFound`, `cancelled`.
 */
export async function convertModel(
  bench: Workbench,
  version: ModelVersionDetail,
  conversion: Conversion,
  inference: Inference,
  signal: AbortSignal,
  tell: (what: Said) => void = () => undefined,
): Promise<Converted> {
  const artifact = checked(version);
  if (!conversion.trusted) await checkTrust(bench, version, signal);
  const work = fs.mkdtempSync(path.join(os.tmpdir(), "loam-convert-"));
  try {
    const { contents } = bench.datasets;
    const name = artifactName(version);
    const { at } = await placeModel(bench.store.ports, contents, artifact, name, signal);
    const samples = await samplesOf(bench, version, work, signal);
    tell(said`Converting with ${conversion.python}`);
    const place = { python: conversion.python, folder: bench.folder, work };
    const answer = await runConverter({ model: at, flavor: version.flavor, samples, rows }, place, signal);
    const onnx = path.join(work, "model.onnx");
    const signature = readSignature(filesOnDisk(bench.store.ports, onnx));
    if (!signature) throw new Failure("internal", said`The converter wrote no ONNX file.`);
    tell(said`Comparing what both answer`);
    const compared = await compare(answer, { onnx, signature }, conversion.tolerance, inference, signal);
    const { form, manifest, content, files, size } = await contents.add(onnx, everything, signal);
    const kept: StoredContent = { form, manifest, content, files, size };
    const { converter, origin } = answer;
    const { model, id } = bench.registry.existingVersion(version.model, version.id);
    bench.registry.write<VersionConverted>({
      kind: "version.converted",
      ...{ model, version: id, artifact: kept, signature, converter, compared },
    });
    return { compared, converter, origin, content: kept };
  } finally {
    fs.rmSync(work, { recursive: true, force: true });
  }
}

async function checkTrust(bench: Workbench, version: ModelVersionDetail, signal: AbortSignal): Promise<void> {
  const trust = await trustOf(bench.store, bench.datasets.contents, version, signal);
  if (trust?.findings.some(({ danger }) => danger === "dangerous") !== true) return;
  const name = `${version.name}/${version.number}`;
  const told = { ...trust.said, text: trust.summary };
  throw new Failure("state.wrong", said`To convert ${name} it has to be loaded. ${told}`, {
    next: said`To convert it all the same: loam models convert ${name} --trust`,
  });
}

function checked({ artifact, flavor, name, number }: ModelVersionDetail): StoredContent {
  if (!artifact)
    throw new Failure(
      "state.wrong",
      said`The files of ${name}/${number} are not in this store: only their address is known.`,
      {
        next: said`Register the model from its file or folder.`,
      },
    );
  if (flavor === "onnx") throw new Failure("state.wrong", said`${name}/${number} is an ONNX model already.`);
  if (!convertible.has(flavor))
    throw new Failure(
      "state.wrong",
      said`${name}/${number} is of a kind that cannot be converted (${flavor}).`,
      {
        next: said`Convert it where it was trained, and register the ONNX file as a version.`,
      },
    );
  return artifact;
}

/** Files that may have rows for the model: the data that its run read, then the example of its input. */
async function samplesOf(
  { datasets, store }: Workbench,
  version: ModelVersionDetail,
  work: string,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const samples: string[] = [];
  for (const { dataset, version: seen } of version.data) {
    const found = datasets.find(dataset);
    const content = found?.history.find(({ id }) => id === seen);
    if (!found || content?.form !== "file" || !/[.](csv|tsv|parquet)$/i.test(found.path)) continue;
    try {
      const name = path.posix.basename(found.path);
      samples.push(await datasets.contents.materialised(content, undefined, signal, name));
    } catch (error) {
      if (!(error instanceof Failure) || error.code !== "artifact.notFound") throw error; // kept elsewhere only
    }
  }
  if (version.example === null) return samples;
  const example = path.join(work, "example.json");
  try {
    fs.writeFileSync(example, store.objects.get(version.example, mostExample));
    return [...samples, example];
  } catch (error) {
    if (error instanceof Failure && /^(artifact[.]notFound|value[.]tooLarge)$/.test(error.code))
      return samples;
    throw error;
  }
}

async function compare(
  answer: ScriptAnswer,
  { onnx, signature }: { readonly onnx: string; readonly signature: Signature },
  tolerance: number,
  inference: Inference,
  signal: AbortSignal,
): Promise<VersionConverted["compared"]> {
  const inputs = answer.inputs.map((input): Tensor => ({
    ...input,
    values: input.values.map((value) => value ?? Number.NaN),
  }));
  const answered = await inference.answer(onnx, inputs, signal);
  const expected = answer.answers.map(({ output, labels, values }) => ({
    name: signature.outputs[output]?.name ?? `#${output}`,
    ...{ labels, values },
  }));
  const compared = compareAnswers(expected, answered, tolerance);
  return { rows: inputs[0]?.shape[0] ?? 0, tolerance, ...compared };
}

/** What came of a conversion, in a sentence or two. */
export function convertedWords({ compared, converter, origin }: Converted): Said {
  const { rows: count, tolerance, greatest, labelsDiffer, equal } = compared;
  const kind = origin === "sample" ? said`rows of its data` : said`rows that were made up`;
  const by = said`${converter}, compared on ${count} ${kind}`;
  if (equal)
    return said`Answers like the model (${by}) within ${short(tolerance)}, absolutely or as a part of the number: the greatest difference is ${short(greatest)}.`;
  const kept = said`The ONNX file is attached all the same: judge whether that matters before it is used.`;
  if (labelsDiffer > 0)
    return said`Does not answer like the model (${by}): ${labelsDiffer} classes differ. ${kept}`;
  return said`Does not answer like the model (${by}): the greatest difference is ${short(greatest)}, more than ${short(tolerance)}. ${kept}`;
}

const short = (value: number): string => String(Number(value.toPrecision(2)));
