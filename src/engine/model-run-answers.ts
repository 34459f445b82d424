import { compareVersions } from "../core/registry/compare-versions.js";
import type { Inference } from "../core/registry/inference.js";
import type { Handlers } from "../protocol/channel.js";
import type { ModelRunRequests } from "../protocol/registry.js";
import { convertedWords, convertModel, usualTolerance } from "../run/models/convert-model.js";
import { measureModel } from "../run/models/measure-model.js";
import type { OpenFolder } from "./open-folder.js";
import { tellingOf, type Tell } from "./told-progress.js";

/** What an engine answers about versions beyond their facts. Who asks sees to it that the folder is trusted. */
export function modelRunAnswers(
  open: OpenFolder,
  inference: Inference,
  tell: Tell,
): Handlers<ModelRunRequests> {
  return {
    "models/compare": ({ versions }) => {
      const { registry, store } = open.bench;
      return compareVersions(
        store,
        versions.map(({ model, version }) => registry.existingVersion(model, version)),
      );
    },
    "models/measure": async ({ model, version, ...work }, signal) => {
      const { bench } = open;
      const found = bench.registry.existingVersion(model, version);
      tellingOf(tell, work)(`${found.name}/${found.number}`, 0, null);
      const measured = await measureModel(bench, found, inference, signal);
      open.modelChanged(model);
      return measured;
    },
    "models/convert": async ({ model, version, python, trusted, ...work }, signal) => {
      const { bench } = open;
      const found = bench.registry.existingVersion(model, version);
      const telling = tellingOf(tell, work);
      const how = { python, tolerance: usualTolerance, trusted };
      const converted = await convertModel(bench, found, how, inference, signal, (what) => {
        telling(what, 0, null);
      });
      return { equal: converted.compared.equal, told: convertedWords(converted) };
    },
  };
}
