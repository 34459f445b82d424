import { Failure } from "../base/failure.js";
import { said } from "../base/said.js";
import type { ByteSource } from "./byte-source.js";
import { dangerOf } from "./pickle-names.js";
import type { TrustFindings } from "./trust-findings.js";

const largest = 64 * 1024 * 1024;

/** Shows every object of a JSON text, however deep it lies. Throws `value.invalid` where it is none. */
export async function eachObject(
  source: ByteSource,
  findings: TrustFindings,
  look: (one: Readonly<Record<string, unknown>>) => void,
): Promise<void> {
  if (source.size > largest)
    throw new Failure("value.tooLarge", said`${source.name} has more than ${largest} bytes.`);
  let plain: unknown;
  try {
    plain = JSON.parse(source.read(0, source.size).toString("utf8"));
  } catch {
    throw new Failure("value.invalid", said`${source.name} is no JSON.`);
  }
  const left: unknown[] = [plain];
  while (left.length > 0) {
    await findings.pace.turn();
    const one = left.pop();
    if (typeof one !== "object" || one === null) continue;
    for (const inner of Object.values(one)) left.push(inner);
    if (!Array.isArray(one)) look(one as Readonly<Record<string, unknown>>);
  }
}

/** A file of skops names all types that it makes; its loader makes no others. */
export async function lookAtSkops(source: ByteSource, path: string, findings: TrustFindings): Promise<void> {
  await eachObject(source, findings, (one) => {
    const { __module__: module, __class__: name, __loader__: loader } = one;
    if (typeof module !== "string" || typeof name !== "string" || loader === "JsonNode") return;
    const called = loader !== "FunctionNode" && loader !== "TypeNode";
    findings.add(path, `${module}.${name}`, dangerOf(module, name, called));
  });
}
