import "../theme.css";
import "../parts.css";
import "../chart/chart.css";
import "./run.css";
import { startPage } from "../start-page.js";
import { MetricsView } from "./metrics-view.js";

startPage("metrics", (page, { file }) => <MetricsView page={page} file={file} />);
