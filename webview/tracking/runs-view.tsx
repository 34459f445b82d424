import { useCallback, useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { Page } from "../bridge.js";
import type { RunCommand } from "../../src/protocol/pages.js";
import type { ListedRun } from "../../src/protocol/tracking.js";
import { Button } from "../controls.js";
import type { Cell } from "../grid/cell.js";
import type { ColumnLayout, PlacedColumn } from "../grid/columns.js";
import { Grid } from "../grid/grid.js";
import { Menu, type MenuItem, type OpenMenu } from "../grid/menu.js";
import { kept, noSelection, type Selection } from "../grid/selection.js";
import { QueryBar } from "./query-bar.js";
import type { KnownWords } from "./query-completion.js";
import { orderTerms, queryParts, withOrder } from "./query-text.js";
import { RunsCharts } from "./runs-charts.js";
import { Chips } from "./runs-chips.js";
import { chipsOf, columnItemsOf, inOrder, seenValues } from "./runs-choices.js";
import { ColumnPicker } from "./runs-column-picker.js";
import { columnOf, fieldOf, gridColumns, rankedMetrics, runCell } from "./runs-columns.js";
import { groupingOf, groupItems } from "./runs-grouping.js";
import { KeysHelp } from "./runs-keys.js";
import { runItems } from "./runs-menu.js";
import { RunsModel } from "./runs-model.js";
import { RunsNotice } from "./runs-notice.js";
import type { SavedRuns } from "./runs-saved.js";
import { Splitter } from "./runs-splitter.js";
import { RunsTools } from "./runs-tools.js";
import { useWidth } from "./runs-width.js";
import { runsWords } from "./runs-words.js";

/** Below this width the curves stand under the grid. */
const besideFrom = 820;
/** How many runs of the list are drawn while none is selected. */
const firstDrawn = 5;
/** A mistake is told once the person stops typing this long. */
const mistakeMs = 500;

interface Props {
  readonly page: Page;
  readonly first: SavedRuns;
}

/** All runs of a folder: found by a query, seen in a grid, their curves beside it. */
export function RunsView({ page, first }: Props) {
  const [own, setOwn] = useState(first);
  const [selection, setSelection] = useState<Selection>(noSelection);
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set());
  const [menu, setMenu] = useState<OpenMenu>();
  const [side, setSide] = useState<"columns" | "keys">();
  const [told, setTold] = useState(false);
  const [, drawAgain] = useState(0);
  const [view, setView] = useState({ from: 0, to: 0 });
  const root = useRef<HTMLDivElement>(null);
  const beside = useWidth(root) >= besideFrom;
  const scrolled = useRef(false);
  const selected = useRef(0);
  /** The person wants to go to what the query finds, once it is there. */
  const wantsGrid = useRef(false);
  selected.current = selection.keys.size;

  const model = useMemo(
    () =>
      new RunsModel(
        page,
        () => {
          drawAgain((count) => count + 1);
        },
        () => !scrolled.current && selected.current === 0,
      ),
    [page],
  );
  const { facts } = model;
  const { list, store } = facts;
  const change = useCallback((part: Partial<SavedRuns>): void => {
    setOwn((old) => ({ ...old, ...part }));
  }, []);

  useEffect(() => {
    model.begin();
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
  useEffect(() => {
    setTold(false);
    const patience = setTimeout(() => {
      setTold(true);
    }, mistakeMs);
    void model.search({
      text: own.query,
      stage: own.stage,
      grouping: own.group === null ? null : groupingOf(own.group),
    });
    return () => {
      clearTimeout(patience);
    };
  }, [model, own.query, own.stage, own.group]);
  useEffect(() => void model.wantSame(own.differences), [model, own.differences]);
  useEffect(() => {
    setSelection((old) => kept(old, new Set(list.ids)));
  }, [list.ids]);

  const metrics = useMemo(
    () => rankedMetrics(facts.columns, facts.headline),
    [facts.columns, facts.headline],
  );
  const trend = own.metric !== null && metrics.includes(own.metric) ? own.metric : metrics[0];
  const columns = useMemo(
    () => gridColumns({ ...facts, trend }).filter(({ id }) => !facts.same.has(id)),
    [facts.columns, facts.headline, facts.experiments, facts.same, trend],
  );
  const sorted = orderTerms(own.query).flatMap(({ field, direction }) => {
    const column = columnOf(field, columns);
    return column === undefined ? [] : [{ column, direction }];
  });
  useEffect(() => {
    model.curves.show(trend);
  }, [model, trend]);
  useEffect(() => {
    model.curves.want(list.ids.slice(view.from, view.to));
  }, [model, list.ids, view]);

  const { version } = facts;
  const cell = useCallback(
    (run: ListedRun, column: PlacedColumn): Cell =>
      runCell(run, column, {
        numbers: model.numbers,
        curves: model.curves,
        trend,
        now: Date.now(),
      }),
    [model, trend, version],
  );
  const command = useCallback(
    (name: RunCommand, runs: readonly string[]): void => {
      page.ask.request("host/command", { command: name, runs }).catch(() => undefined); // the editor tells what went wrong
    },
    [page],
  );
  const known = useMemo(
    (): KnownWords => ({ columns: facts.columns, values: (field) => seenValues(model.rows.known, field) }),
    [facts.columns, model],
  );

  const onView = useCallback((from: number, to: number): void => void setView({ from, to }), []);
  const onScrolled = useCallback((is: boolean): void => {
    scrolled.current = is;
  }, []);
  const onSort = (id: string, direction: "asc" | "desc" | null, add: boolean): void => {
    const field = fieldOf(id);
    if (field === undefined) return;
    const others = add ? orderTerms(own.query).filter((term) => term.field !== field) : [];
    const before = orderTerms(own.query);
    const at = before.findIndex((term) => term.field === field);
    const term = direction === null ? [] : [{ field, direction }];
    const next =
      add && at >= 0 ? before.flatMap((one, index) => (index === at ? term : [one])) : [...others, ...term];
    change({ query: withOrder(own.query, next) });
  };
  const compare = (): void => {
    if (selection.keys.size > 1) command("loam.runs.compare", inOrder(selection, list.ids));
  };
  const openMenu = (label: string, items: readonly MenuItem[], from: string): void => {
    const box = root.current?.querySelector(from)?.getBoundingClientRect();
    setMenu({ label, items, x: box?.left ?? 40, y: (box?.bottom ?? 40) + 2 });
  };
  const openGroups = (): void => {
    openMenu(
      runsWords.group,
      groupItems(columns, own.group, (group) => {
        setClosed(new Set());
        change({ group });
      }),
      ".runs-group",
    );
  };
  const openStages = (): void => {
    const items = (["active", "archived", "deleted"] as const).map((stage): MenuItem => ({
      label: runsWords.stages[stage],
      checked: own.stage === stage,
      run: () => {
        change({ stage });
      },
    }));
    openMenu(runsWords.more, items, ".runs-more");
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const isTyping = event.target instanceof HTMLInputElement && event.target.type === "text";
    if (isTyping || event.ctrlKey || event.metaKey || event.altKey || menu || side === "keys") return;
    const acts: Readonly<Record<string, () => void>> = {
      "/": () => root.current?.querySelector<HTMLElement>(".query input")?.focus(),
      c: compare,
      g: openGroups,
      "?": () => {
        setSide("keys");
      },
    };
    const act = acts[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  };

  const pressed = useRef(onKeyDown);
  pressed.current = onKeyDown;
  useEffect(() => {
    const listener = (event: KeyboardEvent): void => {
      pressed.current(event);
    };
    window.addEventListener("keydown", listener); // also while nothing has the focus
    return () => {
      window.removeEventListener("keydown", listener);
    };
  }, []);
  useEffect(() => {
    const cell =
      wantsGrid.current && list.text === own.query
        ? root.current?.querySelector<HTMLElement>(".grid [tabindex='0']")
        : null;
    if (!cell) return;
    wantsGrid.current = false;
    cell.focus();
  });

  const failure = list.failure;
  const mistake = failure?.code === "filter.syntax" ? failure.message : undefined;
  const chips = chipsOf(own, change);
  const isEmpty =
    (store !== undefined && store.state !== "ready") ||
    (list.source !== undefined && list.ids.length === 0 && list.complete && mistake === undefined) ||
    (failure !== undefined && mistake === undefined);
  const runs = inOrder(selection, list.ids);
  const drawn = runs.length > 0 ? runs : list.ids.slice(0, firstDrawn);
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
          onKeys={() => {
            setSide("keys");
          }}
          onMore={openStages}
        />
      </div>
      <div class="runs-line">
        <span class="runs-count" role="status">
          {list.source === undefined || isEmpty ? "" : runsWords.runs(list.total)}
          {selection.keys.size > 0 ? ` · ${runsWords.selected(selection.keys.size)}` : ""}
          {list.complete ? "" : ` · ${runsWords.reading}`}
        </span>
        {list.waiting ? (
          <button
            type="button"
            class="runs-fresh"
            onClick={() => {
              model.showWaiting();
              root.current?.querySelector(".grid")?.scrollTo({ top: 0 });
            }}
          >
            {list.waiting.fresh > 0 ? runsWords.fresh(list.waiting.fresh) : runsWords.changed}
          </button>
        ) : null}
        <Chips chips={chips} />
        {selection.keys.size > 1 ? (
          <Button look="primary" onClick={compare}>
            {runsWords.compareCount(selection.keys.size)}
          </Button>
        ) : null}
      </div>
      <div class={beside ? "runs-body runs-beside" : "runs-body"}>
        {isEmpty ? (
          <RunsNotice
            store={store}
            failure={mistake === undefined && store?.state !== "none" ? failure : undefined}
            filtered={queryParts(own.query).filter !== ""}
            stage={own.stage}
            onClear={() => {
              change({ query: "", stage: "active" });
            }}
            onAgain={() => void model.again()}
            ask={page.ask}
          />
        ) : (
          <>
            <div class="runs-grid">
              <Grid<ListedRun>
                label={runsWords.grid}
                columns={columns}
                layout={own.layout}
                onLayout={(layout: ColumnLayout) => {
                  change({ layout });
                }}
                source={list.source}
                store={model.rows}
                cell={cell}
                groups={list.groups}
                closed={closed}
                onClosed={setClosed}
                sorted={sorted}
                onSort={onSort}
                selection={selection}
                onSelection={setSelection}
                onOpen={(id) => {
                  command("loam.runs.open", [id]);
                }}
                rowMenu={(keys) =>
                  runItems({
                    runs: keys,
                    rows: keys.flatMap((id) => model.rows.byKey(id) ?? []),
                    stage: own.stage,
                    command,
                  })
                }
                columnMenu={(column) => columnItemsOf(column, own, change)}
                onView={onView}
                onScrolled={onScrolled}
              />
            </div>
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
              runs={drawn}
              selected={runs.length > 0}
              metrics={metrics}
              metric={trend}
              rows={model.rows}
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
