import "../theme.css";
import "../parts.css";
import "../compare.css";
import "./model.css";
import "./audit.css";
import { startPage } from "../start-page.js";
import { AuditView } from "./audit-view.js";

startPage("audit", (page, { model }) => <AuditView key={model ?? ""} page={page} model={model} />);
