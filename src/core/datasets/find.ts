import { Failure } from "../base/failure.js";
import { said } from "../base/said.js";
import type { Datasets } from "./datasets.js";
import type { DatasetDetail, DatasetVersionSummary } from "./view.js";

/** `NAME@VERSION` apart; `version` is undefined where none is named. A name has no `@`. */
export function splitName(word: string): { readonly name: string; readonly version: string | undefined } {
  const at = word.lastIndexOf("@");
  return at < 0
    ? { name: word, version: undefined }
    : { name: word.slice(0, at), version: word.slice(at + 1) };
}

const mostNamed = 8;

/** The data set of a name, an id or the path of its working copy. Throws `dataset.notFound`, `state.wrong` if deleted. */
export function findDataset(
  datasets: Datasets,
  word: string,
  stage: "active" | "deleted" | "any" = "active",
): DatasetDetail {
  const all = datasets.all();
  const plain = word.replace(/^\.\//, "").replace(/\/+$/, "");
  const meant = [
    (one: DatasetDetail): boolean => one.name === word,
    (one: DatasetDetail): boolean => one.id === word,
    (one: DatasetDetail): boolean => one.path === plain && one.stage === "active",
  ];
  const found = meant.map((is) => all.find(is)).find((one) => one !== undefined);
  if (!found) {
    const names = all.filter((one) => one.stage === "active").map((one) => one.name);
    const more = names.length > mostNamed ? ` … (${names.length})` : "";
    throw new Failure("dataset.notFound", said`There is no data set ${word}.`, {
      next:
        names.length === 0
          ? said`Track one with \`loam data add PATH\`.`
          : said`There are: ${names.slice(0, mostNamed).join(", ")}${more}`,
    });
  }
  if (stage === "active") return datasets.active(found.id);
  if (stage === "deleted" && found.stage === "active" && found.history.every((one) => one.stage === "active"))
    throw new Failure("state.wrong", said`Nothing of ${found.name} is deleted.`, {
      next: said`See what is deleted: \`loam trash list\``,
    });
  return found;
}

/** The version of a number (`3` or `v3`), an alias, an id or `latest`. Throws `version.notFound`, `state.wrong`. */
export function findVersion(
  detail: DatasetDetail,
  word: string | undefined,
  stage: "active" | "any" = "active",
): DatasetVersionSummary {
  const active = detail.history.filter((one) => one.stage === "active");
  const number = /^v?(\d{1,9})$/.exec(word ?? "")?.[1];
  const aliased = word === undefined ? undefined : detail.aliases[word];
  const found =
    word === undefined || word === "latest"
      ? active[0]
      : detail.history.find((one) =>
          number === undefined ? one.number === aliased || one.id === word : one.number === Number(number),
        );
  if (!found) throw notFound(detail, word, active);
  if (stage === "any" || found.stage === "active") return found;
  throw new Failure("state.wrong", said`Version ${found.number} of ${detail.name} is deleted.`, {
    next: said`Bring it back with \`loam data undelete ${detail.name}@${found.number}\`.`,
  });
}

function notFound(
  detail: DatasetDetail,
  word: string | undefined,
  active: readonly DatasetVersionSummary[],
): Failure {
  const newest = active[0];
  if (!newest)
    return new Failure("version.notFound", said`${detail.name} has no version.`, {
      next: said`Make one: \`loam data add ${detail.path}\``,
    });
  const aliases = Object.keys(detail.aliases);
  const also = aliases.length === 0 ? "" : `, ${aliases.join(", ")}`;
  return new Failure("version.notFound", said`${detail.name} has no version ${word ?? ""}.`, {
    next: said`There are: 1 to ${newest.number}${also}`,
  });
}
