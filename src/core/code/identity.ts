import { readGitConfig } from "./git-config.js";
import { findRepository } from "./repository.js";

/**
 * Who works in a folder, as git would write it into a commit: `Name <address>`. undefined where git does not know
 * either. Self-declared: anybody can set it to anything.
 */
export function gitIdentity(folder: string): string | undefined {
  const repository = findRepository(folder);
  const config = readGitConfig(repository.state === "found" ? repository.commonDir : undefined);
  const name = process.env["GIT_AUTHOR_NAME"] ?? config.get("author.name") ?? config.get("user.name");
  const email = process.env["GIT_AUTHOR_EMAIL"] ?? config.get("author.email") ?? config.get("user.email");
  const clean = (text: string | undefined): string => (text ?? "").replaceAll(/[<>\n\u0000]/g, "").trim();
  const [shown, address] = [clean(name), clean(email)];
  if (shown === "" && address === "") return undefined;
  return address === "" ? shown : shown === "" ? `<${address}>` : `${shown} <${address}>`;
}
