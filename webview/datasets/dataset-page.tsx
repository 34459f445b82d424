import "../theme.css";
import "../parts.css";
import "./dataset.css";
import { startPage } from "../start-page.js";
import { DatasetView } from "./dataset-view.js";

startPage("dataset", (page, subject) => <DatasetView key={subject.dataset} page={page} subject={subject} />);
