import type { VNode } from "preact";
import { useEffect, useMemo, useState } from "preact/hooks";
import type { VersionLine } from "../../src/protocol/model-lines.js";
import type { Page } from "../bridge.js";
import { Failed, Skeleton } from "../notice.js";
import { dateText, numberText, whenText } from "../numbers.js";
import { useNarrow } from "../page-width.js";
import { Rail, type RailItem } from "../rail.js";
import { useListedModel, type ListedModel } from "./listed-model.js";
import { ModelOverview } from "./model-overview.js";
import { modelWords } from "./model-words.js";
import { useModelsVersion } from "./models-version.js";
import { personName, versionName } from "./names.js";
import { VersionBadges } from "./state-mark.js";
import { VersionView } from "./version-view.js";

interface ModelViewProps {
  readonly page: Page;
  readonly model: string;
  /** The version that was asked for; undefined: the model with all of them. */
  readonly wanted: string | undefined;
}

/** From this width on the versions stand beside what is shown of one. */
const roomForRail = 900;

/** What is chosen, for what was asked for: the page may be opened anew for another version. */
interface Chosen {
  readonly wanted: string | undefined;
  readonly version: string | null;
}

/** A model: all its versions, or one of them with the others in a rail. */
export function ModelView({ page, model, wanted }: ModelViewProps): VNode {
  const changes = useModelsVersion(page, [model]);
  const detail = useListedModel(page, model, changes);
  const [chosen, setChosen] = useState<Chosen>(
    () => savedOf(page.saved, model) ?? { wanted, version: wanted ?? null },
  );
  const version = chosen.wanted === wanted ? chosen.version : (wanted ?? null);
  useEffect(() => {
    page.save({ model, wanted, version });
  }, [page, model, wanted, version]);
  const choose = (next: string | null): void => {
    setChosen({ wanted, version: next });
  };
  const isNarrow = useNarrow(roomForRail);
  const { result } = detail;
  const hasRail = version !== null;
  const items = useMemo(() => (result && hasRail ? railItems(result) : []), [result, hasRail]);
  if (!result)
    return (
      <main class="model-page">
        <h1 class="spoken">{modelWords.page}</h1>
        {detail.failure === undefined ? (
          <Skeleton lines={10} />
        ) : (
          <Failed what={modelWords.gone} failure={detail.failure} onAgain={detail.again} />
        )}
      </main>
    );
  if (version === null)
    return (
      <main class="model-page">
        <ModelOverview page={page} model={result} changes={changes} onVersion={choose} />
      </main>
    );
  const rail = (
    <Rail
      label={modelWords.model.versions}
      items={items}
      selected={version}
      onSelect={choose}
      isFolded={isNarrow}
    />
  );
  return (
    <main class={isNarrow ? "model-page" : "model-page beside-rail"}>
      {isNarrow ? rail : <nav class="model-rail">{rail}</nav>}
      <VersionView
        key={version}
        page={page}
        model={model}
        version={version}
        changes={changes}
        hasCard={result.card !== ""}
        onModel={() => {
          choose(null);
        }}
      />
    </main>
  );
}

/** What the page kept of itself, where it is of this model. */
function savedOf(saved: unknown, model: string): Chosen | undefined {
  const { model: of, wanted, version } = (saved ?? {}) as Partial<Record<string, unknown>>;
  if (of !== model) return undefined;
  return {
    wanted: typeof wanted === "string" ? wanted : undefined,
    version: typeof version === "string" ? version : null,
  };
}

function railItems({ history }: ListedModel): readonly RailItem[] {
  const versions = history.filter(({ deleted }) => !deleted);
  const now = Date.now();
  return versions.map((version) => railItem(version, now));
}

function railItem(version: VersionLine, now: number): RailItem {
  const { id, number, author, at, aliases, approval, metrics, headline } = version;
  const value = headline === null ? undefined : metrics[headline];
  const told = value === undefined ? "" : `${numberText(value)} ${headline ?? ""}`;
  const who = personName(author);
  const when = whenText(at, now);
  const more = [told, who].filter((text) => text !== "").join(" · ");
  return {
    key: id,
    number: versionName(number),
    text: when,
    more,
    ...(aliases.length === 0 && approval === "none"
      ? {}
      : { badges: <VersionBadges aliases={aliases} approval={approval} /> }),
    title: dateText(at),
  };
}
