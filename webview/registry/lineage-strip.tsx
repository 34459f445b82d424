import type { ComponentChildren, VNode } from "preact";
import type { VersionPage } from "../../src/protocol/registry.js";
import { useAnswer } from "../answer.js";
import type { Page } from "../bridge.js";
import { Button, Icon } from "../controls.js";
import { Part } from "../parts.js";
import { useRunVersion } from "../run-version.js";
import { words } from "../words.js";
import { callRuns, openData, openLineage } from "./calls.js";
import { modelWords } from "./model-words.js";
import { versionName } from "./names.js";
import { Warning } from "./state-mark.js";

const said = modelWords.lineage;
const mostData = 6;

interface StripProps {
  readonly page: Page;
  readonly shown: VersionPage;
}

/** Where a version comes from and where it went: data → run → version → deployments, each opens. */
export function LineageStrip({ page, shown }: StripProps): VNode {
  const { version, champion } = shown;
  const runs = [...new Set([version.run, champion?.run ?? null].filter((run) => run !== null))];
  const here = useAnswer(page, "runs/briefs", { ids: runs }, useRunVersion(page, runs));
  const isHere = (run: string | null | undefined): run is string =>
    typeof run === "string" && (here.result?.some(({ id }) => id === run) ?? false);
  const others = champion && champion.run !== version.run ? champion.run : null;
  return (
    <Part title={said.title}>
      <ol class="lineage-strip">
        <Stage title={said.data} icon="database">
          <DataStage page={page} shown={shown} />
        </Stage>
        <Stage title={said.run} icon="beaker">
          <RunStage page={page} shown={shown} isHere={here.result === undefined || isHere(version.run)} />
        </Stage>
        <Stage title={said.version} icon="package">
          <button
            type="button"
            class="link"
            onClick={() => {
              openLineage(page, version.id);
            }}
          >
            {`${shown.model.name} ${versionName(version.number)}`}
          </button>
        </Stage>
        <Stage title={said.deployments} icon="rocket">
          <span class="muted">{said.noDeployments}</span>
        </Stage>
      </ol>
      <div class="actions">
        {isHere(version.run) && version.code && (
          <Button
            icon="code"
            onClick={() => {
              callRuns(page, "loam.runs.openCode", [version.run ?? ""]);
            }}
          >
            {said.openCode}
          </Button>
        )}
        {isHere(version.run) && isHere(others) && (
          <>
            {version.code && champion?.code && (
              <Button
                icon="diff"
                onClick={() => {
                  callRuns(page, "loam.runs.diffCode", [others, version.run ?? ""]);
                }}
              >
                {said.diffCode}
              </Button>
            )}
            <Button
              icon="diff-multiple"
              onClick={() => {
                callRuns(page, "loam.runs.compare", [others, version.run ?? ""]);
              }}
            >
              {said.compareRuns}
            </Button>
          </>
        )}
        <DataDiffs page={page} shown={shown} />
      </div>
    </Part>
  );
}

interface StageProps {
  readonly title: string;
  readonly icon: string;
  readonly children: ComponentChildren;
}

const Stage = ({ title, icon, children }: StageProps): VNode => (
  <li class="lineage-stage">
    <span class="lineage-title muted">
      <Icon name={icon} /> {title}
    </span>
    {children}
  </li>
);

function DataStage({ page, shown: { version, newerData, givenUpData } }: StripProps): VNode {
  if (version.data.length === 0) return <span class="muted">{said.noData}</span>;
  return (
    <>
      {version.data.slice(0, mostData).map(({ dataset, version: id, name, number }) => {
        const newer = newerData.find((one) => one.name === name);
        if (givenUpData.some((one) => one.version === id))
          return (
            <span key={id}>
              {`${name} ${versionName(number)}`} <Warning text={said.givenUp} />
            </span>
          );
        return (
          <span key={id}>
            <button
              type="button"
              class="link"
              onClick={() => {
                openData(page, dataset, id);
              }}
            >
              {`${name} ${versionName(number)}`}
            </button>
            {newer && (
              <>
                {" "}
                <Warning text={said.newer(versionName(newer.newest))} />
              </>
            )}
          </span>
        );
      })}
      {version.data.length > mostData && (
        <span class="muted">{words.more(version.data.length - mostData)}</span>
      )}
    </>
  );
}

function RunStage({ page, shown: { version }, isHere }: StripProps & { readonly isHere: boolean }): VNode {
  const { run, runName, code } = version;
  if (run === null) return <span class="muted">{said.noRun}</span>;
  const name = runName === null || runName === "" ? run.slice(0, 8) : runName;
  const commit = (code?.head ?? code?.commit)?.slice(0, 7);
  return (
    <>
      {isHere ? (
        <button
          type="button"
          class="link"
          onClick={() => {
            callRuns(page, "loam.runs.open", [run]);
          }}
        >
          {name}
        </button>
      ) : (
        <span>
          {name} <span class="muted">{said.runElsewhere}</span>
        </span>
      )}
      {commit === undefined ? (
        <span class="muted">{said.noCode}</span>
      ) : (
        <span class="code">{said.codeState(commit, code?.changed ?? null)}</span>
      )}
    </>
  );
}

/** Data sets of which the champion saw another version. */
function DataDiffs({ page, shown: { version, champion } }: StripProps): VNode {
  const differing = version.data.filter((data) =>
    champion?.data.some((theirs) => theirs.dataset === data.dataset && theirs.version !== data.version),
  );
  return (
    <>
      {differing.slice(0, 2).map(({ dataset, name, version: id }) => {
        const before = champion?.data.find((theirs) => theirs.dataset === dataset)?.version ?? id;
        return (
          <Button
            key={id}
            icon="diff"
            onClick={() => {
              openData(page, dataset, id, before);
            }}
          >
            {said.diffData(name)}
          </Button>
        );
      })}
    </>
  );
}
