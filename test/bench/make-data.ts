import * as fs from "node:fs";
import * as path from "node:path";
import type { Datasets } from "../../src/core/datasets/datasets.js";
import type { DatasetVersioned } from "../../src/core/datasets/model.js";
import { makeVersion, trackData } from "../../src/core/datasets/version.js";
import { newWorkbench } from "../core/tracking/bench-folder.js";

/** How large the data of a folder is. */
export interface DataShape {
  /** Rows of a table whose second version differs in each of them. */
  readonly rows: number;
  /** Columns of a wide table of two versions. */
  readonly columns: number;
  /** Files of a folder, half of which differ in its second version. */
  readonly files: number;
  /** Versions of one small file. */
  readonly versions: number;
  /** Data sets beside these, of one small file each. */
  readonly sets: number;
}

/** Ids of the data sets that were made. */
export interface MadeData {
  readonly table: string;
  readonly wide: string;
  readonly folder: string;
  readonly versions: string;
}

const never = new AbortController().signal;
const wideRows = 2000;

function writeLines(file: string, lines: Iterable<string>): void {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  const fd = fs.openSync(file, "w");
  let text = "";
  for (const line of lines) {
    text += `${line}\n`;
    if (text.length < 1_000_000) continue;
    fs.writeSync(fd, text);
    text = "";
  }
  fs.writeSync(fd, text);
  fs.closeSync(fd);
}

/** Digits that look drawn, and are the same each time. */
const drawn = (id: number, step: number): number => ((id + 1) * step * 0.6180339887) % 1;

function* rowsOf({ rows }: DataShape, newer: boolean): Generator<string> {
  yield "id,name,age,amount,x1,x2,colour,active,day,zip";
  for (let id = 0; id < rows; id++) {
    const amount = Math.floor(drawn(id, 7) * 100_000) / 100 + (newer ? 0.5 : 0);
    const day = `20${20 + (id % 5)}-${String(1 + (id % 12)).padStart(2, "0")}-${10 + (id % 18)}`;
    yield `${id},customer ${(id * 7919) % 1_000_003},${(id * 31) % 97},${amount},${drawn(id, 11).toFixed(6)},${drawn(id, 13).toFixed(6)},${["red", "green", "blue"][id % 3] ?? ""},${id % 2 === 0},${day},${id % 20 === 0 ? "" : id % 99_999}`;
  }
}

function* wideRowsOf({ columns }: DataShape, newer: boolean): Generator<string> {
  const places = Array.from({ length: columns - 1 }, (_, at) => at);
  yield ["id", ...places.map((at) => `feature_${String(at).padStart(4, "0")}`)].join(",");
  for (let id = 0; id < wideRows; id++)
    yield [
      id,
      ...places.map((at) => (drawn(id * columns + at, 7) + (newer && at % 3 === 0 ? 1 : 0)).toFixed(3)),
    ].join(",");
}

function writeFiles(folder: string, { files }: DataShape, newer: boolean): void {
  for (let at = 0; at < files; at++) {
    if (newer && at % 2 === 1) continue; // as it was
    const below = path.join(folder, `part-${String(at % 50).padStart(2, "0")}`);
    if (at < 50) fs.mkdirSync(below, { recursive: true });
    fs.writeFileSync(
      path.join(below, `sample-${String(at).padStart(6, "0")}.txt`),
      `${newer ? "newer " : ""}${at}\n`,
    );
  }
}

/** Versions that say that they hold in turn what the first two hold: written as facts, for nothing need be read. */
function repeatVersions(datasets: Datasets, dataset: string, upTo: number): void {
  const [second, first] = datasets.get(dataset).history;
  if (!first || !second) throw new Error("there are no two versions");
  let parent = second.id;
  for (let number = 3; number <= upTo; number++) {
    const { form, manifest, content, files, size } = number % 2 === 0 ? second : first;
    const message = `version ${number} of what is exported each hour`;
    parent = datasets.write<DatasetVersioned>({
      ...{ kind: "dataset.versioned", dataset, number, parent, message, origin: "hand" },
      ...{ form, manifest, content, files, size },
    }).id;
  }
}

/** Fills an empty folder with data sets of a shape; minutes for large ones. */
export async function makeData(
  folder: string,
  shape: DataShape,
  say: (text: string) => void,
): Promise<MadeData> {
  const at = (name: string): string => path.join(folder, name);
  fs.mkdirSync(folder, { recursive: true });
  const bench = newWorkbench(folder);
  const { datasets } = bench;
  const track = async (name: string): Promise<string> =>
    (await trackData(datasets, { path: name, name: name.replace(/\W/g, "-"), message: "first" }, never))
      .dataset;
  const again = async (dataset: string, message: string): Promise<void> =>
    void (await makeVersion(datasets, dataset, { message }, never));

  say("making the tables");
  writeLines(at("table.csv"), rowsOf(shape, false));
  writeLines(at("wide.csv"), wideRowsOf(shape, false));
  const [table, wide] = [await track("table.csv"), await track("wide.csv")];
  writeLines(at("table.csv"), rowsOf(shape, true));
  writeLines(at("wide.csv"), wideRowsOf(shape, true));
  await again(table, "amounts mended");
  await again(wide, "features mended");

  say("making the folder");
  writeFiles(at("samples"), shape, false);
  const samples = await track("samples");
  writeFiles(at("samples"), shape, true);
  await again(samples, "half of them anew");

  say("making the versions");
  writeLines(at("small.csv"), ["x", "0"]);
  const versions = await track("small.csv");
  writeLines(at("small.csv"), ["x", "1"]);
  await again(versions, "second");
  repeatVersions(datasets, versions, shape.versions);

  say("making the data sets");
  for (let one = 0; one < shape.sets; one++) {
    writeLines(at(`sets/set-${String(one).padStart(4, "0")}.csv`), ["x", String(one)]);
    await track(`sets/set-${String(one).padStart(4, "0")}.csv`);
  }
  bench.dispose();
  return { table, wide, folder: samples, versions };
}
