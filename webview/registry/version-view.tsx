import type { VNode } from "preact";
import type { VersionPage } from "../../src/protocol/registry.js";
import { useAnswer } from "../answer.js";
import type { Page } from "../bridge.js";
import * as l10n from "../l10n.js";
import { Failed, Skeleton } from "../notice.js";
import { useNarrow } from "../page-width.js";
import { AboutPart } from "./about-part.js";
import { ApprovalsPart } from "./approvals-part.js";
import { LineageStrip } from "./lineage-strip.js";
import { ModelCard } from "./model-card.js";
import { modelWords } from "./model-words.js";
import { SignaturePart } from "./signature-part.js";
import { TrustPart } from "./trust-part.js";
import { VersionGates } from "./version-gates.js";
import { VersionHead } from "./version-head.js";
import { VersionMetrics } from "./version-metrics.js";

interface VersionViewProps {
  readonly page: Page;
  readonly model: string;
  readonly version: string;
  /** Grows when the model may have changed. */
  readonly changes: number;
  /** Whether the model has a card, which versions without one of their own show. */
  readonly hasCard: boolean;
  readonly onModel: () => void;
}

/** Below this the parts of a version stand one below the other. */
const besideWidth = 1040;

/** All that is known of a version, for whoever decides about it. */
export function VersionView({ page, model, version, changes, hasCard, onModel }: VersionViewProps): VNode {
  const { result, failure, again } = useAnswer(page, "models/version", { model, version }, changes);
  const isNarrow = useNarrow(besideWidth);
  if (!result)
    return (
      <div class="version">
        <h1 class="spoken">{modelWords.page}</h1>
        {failure === undefined ? (
          <Skeleton lines={10} />
        ) : (
          <Failed what={modelWords.versionGone} failure={failure} onAgain={again} />
        )}
      </div>
    );
  const isWritten = result.version.card !== "" || hasCard;
  const card = <Card page={page} shown={result} isWritten={isWritten} />;
  const lineage = <LineageStrip page={page} shown={result} />;
  const deciding = (
    <>
      <VersionMetrics shown={result} />
      <VersionGates gates={result.gates} />
      <SignaturePart signature={result.version.signature} changes={result.signature} />
    </>
  );
  const approvals = (
    <ApprovalsPart page={page} model={model} threads={result.version.approvals} version={changes} />
  );
  const more = (
    <>
      <TrustPart trust={result.trust} />
      <AboutPart page={page} shown={result} />
    </>
  );
  // A card that is written is read beside all else; one that is not takes no room from what decides.
  const isBeside = isWritten && !isNarrow;
  const [left, right] = isBeside
    ? [[card], [deciding, lineage, approvals, more]]
    : [
        [deciding, approvals],
        [lineage, card, more],
      ];
  return (
    <div class="version">
      <VersionHead page={page} shown={result} onModel={onModel} />
      <div class={isNarrow ? "version-parts" : `version-columns ${isBeside ? "" : "even"}`}>
        <div class="version-parts">{left}</div>
        <div class="version-parts">{right}</div>
      </div>
    </div>
  );
}

interface CardProps {
  readonly page: Page;
  readonly shown: VersionPage;
  readonly isWritten: boolean;
}

const Card = ({ page, shown, isWritten }: CardProps): VNode => (
  <ModelCard
    key={shown.version.id}
    page={page}
    model={shown.model.id}
    version={shown.version.id}
    text={l10n.told(shown.card)}
    isWritten={isWritten}
    isFixed={shown.version.deleted || shown.model.deleted}
  />
);
