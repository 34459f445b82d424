import "../theme.css";
import "../chart/chart.css";
import "./runs.css";
import { render } from "preact";
import { connectPage } from "../bridge.js";
import { firstRuns, readSaved } from "./runs-saved.js";
import { RunsView } from "./runs-view.js";

// The page of all runs of a folder.

const page = connectPage();
const root = document.getElementById("page");
const saved = readSaved(page.saved);

async function begin(): Promise<void> {
  const { subject } = await page.ready();
  const query = subject.page === "runs" ? subject.filter : "";
  if (root) render(<RunsView page={page} first={saved ?? { ...firstRuns, query }} />, root);
}

void begin();
