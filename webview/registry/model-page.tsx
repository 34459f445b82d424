import "../theme.css";
import "../parts.css";
import "./model.css";
import { startPage } from "../start-page.js";
import { ModelView } from "./model-view.js";

startPage("model", (page, { model, version }) => (
  <ModelView key={model} page={page} model={model} wanted={version} />
));
