import * as fs from "node:fs";
import * as path from "node:path";
import { fileURLToPath } from "node:url";

/** Where Loam's own Python files are: beside the bundle, whose parts are a folder below; in a checkout in `media`. */
export function pythonFolder(): string {
  const here = path.dirname(fileURLToPath(import.meta.url));
  const places = [
    path.join(here, "python"),
    path.join(here, "..", "python"),
    path.join(here, "..", "..", "media", "python"),
  ];
  return places.find((place) => fs.existsSync(path.join(place, "sitecustomize.py"))) ?? places[0] ?? here;
}
