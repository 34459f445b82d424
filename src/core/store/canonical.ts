import * as crypto from "node:crypto";

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json | undefined };

/** JSON with sorted keys and no spaces (after RFC 8785): equal values have equal text, hence equal hashes. */
export function canonicalJson(value: unknown): string {
  return text(value as Json);
}

function text(value: Json): string {
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  if (Array.isArray(value)) return `[${(value as readonly Json[]).map(text).join(",")}]`;
  const object = value as { readonly [key: string]: Json | undefined };
  const fields: string[] = [];
  for (const key of Object.keys(object).sort()) {
    const field = object[key];
    if (field !== undefined) fields.push(`${JSON.stringify(key)}:${text(field)}`);
  }
  return `{${fields.join(",")}}`;
}

/** SHA-256 as 64 hex digits. */
export const sha256 = (bytes: string | Uint8Array): string =>
  crypto.createHash("sha256").update(bytes).digest("hex");
