import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import type { Page } from "../bridge.js";
import type { RunCommand } from "../../src/protocol/pages.js";
import { Menu, type MenuItem, type OpenMenu } from "../grid/menu.js";
import { kept, noSelection, type Selection } from "../grid/selection.js";
import { QueryBar } from "./query-bar.js";
import type { KnownWords } from "./query-completion.js";
import { queryParts } from "./query-text.js";
import { RunsCharts } from "./runs-charts.js";
import { chipsOf, inOrder, stageItems } from "./runs-choices.js";
import { ColumnPicker } from "./runs-column-picker.js";
import { rankedMetrics } from "./ranked-metrics.js";
import { gridColumns } from "./runs-columns.js";
import { RunsGrid } from "./runs-grid.js";
import { groupItems, listQueryOf } from "./runs-grouping.js";
import { KeysHelp } from "./runs-keys.js";
import { RunsLine } from "./runs-line.js";
import type { RunsModel } from "./runs-model.js";
import { RunsNotice } from "./runs-notice.js";
import type { SavedRuns } from "./runs-saved.js";
import { useShortcuts } from "./runs-shortcuts.js";
import { Splitter } from "./runs-splitter.js";
import { RunsTools } from "./runs-tools.js";
import { useTrend } from "./runs-trend.js";
import { useWidth } from "../width.js";
import { runsWords } from "./runs-words.js";

/** Below this width the curves stand under the grid. */
const besideFrom = 820;
/** How many runs of the list are drawn while none is selected. */
const firstDrawn = 5;
/** A mistake is told once the person stops typing this long. */
const mistakeMs = 500;

interface Props {
  readonly page: Page;
  /** Asks already for what `first` finds. */
  readonly model: RunsModel;
  /** What the page shows first. */
  readonly first: SavedRuns;
}

/** All runs of a folder: found by a query, seen in a grid, their curves beside it. */
export function RunsView({ page, model, first }: Props) {
  const [own, setOwn] = useState(first);
  const [selection, setSelection] = useState<Selection>(noSelection);
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set());
  const [menu, setMenu] = useState<OpenMenu>();
  const [side, setSide] = useState<"columns" | "keys">();
  const [told, setTold] = useState(false);
  const [, drawAgain] = useState(0);
  const root = useRef<HTMLDivElement>(null);
  const beside = useWidth(root) >= besideFrom;
  const scrolled = useRef(false);
  const selected = useRef(0);
  /** The person wants to go to what the query finds, once it is there. */
  const wantsGrid = useRef(false);
  selected.current = selection.keys.size;

  const { facts } = model;
  const { list, store } = facts;
  const change = useCallback((part: Partial<SavedRuns>): void => {
    setOwn((old) => ({ ...old, ...part }));
  }, []);

  useLayoutEffect(() => {
    model.attach({
      changed: () => {
        drawAgain((count) => count + 1);
      },
      mayMove: () => !scrolled.current && selected.current === 0,
    });
    return () => {
      model.dispose();
    };
  }, [model]);
  useEffect(
    () =>
      page.on("subject/changed", (subject) => {
        if (subject.page === "runs") change({ query: subject.filter });
      }),
    [page],
  );
  useEffect(() => {
    page.save(own);
  }, [own]);
  // What is typed is asked for before it is drawn: a frame sooner.
  useLayoutEffect(() => void model.search(listQueryOf(own)), [model, own.query, own.stage, own.group]);
  useEffect(() => {
    setTold(false);
    const patience = setTimeout(() => {
      setTold(true);
    }, mistakeMs);
    return () => {
      clearTimeout(patience);
    };
  }, [model, own.query, own.stage, own.group]);
  useEffect(() => void model.wantSame(own.differences), [model, own.differences]);
  useEffect(() => {
    setSelection((old) => kept(old, new Set(list.ids)));
  }, [list.ids]);
  useEffect(() => {
    const isThere = wantsGrid.current && list.text === own.query;
    const cell = isThere ? root.current?.querySelector<HTMLElement>(".grid [tabindex='0']") : null;
    if (!cell) return;
    wantsGrid.current = false;
    cell.focus();
  });

  const metrics = useMemo(() => rankedMetrics(facts.columns), [facts.columns]);
  const trend = useTrend(model, metrics, own.metric);
  const columns = useMemo(
    () =>
      gridColumns({ columns: facts.columns, trend, experiments: facts.experiments.length }).filter(
        ({ id }) => !facts.same.has(id),
      ),
    [facts.columns, facts.experiments, facts.same, trend],
  );
  const known = useMemo(
    (): KnownWords => ({ columns: facts.columns, values: (field) => model.valuesOf(field) }),
    [facts.columns, facts.values, model],
  );

  const command = useCallback(
    (name: RunCommand, runs: readonly string[]): void => {
      page.ask.request("host/command", { command: name, runs }).catch(() => undefined); // the editor tells what went wrong
    },
    [page],
  );
  const onScrolled = useCallback((is: boolean): void => {
    scrolled.current = is;
  }, []);
  const compare = (): void => {
    if (selection.keys.size > 1) command("loam.runs.compare", inOrder(selection, list.ids));
  };
  const openMenu = (label: string, items: readonly MenuItem[], from: string): void => {
    const box = root.current?.querySelector(from)?.getBoundingClientRect();
    setMenu({ label, items, x: box?.left ?? 40, y: (box?.bottom ?? 40) + 2 });
  };
  const openGroups = (): void => {
    const items = groupItems(columns, own.group, (group) => {
      setClosed(new Set());
      change({ group });
    });
    openMenu(runsWords.group, items, ".runs-group");
  };
  const openStages = (): void => {
    const items = stageItems(own.stage, (stage) => {
      change({ stage });
    });
    openMenu(runsWords.more, items, ".runs-more");
  };
  const showKeys = (): void => {
    setSide("keys");
  };
  useShortcuts(
    {
      "/": () => root.current?.querySelector<HTMLElement>(".query input")?.focus(),
      c: compare,
      g: openGroups,
      "?": showKeys,
    },
    menu !== undefined || side === "keys",
  );

  const failure = list.failure?.wire;
  const mistake = failure?.code === "filter.syntax" ? failure : undefined;
  const filtered = queryParts(list.text ?? own.query).filter !== "";
  const isEmpty =
    list.source !== undefined && list.ids.length === 0 && list.complete && mistake === undefined;
  /** There is no list at all; one that a filter emptied keeps its place, so that nothing moves while a person types. */
  const isAbsent =
    (store !== undefined && store.state !== "ready") ||
    (failure !== undefined && mistake === undefined) ||
    (isEmpty && !filtered && list.stage === "active");
  const notice =
    isAbsent || isEmpty ? (
      <RunsNotice
        store={store}
        failure={mistake === undefined && store?.state !== "none" ? failure : undefined}
        filtered={filtered}
        stage={list.stage}
        onClear={() => {
          change({ query: "", stage: "active" });
        }}
        onAgain={() => void model.again()}
        ask={page.ask}
      />
    ) : null;
  const runs = inOrder(selection, list.ids);
  return (
    <main class="runs" ref={root}>
      <h1 class="spoken">{runsWords.title}</h1>
      <div class="runs-top">
        <QueryBar
          text={own.query}
          known={known}
          mistake={told ? mistake : undefined}
          onText={(query) => {
            change({ query });
          }}
          onDone={() => {
            wantsGrid.current = true;
            drawAgain((count) => count + 1);
          }}
        />
        <RunsTools
          grouped={own.group !== null}
          differences={own.differences}
          columns={side === "columns"}
          onGroup={openGroups}
          onDifferences={() => {
            change({ differences: !own.differences });
          }}
          onColumns={() => {
            setSide(side === "columns" ? undefined : "columns");
          }}
          onKeys={showKeys}
          onMore={openStages}
        />
      </div>
      <RunsLine
        list={list}
        isAbsent={isAbsent}
        selected={selection.keys.size}
        chips={chipsOf(own, change)}
        onFresh={() => {
          model.showWaiting();
          root.current?.querySelector(".grid")?.scrollTo({ top: 0 });
        }}
        onCompare={compare}
      />
      <div class={beside ? "runs-body runs-beside" : "runs-body"}>
        {isAbsent ? (
          notice
        ) : (
          <>
            <RunsGrid
              {...{ model, facts, own, change, columns, trend, command, closed, selection, onScrolled }}
              nothing={notice}
              onClosed={setClosed}
              onSelection={setSelection}
            />
            <Splitter
              share={own.share}
              beside={beside}
              onShare={(share) => {
                change({ share });
              }}
            />
            <RunsCharts
              page={page}
              share={own.share}
              runs={runs.length > 0 ? runs : list.ids.slice(0, firstDrawn)}
              selected={runs.length > 0}
              metrics={metrics}
              metric={trend}
              version={facts.changes}
            />
          </>
        )}
        {side === "columns" ? (
          <ColumnPicker
            columns={columns}
            layout={own.layout}
            onLayout={(layout) => {
              change({ layout });
            }}
            onClose={() => {
              setSide(undefined);
            }}
          />
        ) : null}
      </div>
      {side === "keys" ? (
        <KeysHelp
          onClose={() => {
            setSide(undefined);
          }}
        />
      ) : null}
      {menu ? (
        <Menu
          menu={menu}
          onClose={(chosen) => {
            setMenu(undefined);
            chosen?.();
          }}
        />
      ) : null}
    </main>
  );
}
