import type { Subject } from "../../protocol/pages.js";
import type { DatasetSummary } from "../../protocol/datasets.js";
import type { Engine } from "../engines.js";
import type { Panels } from "../panels.js";

type Shown = Omit<Extract<Subject, { readonly page: "dataset" }>, "page" | "dataset">;

/** Opens the page of a data set; the one that is open already is shown again, at what is asked for. */
export function openData(
  panels: Panels,
  engine: Engine,
  { id, name }: Pick<DatasetSummary, "id" | "name">,
  shown: Shown = {},
): void {
  panels.open(engine, { page: "dataset", dataset: id, ...shown }, name);
}
