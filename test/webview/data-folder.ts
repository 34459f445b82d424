import * as fs from "node:fs";
import * as path from "node:path";
import { changeDataset } from "../../src/core/datasets/change.js";
import { makeVersion, trackData } from "../../src/core/datasets/version.js";
import { newWorkbench } from "../core/tracking/bench-folder.js";
import { newFolder, write } from "../run/loam.js";

/** A folder with data sets, and the ids of what stands in it. */
export interface DataFolder {
  readonly folder: string;
  /** A table, `data/customers.csv`, of several versions, with changes since the newest. */
  readonly table: string;
  /** Ids of the table's versions, the oldest first. */
  readonly versions: readonly string[];
  /** The other half of the split, `data/customers-test.csv`: some of its rows stand in the table too. */
  readonly half: string;
  /** A folder, `pictures`, of texts, tables and images, of two versions, as in the newest. */
  readonly pictures: string;
  /** A data set whose file is gone. */
  readonly missing: string;
}

const never = new AbortController().signal;
const plans = ["basic", "family", "business"];

/** A number between 0 and 1 that is the same each time. */
const drawn = (seed: number): number => {
  const value = Math.sin(seed * 12.9898) * 43758.5453;
  return value - Math.floor(value);
};

/** A row of a table of customers: id, age, income, plan, active, since, note. */
function customer(id: number, income = 20_000 + Math.round(drawn(id + 0.7) ** 2 * 90_000)): string {
  const age = drawn(id + 0.1) < 0.04 ? "" : String(18 + Math.floor(drawn(id + 0.2) * 60));
  const since = new Date(Date.UTC(2019, 0, 1) + Math.floor(drawn(id + 0.3) * 2000) * 86_400_000);
  const plan = plans[Math.floor(drawn(id + 0.4) * 3)] ?? "";
  const note = drawn(id + 0.6) < 0.9 ? "" : `"called twice, ${id % 7} days apart"`;
  return [id, age, income, plan, drawn(id + 0.5) < 0.7, since.toISOString().slice(0, 10), note].join(",");
}

const head = "id,age,income,plan,active,since,note";
const table = (rows: readonly string[], title = head): string => `${[title, ...rows].join("\n")}\n`;
const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, at) => from + at);

const dot = (color: string): string =>
  `<svg xmlns="http://www.w3.org/2000/svg" width="120" height="90"><rect width="120" height="90" fill="#ddd"/><circle cx="60" cy="45" r="30" fill="${color}"/></svg>`;

/** A folder as a person has it who tracks its data. */
export async function dataFolder(): Promise<DataFolder> {
  const folder = newFolder("loam-data-");
  const file = "data/customers.csv";
  const first = range(1, 401).map((id) => customer(id));
  write(folder, {
    [file]: table(first),
    "data/customers-test.csv": table([
      ...range(391, 401).map((id) => customer(id)),
      ...range(396, 401).map((id) => customer(id).toUpperCase()),
      ...range(900, 985).map((id) => customer(id)),
    ]),
    "data/old.jsonl": `${range(0, 30)
      .map((id) => JSON.stringify({ id, text: `line ${id}` }))
      .join("\n")}\n`,
    "pictures/labels.csv": "file,label\na.svg,dot\nb.svg,dot\n",
    "pictures/notes/readme.txt": "Two dots.\n",
    "pictures/a.svg": dot("#0072b2"),
    "pictures/b.svg": dot("#d55e00"),
    "loam.yaml":
      "# What must hold of the data\ndata:\n  customers-test:\n    rules:\n      - rows: [10, null]\n",
  });
  const bench = newWorkbench(folder);
  const { datasets } = bench;
  const track = (place: string, name: string, message: string) =>
    trackData(datasets, { path: place, name, message }, never);
  const versions: string[] = [];
  const begun = await track(file, "customers", "First export");
  versions.push(begun.version);
  const again = async (text: string, message: string): Promise<void> => {
    write(folder, { [file]: text });
    versions.push((await makeVersion(datasets, begun.dataset, { message }, never)).version);
  };
  await again(table([...first, ...range(401, 451).map((id) => customer(id))]), "Customers of March");
  const mended = range(1, 521)
    .filter((id) => id % 130 !== 0)
    .map((id) => (id % 17 === 0 ? customer(id, 1) : customer(id)));
  await again(table(mended), "Duplicates out, incomes mended");
  const scored = `${head},score`;
  await again(
    table(
      mended.map((row, at) => `${row},${drawn(at).toFixed(4)}`),
      scored,
    ),
    "With the score of the agency, which came late and for some customers not at all",
  );
  const change = (made: Parameters<typeof changeDataset>[2]): void => {
    changeDataset(datasets, begun.dataset, made);
  };
  change({ kind: "alias", alias: "train", version: versions[2] ?? "" });
  change({ kind: "alias", alias: "reviewed", version: versions[2] ?? "" });
  change({ kind: "tag", key: "team", value: "risk" });
  change({ kind: "describe", text: "Customers with their plans, exported each month from the warehouse." });
  const half = await track("data/customers-test.csv", "customers-test", "Held back");
  const missing = await track("data/old.jsonl", "old", "");
  const pictures = await track("pictures", "pictures", "Two dots");
  write(folder, {
    "pictures/b.svg": dot("#009e73"),
    "pictures/c.svg": dot("#cc79a7"),
    "pictures/labels.csv": "file,label\na.svg,dot\nb.svg,green dot\nc.svg,dot\n",
    "pictures/notes/readme.txt": "Three dots.\n",
  });
  await makeVersion(datasets, pictures.dataset, { message: "A third one, and b is green" }, never);
  fs.rmSync(path.join(folder, "data", "old.jsonl"));
  write(folder, {
    [file]: table(
      mended.slice(0, 500).map((row, at) => `${row},${at === 7 ? "0.5" : drawn(at).toFixed(4)}`),
      scored,
    ),
  });
  bench.dispose();
  return {
    folder,
    table: begun.dataset,
    versions,
    half: half.dataset,
    pictures: pictures.dataset,
    missing: missing.dataset,
  };
}
