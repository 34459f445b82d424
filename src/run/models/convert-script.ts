import { spawn } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { z } from "zod";
import { Failure, toFailure } from "../../core/base/failure.js";
import { said } from "../../core/base/said.js";
import { withoutEditor } from "../child-environment.js";
import { findProgram, type ProgramPlace } from "../find-program.js";
import { pythonFolder } from "../python-folder.js";

/** What `loam_convert.py` is asked; see there. */
export interface ScriptRequest {
  readonly model: string;
  readonly flavor: string;
  readonly samples: readonly string[];
  readonly rows: number;
}

const value = z.union([z.number(), z.string(), z.boolean(), z.null()]);
const made = z.object({
  converter: z.string(),
  inputs: z.array(
    z.object({
      name: z.string(),
      type: z.string(),
      shape: z.array(z.number().int()),
      values: z.array(value),
    }),
  ),
  answers: z.array(z.object({ output: z.number().int(), labels: z.boolean(), values: z.array(value) })),
  origin: z.enum(["sample", "generated"]),
});
const told = z.union([made, z.object({ refused: z.string(), missing: z.string().nullable() })]);

export type ScriptAnswer = z.infer<typeof made>;

const largestAnswer = 256 * 1024 * 1024;
const mostSaid = 4000;
/** Packages whose names are not those of what is imported. */
const packages: Readonly<Record<string, string>> = {
  sklearn: "scikit-learn",
  yaml: "pyyaml",
  skops: "skops",
};

/**
 * Runs the converter with a person's Python, which loads the model. `work` is a folder for what is written on the way;
 * the ONNX file is `model.onnx` there. Throws `command.notFound`, `command.failed`, `cancelled`.
 */
export async function runConverter(
  request: ScriptRequest,
  place: { readonly python: string; readonly folder: string; readonly work: string },
  signal: AbortSignal,
): Promise<ScriptAnswer> {
  const { python, folder, work } = place;
  const file = path.join(work, "request.json");
  const result = path.join(work, "result.json");
  fs.writeFileSync(file, JSON.stringify({ ...request, onnx: path.join(work, "model.onnx"), result }));
  const environment = withoutEditor(process.env);
  const program = pythonAt({ command: [python], folder, environment, platform: process.platform });
  const words = await spoken(program, [path.join(pythonFolder(), "loam_convert.py"), file], {
    folder,
    environment,
    signal,
  });
  const answer = readAnswer(result);
  if (!answer)
    throw new Failure("command.failed", said`${python} ended before it converted the model: ${words}`, {
      next: said`See whether it can load the model by itself.`,
    });
  if ("converter" in answer) return answer;
  if (answer.missing === null)
    throw new Failure("command.failed", said`The model cannot be converted: ${answer.refused}`, {
      next: said`Convert it where it was trained, and register the ONNX file as a version.`,
    });
  const missing = packages[answer.missing] ?? answer.missing;
  throw new Failure("command.failed", said`${answer.refused} It is needed in ${program}.`, {
    next: said`Install it: ${quoted(program)} -m pip install ${missing}`,
    data: { ...(packageName.test(missing) ? { package: missing } : {}), python: program },
  });
}

/** The interpreter's file. Throws `command.notFound`. */
function pythonAt(place: ProgramPlace): string {
  try {
    return findProgram(place);
  } catch (cause) {
    if (!(cause instanceof Failure) || cause.code !== "command.notFound") throw cause;
    throw new Failure(
      "command.notFound",
      said`There is no Python to load the model with: ${place.command.join(" ")} was not found.`,
      {
        next: said`Install Python, or choose another one.`,
        cause,
      },
    );
  }
}

/** A model that was loaded may have named anything. */
const packageName = /^[A-Za-z0-9][\w.-]*$/;
const quoted = (word: string): string => (/\s/.test(word) ? `"${word}"` : word);

/** Runs a program to its end. The last that it said to its errors. */
function spoken(
  program: string,
  words: readonly string[],
  how: {
    readonly folder: string;
    readonly environment: Record<string, string>;
    readonly signal: AbortSignal;
  },
): Promise<string> {
  const { folder, environment, signal } = how;
  return new Promise((resolve, reject) => {
    let last = "";
    const child = spawn(program, words, {
      cwd: folder,
      env: { ...environment, PYTHONIOENCODING: "utf-8" },
      stdio: ["ignore", "ignore", "pipe"],
      signal,
      killSignal: "SIGKILL",
      windowsHide: true,
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      last = (last + text).slice(-mostSaid);
    });
    child.once("error", (error) => {
      reject(toFailure(error, said`Converting the model`));
    });
    child.once("close", (code, ended) => {
      const line = last.trim().split("\n").at(-1) ?? "";
      resolve(line === "" ? (ended ?? String(code)) : line);
    });
  });
}

function readAnswer(file: string): z.infer<typeof told> | undefined {
  const stat = fs.statSync(file, { throwIfNoEntry: false });
  if (!stat || stat.size > largestAnswer) return undefined;
  try {
    return told.parse(JSON.parse(fs.readFileSync(file, "utf8")));
  } catch {
    return undefined; // half written, by a Python that was killed
  }
}
