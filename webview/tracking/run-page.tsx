import "../theme.css";
import "../parts.css";
import "../chart/chart.css";
import "./console.css";
import "./run.css";
import { startPage } from "../start-page.js";
import { RunView } from "./run-view.js";

startPage("run", (page, { run, tab }) => <RunView key={run} page={page} run={run} wanted={tab} />);
