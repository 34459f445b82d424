import type { VNode } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { LineageFocus, LineageGraph } from "../../src/protocol/registry.js";
import { useAnswer } from "../answer.js";
import type { Page } from "../bridge.js";
import { Button, IconButton } from "../controls.js";
import { Failed, Skeleton } from "../notice.js";
import { LineageDrawing } from "./lineage-drawing.js";
import { LineageList } from "./lineage-list.js";
import { nameOf, sentenceOf, type LineageNode } from "./lineage-names.js";
import { canOpen, focusAt, openNode } from "./lineage-open.js";
import { useLineageVersion } from "./lineage-version.js";
import { lineageWords as said } from "./lineage-words.js";

interface LineageViewProps {
  readonly page: Page;
  readonly subject: LineageFocus;
}

/** More than these are counted. */
const most = 500;

/** What a person did on the page: it stays over a reload. */
interface Saved {
  /** What the graph started from before, the latest last. */
  readonly trail: readonly LineageFocus[];
  readonly isList: boolean;
}

function savedOf(saved: unknown): Saved | undefined {
  const { trail, isList } = (saved ?? {}) as Partial<Saved>;
  return Array.isArray(trail) ? { trail, isList: isList === true } : undefined;
}

/** What a thing came from and what came of it, as a graph or a list. */
export function LineageView({ page, subject }: LineageViewProps): VNode {
  const changes = useLineageVersion(page);
  const [{ trail, isList }, setSaved] = useState<Saved>(
    () => savedOf(page.saved) ?? { trail: [], isList: false },
  );
  const focus = trail.at(-1) ?? subject;
  useEffect(() => {
    page.save({ trail, isList });
  }, [page, trail, isList]);
  const graph = useAnswer(page, "lineage/graph", { focus, most }, changes);
  const { result, failure, again } = graph;
  const goTo = (node: LineageNode): void => {
    const next = focusAt(node);
    if (next && JSON.stringify(next) !== JSON.stringify(focus))
      setSaved((before) => ({ ...before, trail: [...before.trail, next] }));
  };
  const [first] = result?.nodes ?? [];
  return (
    <main class="lineage">
      <header class="lineage-head">
        <div class="lineage-title">
          {trail.length > 0 && (
            <IconButton
              icon="arrow-left"
              label={said.back}
              onClick={() => {
                setSaved((before) => ({ ...before, trail: before.trail.slice(0, -1) }));
              }}
            />
          )}
          <h1>{first ? said.of(nameOf(first)) : said.page}</h1>
          {first && (
            <div class="actions">
              {canOpen(first) && (
                <Button
                  icon="go-to-file"
                  onClick={() => {
                    openNode(page, first);
                  }}
                >
                  {said.open}
                </Button>
              )}
              <IconButton
                icon={isList ? "type-hierarchy" : "list-flat"}
                label={isList ? said.graph : said.list}
                onClick={() => {
                  setSaved((before) => ({ ...before, isList: !before.isList }));
                }}
              />
            </div>
          )}
        </div>
        {result && <Answer graph={result} />}
      </header>
      {result ? (
        isList ? (
          <LineageList page={page} graph={result} onFocus={goTo} />
        ) : (
          <LineageDrawing key={JSON.stringify(focus)} page={page} graph={result} onFocus={goTo} />
        )
      ) : failure === undefined ? (
        <Skeleton lines={6} />
      ) : (
        <Failed what={said.failed} failure={failure} onAgain={again} />
      )}
    </main>
  );
}

/** The answer in a sentence, before the graph. */
const Answer = ({ graph }: { readonly graph: LineageGraph }): VNode => (
  <p class="lineage-answer">
    {sentenceOf(graph)}
    {graph.leftOut > 0 && <span class="muted">{` ${said.leftOut(graph.leftOut)}`}</span>}
  </p>
);
