import { spawn } from "node:child_process";
import type { Layout } from "./layout.js";

/** What git says of a commit's signature. */
export interface CommitSignature {
  /** `good`: by a key that this machine trusts · `untrusted`: good, but of a key that it does not know as anybody's. */
  readonly state: "good" | "untrusted" | "bad" | "unchecked";
  /** Whose the key is: `Name <address>`, or an address; "" where nobody's is known. */
  readonly signer: string;
}

const states: Readonly<Record<string, CommitSignature["state"]>> = {
  G: "good",
  U: "untrusted",
  X: "bad", // good, but expired
  Y: "bad", // good, by an expired key
  R: "bad", // good, by a revoked key
  B: "bad",
  E: "unchecked",
};

/**
 * A folder from elsewhere may bring a git configuration that names a program of its own for checking: only the usual ones
 * are let run.
 */
const usualPrograms = [
  ...["-c", "gpg.program=gpg", "-c", "gpg.openpgp.program=gpg"],
  ...["-c", "gpg.x509.program=gpgsm", "-c", "gpg.ssh.program=ssh-keygen"],
];

/**
 * The signatures of commits that have one. undefined where git cannot be asked. Who may sign as whom is what this
 * machine's git says: its GPG keys, or `gpg.ssh.allowedSignersFile`.
 */
export async function commitSignatures(
  layout: Layout,
  commits: readonly string[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, CommitSignature> | undefined> {
  if (commits.length === 0) return new Map();
  const words = ["-C", layout.root, "-c", "log.showSignature=false", ...usualPrograms];
  words.push("log", "--no-walk=unsorted", "--stdin", "--format=@%H%x09%G?%x09%GS");
  const env = { ...process.env, GIT_OPTIONAL_LOCKS: "0", GIT_TERMINAL_PROMPT: "0" };
  return new Promise((resolve) => {
    const git = spawn("git", words, { env, signal, stdio: ["pipe", "pipe", "ignore"] });
    let text = "";
    git.stdout.setEncoding("utf8").on("data", (part: string) => (text += part));
    git.once("error", () => {
      resolve(undefined);
    });
    git.once("close", (code) => {
      resolve(code === 0 ? parse(text) : undefined);
    });
    git.stdin.on("error", () => undefined); // git ended before it read all: its code says so
    git.stdin.end(commits.map((id) => `${id}\n`).join(""));
  });
}

function parse(text: string): ReadonlyMap<string, CommitSignature> {
  const signatures = new Map<string, CommitSignature>();
  for (const line of text.split("\n")) {
    const [id = "", letter = "N", signer = ""] = line.slice(1).split("\t");
    const state = states[letter];
    if (line.startsWith("@") && state) signatures.set(id, { state, signer });
  }
  return signatures;
}
