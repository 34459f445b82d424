import type { VNode } from "preact";
import { useMemo, useState } from "preact/hooks";
import type { DatasetDetail, DatasetVersionSummary, WorkingState } from "../../src/protocol/datasets.js";
import { Badge } from "../badge.js";
import { Icon } from "../controls.js";
import { Menu, type MenuItem, type OpenMenu } from "../grid/menu.js";
import { bytesText, dateText, whenText } from "../numbers.js";
import { Rail, type RailItem } from "../rail.js";
import { now } from "./changes-tab.js";
import { datasetWords as said } from "./dataset-words.js";
import { stateText } from "./working-mark.js";

interface VersionRailProps {
  readonly detail: DatasetDetail;
  readonly working: WorkingState | undefined;
  /** Id of the version, or null for the working copy. */
  readonly shown: string | null;
  readonly onShow: (version: string | null) => void;
  readonly menuOf: (version: DatasetVersionSummary) => readonly MenuItem[];
  readonly isFolded: boolean;
}

/** The versions of a data set, the newest first; above them the working copy where it differs. */
export function VersionRail({ detail, working, shown, onShow, menuOf, isFolded }: VersionRailProps): VNode {
  const [withDeleted, setWithDeleted] = useState(false);
  const [menu, setMenu] = useState<OpenMenu>();
  const { history, form } = detail;
  const deleted = history.filter(({ stage }) => stage === "deleted").length;
  const items = useMemo((): readonly RailItem[] => {
    const at = Date.now();
    const versions = history
      .filter(({ stage, id }) => withDeleted || stage === "active" || id === shown)
      .map((version) => itemOf(version, at));
    return working?.state === "changed" || shown === null
      ? [workingItem(working, form === "file"), ...versions]
      : versions;
  }, [history, form, working, withDeleted, shown]);
  return (
    <>
      {items.length === 0 ? (
        <p class="notice muted rail-none">{said.noVersions}</p>
      ) : (
        <Rail
          label={said.versions}
          items={items}
          selected={shown ?? now}
          onSelect={(key) => {
            onShow(key === now ? null : key);
          }}
          onMenu={(key, x, y) => {
            const version = history.find(({ id }) => id === key);
            const menuItems = version ? menuOf(version) : [];
            if (version && menuItems.length > 0)
              setMenu({ label: said.number(version.number), x, y, items: menuItems });
          }}
          isFolded={isFolded}
        />
      )}
      {deleted > 0 && !isFolded && (
        <button
          type="button"
          class="link rail-deleted"
          onClick={() => {
            setWithDeleted(!withDeleted);
          }}
        >
          {withDeleted ? said.hideDeleted : said.showDeleted(deleted)}
        </button>
      )}
      {menu && (
        <Menu
          menu={menu}
          onClose={(chosen) => {
            setMenu(undefined);
            chosen?.();
          }}
        />
      )}
    </>
  );
}

const workingItem = (working: WorkingState | undefined, isFile: boolean): RailItem => {
  const more = stateText(working, isFile);
  return {
    key: now,
    number: said.working,
    text: said.workingCopy,
    mark: <Icon name="edit" />,
    more,
  };
};

function itemOf(version: DatasetVersionSummary, at: number): RailItem {
  const { number, message, size, author, checks } = version;
  const name = said.number(number);
  const when = whenText(version.at, at);
  const held = checks?.filter(({ outcome }) => outcome === "passed").length ?? 0;
  const holds = checks && checks.length > 0 ? said.rulesHold(held, checks.length) : undefined;
  const badges = badgesOf(version);
  const text = message === "" ? said.noMessage : message;
  const more = [when, bytesText(size), authorName(author)].filter((part) => part !== "").join(" · ");
  return {
    key: version.id,
    number: name,
    text,
    isQuiet: message === "",
    more,
    title: [message, dateText(version.at), author].filter((part) => part !== "").join("\n"),
    ...(holds === undefined
      ? {}
      : {
          mark: (
            <span
              class={`state ${held === checks?.length ? "state-finished" : "state-failed"}`}
              title={holds}
            >
              <Icon name={held === checks?.length ? "pass" : "error"} />
              <span class="spoken">{holds}</span>
            </span>
          ),
        }),
    ...(badges.length === 0 ? {} : { badges: badges.map((badge) => <Badge key={badge.text} {...badge} />) }),
  };
}

/** `Anna` of `Anna <anna@example.org>`. */
const authorName = (author: string): string => author.replace(/\s*<[^>]*>\s*$/, "");

function badgesOf(version: DatasetVersionSummary): readonly Parameters<typeof Badge>[0][] {
  const { aliases, claimed, number, published, origin, stage, tags } = version;
  return [
    ...aliases.map((text) => ({ text, tone: "name" }) as const),
    ...(claimed === number
      ? []
      : [
          {
            text: said.asked(claimed, number),
            icon: "warning",
            tone: "warn",
            title: said.askedTitle,
          } as const,
        ]),
    ...(published ? [] : [{ text: said.notHere, icon: "git-branch", title: said.notHereTitle }]),
    ...(origin === "run" ? [{ text: said.ofRun, icon: "beaker", title: said.ofRunTitle }] : []),
    ...(stage === "deleted" ? [{ text: said.deleted, icon: "trash" }] : []),
    ...Object.entries(tags).map(([key, value]) => ({ text: `${key}=${value}` })),
  ];
}
