import { createInterface } from "node:readline/promises";
import { wrongUsage } from "./command.js";

/**
 * Asks before what cannot be undone. `yes`: it was said on the command line. Where nobody can be asked, that has to be
 * said: throws `usage.wrong`.
 */
export async function confirmed(
  question: string,
  yes: boolean,
  usage: string,
  signal: AbortSignal,
): Promise<boolean> {
  if (yes) return true;
  if (!process.stdin.isTTY || !process.stderr.isTTY)
    throw wrongUsage(`${question} This cannot be undone; add --yes to do it.`, usage);
  const asking = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await asking.question(`${question} This cannot be undone. [y/N] `, { signal });
    return /^y(es)?$/i.test(answer.trim());
  } finally {
    asking.close();
  }
}
