import { withoutSecret } from "../core/store/secrets.js";

/**
 * Words of a command as they may be written down: what looks secret is masked wherever it stands, in an option's
 * value, an assignment before the program (`env API_KEY=…`), or a word by itself (a URL with a password in it).
 */
export function maskWords(argv: readonly string[]): string[] {
  let option = "";
  return argv.map((word) => {
    const before = option;
    option = "";
    const pair = /^(-{0,2}\+{0,2}([A-Za-z_][\w.-]*)=)(.*)$/s.exec(word);
    if (pair) return (pair[1] ?? "") + withoutSecret(pair[2] ?? "", pair[3] ?? "");
    const named = /^--?([A-Za-z][\w.-]*)$/.exec(word);
    if (!named) return withoutSecret(before, word);
    option = named[1] ?? "";
    return word;
  });
}
