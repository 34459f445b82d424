import type { Failure } from "../../src/core/base/failure.js";
import type { Verb } from "../../src/cli/command.js";

export interface Called {
  /** What came on stdout and stderr. */
  readonly out: string;
  readonly err: string;
  readonly code: number;
}

function captured(stream: NodeJS.WriteStream, into: string[]): () => void {
  const real = stream.write.bind(stream);
  stream.write = (chunk: string | Uint8Array, ...rest: readonly unknown[]): boolean => {
    into.push(typeof chunk === "string" ? chunk : Buffer.from(chunk).toString("utf8"));
    const done = rest.at(-1);
    if (typeof done === "function") (done as () => void)();
    return true;
  };
  return () => {
    stream.write = real;
  };
}

/** As in a pipe, also where the tests run in a terminal: no colours, no width, nobody to ask. */
function unterminal(stream: NodeJS.WriteStream | NodeJS.ReadStream): () => void {
  const own = Object.getOwnPropertyDescriptor(stream, "isTTY");
  Object.defineProperty(stream, "isTTY", { value: false, configurable: true, writable: true });
  return () => {
    if (own) Object.defineProperty(stream, "isTTY", own);
    else Reflect.deleteProperty(stream, "isTTY");
  };
}

/** Calls a verb in this process, as `loam` would with these words behind it. Failures are thrown. */
export async function call(
  verb: Verb,
  words: readonly string[],
  signal = new AbortController().signal,
): Promise<Called> {
  const out: string[] = [];
  const err: string[] = [];
  const release = [
    captured(process.stdout, out),
    captured(process.stderr, err),
    ...[process.stdout, process.stderr, process.stdin].map(unterminal),
  ];
  try {
    const code = await verb.run(words, { verb: "runs", usage: verb.usage, signal });
    return { out: out.join(""), err: err.join(""), code };
  } finally {
    for (const one of release) one();
  }
}

/** By name: the test runner loads modules that are imported when needed a second time, with classes of their own. */
const isFailure = (error: unknown): error is Failure => error instanceof Error && error.name === "Failure";

/** The failure that a call ends with. */
export async function failed(verb: Verb, words: readonly string[]): Promise<Failure> {
  try {
    await call(verb, words);
  } catch (error) {
    if (isFailure(error)) return error;
    throw error;
  }
  throw new Error(`No failure: ${words.join(" ")}`);
}
