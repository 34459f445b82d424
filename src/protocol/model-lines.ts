import type { JsonNumber, ModelVersionSummary } from "../core/registry/view.js";

/** What a page shows of a version among the others of its model. */
export type VersionLine = Pick<
  ModelVersionSummary,
  | "id"
  | "model"
  | "number"
  | "author"
  | "at"
  | "flavor"
  | "size"
  | "runName"
  | "stage"
  | "description"
  | "tags"
  | "aliases"
  | "approval"
  | "metrics"
  | "headline"
  | "deleted"
>;

/** Versions as one text: of ten thousand it passes from thread to thread in a fraction of the time of as many objects. */
export interface VersionLines {
  readonly text: string;
}

/** A version without the names of what it has; its metrics as places of their names, each with the value behind it. */
type Row = readonly [
  id: string,
  number: number,
  author: string,
  at: number,
  flavor: VersionLine["flavor"],
  size: number | null,
  runName: string | null,
  stage: VersionLine["stage"],
  description: string,
  tags: VersionLine["tags"],
  aliases: readonly string[],
  approval: VersionLine["approval"],
  headline: string | null,
  deleted: boolean,
  metrics: readonly JsonNumber[],
];

interface Lines {
  readonly model: string;
  readonly names: readonly string[];
  readonly rows: readonly Row[];
}

/** Packs the versions of one model, in their order. */
export function packVersions(model: string, versions: readonly VersionLine[]): VersionLines {
  const places = new Map<string, number>();
  const placeOf = (name: string): number => {
    const known = places.get(name) ?? places.size;
    places.set(name, known);
    return known;
  };
  const rows = versions.map((one): Row => {
    const metrics = Object.entries(one.metrics).flatMap(([name, value]) => [placeOf(name), value]);
    return [
      ...([one.id, one.number, one.author, one.at, one.flavor, one.size, one.runName, one.stage] as const),
      ...([one.description, one.tags, one.aliases, one.approval, one.headline, one.deleted] as const),
      metrics,
    ];
  });
  return { text: JSON.stringify({ model, names: [...places.keys()], rows } satisfies Lines) };
}

/** The versions that were packed. */
export function unpackVersions({ text }: VersionLines): readonly VersionLine[] {
  const { model, names, rows } = JSON.parse(text) as Lines;
  return rows.map((row) => {
    const [id, number, author, at, flavor, size, runName, stage, ...more] = row;
    const [description, tags, aliases, approval, headline, deleted, pairs] = more;
    const metrics: [string, JsonNumber][] = [];
    for (let place = 0; place + 1 < pairs.length; place += 2)
      metrics.push([names[Number(pairs[place])] ?? "", pairs[place + 1] ?? "NaN"]);
    return {
      ...{ id, model, number, author, at, flavor, size, runName, stage, description, tags },
      ...{ aliases, approval, headline, deleted },
      metrics: Object.fromEntries(metrics),
    };
  });
}
