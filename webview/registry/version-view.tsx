import type { VNode } from "preact";
import type { VersionPage } from "../../src/protocol/registry.js";
import { useAnswer } from "../answer.js";
import type { Page } from "../bridge.js";
import * as l10n from "../l10n.js";
import { Failed, Skeleton } from "../notice.js";
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

/** All that is known of a version, for whoever decides about it. */
export function VersionView({ page, model, version, changes, hasCard, onModel }: VersionViewProps): VNode {
  const { result, failure, again } = useAnswer(page, "models/version", { model, version }, changes);
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
  return (
    <div class="version">
      <VersionHead page={page} shown={result} onModel={onModel} />
      <div class="version-columns">
        <div class="version-card">
          <Card page={page} shown={result} hasCard={hasCard} />
        </div>
        <div class="version-parts">
          <VersionMetrics shown={result} />
          <VersionGates gates={result.gates} />
          <SignaturePart signature={result.version.signature} changes={result.signature} />
          <LineageStrip page={page} shown={result} />
          <ApprovalsPart page={page} model={model} threads={result.version.approvals} version={changes} />
          <TrustPart trust={result.trust} />
          <AboutPart page={page} shown={result} />
        </div>
      </div>
    </div>
  );
}

interface CardProps {
  readonly page: Page;
  readonly shown: VersionPage;
  readonly hasCard: boolean;
}

const Card = ({ page, shown, hasCard }: CardProps): VNode => (
  <ModelCard
    key={shown.version.id}
    page={page}
    model={shown.model.id}
    version={shown.version.id}
    text={l10n.told(shown.card)}
    isWritten={shown.version.card !== "" || hasCard}
    isFixed={shown.version.deleted || shown.model.deleted}
  />
);
