import type { VNode } from "preact";
import { useState } from "preact/hooks";
import type { RunDetail } from "../../src/protocol/tracking.js";
import type { Page } from "../bridge.js";
import { Button } from "../controls.js";
import { Notice } from "../notice.js";
import { bytesText } from "../numbers.js";
import { ArtifactView } from "./artifact-view.js";
import { FileTree } from "./file-tree.js";
import { runWords } from "./run-words.js";

const said = runWords.artifacts;

interface RunArtifactsProps {
  readonly page: Page;
  readonly run: RunDetail;
}

/** The files that a run logged, beside the one that is looked at; below them, those that it left in its folder. */
export function RunArtifacts({ page, run }: RunArtifactsProps): VNode {
  const { artifacts, written } = run;
  const [chosen, setChosen] = useState<string | undefined>(() => firstToSee(artifacts));
  return (
    <>
      {artifacts.length === 0 ? (
        <Notice>{said.none}</Notice>
      ) : (
        <div class="artifacts">
          <div class="artifact-list">
            <FileTree label={said.label} files={artifacts} chosen={chosen} onChoose={setChosen} />
            {run.stage !== "deleted" && (
              <Button
                icon="package"
                onClick={() => {
                  const params = { run: run.id, path: null };
                  page.ask.request("host/registerModel", params).catch(() => undefined); // the editor tells what went wrong
                }}
              >
                {said.register}
              </Button>
            )}
          </div>
          {chosen === undefined ? (
            <Notice>{said.choose}</Notice>
          ) : (
            <ArtifactView key={chosen} page={page} run={run.id} path={chosen} />
          )}
        </div>
      )}
      {written.length > 0 && (
        <section class="part" aria-label={said.written}>
          <h2>{said.written}</h2>
          <ul class="plain-list">
            {written.slice(0, 200).map(({ path, size }) => (
              <li key={path}>
                <button
                  type="button"
                  class="link code"
                  onClick={() => {
                    void page.ask.request("host/openFile", { path });
                  }}
                >
                  {path}
                </button>{" "}
                <span class="muted">{bytesText(size)}</span>
              </li>
            ))}
          </ul>
        </section>
      )}
    </>
  );
}

/** What a person most likely wants to see first: a picture, else a table, else nothing. */
function firstToSee(files: RunDetail["artifacts"]): string | undefined {
  const found =
    files.find(({ path }) => /\.(png|jpe?g|svg|gif|webp)$/i.test(path)) ??
    files.find(({ path }) => /\.(csv|tsv|json|txt|md)$/i.test(path));
  return found?.path;
}
