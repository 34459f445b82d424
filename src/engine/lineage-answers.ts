import { lineageOf } from "../core/registry/lineage.js";
import { overtakenChampions } from "../core/registry/newer-data.js";
import { offeredFiles } from "../core/tracking/offered-files.js";
import type { Handlers } from "../protocol/channel.js";
import type { DatasetRunRequests } from "../protocol/datasets.js";
import type { LineageRequests } from "../protocol/registry.js";
import type { OpenFolder } from "./open-folder.js";

const mostOffered = 100;
const mostNodes = 500;

/** What an engine answers about the ties between data, runs and models. */
export function lineageAnswers(open: OpenFolder): Handlers<LineageRequests & DatasetRunRequests> {
  return {
    "lineage/graph": async ({ focus, most }, signal) => {
      await open.searches();
      return lineageOf(open.bench, focus, Math.min(most, mostNodes), signal);
    },
    "lineage/newerData": () => overtakenChampions(open.bench.datasets, open.bench.registry),
    "datasets/offered": async () => {
      const searches = await open.searches();
      return offeredFiles(open.bench.tracking, searches, mostOffered);
    },
    "datasets/runs": async ({ dataset, version }) => {
      const searches = await open.searches();
      const found = open.bench.datasets.get(dataset);
      const wanted = found.history.find(({ id }) => id === version);
      return wanted ? searches.runsOfVersion(found, wanted) : [];
    },
  };
}
