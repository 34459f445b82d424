import type { AttributeValue } from "./attributes.js";
import type { GitConfig } from "./git-config.js";

/**
 * Whether git turns CRLF into LF when it takes a file in: by its attributes, else by `core.autocrlf`. Then a work
 * tree's file with CRLF is the same as HEAD's with LF.
 */
export function takesLineEnds(attribute: (name: string) => AttributeValue, config: GitConfig): boolean {
  const text = attribute("text");
  if (text === false) return false;
  if (text !== undefined || typeof attribute("eol") === "string") return true;
  return /^(true|yes|on|1|input)$/i.test(config.get("core.autocrlf") ?? "");
}

/** The content as git would take it in. */
export const withLineFeeds = (content: Buffer): Buffer =>
  Buffer.from(content.toString("latin1").replaceAll("\r\n", "\n"), "latin1");
