import { moveAlias, removeAlias } from "./aliases.js";
import { deleteModel, describeModel, renameModel, tagModel, writeCard } from "./models.js";
import { stageNamed } from "./names.js";
import type { RegisteredId } from "./model.js";
import type { Registry } from "./registry.js";
import { deleteVersion, describeVersion, setStage, tagVersion } from "./versions.js";
import type { ModelChange, ModelVersionDetail } from "./view.js";

/** Makes one change to a model or to a version of it. Throws `model.notFound`, `version.notFound`, `name.taken` … */
export function changeModel(registry: Registry, id: RegisteredId, change: ModelChange): void {
  const model = registry.existing(id);
  const version = (of: string): ModelVersionDetail => registry.existingVersion(id, of);
  switch (change.kind) {
    case "rename":
      if (change.name !== model.name) renameModel(registry, model, change.name);
      return;
    case "describe":
      if (change.version === undefined) describeModel(registry, model, change.text);
      else describeVersion(registry, version(change.version), change.text);
      return;
    case "tag":
      if (change.version === undefined) tagModel(registry, model, change.key, change.value);
      else tagVersion(registry, version(change.version), change.key, change.value);
      return;
    case "alias":
      if (change.version === null) removeAlias(registry, model, change.alias);
      else moveAlias(registry, version(change.version), change.alias);
      return;
    case "card":
      writeCard(registry, model, change.version ?? null, change.text);
      return;
    case "stage":
      setStage(registry, version(change.version), stageNamed(change.stage));
      return;
    case "delete":
      if (change.version === undefined) deleteModel(registry, model);
      else deleteVersion(registry, version(change.version));
  }
}
