import "../theme.css";
import "../chart/chart.css";
import "./runs.css";
import "./query-bar.css";
import "./runs-side.css";
import { render } from "preact";
import { connectPage } from "../bridge.js";
import { placeColumns } from "../grid/columns.js";
import { columnsToRead } from "../grid/window.js";
import { gridColumns } from "./runs-columns.js";
import { listQueryOf } from "./runs-grouping.js";
import { RunsModel } from "./runs-model.js";
import { firstRuns, readSaved } from "./runs-saved.js";
import { RunsView } from "./runs-view.js";

// The page of all runs of a folder.

const page = connectPage();
const root = document.getElementById("page");
const saved = readSaved(page.saved);

async function begin(): Promise<void> {
  const { subject } = await page.ready();
  const query = subject.page === "runs" ? subject.filter : "";
  const first = saved ?? { ...firstRuns, query };
  const model = new RunsModel(page, (columns) => {
    const placed = placeColumns(gridColumns({ columns, trend: undefined, experiments: 0 }), first.layout);
    return columnsToRead(placed, { from: 0, to: 1 });
  });
  // what is asked first is answered while the page is drawn for the first time
  model.begin();
  void model.search(listQueryOf(first));
  if (root) render(<RunsView page={page} model={model} first={first} />, root);
}

void begin();
