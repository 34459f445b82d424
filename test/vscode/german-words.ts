import * as fs from "node:fs";
import * as path from "node:path";
import { Words } from "../../src/protocol/words.js";

const file = path.join(import.meta.dirname, "../../media/l10n/bundle.l10n.de.json");

/** The words of a German editor. */
export const german = new Words({
  contents: JSON.parse(fs.readFileSync(file, "utf8")) as Record<string, string>,
  language: "de",
});
