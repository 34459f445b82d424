import type { ModelDetail, ModelVersionSummary } from "../core/registry/view.js";

const pairs = (tags: Readonly<Record<string, string>>): object[] =>
  Object.entries(tags).map(([key, value]) => ({ key, value }));

/** What a version's summary has, and what its details alone have. */
type Version = ModelVersionSummary & { readonly link?: string | null };

/** A model version as MLflow's clients read it. What Loam froze is there at once: it is always READY. */
export const versionDocument = (version: Version): object => ({
  name: version.name,
  version: String(version.number),
  creation_timestamp: version.at,
  last_updated_timestamp: version.updated,
  user_id: version.author,
  current_stage: version.stage,
  description: version.description,
  source: version.source,
  run_id: version.run ?? "",
  status: "READY",
  run_link: version.link ?? "",
  tags: pairs(version.tags),
  aliases: version.aliases,
  ...(version.logged === null ? {} : { model_id: version.logged }),
});

/** The newest version of each stage, the newest first. */
export function latestVersions({ history }: ModelDetail): ModelVersionSummary[] {
  const seen = new Set<string>();
  return history.filter(({ deleted, stage }) => {
    if (deleted || seen.has(stage)) return false;
    seen.add(stage);
    return true;
  });
}

/** A registered model as MLflow's clients read it. */
export const modelDocument = (model: ModelDetail): object => ({
  name: model.name,
  creation_timestamp: model.created,
  last_updated_timestamp: model.updated,
  description: model.description,
  latest_versions: latestVersions(model).map(versionDocument),
  tags: pairs(model.tags),
  aliases: Object.entries(model.aliases).map(([alias, number]) => ({ alias, version: String(number) })),
});
