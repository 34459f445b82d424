import { Failure } from "../base/failure.js";
import { said } from "../base/said.js";
import { exclusively } from "../store/exclusively.js";
import type { FactBody } from "../store/fact.js";
import { dataRoot } from "./data-path.js";
import type { Datasets } from "./datasets.js";
import type { DatasetFact, DatasetId } from "./model.js";
import { checkAlias, checkName } from "./names.js";
import { isTrackedSo } from "./version.js";
import type { DatasetChange, DatasetDetail, DatasetVersionSummary } from "./view.js";
import { workingPath } from "./working-copy.js";

const longestText = 5000;
const longestKey = 250;

/** Makes one change to a data set, where it is none already. Throws `name.taken`, `name.invalid`, `version.notFound`. */
export function changeDataset(datasets: Datasets, id: DatasetId, change: DatasetChange): void {
  if (change.kind === "rename") {
    rename(datasets, id, change.name);
    return;
  }
  if (change.kind === "move") {
    move(datasets, id, change.path);
    return;
  }
  const detail =
    change.kind === "restore" && change.version === undefined ? datasets.get(id) : datasets.active(id);
  const fact = factOf(detail, change);
  if (fact) datasets.write(fact);
}

function rename(datasets: Datasets, id: DatasetId, name: string): void {
  checkName(name);
  exclusively(datasets.store.claims, "dataset", name, () => {
    const detail = datasets.active(id);
    if (detail.name === name) return;
    if (datasets.all().some((one) => one.name === name))
      throw new Failure("name.taken", said`There is a data set ${name} already.`, {
        next: said`Take another name.`,
      });
    datasets.write({ kind: "dataset.renamed", dataset: id, name });
  });
}

/** Only what is known of its place: who moves files is somebody else. */
function move(datasets: Datasets, id: DatasetId, given: string): void {
  const { store } = datasets;
  const path = dataRoot(store, given);
  exclusively(store.claims, "dataset", id, () => {
    const detail = datasets.active(id);
    if (detail.path === path) return;
    const other = datasets.all().find((one) => one.stage === "active" && one.path === path);
    if (other)
      throw new Failure("name.taken", said`${path} is tracked already, as ${other.name}.`, {
        next: said`Delete one of the two first: \`loam data delete NAME\`; its files stay.`,
      });
    const stat = store.ports.files.stat(workingPath(store, { path }));
    if (stat?.kind !== "file" && stat?.kind !== "folder")
      throw new Failure("path.invalid", said`There is no file or folder ${given}.`, {
        next: said`Move the data there first.`,
      });
    const { include, ignore, auto } = detail;
    datasets.write({ kind: "dataset.tracked", dataset: id, path, form: stat.kind, include, ignore, auto });
  });
}

/** undefined where there is nothing to change. */
function factOf(
  detail: DatasetDetail,
  change: Exclude<DatasetChange, { kind: "rename" | "move" }>,
): FactBody<DatasetFact> | undefined {
  const dataset = detail.id;
  const { path, form, include, ignore, auto } = detail;
  switch (change.kind) {
    case "describe":
      return change.text === detail.description
        ? undefined
        : { kind: "dataset.described", dataset, text: change.text };
    case "tag":
      return tagFact(detail, change);
    case "alias": {
      checkAlias(change.alias);
      if (change.version !== null) activeVersion(detail, change.version);
      else if (detail.aliases[change.alias] === undefined)
        throw new Failure("tag.notFound", said`${detail.name} has no alias '${change.alias}'.`);
      return { kind: "dataset.alias", dataset, alias: change.alias, version: change.version };
    }
    case "message": {
      const version = activeVersion(detail, change.version);
      checkText(change.text, longestText);
      return version.message === change.text
        ? undefined
        : { kind: "dataset.version.message", dataset, version: version.id, text: change.text };
    }
    case "auto":
      return change.auto === auto
        ? undefined
        : { kind: "dataset.tracked", dataset, path, form, include, ignore, auto: change.auto };
    case "selection": {
      if (form === "file")
        throw new Failure("state.wrong", said`${detail.name} is one file: there is nothing to choose.`);
      const wanted = { path, form, auto, include: change.include, ignore: change.ignore };
      return isTrackedSo(detail, wanted) ? undefined : { kind: "dataset.tracked", dataset, ...wanted };
    }
    case "delete":
    case "restore":
      return stageFact(detail, change.version, change.kind === "delete" ? "deleted" : "active");
  }
}

function tagFact(
  detail: DatasetDetail,
  { key, value, version }: Extract<DatasetChange, { kind: "tag" }>,
): FactBody<DatasetFact> {
  const dataset = detail.id;
  const of = version === undefined ? undefined : activeVersion(detail, version);
  if (key === "" || key.length > longestKey)
    throw new Failure("value.invalid", said`A tag's name has 1 to ${longestKey} characters.`);
  if (value === null && (of ?? detail).tags[key] === undefined)
    throw new Failure("tag.notFound", said`${detail.name} has no tag '${key}'.`, {
      next: said`See its tags by \`loam data show\` or on its page.`,
    });
  checkText(value ?? "", longestText);
  return of
    ? { kind: "dataset.version.tag", dataset, version: of.id, key, value }
    : { kind: "dataset.tag", dataset, key, value };
}

function stageFact(
  detail: DatasetDetail,
  version: string | undefined,
  stage: "active" | "deleted",
): FactBody<DatasetFact> | undefined {
  const dataset = detail.id;
  if (version === undefined)
    return detail.stage === stage ? undefined : { kind: "dataset.stage", dataset, stage };
  const found = detail.history.find((one) => one.id === version);
  if (!found) throw new Failure("version.notFound", said`${detail.name} has no version ${version}.`);
  const held = stage === "deleted" && found.aliases[0];
  if (held !== false && held !== undefined)
    throw new Failure("state.wrong", said`Version ${found.number} is called ${held}.`, {
      next: said`Give the alias to another version, or take it away, then delete this one.`,
    });
  return found.stage === stage
    ? undefined
    : { kind: "dataset.version.stage", dataset, version: found.id, stage };
}

function activeVersion(detail: DatasetDetail, id: string): DatasetVersionSummary {
  const found = detail.history.find((one) => one.id === id);
  if (found?.stage === "active") return found;
  if (found) throw new Failure("state.wrong", said`Version ${found.number} of ${detail.name} is deleted.`);
  throw new Failure("version.notFound", said`${detail.name} has no version ${id}.`);
}

function checkText(text: string, most: number): void {
  if (text.length > most)
    throw new Failure("value.tooLarge", said`The text is longer than ${most} characters.`);
}
