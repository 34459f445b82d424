import "../theme.css";
import "../parts.css";
import "./lineage.css";
import { startPage } from "../start-page.js";
import { LineageView } from "./lineage-view.js";

startPage("lineage", (page, { focus }) => (
  <LineageView key={JSON.stringify(focus)} page={page} subject={focus} />
));
