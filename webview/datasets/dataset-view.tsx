import type { VNode } from "preact";
import { useState } from "preact/hooks";
import type { DatasetDetail, DatasetVersionSummary, WorkingState } from "../../src/protocol/datasets.js";
import type { DataCommand, DatasetTab, Subject } from "../../src/protocol/pages.js";
import { useAnswer } from "../answer.js";
import type { Page } from "../bridge.js";
import { Button, Tabs } from "../controls.js";
import type { MenuItem } from "../grid/menu.js";
import { useLongAnswer } from "../long-answer.js";
import { Failed, Notice, Skeleton } from "../notice.js";
import { useNarrow } from "../page-width.js";
import { ChangesTab } from "./changes-tab.js";
import { DatasetHeader } from "./dataset-header.js";
import { datasetTabs, readShown, type Shown } from "./dataset-saved.js";
import { useDatasetVersion } from "./dataset-version.js";
import { datasetWords } from "./dataset-words.js";
import { FilesTab } from "./files-tab.js";
import { OverlapTab } from "./overlap-tab.js";
import { ProfileTab } from "./profile-tab.js";
import { RulesTab } from "./rules-tab.js";
import { RunsTab } from "./runs-tab.js";
import { VersionRail } from "./version-rail.js";
import { readWords } from "./more-words.js";

type DatasetSubject = Extract<Subject, { readonly page: "dataset" }>;

interface DatasetViewProps {
  readonly page: Page;
  readonly subject: DatasetSubject;
}

/** A data set: its versions on the left, what is in them and what changed on the right. */
export function DatasetView({ page, subject }: DatasetViewProps): VNode {
  const { dataset } = subject;
  const version = useDatasetVersion(page, dataset);
  const { result: detail, failure, again } = useAnswer(page, "datasets/detail", { dataset }, version);
  const status = useLongAnswer(page, "datasets/status", { datasets: [dataset] }, version);
  const [kept, setKept] = useState<Shown>(() => readShown(page.saved, subject));
  // What was chosen holds until the page is opened anew for something else.
  const shown = kept.of === JSON.stringify(subject) ? kept : readShown(undefined, subject);
  const change = (part: Partial<Shown>): void => {
    const next = { ...shown, ...part };
    setKept(next);
    page.save(next);
  };
  if (!detail)
    return (
      <main class="dataset dataset-waiting">
        <h1 class="spoken">{datasetWords.dataset}</h1>
        {failure === undefined ? (
          <Skeleton lines={10} />
        ) : (
          <Failed what={datasetWords.gone} failure={failure} onAgain={again} />
        )}
      </main>
    );
  const working = status.result?.find((one) => one.dataset === dataset)?.working;
  return (
    <Loaded
      page={page}
      detail={detail}
      working={working}
      problem={status.failure}
      shown={shown}
      onChange={change}
      version={version}
    />
  );
}

interface LoadedProps {
  readonly page: Page;
  readonly detail: DatasetDetail;
  readonly working: WorkingState | undefined;
  readonly problem: string | undefined;
  readonly shown: Shown;
  readonly onChange: (part: Partial<Shown>) => void;
  readonly version: number;
}

function Loaded({ page, detail, working, problem, shown, onChange, version }: LoadedProps): VNode {
  const isNarrow = useNarrow(760);
  const { id: dataset, history, latest } = detail;
  const newest = latest?.id ?? null;
  const isThere = shown.version === null || history.some(({ id }) => id === shown.version);
  const id = shown.version !== undefined && isThere ? shown.version : newest;
  const current = history.find((one) => one.id === id);
  const command = (name: DataCommand, of?: string): void => {
    const asked = { command: name, dataset, ...(of === undefined ? {} : { version: of }) };
    page.ask.request("host/dataCommand", asked).catch(() => undefined); // the editor tells what went wrong
  };
  const menuOf = (version_: DatasetVersionSummary): readonly MenuItem[] =>
    versionMenu(version_, command, {
      compare:
        version_.id === id
          ? undefined
          : () => {
              onChange({ tab: "diff", against: version_.id });
            },
      copy: () => {
        page.ask.request("host/copy", { text: version_.id }).catch(() => undefined); // the editor tells it
      },
    });
  const tabs = datasetTabs.map((tab) => ({ id: tab, text: datasetWords.tabs[tab] }));
  return (
    <main class="dataset">
      <DatasetHeader
        page={page}
        detail={detail}
        working={working}
        problem={problem}
        shown={current}
        command={command}
      />
      <div class="dataset-body">
        <nav class="dataset-rail" aria-label={datasetWords.versions}>
          <VersionRail
            detail={detail}
            working={working}
            shown={id}
            onShow={(to) => {
              onChange({ version: to, against: undefined });
            }}
            menuOf={menuOf}
            isFolded={isNarrow}
          />
        </nav>
        <div class="dataset-main">
          <Tabs
            label={datasetWords.tabList}
            selected={shown.tab}
            onSelect={(tab) => {
              onChange({ tab });
            }}
            tabs={tabs}
          />
          <div
            role="tabpanel"
            id={`panel-${shown.tab}`}
            aria-labelledby={`tab-${shown.tab}`}
            class={`panel panel-${shown.tab}`}
          >
            {id === null && working?.state !== "changed" && working?.state !== "clean" ? (
              <Notice>
                <p>{datasetWords.noVersions}</p>
              </Notice>
            ) : (
              <TabOf
                page={page}
                detail={detail}
                tab={shown.tab}
                id={id}
                shown={shown}
                onChange={onChange}
                version={version}
              />
            )}
          </div>
        </div>
      </div>
    </main>
  );
}

interface TabOfProps {
  readonly page: Page;
  readonly detail: DatasetDetail;
  readonly tab: DatasetTab;
  readonly id: string | null;
  readonly shown: Shown;
  readonly onChange: (part: Partial<Shown>) => void;
  readonly version: number;
}

function TabOf({ page, detail, tab, id, shown, onChange, version }: TabOfProps): VNode {
  const { id: dataset } = detail;
  const place = { dataset, version: id };
  const current = detail.history.find((one) => one.id === id);
  // A version never changes; the working copy may with each event.
  const ofPlace = id === null ? version : 0;
  switch (tab) {
    case "profile":
      return (
        <ProfileTab
          key={id}
          page={page}
          place={place}
          version={ofPlace}
          file={shown.file}
          onFile={(file) => {
            onChange({ file });
          }}
          onFiles={() => {
            onChange({ tab: "files" });
          }}
        />
      );
    case "diff":
      return (
        <ChangesTab
          page={page}
          detail={detail}
          shown={id}
          against={shown.against}
          onAgainst={(against) => {
            onChange({ against });
          }}
          onSwap={(to, against) => {
            onChange({ version: to, against });
          }}
          version={id === null || shown.against === null ? version : 0}
        />
      );
    case "files":
      return (
        <FilesTab
          key={id}
          page={page}
          place={place}
          name={detail.path.slice(detail.path.lastIndexOf("/") + 1)}
          version={ofPlace}
          onProfile={(file) => {
            onChange({ tab: "profile", file });
          }}
        />
      );
    case "rules":
      return <RulesTab key={id} page={page} place={place} shown={current} version={version} />;
    case "overlap":
      return <OverlapTab page={page} place={place} version={version} />;
    case "runs":
      return id === null ? (
        <Notice>
          <p>{readWords.none}</p>
          <Button
            onClick={() => {
              onChange({ version: detail.latest?.id ?? null });
            }}
          >
            {datasetWords.versions}
          </Button>
        </Notice>
      ) : (
        <RunsTab page={page} dataset={dataset} shown={id} version={version} />
      );
  }
}

interface MenuActs {
  readonly compare: (() => void) | undefined;
  readonly copy: () => void;
}

/** What can be done with a version. */
function versionMenu(
  { id, stage }: DatasetVersionSummary,
  command: (name: DataCommand, version: string) => void,
  { compare, copy }: MenuActs,
): readonly MenuItem[] {
  const call = (name: DataCommand) => (): void => {
    command(name, id);
  };
  if (stage === "deleted")
    return [{ label: datasetWords.bringBack, icon: "discard", run: call("loam.data.undelete") }];
  return [
    ...(compare ? [{ label: datasetWords.compareWith, icon: "diff", run: compare }, "line" as const] : []),
    { label: datasetWords.bringBackThis, icon: "discard", run: call("loam.data.restore") },
    { label: datasetWords.restoreTo, icon: "folder", run: call("loam.data.restoreTo") },
    "line",
    { label: datasetWords.message, icon: "edit", run: call("loam.data.message") },
    { label: datasetWords.alias, icon: "bookmark", run: call("loam.data.alias") },
    { label: datasetWords.tag, icon: "tag", run: call("loam.data.tag") },
    { label: datasetWords.copyId, icon: "copy", run: copy },
    "line",
    { label: datasetWords.remove, icon: "trash", run: call("loam.data.delete") },
  ];
}
