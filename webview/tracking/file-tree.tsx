import type { VNode } from "preact";
import { useMemo, useState } from "preact/hooks";
import type { RunDetail } from "../../src/protocol/tracking.js";
import { Icon } from "../controls.js";
import { bytesText } from "../numbers.js";
import { words } from "../words.js";

type SizedFile = RunDetail["artifacts"][number];

interface Folder {
  readonly path: string;
  readonly folders: Map<string, Folder>;
  readonly files: SizedFile[];
}

interface Row {
  readonly path: string;
  readonly name: string;
  readonly level: number;
  /** undefined for a folder. */
  readonly size: number | undefined;
  readonly isOpen: boolean;
}

/** A folder shows so many of its files at first. */
const mostFiles = 500;

function foldersOf(files: readonly SizedFile[]): Folder {
  const root: Folder = { path: "", folders: new Map(), files: [] };
  for (const file of files) {
    let folder = root;
    const names = file.path.split("/");
    for (const name of names.slice(0, -1)) {
      const path = folder.path === "" ? name : `${folder.path}/${name}`;
      const next = folder.folders.get(name) ?? { path, folders: new Map<string, Folder>(), files: [] };
      folder.folders.set(name, next);
      folder = next;
    }
    folder.files.push(file);
  }
  return root;
}

function rowsOf(folder: Folder, open: ReadonlySet<string>, level = 1): Row[] {
  const rows: Row[] = [];
  for (const [name, child] of [...folder.folders].sort(([a], [b]) => a.localeCompare(b))) {
    const isOpen = open.has(child.path);
    rows.push({ path: child.path, name, level, size: undefined, isOpen });
    if (isOpen) rows.push(...rowsOf(child, open, level + 1));
  }
  for (const { path, size } of folder.files.slice(0, mostFiles))
    rows.push({ path, name: path.slice(path.lastIndexOf("/") + 1), level, size, isOpen: false });
  const left = folder.files.length - mostFiles;
  if (left > 0)
    rows.push({ path: `${folder.path}/…`, name: words.more(left), level, size: 0, isOpen: false });
  return rows;
}

interface FileTreeProps {
  readonly label: string;
  readonly files: readonly SizedFile[];
  readonly chosen: string | undefined;
  readonly onChoose: (path: string) => void;
}

/** Files in their folders: arrows walk, right and left unfold and fold, Enter chooses. */
export function FileTree({ label, files, chosen, onChoose }: FileTreeProps): VNode {
  const root = useMemo(() => foldersOf(files), [files]);
  const [open, setOpen] = useState<ReadonlySet<string>>(() => {
    const few = files.length <= 50;
    return new Set(few ? [...root.folders.values()].map(({ path }) => path) : []);
  });
  const [focused, setFocused] = useState<string | undefined>(chosen);
  const rows = rowsOf(root, open);
  const at = Math.max(
    0,
    rows.findIndex(({ path }) => path === focused),
  );
  const fold = (path: string, isOpen: boolean): void => {
    const next = new Set(open);
    if (isOpen) next.add(path);
    else next.delete(path);
    setOpen(next);
  };
  const choose = (row: Row): void => {
    setFocused(row.path);
    if (row.size === undefined) fold(row.path, !row.isOpen);
    else onChoose(row.path);
  };
  const press = (event: KeyboardEvent): void => {
    const row = rows[at];
    if (!row) return;
    const isFolder = row.size === undefined;
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: rows.length - 1 }[event.key];
    if (to !== undefined) {
      const next = rows[Math.max(0, Math.min(rows.length - 1, to))];
      if (next) {
        setFocused(next.path);
        document.getElementById(rowId(next.path))?.focus();
      }
    } else if (event.key === "ArrowRight" && isFolder) fold(row.path, true);
    else if (event.key === "ArrowLeft" && isFolder) fold(row.path, false);
    else if (event.key === "Enter" || event.key === " ") choose(row);
    else return;
    event.preventDefault();
  };
  return (
    <div role="tree" aria-label={label} class="tree" onKeyDown={press}>
      {rows.map((row, index) => (
        <div
          key={row.path}
          id={rowId(row.path)}
          role="treeitem"
          class="tree-row"
          aria-level={row.level}
          aria-expanded={row.size === undefined ? row.isOpen : undefined}
          aria-selected={row.path === chosen}
          tabIndex={index === at ? 0 : -1}
          style={{ "--level": row.level }}
          onFocus={() => {
            setFocused(row.path);
          }}
          onClick={() => {
            choose(row);
          }}
        >
          <Icon name={row.size === undefined ? (row.isOpen ? "chevron-down" : "chevron-right") : "file"} />
          <span class="tree-name" title={row.path}>
            {row.name}
          </span>
          {row.size !== undefined && <span class="muted number">{bytesText(row.size)}</span>}
        </div>
      ))}
    </div>
  );
}

const rowId = (path: string): string => `file-${path}`;
