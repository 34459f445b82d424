import { changeDataset } from "../core/datasets/change.js";
import type { OnProgress } from "../core/datasets/content-progress.js";
import { fileChanges } from "../core/datasets/file-changes.js";
import { restoreData } from "../core/datasets/restore.js";
import { makeVersion, trackData } from "../core/datasets/version.js";
import type { FileChange, ManifestFile } from "../core/datasets/view.js";
import { workingState } from "../core/datasets/working-copy.js";
import type { Handlers } from "../protocol/channel.js";
import type { DatasetStoreRequests } from "../protocol/datasets.js";
import type { LongWork } from "../protocol/work.js";
import { beginningOf, filesOf } from "./dataset-files.js";
import type { OpenFolder } from "./open-folder.js";
import { tellingOf, type Tell } from "./told-progress.js";

const mostListed = 10_000;

/** What an engine answers about data sets, their versions and files. */
export function datasetAnswers(open: OpenFolder, tell: Tell): Handlers<DatasetStoreRequests> {
  const telling = (work: LongWork, text: string): OnProgress => {
    const told = tellingOf(tell, work);
    return ({ bytes, totalBytes }) => {
      told(text, bytes, totalBytes);
    };
  };
  return {
    "datasets/list": () => open.bench.datasets.all().map(({ history: _, ...summary }) => summary),
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
    "datasets/files": async ({ from, most, ...place }, signal) => {
      const files: ManifestFile[] = [];
      let total = 0;
      const to = from + Math.min(most, mostListed);
      for (const file of await filesOf(open.bench, place, signal)) {
        if (total >= from && total < to) files.push(file);
        total++;
      }
      return { files, total };
    },
    "datasets/fileChanges": async ({ before, after, most }, signal) => {
      const changes: FileChange[] = [];
      let total = 0;
      const [old, fresh] = [
        await filesOf(open.bench, before, signal),
        await filesOf(open.bench, after, signal),
      ];
      for (const change of fileChanges(old, fresh)) {
        if (total < Math.min(most, mostListed)) changes.push(change);
        total++;
      }
      return { changes, total };
    },
    "datasets/content": ({ most, ...place }) => beginningOf(open.bench, place, most),
  };
}
