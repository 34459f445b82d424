import type { VNode } from "preact";
import type { DatasetDetail, DatasetPlace, DatasetVersionSummary } from "../../src/protocol/datasets.js";
import { useAnswer } from "../answer.js";
import type { Page } from "../bridge.js";
import { Button, Dropdown } from "../controls.js";
import { imageTypeOf } from "../image-view.js";
import { Failed, Notice, Skeleton } from "../notice.js";
import { changesWords as said } from "./changes-words.js";
import { datasetWords, placeName } from "./dataset-words.js";
import { FolderChanges } from "./folder-changes.js";
import { ImagesBeside } from "./images-beside.js";
import { profileWords } from "./profile-words.js";
import { TableChanges } from "./table-changes.js";

/** A list of more versions is none that a person reads; any is taken from the rail's menu. */
const mostListed = 100;
/** What stands for the working copy where the id of a version would. */
export const now = "now";

interface ChangesTabProps {
  readonly page: Page;
  readonly detail: DatasetDetail;
  /** Id of the version, or null for the working copy. */
  readonly shown: string | null;
  /** undefined: the one before what is shown. */
  readonly against: string | null | undefined;
  readonly onAgainst: (against: string | null) => void;
  readonly onSwap: (shown: string | null, against: string | null) => void;
  readonly version: number;
}

/** The version that another is compared with where nobody said so: the one that it came from, else the one below. */
function versionBefore({ history }: DatasetDetail, shown: string | null): DatasetVersionSummary | undefined {
  const active = history.filter(({ stage }) => stage === "active");
  if (shown === null) return active[0];
  const at = history.findIndex(({ id }) => id === shown);
  const parent = history[at]?.parent ?? null;
  return (
    active.find(({ id }) => id === parent) ?? active.find(({ number }) => number < (history[at]?.number ?? 0))
  );
}

/** How what is shown differs from another version, or from the working copy. */
export function ChangesTab(props: ChangesTabProps): VNode {
  const { page, detail, shown, onAgainst, onSwap, version } = props;
  const { history, form, id: dataset } = detail;
  const against = props.against === undefined ? versionBefore(detail, shown)?.id : props.against;
  const others = history.filter(({ id, stage }) => stage === "active" && id !== shown);
  if (against === undefined || against === shown) {
    if (others.length === 0 && shown !== null && against === undefined)
      return (
        <Notice>
          <p>{said.none}</p>
          <Button
            onClick={() => {
              onAgainst(null);
            }}
          >
            {said.withWorking}
          </Button>
        </Notice>
      );
    if (others.length === 0) return <Notice>{said.noneWorking}</Notice>;
  }
  const chosen = against === undefined || against === shown ? others[0]?.id : against;
  const before: DatasetPlace = { dataset, version: chosen ?? null };
  const after: DatasetPlace = { dataset, version: shown };
  const listed = others.slice(0, mostListed);
  const other = history.find(({ id }) => id === chosen);
  const options = [
    ...(shown === null ? [] : [{ value: now, text: datasetWords.workingCopy }]),
    ...[...listed, ...(other && !listed.includes(other) ? [other] : [])].map((one) => ({
      value: one.id,
      text: one.message === "" ? placeName(one) : `${placeName(one)} · ${one.message}`,
    })),
  ];
  return (
    <>
      <div class="toolbar diff-sides">
        <Dropdown
          label={said.before}
          value={chosen ?? now}
          options={options}
          onChange={(value) => {
            onAgainst(value === now ? null : value);
          }}
        />
        <span class="diff-arrow" aria-hidden="true">
          →
        </span>
        <strong>{placeName(history.find(({ id }) => id === shown))}</strong>
        <Button
          icon="arrow-swap"
          onClick={() => {
            onSwap(chosen ?? null, shown);
          }}
        >
          {said.swap}
        </Button>
      </div>
      {form === "folder" ? (
        <FolderChanges page={page} before={before} after={after} version={version} />
      ) : (
        <FileChanges page={page} before={before} after={after} path={detail.path} version={version} />
      )}
    </>
  );
}

interface FileChangesProps {
  readonly page: Page;
  readonly before: DatasetPlace;
  readonly after: DatasetPlace;
  readonly path: string;
  readonly version: number;
}

/** A data set of one file is compared as what it is: table, image, or text in the editor. */
function FileChanges({ page, before, after, path, version }: FileChangesProps): VNode {
  const { result, failure, again } = useAnswer(page, "datasets/tables", after, version);
  if (failure !== undefined)
    return <Failed what={profileWords.tablesFailed} failure={failure} onAgain={again} />;
  if (!result) return <Skeleton lines={8} />;
  if (result.length > 0) return <TableChanges page={page} before={before} after={after} version={version} />;
  if (imageTypeOf(path) !== undefined)
    return <ImagesBeside page={page} before={before} after={after} path={path} version={version} />;
  return (
    <Notice>
      <p>{said.noPreview}</p>
      <Button
        icon="diff"
        onClick={() => {
          const { dataset } = after;
          const asked = { dataset, before: before.version, after: after.version, file: "" };
          page.ask.request("host/diffDataFile", asked).catch(() => undefined); // the editor tells what went wrong
        }}
      >
        {said.openDiff}
      </Button>
    </Notice>
  );
}
