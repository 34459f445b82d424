import type { VNode } from "preact";
import { useState } from "preact/hooks";
import type { DatasetDetail, DatasetVersionSummary, WorkingState } from "../../src/protocol/datasets.js";
import type { DataCommand } from "../../src/protocol/pages.js";
import { Badge } from "../badge.js";
import type { Page } from "../bridge.js";
import { Button, Icon, IconButton } from "../controls.js";
import { Menu, type MenuItem, type OpenMenu } from "../grid/menu.js";
import { bytesText } from "../numbers.js";
import { datasetWords as said } from "./dataset-words.js";
import { WorkingMark } from "./working-mark.js";

interface DatasetHeaderProps {
  readonly page: Page;
  readonly detail: DatasetDetail;
  readonly working: WorkingState | undefined;
  /** Why it is not known how the working copy stands. */
  readonly problem: string | undefined;
  /** The version that is shown. */
  readonly shown: DatasetVersionSummary | undefined;
  readonly command: (command: DataCommand, version?: string) => void;
}

/** The data set in two lines: its name and what comes next, where it lies and how it stands. */
export function DatasetHeader(props: DatasetHeaderProps): VNode {
  const { page, detail, working, problem, shown, command } = props;
  const [menu, setMenu] = useState<OpenMenu>();
  const { name, path, form, latest, stage, description, tags, include, ignore, auto } = detail;
  const items: readonly MenuItem[] = [
    { label: said.rename, icon: "edit", run: () => void command("loam.data.rename") },
    { label: said.describe, icon: "note", run: () => void command("loam.data.describe") },
    { label: said.auto, icon: "history", run: () => void command("loam.data.auto") },
    ...(form === "folder"
      ? [{ label: said.select, icon: "filter", run: () => void command("loam.data.select") } as const]
      : []),
    { label: said.tag, icon: "tag", run: () => void command("loam.data.tag") },
    "line",
    { label: said.remove, icon: "trash", run: () => void command("loam.data.delete") },
  ];
  return (
    <header class="dataset-head">
      <div class="dataset-title">
        <Icon name={form === "folder" ? "folder" : "database"} />
        <h1 title={name}>{name}</h1>
        {Object.entries(tags).map(([key, value]) => (
          <Badge key={key} text={`${key}=${value}`} />
        ))}
        <div class="actions">
          <NextButton {...props} />
          {shown && (
            <IconButton
              icon="type-hierarchy"
              label={said.lineage}
              onClick={() => {
                const focus = { kind: "data", version: shown.id } as const;
                page.ask.request("host/openLineage", { focus }).catch(() => undefined); // the editor tells it
              }}
            />
          )}
          {stage === "active" && (
            <IconButton
              icon="ellipsis"
              label={said.more}
              onClick={() => {
                const button = document.activeElement?.getBoundingClientRect();
                setMenu({
                  label: said.more,
                  x: button?.left ?? 0,
                  y: button?.bottom ?? 0,
                  items,
                });
              }}
            />
          )}
        </div>
      </div>
      <p class="dataset-facts">
        {stage === "deleted" ? (
          <span class="state">
            <Icon name="trash" />
            {said.deletedSet}
          </span>
        ) : problem === undefined ? (
          <WorkingMark working={working} isFile={form === "file"} />
        ) : (
          <span class="state state-failed" title={problem}>
            <Icon name="error" />
            {said.states.unreadable}
          </span>
        )}
        {path !== name && (
          <span class="code muted dataset-path" title={path}>
            {path}
          </span>
        )}
        {latest && (
          <span class="muted">
            {form === "folder" ? said.size(latest.files, latest.size) : bytesText(latest.size)}
          </span>
        )}
        {include.length > 0 && <span class="muted">{said.patterns(include.join(", "))}</span>}
        {ignore.length > 0 && <span class="muted">{said.without(ignore.join(", "))}</span>}
        {auto && <span class="muted">{said.isAuto}</span>}
      </p>
      {description !== "" && <p class="dataset-description">{description}</p>}
      {menu && (
        <Menu
          menu={menu}
          onClose={(chosen) => {
            setMenu(undefined);
            chosen?.();
          }}
        />
      )}
    </header>
  );
}

/** What a person most likely does next: a version of what changed, else the version that is looked at brought back. */
function NextButton({ detail, working, shown, command }: DatasetHeaderProps): VNode | null {
  if (detail.stage === "deleted")
    return (
      <Button
        look="primary"
        onClick={() => {
          command("loam.data.undelete");
        }}
      >
        {said.bringBack}
      </Button>
    );
  if (!working) return null;
  if (shown?.stage === "deleted")
    return (
      <Button
        look="primary"
        onClick={() => {
          command("loam.data.undelete", shown.id);
        }}
      >
        {said.bringBack}
      </Button>
    );
  const isAnother = shown !== undefined && !(working.state === "clean" && working.number === shown.number);
  const isNewest = shown === undefined || shown.id === detail.latest?.id;
  if (working.state === "changed" && isNewest)
    return (
      <Button
        look="primary"
        icon="add"
        onClick={() => {
          command("loam.data.version");
        }}
      >
        {said.newVersion}
      </Button>
    );
  if (!isAnother) return null;
  return (
    <Button
      look={working.state === "changed" ? "secondary" : "primary"}
      icon="discard"
      onClick={() => {
        command("loam.data.restore", shown.id);
      }}
    >
      {said.restore(said.number(shown.number))}
    </Button>
  );
}
