import { candidatesOf } from "../core/registry/candidates.js";
import { changeModel } from "../core/registry/change.js";
import { askApproval, decideApproval } from "../core/registry/decisions.js";
import { downloadVersion, fileOfVersion, filesOfVersion } from "../core/registry/download.js";
import { registerVersion } from "../core/registry/register.js";
import { listModels } from "../core/registry/list-models.js";
import { summaryOfVersion } from "../core/registry/summaries.js";
import { cardPage, versionPage } from "../core/registry/version-page.js";
import type { OnProgress } from "../core/datasets/content-progress.js";
import type { Handlers } from "../protocol/channel.js";
import { packVersions } from "../protocol/model-lines.js";
import type { ModelRequests } from "../protocol/registry.js";
import type { LongWork } from "../protocol/work.js";
import type { OpenFolder } from "./open-folder.js";
import { tellingOf, type Tell } from "./told-progress.js";

const mostModels = 10_000;
const mostVersions = 1000;
const mostFiles = 10_000;

/** What an engine answers about models, their versions, and who decides about them. */
export function registryAnswers(open: OpenFolder, tell: Tell): Handlers<ModelRequests> {
  const telling = (work: LongWork, text: string): OnProgress => {
    const told = tellingOf(tell, work);
    return ({ bytes, totalBytes }) => {
      told(text, bytes, totalBytes);
    };
  };
  return {
    "models/list": ({ filter }) => listModels(open.bench, filter, mostModels),
    "models/detail": ({ model }) => open.bench.registry.existing(model),
    "models/page": ({ model }) => {
      const { history, ...detail } = open.bench.registry.existing(model);
      return { ...detail, lines: packVersions(model, history) };
    },
    "models/versions": async ({ filter, from, most }) => {
      const searches = await open.bench.registrySearches();
      const { rows, total } = searches.findVersions(filter, from, Math.min(most, mostVersions));
      return { rows: rows.map(summaryOfVersion), total };
    },
    "models/version": ({ model, version }, signal) => versionPage(open.bench, model, version, signal),
    "models/candidates": ({ run }) => candidatesOf(open.bench, run),
    "models/register": async ({ name, source, description, ...work }, signal) => {
      const { version } = await registerVersion(
        open.made(),
        { name, source, description },
        signal,
        telling(work, name),
      );
      return { model: version.model, version: version.id, number: version.number };
    },
    "models/card": ({ model, version, text }) => cardPage(open.bench, model, version, text),
    "models/change": ({ model, change }) => {
      changeModel(open.bench.registry, model, change);
      return null;
    },
    "models/ask": ({ model, version, comment }) => {
      askApproval(open.bench, open.bench.registry.existingVersion(model, version), comment);
      return null;
    },
    "models/decide": ({ model, version, verdict, comment }) => {
      decideApproval(open.bench, open.bench.registry.existingVersion(model, version), verdict, comment);
      return null;
    },
    "models/files": ({ model, version }) => {
      const { registry, datasets } = open.bench;
      return filesOfVersion(datasets, registry.existingVersion(model, version)).slice(0, mostFiles);
    },
    "models/file": async ({ model, version, path: file }, signal) => {
      const { registry, datasets } = open.bench;
      const found = registry.existingVersion(model, version);
      return { file: await fileOfVersion(datasets, found, file, signal) };
    },
    "models/download": async ({ model, version, to, ...work }, signal) => {
      const { registry, datasets } = open.bench;
      const found = registry.existingVersion(model, version);
      const about = telling(work, `${found.name}/${found.number}`);
      return { path: await downloadVersion(datasets, found, to, signal, about) };
    },
  };
}
