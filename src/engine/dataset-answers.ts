import { changeDataset } from "../core/datasets/change.js";
import type { OnProgress } from "../core/datasets/content-progress.js";
import { restoreData } from "../core/datasets/restore.js";
import { isTableSet } from "../core/datasets/table-places.js";
import { makeVersion, trackData } from "../core/datasets/version.js";
import { workingState } from "../core/datasets/working-copy.js";
import type { Handlers } from "../protocol/channel.js";
import type { DatasetStoreRequests } from "../protocol/datasets.js";
import type { LongWork } from "../protocol/work.js";
import type { OpenFolder } from "./open-folder.js";
import { tellingOf, type Tell } from "./told-progress.js";

/** What an engine answers about data sets and their versions. */
export function datasetAnswers(open: OpenFolder, tell: Tell): Handlers<DatasetStoreRequests> {
  const telling = (work: LongWork, text: string): OnProgress => {
    const told = tellingOf(tell, work);
    return ({ bytes, totalBytes }) => {
      told(text, bytes, totalBytes);
    };
  };
  return {
    "datasets/list": () =>
      open.bench.datasets
        .all()
        .map(({ history: _, ...summary }) => ({ ...summary, isTable: isTableSet(summary) })),
    "datasets/detail": ({ dataset }) => open.bench.datasets.get(dataset),
    "datasets/status": async ({ datasets: ids, ...work }, signal) => {
      const { datasets } = open.bench;
      const told = tellingOf(tell, work);
      const asked = ids
        ? ids.map((id) => datasets.get(id))
        : datasets.all().filter((one) => one.stage === "active");
      const found: DatasetStoreRequests["datasets/status"]["result"][number][] = [];
      for (const detail of asked) {
        told(detail.name, found.length, asked.length);
        found.push({ dataset: detail.id, working: await workingState(datasets, detail, signal) });
      }
      return found;
    },
    "datasets/track": async ({ work, ...wish }, signal) => {
      const { datasets, tables } = open.made();
      const about = telling(work === undefined ? {} : { work }, wish.path);
      const { dataset, number, version, made } = await trackData(datasets, wish, signal, about);
      if (made) await tables.checkNew(dataset, version, signal);
      return { dataset, number };
    },
    "datasets/version": async ({ dataset, message, ...work }, signal) => {
      const { datasets, tables } = open.bench;
      const about = telling(work, datasets.get(dataset).name);
      const { number, version, made } = await makeVersion(datasets, dataset, { message }, signal, about);
      if (made) await tables.checkNew(dataset, version, signal);
      return { number, version, made };
    },
    "datasets/restore": async ({ work, ...wish }, signal) => {
      const { datasets } = open.bench;
      const about = telling(work === undefined ? {} : { work }, datasets.get(wish.dataset).name);
      return restoreData(datasets, wish, signal, about);
    },
    "datasets/change": ({ dataset, change }) => {
      changeDataset(open.bench.datasets, dataset, change);
      return null;
    },
  };
}
